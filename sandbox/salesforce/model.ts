import type { User } from './users.ts';

export type Value = string | number | boolean | null;
export type Values = Readonly<Record<string, Value>>;

/** One record. Rows are never changed in place: a write puts a new row in the old one's stead. */
export interface Row {
  readonly type: string;
  readonly id: string;
  readonly values: Values;
}

/** Who writes, and how. */
export interface Actor {
  user: User;
  /** 'seed' may write every field, and nobody is told. */
  via: 'api' | 'ui' | 'seed';
  /** From Sforce-Call-Options. */
  client?: string;
  /** From Sforce-Duplicate-Rule-Header: a rule that alerts is overridden. */
  allowDuplicates?: boolean;
}

export interface Change {
  kind: 'created' | 'updated' | 'deleted' | 'undeleted';
  type: string;
  id: string;
  /** API names of the fields whose value is another now. */
  fields: readonly string[];
  actor: Actor;
  /** Milliseconds since 1970. */
  at: number;
  /** Of a record that was merged away. */
  masterId?: string;
  before?: Row;
  after?: Row;
}

/** Times are whole seconds in UTC and sort as text. */
export const stamp = (at: number): string =>
  `${new Date(Math.floor(at / 1_000) * 1_000).toISOString().slice(0, -1)}+0000`;

export const timeOf = (text: Value | undefined): number =>
  typeof text === 'string' ? Date.parse(text.replace(/\+0000$/, 'Z')) : Number.NaN;

export const textOf = (value: Value | undefined): string =>
  value === null || value === undefined ? '' : String(value);
