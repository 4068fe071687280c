import { ApiError, invalid, notFound } from '../errors.ts';
import type { Call, Json } from '../http/endpoint.ts';
import { type CrmRecord, OBJECT_TYPE_NAMES, type ObjectType } from '../model.ts';
import type { Portal } from '../portal.ts';

export const READ_SCOPES = ['crm.objects.contacts.read'] as const;
export const WRITE_SCOPES = ['crm.objects.contacts.write'] as const;

const DEFAULT_PROPERTIES: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
  notes: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
};

export function objectTypeOf(name: string | undefined): ObjectType {
  const type = OBJECT_TYPE_NAMES[(name ?? '').toLowerCase()];
  if (type === undefined) {
    throw invalid(`Unable to infer object type from: ${name ?? ''}`);
  }
  return type;
}

/** A record by id or by a unique property; undefined when there is none. */
export function findRecord(
  portal: Portal,
  type: ObjectType,
  id: string,
  idProperty?: string,
): CrmRecord | undefined {
  const store = portal.store(type);
  if (idProperty !== undefined && idProperty !== 'hs_object_id')
    return store.findBy(idProperty, id);
  if (portal.switches.mergedIds === 'notFound' && store.redirects.has(id)) return undefined;
  return store.find(id);
}

export function demandRecord(portal: Portal, type: ObjectType, id: string, idProperty?: string) {
  const record = findRecord(portal, type, id, idProperty);
  if (record === undefined) throw notFound();
  return record;
}

/** A record as the API shows it: asked-for properties only, null where there is no value. */
export function shown(
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  asked: readonly string[],
) {
  const schema = portal.store(type).schema;
  const properties: Record<string, string | null> = {};
  for (const name of DEFAULT_PROPERTIES[type]) properties[name] = record.values[name] ?? null;
  for (const name of asked) {
    if (schema.get(name) !== undefined) properties[name] = record.values[name] ?? null;
  }
  return {
    id: record.id,
    properties,
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
    archived: record.archivedAt !== undefined,
    ...(record.archivedAt !== undefined && {
      archivedAt: new Date(record.archivedAt).toISOString(),
    }),
  };
}

/** What a write answers: every value the record has now. */
export const written = (portal: Portal, type: ObjectType, record: CrmRecord) =>
  shown(portal, type, record, Object.keys(record.values));

export const askedProperties = ({ query }: Call): string[] =>
  query.getAll('properties').flatMap((names) => names.split(',').map((name) => name.trim()));

export function propertiesOf(body: Json): Json {
  const { properties } = body;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) {
    throw invalid('Invalid input JSON: some required fields were not set: [properties]');
  }
  return properties as Json;
}

export function textOf(body: Json, field: string): string {
  const value = body[field];
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  throw invalid(`Invalid input JSON: some required fields were not set: [${field}]`);
}

export function optionalText(body: Json, field: string): string | undefined {
  return body[field] === undefined || body[field] === null ? undefined : textOf(body, field);
}

export function limitOf(
  given: string | number | null | undefined,
  most: number,
  usual: number,
): number {
  if (given === null || given === undefined) return usual;
  const limit = Number(given);
  if (!Number.isInteger(limit) || limit < 1 || limit > most) {
    throw new ApiError(400, {
      category: 'VALIDATION_ERROR',
      message: `The limit must be between 1 and ${most}, not ${given}.`,
    });
  }
  return limit;
}
