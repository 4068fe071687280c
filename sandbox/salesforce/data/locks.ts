import { refuse } from '../errors.ts';
import type { Value } from '../model.ts';
import type { Random } from '../random.ts';

export interface LockOptions {
  /** Only these records, or children of these accounts. Default: any. */
  ids?: readonly string[];
  /** How often. Default: once. */
  times?: number;
  /** Chance per write. Default: 1. */
  probability?: number;
}

/** Somebody else holds the row, or its account's row: an API write is refused. */
export class Locks {
  #armed: (LockOptions & { left: number })[] = [];
  readonly #random: Random;
  struck = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  add(options: LockOptions): void {
    const left = options.times ?? (options.probability === undefined ? 1 : Infinity);
    this.#armed.push({ ...options, left });
  }

  clear(): void {
    this.#armed = [];
  }

  strike(ids: readonly (Value | undefined)[]): void {
    const lock = this.#armed.find(
      (one) =>
        (one.ids === undefined || one.ids.some((id) => ids.includes(id))) &&
        (one.probability === undefined || this.#random.chance(one.probability)),
    );
    if (lock === undefined) return;
    lock.left -= 1;
    this.#armed = this.#armed.filter(({ left }) => left > 0);
    this.struck += 1;
    const message = `unable to obtain exclusive access to this record or 1 records: ${String(ids[0])}`;
    throw refuse('UNABLE_TO_LOCK_ROW', message, []);
  }
}
