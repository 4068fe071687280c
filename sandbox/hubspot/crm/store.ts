import { invalid } from '../errors.ts';
import type { Actor, CrmRecord, ObjectType, PropertyDefinition, Values } from '../model.ts';
import type { Transaction } from '../transaction.ts';
import type { ObjectSchema, RequiredRule } from './schema.ts';
import { missing, refused, taken } from './refusals.ts';
import { type Refusal, acceptValue, appended, refusal } from './values.ts';

const STAMPS = {
  contacts: { created: 'createdate', modified: 'lastmodifieddate' },
  notes: { created: 'hs_createdate', modified: 'hs_lastmodifieddate' },
} as const;

export interface StoreSetting {
  schema: ObjectSchema;
  transaction: Transaction;
  now: () => number;
  nextId: () => string;
}

/** All records of one object type in one portal, with the keys that must stay unique. */
export class ObjectStore {
  readonly type: ObjectType;
  readonly schema: ObjectSchema;
  readonly records = new Map<string, CrmRecord>();
  /** Merged-away id -> id of the surviving record. */
  readonly redirects = new Map<string, string>();
  readonly #keys = new Map<string, string>();
  readonly #transaction: Transaction;
  readonly #now: () => number;
  readonly #nextId: () => string;

  constructor({ schema, transaction, now, nextId }: StoreSetting) {
    this.type = schema.type;
    this.schema = schema;
    this.#transaction = transaction;
    this.#now = now;
    this.#nextId = nextId;
  }

  /** The live record under an id; a merged-away id leads to the survivor. */
  find(id: string): CrmRecord | undefined {
    const record = this.records.get(this.survivorOf(id));
    return record?.archivedAt === undefined ? record : undefined;
  }

  survivorOf(id: string): string {
    let current = id;
    for (
      let next = this.redirects.get(current);
      next !== undefined;
      next = this.redirects.get(current)
    ) {
      current = next;
    }
    return current;
  }

  findBy(property: string, value: string): CrmRecord | undefined {
    if (this.schema.get(property)?.hasUniqueValue !== true) {
      throw invalid(`Property ${property} cannot identify a record: it is not unique.`);
    }
    const id = this.#keys.get(keyOf(property, value));
    return id === undefined ? undefined : this.records.get(id);
  }

  create(properties: Record<string, unknown>, actor: Actor): CrmRecord {
    const patch = this.#accept(properties, {});
    const at = this.#now();
    const id = this.#nextId();
    const stamps = STAMPS[this.type];
    const values: Values = {
      ...withoutEmpty(patch),
      hs_object_id: id,
      [stamps.created]: new Date(at).toISOString(),
      [stamps.modified]: new Date(at).toISOString(),
    };
    this.#demandRequired(values, undefined);
    this.#claimKeys(id, {}, values);
    const record: CrmRecord = { id, values, createdAt: at, updatedAt: at, createdBy: actor };
    this.#save(record, actor, at);
    this.#transaction.announce({ kind: 'created', objectType: this.type, id, actor, at });
    this.#announceWrites({ id, actor, at, patch, before: {} });
    return record;
  }

  update(record: CrmRecord, properties: Record<string, unknown>, actor: Actor): CrmRecord {
    const patch = this.#accept(properties, record.values);
    const at = this.#now();
    const { id } = record;
    const changed = Object.entries(patch).some(
      ([name, value]) => (record.values[name] ?? '') !== value,
    );
    this.#announceWrites({ id, actor, at, patch, before: record.values });
    if (!changed) return record;
    const values = withoutEmpty({
      ...record.values,
      ...patch,
      [STAMPS[this.type].modified]: new Date(at).toISOString(),
    });
    this.#demandRequired(values, patch);
    this.#claimKeys(id, record.values, values);
    const after: CrmRecord = { ...record, values, updatedAt: at };
    this.#save(after, actor, at);
    return after;
  }

  archive(record: CrmRecord, actor: Actor): void {
    const at = this.#now();
    this.#claimKeys(record.id, record.values, {});
    this.#save({ ...record, archivedAt: at }, actor, at);
    this.#transaction.announce({
      kind: 'deleted',
      objectType: this.type,
      id: record.id,
      actor,
      at,
    });
  }

  restore(record: CrmRecord, actor: Actor): CrmRecord {
    const at = this.#now();
    this.#claimKeys(record.id, {}, record.values);
    const { id, values, createdAt, updatedAt, createdBy } = record;
    const live: CrmRecord = { id, values, createdAt, updatedAt, createdBy };
    this.#save(live, actor, at);
    this.#transaction.announce({
      kind: 'restored',
      objectType: this.type,
      id: record.id,
      actor,
      at,
    });
    return live;
  }

  /** Forgets a record altogether; nothing is announced but its leaving the search index. */
  forget(record: CrmRecord, actor: Actor): void {
    if (record.archivedAt === undefined) this.#claimKeys(record.id, record.values, {});
    this.#transaction.remove(this.records, record.id);
    this.#transaction.announce({
      kind: 'saved',
      objectType: this.type,
      id: record.id,
      actor,
      at: this.#now(),
      record: undefined,
    });
  }

  /** Replaces values without validation or webhooks: what a merge does to its survivor. */
  overwrite(record: CrmRecord, values: Values, actor: Actor): CrmRecord {
    const at = this.#now();
    const stamped = { ...values, [STAMPS[this.type].modified]: new Date(at).toISOString() };
    this.#claimKeys(record.id, this.records.get(record.id)?.values ?? {}, stamped);
    const after: CrmRecord = { ...record, values: stamped, updatedAt: at };
    this.#save(after, actor, at);
    return after;
  }

  redirect(from: string, to: string): void {
    this.#transaction.put(this.redirects, from, to);
  }

  #save(record: CrmRecord, actor: Actor, at: number): void {
    this.#transaction.put(this.records, record.id, record);
    this.#transaction.announce({
      kind: 'saved',
      objectType: this.type,
      id: record.id,
      actor,
      at,
      record,
    });
  }

  #announceWrites(write: { id: string; actor: Actor; at: number; patch: Values; before: Values }) {
    const { id, actor, at, patch, before } = write;
    for (const [property, value] of Object.entries(patch)) {
      const previous = before[property] ?? '';
      const changed = previous !== value;
      const what = { property, value, previous, changed };
      this.#transaction.announce({
        kind: 'written',
        objectType: this.type,
        id,
        actor,
        at,
        ...what,
      });
    }
  }

  #accept(properties: Record<string, unknown>, before: Values): Values {
    const refusals: Refusal[] = [];
    const patch: Record<string, string> = {};
    for (const [name, given] of Object.entries(properties)) {
      const definition = this.schema.get(name);
      const outcome = judge(name, definition, given);
      if ('refusal' in outcome) refusals.push(outcome.refusal);
      else
        patch[name] = definition
          ? appended(definition, before[name] ?? '', outcome.value)
          : outcome.value;
    }
    if (refusals.length > 0) throw refused(refusals);
    return patch;
  }

  /** A patch of `undefined` means creation: then every rule counts, later only rules the patch touches. */
  #demandRequired(values: Values, patch: Values | undefined): void {
    if (this.type === 'notes' && (values.hs_timestamp ?? '') === '')
      throw missing(['hs_timestamp'], false);
    for (const rule of this.schema.required) {
      if (breaks(rule, values, patch)) throw missing([rule.property], rule.when !== undefined);
    }
  }

  #claimKeys(id: string, before: Values, after: Values): void {
    for (const { name, hasUniqueValue } of this.schema.properties.values()) {
      if (!hasUniqueValue || keeps(name, before, after)) continue;
      const had = new Set(uniqueValues(name, before));
      const wants = new Set(uniqueValues(name, after));
      for (const key of wants) {
        const owner = this.#keys.get(key);
        if (owner !== undefined && owner !== id) throw taken(name, id, owner);
      }
      for (const key of had) if (!wants.has(key)) this.#transaction.remove(this.#keys, key);
      for (const key of wants) this.#transaction.put(this.#keys, key, id);
    }
  }
}

function breaks(
  { property, when }: RequiredRule,
  values: Values,
  patch: Values | undefined,
): boolean {
  const touched =
    patch === undefined || property in patch || (when !== undefined && when.property in patch);
  const demanded = when === undefined || values[when.property] === when.value;
  return touched && demanded && (values[property] ?? '') === '';
}

const keyOf = (property: string, value: string): string =>
  `${property}\n${property === 'email' ? value.trim().toLowerCase() : value}`;

const keeps = (property: string, before: Values, after: Values): boolean =>
  before[property] === after[property] &&
  (property !== 'email' || before.hs_additional_emails === after.hs_additional_emails);

/** A contact is also found under, and blocks, each of its secondary addresses. */
function uniqueValues(property: string, values: Values): string[] {
  const own = values[property] ?? '';
  const all =
    property === 'email' ? [own, ...(values.hs_additional_emails ?? '').split(';')] : [own];
  return all.filter((value) => value !== '').map((value) => keyOf(property, value));
}

const withoutEmpty = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

function judge(name: string, definition: PropertyDefinition | undefined, given: unknown) {
  if (definition === undefined) {
    const message = `Property "${name}" does not exist`;
    return { refusal: refusal(name, 'PROPERTY_DOESNT_EXIST', message) };
  }
  if (definition.readOnlyValue) {
    return { refusal: refusal(name, 'READ_ONLY_VALUE', `"${name}" is a read only property.`) };
  }
  return acceptValue(definition, given);
}
