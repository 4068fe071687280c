import { badRequest } from '../errors.ts';
import type { Org } from '../org.ts';
import type { Found } from './run.ts';

/** A locator lives two days. */
const LIFETIME = 2 * 86_400_000;

interface Cursor {
  found: Found;
  pageSize: number;
  at: number;
  userId: string;
}

export interface Page {
  totalSize: number;
  done: boolean;
  records: readonly unknown[];
  nextRecordsUrl?: string;
}

/** Queries with more rows than one page; what each saw stays as it was when it ran. */
export class Cursors {
  readonly #org: Org;
  readonly #open = new Map<string, Cursor>();

  constructor(org: Org) {
    this.#org = org;
  }

  first(
    found: Found,
    { pageSize, path, userId }: { pageSize: number; path: string; userId: string },
  ): Page {
    const cursor = { found, pageSize, at: this.#org.now(), userId };
    if (found.rows.length <= pageSize) return this.#page(cursor, { from: 0, locator: '', path });
    const locator = this.#org.ids.next('01g');
    this.#open.set(locator, cursor);
    return this.#page(cursor, { from: 0, locator, path });
  }

  /** `name` is the locator with the place of the next row behind a hyphen. */
  next(name: string, { path, userId }: { path: string; userId: string }): Page {
    const [locator = '', place = ''] = name.split('-');
    const cursor = this.#open.get(locator);
    const expired = cursor !== undefined && this.#org.now() - cursor.at > LIFETIME;
    if (cursor?.userId !== userId || expired || !/^\d+$/.test(place)) {
      throw badRequest('INVALID_QUERY_LOCATOR', 'invalid query locator');
    }
    return this.#page(cursor, { from: Number(place), locator, path });
  }

  /** All of them expire now. */
  clear(): void {
    this.#open.clear();
  }

  #page(
    { found, pageSize }: Cursor,
    { from, locator, path }: { from: number; locator: string; path: string },
  ): Page {
    const to = from + pageSize;
    const done = to >= found.rows.length;
    return {
      totalSize: found.size,
      done,
      ...(!done && { nextRecordsUrl: `${path}/${locator}-${to}` }),
      records: found.groups ?? found.rows.slice(from, to).map((row) => found.write(row)),
    };
  }
}
