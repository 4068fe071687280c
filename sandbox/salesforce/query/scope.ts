import { ApiError, badRequest, fault } from '../errors.ts';
import type { Row, Value } from '../model.ts';
import type { Org } from '../org.ts';
import type { Access } from '../schema/access.ts';
import type { FieldDefinition } from '../schema/fields.ts';
import type { ObjectDefinition } from '../schema/objects.ts';

/** One query's view of an org: what its user sees, and how the API's paths begin. */
export interface Scope {
  org: Org;
  access: Access;
  base: string;
  /** queryAll: records in the recycle bin count as well. */
  all: boolean;
}

export interface Path {
  field: FieldDefinition;
  read: (row: Row) => Value;
}

export function objectNamed({ org, access }: Scope, name: string): ObjectDefinition {
  const object = org.schema.object(name);
  if (object !== undefined && access.seesObject(object)) return object;
  throw badRequest(
    'INVALID_TYPE',
    `sObject type '${name}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name.`,
  );
}

const noColumn = (name: string, object: ObjectDefinition): ApiError =>
  new ApiError(
    400,
    fault(
      'INVALID_FIELD',
      `No such column '${name}' on entity '${object.name}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.`,
    ),
  );

/** `Account.Owner.Name`: through up to five parents to a field. */
export function pathTo(scope: Scope, object: ObjectDefinition, name: string): Path {
  const parts = name.split('.');
  // The object's own name may stand in front.
  if (parts.length > 1 && parts[0]?.toLowerCase() === object.name.toLowerCase()) parts.shift();
  if (parts.length > 6) throw badRequest('MALFORMED_QUERY', 'Maximum relationship depth is 5.');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) {
    const field = scope.access.field(object, first);
    if (field === undefined) throw noColumn(first, object);
    return { field, read: (row) => row.values[field.name] ?? null };
  }
  const { link, parents } = relationship(scope, object, first);
  const onward = new Map(parents.map((one) => [one.name, pathTo(scope, one, rest.join('.'))]));
  const [sample] = onward.values();
  if (sample === undefined) throw noColumn(first, object);
  return {
    field: sample.field,
    read(row) {
      const parent = parentOf(scope, row, link);
      return parent === undefined ? null : (onward.get(parent.type)?.read(parent) ?? null);
    },
  };
}

export function relationship(
  scope: Scope,
  object: ObjectDefinition,
  name: string,
): { link: FieldDefinition; parents: ObjectDefinition[] } {
  const link = scope.access
    .visible(object)
    .find((field) => field.relationshipName?.toLowerCase() === name.toLowerCase());
  const parents = (link?.referenceTo ?? [])
    .flatMap((one) => scope.org.schema.object(one) ?? [])
    .filter((one) => scope.access.seesObject(one));
  if (link !== undefined && parents.length > 0) return { link, parents };
  throw badRequest(
    'INVALID_FIELD',
    `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name.`,
  );
}

export function parentOf({ org }: Scope, row: Row, link: FieldDefinition): Row | undefined {
  const id = row.values[link.name];
  const type = typeof id === 'string' ? org.schema.byPrefix(id.slice(0, 3))?.name : undefined;
  return type === undefined || typeof id !== 'string' ? undefined : org.records.row(type, id);
}
