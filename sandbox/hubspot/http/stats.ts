import type { Actor, Change, ObjectType } from '../model.ts';
import { RollingWindow } from './limits.ts';

export interface FieldWrite {
  portalId: number;
  objectType: ObjectType;
  id: string;
  property: string;
  value: string;
  previous: string;
  /** False for a write of the value that was already there. */
  changed: boolean;
  by: Actor;
  at: number;
}

export interface StatsReport {
  /** How often each method and path pattern answered each status, e.g. calls['POST /crm/.../batch/update']['200']. */
  calls: Record<string, Record<string, number>>;
  total: number;
  rateLimited: number;
  /** Most calls of one portal in any rolling ten seconds, search excluded, refused calls included. */
  maxCallsInTenSeconds: number;
  /** The same, counting only calls that were let through. */
  maxAcceptedInTenSeconds: number;
  maxSearchesInOneSecond: number;
  fieldWrites: number;
}

/** A write log longer than this forgets its older half: a long benchmark must not fill the memory. */
const LONGEST_WRITE_LOG = 400_000;

export class Stats {
  #calls = new Map<string, Map<number, number>>();
  #windows = new Map<string, RollingWindow>();
  #peaks = { all: 0, accepted: 0, search: 0 };
  #writes: FieldWrite[] = [];
  #writeCount = 0;

  countAnswer(method: string, path: string, status: number): void {
    const template = `${method} ${templateOf(path)}`;
    const byStatus = this.#calls.get(template) ?? new Map<number, number>();
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    this.#calls.set(template, byStatus);
  }

  countCall(portalId: number, kind: 'all' | 'accepted' | 'search', now: number): void {
    const key = `${portalId}:${kind}`;
    const window = this.#windows.get(key) ?? new RollingWindow();
    this.#windows.set(key, window);
    window.add(now);
    this.#peaks[kind] = Math.max(
      this.#peaks[kind],
      window.count(now, kind === 'search' ? 1_000 : 10_000),
    );
  }

  logWrite(portalId: number, change: Change): void {
    if (change.kind !== 'written') return;
    const { objectType, id, property, value, previous, changed, actor, at } = change;
    this.#writes.push({
      portalId,
      objectType,
      id,
      property,
      value,
      previous,
      changed,
      by: actor,
      at,
    });
    this.#writeCount += 1;
    if (this.#writes.length > LONGEST_WRITE_LOG)
      this.#writes = this.#writes.slice(LONGEST_WRITE_LOG / 2);
  }

  /** Who wrote what when, oldest first. */
  writes(
    filter: Partial<Pick<FieldWrite, 'portalId' | 'id' | 'property' | 'objectType'>> = {},
  ): FieldWrite[] {
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
    const counts = [...this.#calls.values()].flatMap((byStatus) => [...byStatus]);
    const sum = (wanted?: number) =>
      counts.reduce(
        (all, [status, count]) => all + (wanted === undefined || status === wanted ? count : 0),
        0,
      );
    return {
      calls,
      total: sum(),
      rateLimited: sum(429),
      maxCallsInTenSeconds: this.#peaks.all,
      maxAcceptedInTenSeconds: this.#peaks.accepted,
      maxSearchesInOneSecond: this.#peaks.search,
      fieldWrites: this.#writeCount,
    };
  }

  reset(): void {
    this.#calls = new Map();
    this.#windows = new Map();
    this.#peaks = { all: 0, accepted: 0, search: 0 };
    this.#writes = [];
    this.#writeCount = 0;
  }
}

/** The path with record ids and addresses replaced, so that calls of one kind count together. */
const templateOf = (path: string): string =>
  path
    .split('/')
    .map((part) => (/^\d+$/.test(part) || /@|%40/i.test(part) ? ':id' : part))
    .join('/');
