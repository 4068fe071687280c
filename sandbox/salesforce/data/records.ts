import { type Fault, RecordError, fault, refuse } from '../errors.ts';
import { type Actor, type Change, type Row, type Value, type Values, stamp } from '../model.ts';
import type { OrgData } from './org-data.ts';
import type { ObjectDefinition } from '../schema/objects.ts';
import { type Input, objectOf, readInput, referenceFault } from './input.ts';
import { personCreated, personUpdated, shadowFault } from './persons.ts';
import { duplicateFault, validationFaults } from './rules.ts';
import { Table } from './table.ts';
import { picklistFault } from './values.ts';

/** Writes of single records, with everything an org checks before it takes one. */
export class Records {
  readonly #org: OrgData;
  readonly #tables = new Map<string, Table>();

  constructor(org: OrgData) {
    this.#org = org;
  }

  table(type: string): Table {
    const object = objectOf(this.#org, type);
    const known = this.#tables.get(object.name);
    if (known !== undefined) return known;
    const table = new Table(object);
    this.#tables.set(object.name, table);
    return table;
  }

  /** The record, also one in the recycle bin. */
  row(type: string, id: string): Row | undefined {
    return this.table(type).rows.get(id);
  }

  live(type: string, id: string): Row {
    const row = this.row(type, id);
    if (row === undefined)
      throw refuse('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
    if (row.values.IsDeleted === true) throw refuse('ENTITY_IS_DELETED', 'entity is deleted', []);
    return row;
  }

  create(actor: Actor, type: string, input: Input): Row {
    const object = objectOf(this.#org, type);
    if (
      (!object.createable && actor.via !== 'seed') ||
      actor.user.closedObjects.has(type.toLowerCase())
    ) {
      throw refuse(
        'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
        `entity type cannot be inserted: ${object.label}`,
      );
    }
    if (input.Id !== undefined && actor.via !== 'seed') {
      throw refuse('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', [
        'Id',
      ]);
    }
    const given = readInput(this.#org, { actor, object, creating: true }, input);
    return this.#org.transaction.run(() => {
      const id = typeof given.Id === 'string' ? given.Id : this.#org.ids.next(object.keyPrefix);
      const values = { ...this.#defaults(object, actor), ...given, Id: id };
      const row = withName({
        type: object.name,
        id,
        values: personCreated(this.#org, object, values),
      });
      if (object.custom && row.values.Name === null) row.values.Name = id;
      this.#check(actor, object, { row, written: Object.keys(row.values), isNew: true });
      this.store({ row, actor, kind: 'created', fields: filledIn(row.values) });
      personUpdated(this.#org, actor, row);
      return row;
    });
  }

  update(actor: Actor, type: string, { id, input }: { id: string; input: Input }): Row {
    const object = objectOf(this.#org, type);
    const before = this.live(type, id);
    if (before.values.IsConverted === true && actor.via !== 'seed') {
      throw refuse('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);
    }
    const given = readInput(this.#org, { actor, object, creating: false }, input);
    const shadow = shadowFault(before, Object.keys(given));
    if (shadow !== undefined && actor.via !== 'seed') throw new RecordError([shadow]);
    return this.#org.transaction.run(() => {
      const now = stamp(this.#org.now());
      const trail = {
        LastModifiedDate: now,
        SystemModstamp: now,
        LastModifiedById: actor.user.id,
      };
      const row = withName({ ...before, values: { ...before.values, ...trail, ...given } });
      this.#check(actor, object, { row, written: Object.keys(given), isNew: false });
      const fields = Object.keys(row.values).filter(
        (name) => !(name in trail) && row.values[name] !== before.values[name],
      );
      this.store({ row, before, actor, kind: 'updated', fields });
      personUpdated(this.#org, actor, row);
      return row;
    });
  }

  /** Puts a row in place and tells the transaction. Nothing is checked. */
  store(write: {
    row: Row;
    before?: Row;
    actor: Actor;
    kind: Change['kind'];
    fields: readonly string[];
    masterId?: string;
  }): void {
    const { row, before, actor, kind, fields, masterId } = write;
    this.place(row.type, row.id, row);
    this.#org.transaction.changed({
      kind,
      type: row.type,
      id: row.id,
      fields,
      actor,
      at: this.#org.now(),
      after: row,
      ...(before !== undefined && { before }),
      ...(masterId !== undefined && { masterId }),
    });
  }

  /** The lowest write: a row, or nothing where there was one. */
  place(type: string, id: string, row: Row | undefined): void {
    const table = this.table(type);
    const before = table.rows.get(id);
    table.put(id, row);
    this.#org.transaction.wrote(() => {
      table.put(id, before);
    });
  }

  #defaults(object: ObjectDefinition, actor: Actor): Record<string, Value> {
    const values: Record<string, Value> = {};
    for (const field of object.fields.values()) {
      const preset = field.picklistValues.find(({ defaultValue }) => defaultValue)?.value;
      const first = field.defaultedOnCreate ? field.picklistValues[0]?.value : undefined;
      values[field.name] = field.type === 'boolean' ? false : (preset ?? first ?? null);
    }
    const now = stamp(this.#org.now());
    const type = object.recordTypes.find(({ isDefault }) => isDefault);
    return {
      ...values,
      CreatedDate: now,
      LastModifiedDate: now,
      SystemModstamp: now,
      CreatedById: actor.user.id,
      LastModifiedById: actor.user.id,
      ...('OwnerId' in values && { OwnerId: actor.user.id }),
      ...('RecordTypeId' in values && { RecordTypeId: type?.id ?? null }),
    };
  }

  #check(
    actor: Actor,
    object: ObjectDefinition,
    { row, written, isNew }: { row: Row; written: readonly string[]; isNew: boolean },
  ): void {
    if (actor.via === 'api') this.#org.locks.strike([row.id, row.values.AccountId]);
    const faults = [
      ...missingFaults(object, row.values),
      ...this.#fieldFaults(object, row, written),
      ...(actor.via === 'seed'
        ? []
        : validationFaults(this.#org.rules.validation, object.name, row.values)),
    ];
    if (faults.length > 0) throw new RecordError(faults);
    if (actor.via === 'seed') return;
    const table = this.table(object.name);
    const candidate = { object, table, id: isNew ? undefined : row.id, values: row.values };
    const duplicate = duplicateFault(this.#org.rules.duplicates, candidate, actor);
    if (duplicate !== undefined) throw new RecordError([duplicate]);
  }

  #fieldFaults(object: ObjectDefinition, { id, values }: Row, written: readonly string[]): Fault[] {
    const { recordTypes } = object;
    const recordType = recordTypes.find((one) => one.id === values.RecordTypeId);
    return written.flatMap((name) => {
      const field = object.fields.get(name.toLowerCase());
      const value = values[name] ?? null;
      if (field === undefined || value === null) return [];
      const wrong =
        picklistFault(field, value, recordType?.picklists[name]) ??
        (SELF_MADE.has(name) ? undefined : referenceFault(this.#org, field, value));
      if (wrong !== undefined) return [wrong];
      if (!field.unique) return [];
      const twin = this.table(object.name)
        .having(field, value)
        .find((row) => row.id !== id && row.values.IsDeleted !== true);
      return twin === undefined
        ? []
        : [
            fault(
              'DUPLICATE_VALUE',
              `duplicate value found: ${name} duplicates value on record with id: ${twin.id}`,
              [],
            ),
          ];
    });
  }
}

const SELF_MADE = new Set(['Id', 'CreatedById', 'LastModifiedById', 'PersonContactId']);

function missingFaults(object: ObjectDefinition, values: Values): Fault[] {
  const missing = [...object.fields.values()]
    .filter(
      ({ nillable, name, createable }) =>
        !nillable && createable && (values[name] ?? null) === null,
    )
    .map(({ name }) => name);
  return missing.length === 0
    ? []
    : [
        fault(
          'REQUIRED_FIELD_MISSING',
          `Required fields are missing: [${missing.join(', ')}]`,
          missing,
        ),
      ];
}

const filledIn = (values: Values): string[] =>
  Object.keys(values).filter((name) => values[name] !== null && values[name] !== false);

/** The name of a person follows first and last name. */
function withName(row: Row): { type: string; id: string; values: Record<string, Value> } {
  const values = { ...row.values };
  if ('LastName' in values && (row.type !== 'Account' || values.IsPersonAccount === true)) {
    const name = [values.FirstName, values.LastName].filter(
      (part) => part !== null && part !== undefined,
    );
    values.Name = name.length === 0 ? null : name.join(' ');
  }
  return { ...row, values };
}
