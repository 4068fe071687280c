import { fault, refuse, RecordError } from '../errors.ts';
import { type Actor, type Row, type Values, stamp, timeOf } from '../model.ts';
import type { OrgData } from './org-data.ts';

const DAY = 86_400_000;
/** The recycle bin keeps a record 15 days. */
const KEPT = 15 * DAY;

interface Cleared {
  type: string;
  id: string;
  field: string;
}

interface Binned {
  id: string;
  type: string;
  at: number;
  /** Records that went along with this one. */
  children: string[];
  /** Lookups that were emptied because they led here. */
  cleared: Cleared[];
}

interface Logged {
  type: string;
  id: string;
  at: number;
}

/** Deleting, bringing back, forgetting for good; and the log of deletions, which outlives the bin. */
export class RecycleBin {
  readonly #org: OrgData;
  readonly #binned = new Map<string, Binned>();
  #log: Logged[] = [];

  constructor(org: OrgData) {
    this.#org = org;
  }

  delete(actor: Actor, row: Row, masterId?: string): void {
    if (actor.via === 'api') this.#org.locks.strike([row.id]);
    this.#org.transaction.run(() => {
      this.#remove(actor, row, masterId);
    });
  }

  #remove(actor: Actor, row: Row, masterId?: string): Binned {
    const at = this.#org.now();
    const entry: Binned = { id: row.id, type: row.type, at, children: [], cleared: [] };
    if (masterId === undefined) this.#releaseChildren(actor, row, entry);
    const more = masterId === undefined ? {} : { MasterRecordId: masterId };
    this.#write(actor, row, { kind: 'deleted', values: { ...more, IsDeleted: true } }, masterId);
    this.#binned.set(row.id, entry);
    this.#log.push({ type: row.type, id: row.id, at });
    this.#org.transaction.wrote(() => {
      this.#binned.delete(row.id);
      this.#log = this.#log.filter((one) => one.id !== row.id || one.at !== at);
    });
    return entry;
  }

  #releaseChildren(actor: Actor, row: Row, entry: Binned): void {
    for (const { child, field } of this.#org.schema.childrenOf(row.type)) {
      if (child.name === 'User' || SELF.has(field.name)) continue;
      for (const one of this.#org.records.table(child.name).rows.values()) {
        if (one.values[field.name] !== row.id || one.values.IsDeleted === true) continue;
        if (field.cascadeDelete) {
          this.#remove(actor, one);
          entry.children.push(one.id);
        } else {
          this.#write(actor, one, { kind: 'updated', values: { [field.name]: null } });
          entry.cleared.push({ type: child.name, id: one.id, field: field.name });
        }
      }
    }
  }

  #write(
    actor: Actor,
    before: Row,
    { kind, values }: { kind: 'deleted' | 'undeleted' | 'updated'; values: Values },
    masterId?: string,
  ): void {
    const now = stamp(this.#org.now());
    const trail = { SystemModstamp: now, LastModifiedDate: now, LastModifiedById: actor.user.id };
    this.#org.records.store({
      row: { ...before, values: { ...before.values, ...trail, ...values } },
      before,
      actor,
      kind,
      fields: kind === 'updated' ? Object.keys(values) : [],
      ...(masterId !== undefined && { masterId }),
    });
  }

  undelete(actor: Actor, id: string): void {
    const entry = this.#binned.get(id);
    const row = entry === undefined ? undefined : this.#org.records.row(entry.type, id);
    if (entry === undefined || row === undefined) {
      throw refuse('UNDELETE_FAILED', 'Entity is not in the recycle bin', []);
    }
    this.#org.transaction.run(() => {
      this.#demandFreeKeys(row);
      this.#write(actor, row, {
        kind: 'undeleted',
        values: {
          IsDeleted: false,
          ...('MasterRecordId' in row.values && { MasterRecordId: null }),
        },
      });
      this.#binned.delete(id);
      for (const child of entry.children) if (this.#binned.has(child)) this.undelete(actor, child);
      for (const { type, id: childId, field } of entry.cleared) {
        const child = this.#org.records.row(type, childId);
        if (child?.values[field] === null) {
          this.#write(actor, child, { kind: 'updated', values: { [field]: id } });
        }
      }
    });
  }

  #demandFreeKeys(row: Row): void {
    const table = this.#org.records.table(row.type);
    for (const field of this.#org.schema.object(row.type)?.fields.values() ?? []) {
      const value = row.values[field.name] ?? null;
      if (!field.unique || value === null) continue;
      const twin = table.having(field, value).find((one) => one.values.IsDeleted !== true);
      if (twin === undefined) continue;
      const message = `duplicate value found: ${field.name} duplicates value on record with id: ${twin.id}`;
      throw new RecordError([fault('DUPLICATE_VALUE', message, [])]);
    }
  }

  /** For good: one record, or everything. No event tells of it. */
  empty(id?: string): void {
    for (const one of [...this.#binned.values()]) {
      if (id === undefined || one.id === id) this.#forget(one);
    }
  }

  /** What has lain too long is gone. */
  purge(): void {
    const oldest = this.#org.now() - KEPT;
    for (const one of this.#binned.values()) if (one.at < oldest) this.#forget(one);
  }

  #forget({ type, id }: Binned): void {
    this.#org.records.place(type, id, undefined);
    this.#binned.delete(id);
  }

  contents(): { id: string; type: string; deletedDate: string }[] {
    this.purge();
    return [...this.#binned.values()].map(({ id, type, at }) => ({
      id,
      type,
      deletedDate: stamp(at),
    }));
  }

  /** Deletions of one object within a span of time, undeleted ones left out. */
  deletedBetween(type: string, from: number, to: number): { id: string; deletedDate: string }[] {
    return this.#log
      .filter(
        (one) => one.type === type && timeOf(stamp(one.at)) >= from && timeOf(stamp(one.at)) < to,
      )
      .filter(({ id }) => this.#org.records.row(type, id)?.values.IsDeleted !== false)
      .map(({ id, at }) => ({ id, deletedDate: stamp(at) }));
  }
}

const SELF = new Set([
  'CreatedById',
  'LastModifiedById',
  'OwnerId',
  'MasterRecordId',
  'PersonContactId',
]);
