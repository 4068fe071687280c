import { type Fault, RecordError, fault, refuse } from '../errors.ts';
import type { Actor, Value } from '../model.ts';
import type { OrgData } from './org-data.ts';
import { Access } from '../schema/access.ts';
import type { FieldDefinition } from '../schema/fields.ts';
import { type ObjectDefinition, fieldOf } from '../schema/objects.ts';
import { readValue } from './values.ts';

export type Input = Readonly<Record<string, unknown>>;

interface Write {
  actor: Actor;
  object: ObjectDefinition;
  creating: boolean;
}

const noSuchColumn = (name: string, object: ObjectDefinition): Fault =>
  fault('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`, [name]);

/** The values a caller sent, read field by field; everything that is wrong with them is reported at once. */
export function readInput(org: OrgData, write: Write, input: Input): Record<string, Value> {
  const values: Record<string, Value> = {};
  const faults: Fault[] = [];
  for (const [name, given] of Object.entries(input)) {
    if (name === 'attributes') continue;
    const read = readField(org, write, [name, given]);
    if ('fault' in read) faults.push(read.fault);
    else values[read.name] = read.value;
  }
  if (faults.length > 0) throw new RecordError(faults);
  return values;
}

type Read = { name: string; value: Value } | { fault: Fault };

function readField(org: OrgData, write: Write, [name, given]: [string, unknown]): Read {
  const { actor, object } = write;
  const access = new Access(actor.user);
  const all = actor.via === 'seed';
  if (typeof given === 'object' && given !== null) return byExternalId(org, object, [name, given]);
  const field = all ? fieldOf(object, name) : access.field(object, name);
  if (field === undefined) return { fault: noSuchColumn(name, object) };
  if (!all && !mayWrite(write, access, field)) {
    const message = `Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`;
    return { fault: fault('INVALID_FIELD_FOR_INSERT_UPDATE', message, [field.name]) };
  }
  const read = readValue(field, given);
  return 'fault' in read ? read : { name: field.name, value: read.value };
}

function mayWrite({ object, creating }: Write, access: Access, field: FieldDefinition): boolean {
  return access.edits(object, field) && (creating ? field.createable : field.updateable);
}

/** `Parent__r: { External_Key__c: 'x' }` names the parent by its external id. */
function byExternalId(
  org: OrgData,
  object: ObjectDefinition,
  [name, given]: [string, object],
): Read {
  const field = [...object.fields.values()].find(
    ({ relationshipName }) => relationshipName?.toLowerCase() === name.toLowerCase(),
  );
  const keys = Object.entries(given).filter(([key]) => key !== 'attributes');
  const [key, value] = keys[0] ?? [];
  const parent = field?.referenceTo[0];
  if (field === undefined || parent === undefined || key === undefined || keys.length > 1) {
    return { fault: noSuchColumn(name, object) };
  }
  const target = org.schema.object(parent);
  const by = target === undefined ? undefined : fieldOf(target, key);
  if (by?.externalId !== true) {
    return {
      fault: fault(
        'INVALID_FIELD',
        `Foreign key external ID: ${key} is not an external id of ${parent}`,
        [name],
      ),
    };
  }
  const found = org.records
    .table(parent)
    .having(by, String(value))
    .filter(({ values }) => values.IsDeleted !== true);
  return found.length === 1 && found[0] !== undefined
    ? { name: field.name, value: found[0].id }
    : {
        fault: fault(
          'INVALID_FIELD',
          `Foreign key external ID: ${String(value)} not found for field ${by.name} in entity ${parent}`,
          [name],
        ),
      };
}

/** A reference must lead to a live record of an object the field points to. */
export function referenceFault(
  org: OrgData,
  field: FieldDefinition,
  value: Value,
): Fault | undefined {
  if (field.type !== 'reference' || typeof value !== 'string') return undefined;
  const target = org.schema.byPrefix(value.slice(0, 3));
  if (target === undefined || !field.referenceTo.includes(target.name)) {
    return fault(
      'FIELD_INTEGRITY_EXCEPTION',
      `${field.label}: id value of incorrect type: ${value}`,
      [field.name],
    );
  }
  const row = org.records.table(target.name).rows.get(value);
  if (row === undefined)
    return fault('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
  return row.values.IsDeleted === true
    ? fault('ENTITY_IS_DELETED', 'entity is deleted', [])
    : undefined;
}

export function objectOf(org: OrgData, type: string): ObjectDefinition {
  const object = org.schema.object(type);
  if (object !== undefined) return object;
  throw refuse('INVALID_TYPE', `sObject type '${type}' is not supported.`);
}
