import type { Change } from './model.ts';

/**
 * All or nothing for one portal: a batch without trace ids that fails in the middle must leave no trace, neither in
 * the records nor in webhooks, search index or write log. Changes are announced only when the outermost work succeeds.
 */
export class Transaction {
  #undo: (() => void)[] = [];
  #changes: Change[] = [];
  #depth = 0;
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #settled: (() => void)[] = [];

  listen(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** Calls back after each work that changed anything, associations too, which announce no change of a record. */
  afterwards(listener: () => void): void {
    this.#settled.push(listener);
  }

  announce(change: Change): void {
    this.#changes.push(change);
  }

  put<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key);
    const known = map.has(key);
    map.set(key, value);
    this.#undo.push(() => {
      if (known) map.set(key, before as V);
      else map.delete(key);
    });
  }

  remove<K, V>(map: Map<K, V>, key: K): void {
    const before = map.get(key);
    if (!map.delete(key)) return;
    this.#undo.push(() => map.set(key, before as V));
  }

  run<T>(work: () => T): T {
    this.#depth += 1;
    try {
      const result = work();
      if (this.#depth === 1) this.#settle();
      return result;
    } catch (error) {
      if (this.#depth === 1) this.#rollBack();
      throw error;
    } finally {
      this.#depth -= 1;
    }
  }

  #settle(): void {
    const changes = this.#changes;
    const isChanged = changes.length + this.#undo.length > 0;
    this.#undo = [];
    this.#changes = [];
    for (const change of changes) for (const listener of this.#listeners) listener(change);
    if (isChanged) for (const listener of this.#settled) listener();
  }

  #rollBack(): void {
    for (const undo of this.#undo.reverse()) undo();
    this.#undo = [];
    this.#changes = [];
  }
}
