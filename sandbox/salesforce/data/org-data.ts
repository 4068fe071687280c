import type { IdSource } from '../ids.ts';
import type { Actor, Change, Row } from '../model.ts';
import type { Schema } from '../schema/objects.ts';
import type { User } from '../users.ts';
import type { Locks } from './locks.ts';
import type { Rules } from './rules.ts';
import type { Table, Transaction } from './table.ts';

type Input = Readonly<Record<string, unknown>>;

/** Records of one org, as the parts that write them see them. */
export interface RecordData {
  table(type: string): Table;
  row(type: string, id: string): Row | undefined;
  live(type: string, id: string): Row;
  create(actor: Actor, type: string, input: Input): Row;
  update(actor: Actor, type: string, change: { id: string; input: Input }): Row;
  store(write: {
    row: Row;
    before?: Row;
    actor: Actor;
    kind: Change['kind'];
    fields: readonly string[];
    masterId?: string;
  }): void;
  place(type: string, id: string, row: Row | undefined): void;
}

/** What an org is to the rooms below it. */
export interface OrgData {
  readonly options: { readonly personAccounts: boolean };
  readonly schema: Schema;
  readonly users: ReadonlyMap<string, User>;
  readonly transaction: Transaction;
  readonly ids: IdSource;
  readonly locks: Locks;
  readonly rules: Rules;
  readonly records: RecordData;
  readonly bin: { delete(actor: Actor, row: Row, masterId?: string): void };
  readonly personFields: Map<string, string>;
  readonly packageFields: { object: string; field: string }[];
  now(): number;
  nextKeyPrefix(): string;
}
