import type { Change, Value } from '../model.ts';

export interface FieldWrite {
  orgId: string;
  type: string;
  id: string;
  field: string;
  value: Value;
  previous: Value;
  by: string;
  via: string;
  client: string | undefined;
  at: number;
}

export interface StatsReport {
  /** How often each method and path pattern answered each status. */
  calls: Record<string, Record<string, number>>;
  total: number;
  fieldWrites: number;
}

/** A write log longer than this forgets its older half: a long benchmark must not fill the memory. */
const LONGEST_WRITE_LOG = 400_000;

export class Stats {
  #calls = new Map<string, Map<number, number>>();
  #writes: FieldWrite[] = [];
  #writeCount = 0;

  countAnswer(method: string, path: string, status: number): void {
    const template = `${method} ${templateOf(path)}`;
    const byStatus = this.#calls.get(template) ?? new Map<number, number>();
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    this.#calls.set(template, byStatus);
  }

  logWrites(orgId: string, { fields, before, after, actor, at, type, id }: Change): void {
    for (const field of fields) {
      this.#writes.push({
        orgId,
        type,
        id,
        field,
        value: after?.values[field] ?? null,
        previous: before?.values[field] ?? null,
        by: actor.user.username,
        via: actor.via,
        client: actor.client,
        at,
      });
    }
    this.#writeCount += fields.length;
    if (this.#writes.length > LONGEST_WRITE_LOG)
      this.#writes = this.#writes.slice(LONGEST_WRITE_LOG / 2);
  }

  /** Who wrote what when, oldest first. */
  writes(filter: Partial<Pick<FieldWrite, 'orgId' | 'id' | 'field' | 'type'>> = {}): FieldWrite[] {
    const wanted = Object.entries(filter);
    return this.#writes.filter((write) =>
      wanted.every(([key, value]) => write[key as keyof typeof filter] === value),
    );
  }

  report(): StatsReport {
    const calls = Object.fromEntries(
      [...this.#calls].map(([template, byStatus]) => [
        template,
        Object.fromEntries([...byStatus].map(([status, count]) => [String(status), count])),
      ]),
    );
    const total = [...this.#calls.values()]
      .flatMap((byStatus) => [...byStatus.values()])
      .reduce((sum, count) => sum + count, 0);
    return { calls, total, fieldWrites: this.#writeCount };
  }

  reset(): void {
    this.#calls = new Map();
    this.#writes = [];
    this.#writeCount = 0;
  }
}

const ID = /^[a-zA-Z0-9]{15}([A-Z0-5]{3})?(-\d+)?$/;

/** Ids and external ids replaced, so that calls of one kind count together. */
const templateOf = (path: string): string =>
  path
    .replace(/^\/services\/data\/v[\d.]+/, '/services/data/:v')
    .replace(/^(\/services\/data\/:v\/sobjects\/\w+\/\w+__c)\/.+$/, '$1/:value')
    .split('/')
    .map((part) => (ID.test(part) && /\d/.test(part) ? ':id' : part))
    .join('/');
