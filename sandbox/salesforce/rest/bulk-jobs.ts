import { ApiError, badRequest, notFound } from '../errors.ts';
import { normaliseId } from '../ids.ts';
import { type Value, stamp, textOf } from '../model.ts';
import type { Org } from '../org.ts';
import { pathTo, type Scope } from '../query/scope.ts';
import { parse, runQuery } from '../query/run.ts';

type Json = Record<string, unknown>;

/** Results are kept seven days. */
const KEPT = 7 * 86_400_000;

export interface Job {
  id: string;
  operation: 'query' | 'queryAll';
  object: string;
  query: string;
  createdById: string;
  createdAt: number;
  state: 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Aborted' | 'Failed';
  columnDelimiter: string;
  lineEnding: 'LF' | 'CRLF';
  version: string;
  pollsLeft: number;
  header: string[];
  lines: Value[][];
  errorMessage?: string;
}

const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ',',
  SEMICOLON: ';',
  TAB: '\t',
  PIPE: '|',
  CARET: '^',
  BACKQUOTE: '`',
};

/** Bulk 2.0 query jobs of one org. */
export class BulkJobs {
  readonly #org: Org;
  readonly #jobs = new Map<string, Job>();

  constructor(org: Org) {
    this.#org = org;
  }

  create(
    scope: Scope,
    body: Json,
    { userId, version, polls }: { userId: string; version: string; polls: number },
  ): Job {
    const {
      operation,
      query,
      contentType = 'CSV',
      columnDelimiter = 'COMMA',
      lineEnding = 'LF',
    } = body;
    if (operation !== 'query' && operation !== 'queryAll') {
      throw badRequest('INVALIDJOB', 'operation is query or queryAll.');
    }
    if (
      contentType !== 'CSV' ||
      !Object.hasOwn(DELIMITERS, String(columnDelimiter)) ||
      !['LF', 'CRLF'].includes(String(lineEnding))
    ) {
      throw badRequest('INVALIDJOB', 'Only CSV, with a known delimiter and line ending.');
    }
    const soql = typeof query === 'string' ? query : '';
    this.#demandSimple(soql);
    const found = runQuery({ ...scope, all: operation === 'queryAll' }, soql);
    const paths = found.columns.map((name) => pathTo(scope, found.object, name));
    const job: Job = {
      id: this.#org.ids.next('750'),
      operation,
      object: found.object.name,
      query: soql,
      createdById: userId,
      createdAt: this.#org.now(),
      state: 'UploadComplete',
      columnDelimiter: String(columnDelimiter),
      lineEnding: lineEnding === 'CRLF' ? 'CRLF' : 'LF',
      version,
      pollsLeft: polls,
      header: found.columns,
      lines: found.rows.map((row) => paths.map(({ read }) => read(row))),
    };
    this.#jobs.set(job.id, job);
    return job;
  }

  #demandSimple(soql: string): void {
    const { fields = [], groupBy, offset, sObject } = parse(soql);
    const plain = fields.every(({ type }) => type === 'Field' || type === 'FieldRelationship');
    if (plain && groupBy === undefined && offset === undefined && sObject !== undefined) return;
    throw badRequest(
      'API_ERROR',
      'Bulk queries know no GROUP BY, OFFSET, aggregates, TYPEOF, FIELDS() or subqueries.',
    );
  }

  get(given: string | undefined): Job {
    const job = this.#jobs.get(normaliseId(given) ?? '');
    if (job === undefined || this.#org.now() - job.createdAt > KEPT) throw notFound();
    return job;
  }

  all(): Job[] {
    return [...this.#jobs.values()];
  }

  /** Each look moves the job on, until it is complete. */
  poll(job: Job): Job {
    if (job.state === 'UploadComplete' || job.state === 'InProgress') {
      job.state = job.pollsLeft > 0 ? 'InProgress' : 'JobComplete';
      job.pollsLeft -= 1;
    }
    return job;
  }

  /** The next job to ask fails in the middle, with this message. */
  fail(job: Job, message: string): void {
    job.state = 'Failed';
    job.errorMessage = message;
  }

  delete(job: Job): void {
    this.#jobs.delete(job.id);
  }

  /** A part of the result; the locator of the next part is null after the last. */
  results(
    job: Job,
    { from, count }: { from: number; count: number },
  ): { csv: string; locator: string; rows: number } {
    if (job.state !== 'JobComplete') {
      throw new ApiError(400, {
        code: 'INVALIDJOBSTATE',
        message: `Job is not complete: ${job.state}`,
      });
    }
    const lines = job.lines.slice(from, from + count);
    const next = from + count;
    const end = job.lineEnding === 'CRLF' ? '\r\n' : '\n';
    const delimiter = DELIMITERS[job.columnDelimiter] ?? ',';
    const csv = [job.header, ...lines]
      .map((line) => line.map(quote).join(delimiter) + end)
      .join('');
    return {
      csv,
      rows: lines.length,
      locator: next < job.lines.length ? locatorFor(next) : 'null',
    };
  }
}

/** Opaque: nobody may count with it. */
const locatorFor = (place: number): string => Buffer.from(`row:${place}`).toString('base64url');

export function placeOf(locator: string | null): number {
  if (locator === null) return 0;
  const place = /^row:(\d+)$/.exec(Buffer.from(locator, 'base64url').toString())?.[1];
  if (place === undefined)
    throw badRequest('INVALID_LOCATOR', 'The locator is not one of this job.');
  return Number(place);
}

const quote = (value: Value): string => `"${textOf(value).replaceAll('"', '""')}"`;

export const shownJob = (job: Job): Json => ({
  id: job.id,
  operation: job.operation,
  object: job.object,
  createdById: job.createdById,
  createdDate: stamp(job.createdAt),
  systemModstamp: stamp(job.createdAt),
  state: job.state,
  concurrencyMode: 'Parallel',
  contentType: 'CSV',
  apiVersion: Number(job.version),
  lineEnding: job.lineEnding,
  columnDelimiter: job.columnDelimiter,
  ...(job.errorMessage !== undefined && { errorMessage: job.errorMessage }),
});
