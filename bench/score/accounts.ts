import type { AccountFacts } from '../../src/domain/scoring/inputs.ts';
import { CsvFault, type Row, type Table } from '../csv.ts';

/** The columns of an account. Any of them may be missing or empty: then the value is unknown. */
export const COLUMNS = [
  'network',
  'followers',
  'following',
  'posts',
  'lists',
  'mentions_received',
  'reposts_received',
  'graph_rank',
  'engagers',
  'last_post_at',
] as const;
type Column = (typeof COLUMNS)[number];

/** One account per row. Throws a CsvFault that names file, line and column. */
export function accountsOf(table: Table, prefix: '' | 'a_' | 'b_', now: Date): AccountFacts[] {
  if (!COLUMNS.some((column) => table.columns.includes(prefix + column))) {
    throw new CsvFault(
      `${table.file}, line 1: none of the columns of an account is there. They are: ${COLUMNS.map((column) => prefix + column).join(', ')}`,
    );
  }
  return table.rows.map((row, at) =>
    accountOf(table, { row, line: table.lines[at] ?? 0 }, prefix, now),
  );
}

interface Place {
  readonly row: Row;
  readonly line: number;
}

function accountOf(table: Table, { row, line }: Place, prefix: string, now: Date): AccountFacts {
  const text = (column: Column) => row.get(prefix + column);
  const at = (column: Column) => `${table.file}, line ${line}, column ${prefix}${column}`;
  const count = (column: Column) => countOf(text(column), at(column));
  const engagement = {
    mentions: count('mentions_received'),
    reposts: count('reposts_received'),
    engagers: count('engagers'),
  };
  count('posts');
  return {
    id: `line ${line}`,
    network: networkOf(text('network'), at('network')),
    licencePurposes: ['service_priority'],
    observedAt: now,
    certainty: 1,
    followers: count('followers'),
    following: count('following'),
    lists: count('lists'),
    engagement,
    graphRank: count('graph_rank'),
    lastPostAt: timeOf(text('last_post_at'), at('last_post_at')),
  };
}

function countOf(text: string | undefined, at: string): number | undefined {
  if (text === undefined) return undefined;
  // Number() alone would also take 0x10, Infinity and white space.
  if (!/^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i.test(text)) {
    throw new CsvFault(
      `${at}: ${quote(text)} is no count; write a number of 0 or more without separators, as 12500 or 12.5, or leave it empty`,
    );
  }
  const value = Number(text);
  if (value > 1e12) throw new CsvFault(`${at}: ${quote(text)} is more than 1e12`);
  return value;
}

function networkOf(text: string | undefined, at: string): string {
  const network = (text ?? 'unknown').toLowerCase();
  if (/^[a-z][a-z0-9]*$/.test(network)) return network === 'twitter' ? 'x' : network;
  throw new CsvFault(
    `${at}: ${quote(network)} is no network; write letters and digits, as bluesky`,
  );
}

const TIME = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

function timeOf(text: string | undefined, at: string): Date | undefined {
  if (text === undefined) return undefined;
  // Without a zone it is UTC: the same file has to give the same score on every machine.
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(text) || text.length === 10;
  const time = TIME.test(text)
    ? new Date(text.replace(' ', 'T') + (hasZone ? '' : 'Z'))
    : undefined;
  if (time !== undefined && !Number.isNaN(time.getTime())) return time;
  throw new CsvFault(
    `${at}: ${quote(text)} is no time; write 2026-11-21 or 2026-11-21T08:30:00Z, or leave it empty`,
  );
}

/** `A` or 1: the first account has more influence; `B` or 0: the second. */
export function choicesOf(table: Table): boolean[] {
  return table.rows.map((row, at) => {
    const text = row.get('choice') ?? '';
    const first = { a: true, b: false, '1': true, '0': false }[text.toLowerCase()];
    if (first !== undefined) return first;
    throw new CsvFault(
      `${table.file}, line ${table.lines[at] ?? 0}, column choice: ${quote(text)} is no choice; write A or 1 for the first account, B or 0 for the second`,
    );
  });
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
