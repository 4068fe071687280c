import type { Change, Row, Value } from '../model.ts';
import type { ObjectDefinition } from '../schema/objects.ts';

/** The rows of one object, found by id and by the values of external-id and unique fields. */
export class Table {
  readonly rows = new Map<string, Row>();
  readonly #object: ObjectDefinition;
  readonly #index = new Map<string, Map<string, Set<string>>>();

  constructor(object: ObjectDefinition) {
    this.#object = object;
  }

  put(id: string, row: Row | undefined): void {
    const before = this.rows.get(id);
    for (const { name, externalId, unique, caseSensitive } of this.#object.fields.values()) {
      if (!externalId && !unique && name !== 'Email') continue;
      const key = (value: Value | undefined) => keyOf(value, caseSensitive);
      this.#unindex(name, key(before?.values[name]), id);
      this.#enter(name, key(row?.values[name]), id);
    }
    if (row === undefined) this.rows.delete(id);
    else this.rows.set(id, row);
  }

  /** Rows whose indexed field has this value, deleted ones included; undefined when nothing is indexed. */
  having(field: { name: string; caseSensitive: boolean }, value: Value): Row[] {
    const ids = this.#index.get(field.name)?.get(keyOf(value, field.caseSensitive) ?? '');
    return [...(ids ?? [])].flatMap((id) => this.rows.get(id) ?? []);
  }

  #enter(name: string, key: string | undefined, id: string): void {
    if (key === undefined) return;
    const values = this.#index.get(name) ?? new Map<string, Set<string>>();
    this.#index.set(name, values);
    const ids = values.get(key) ?? new Set();
    values.set(key, ids.add(id));
  }

  #unindex(name: string, key: string | undefined, id: string): void {
    if (key === undefined) return;
    const ids = this.#index.get(name)?.get(key);
    ids?.delete(id);
    if (ids?.size === 0) this.#index.get(name)?.delete(key);
  }
}

const keyOf = (value: Value | undefined, caseSensitive: boolean): string | undefined =>
  value === null || value === undefined
    ? undefined
    : caseSensitive
      ? String(value)
      : String(value).toLowerCase();

/** Everything written between `run` and its end happens at once or not at all. */
export class Transaction {
  #undo: (() => void)[] = [];
  #changes: Change[] = [];
  #depth = 0;
  readonly #listeners: ((changes: readonly Change[]) => void)[] = [];

  listen(listener: (changes: readonly Change[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Remembers how to take a write back. */
  wrote(undo: () => void): void {
    if (this.#depth > 0) this.#undo.push(undo);
  }

  changed(change: Change): void {
    this.#changes.push(change);
  }

  run<T>(work: () => T): T {
    const [undone, told] = [this.#undo.length, this.#changes.length];
    this.#depth += 1;
    try {
      const result = work();
      this.#depth -= 1;
      if (this.#depth === 0) this.#tell();
      return result;
    } catch (error) {
      this.#depth -= 1;
      while (this.#undo.length > undone) this.#undo.pop()?.();
      this.#changes.length = told;
      throw error;
    }
  }

  #tell(): void {
    this.#undo = [];
    const changes = this.#changes;
    this.#changes = [];
    if (changes.length > 0) for (const listener of this.#listeners) listener(changes);
  }
}
