import { ApiError, RecordError, fault, notFound, refuse } from '../errors.ts';
import { normaliseId } from '../ids.ts';
import { type Row, type Value, textOf } from '../model.ts';
import type { Input } from '../data/input.ts';
import { attributesOf } from '../query/select.ts';
import { Access } from '../schema/access.ts';
import type { FieldDefinition } from '../schema/fields.ts';
import type { ObjectDefinition } from '../schema/objects.ts';
import { type Call, type Json, type Reply, type Router, actorOf, objectBody, ok } from './call.ts';
import { visibleObject } from './objects.ts';

/** One record at a time, by its id or by an external id. */
export function recordRoutes(router: Router): void {
  router.on('POST', '/sobjects/:type', (call) => {
    const row = call.org.records.create(actorOf(call), visibleObject(call).name, objectBody(call));
    const location = `${call.base}/sobjects/${row.type}/${row.id}`;
    return {
      status: 201,
      body: { id: row.id, success: true, errors: [] },
      headers: { Location: location },
    };
  });
  router.on('GET', '/sobjects/:type/:id', (call) =>
    ok(shown(call, byId(call), visibleObject(call))),
  );
  router.on('PATCH', '/sobjects/:type/:id', (call) => {
    const { id, type } = byId(call);
    call.org.records.update(actorOf(call), type, { id, input: objectBody(call) });
    return { status: 204 };
  });
  router.on('DELETE', '/sobjects/:type/:id', (call) => {
    call.org.bin.delete(actorOf(call), byId(call));
    return { status: 204 };
  });
  router.on('GET', '/sobjects/:type/:field/:value', (call) => {
    const found = byExternalId(call);
    if (found.length === 0) throw notFound();
    return found.length > 1 || found[0] === undefined
      ? choices(call, found)
      : ok(shown(call, found[0], visibleObject(call)));
  });
  router.on('PATCH', '/sobjects/:type/:field/:value', upsertOne);
  router.on('DELETE', '/sobjects/:type/:field/:value', (call) => {
    const found = byExternalId(call);
    if (found.length > 1) return choices(call, found);
    if (found[0] === undefined) throw notFound();
    call.org.bin.delete(actorOf(call), found[0]);
    return { status: 204 };
  });
}

function byId(call: Call): Row {
  const object = visibleObject(call);
  const id = normaliseId(call.params.id);
  if (id === undefined) {
    throw new ApiError(
      404,
      fault(
        'NOT_FOUND',
        'Provided external ID field does not exist or is not accessible: ' + (call.params.id ?? ''),
      ),
    );
  }
  const row = call.org.records.row(object.name, id);
  if (row === undefined) throw notFound();
  if (row.values.IsDeleted === true) throw refuse('ENTITY_IS_DELETED', 'entity is deleted', []);
  return row;
}

function shown({ base, user, query }: Call, row: Row, object: ObjectDefinition): Json {
  const access = new Access(user);
  const wanted = query.get('fields')?.split(',');
  const fields =
    wanted?.map((name) => {
      const field = access.field(object, name.trim());
      if (field !== undefined) return field;
      throw new ApiError(
        400,
        fault('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`),
      );
    }) ?? access.visible(object);
  return {
    attributes: attributesOf(row, base),
    ...Object.fromEntries(fields.map(({ name }) => [name, row.values[name] ?? null])),
    Id: row.id,
  };
}

export function externalIdField(call: Call, object: ObjectDefinition): FieldDefinition {
  const name = call.params.field ?? '';
  const field = new Access(call.user).field(object, name);
  if (field !== undefined && (field.externalId || field.name === 'Id')) return field;
  throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`);
}

function byExternalId(call: Call): Row[] {
  const object = visibleObject(call);
  const field = externalIdField(call, object);
  return rowsWith(call, object, { field, value: call.params.value ?? '' });
}

function rowsWith(
  { org }: Call,
  object: ObjectDefinition,
  { field, value }: { field: FieldDefinition; value: string },
): Row[] {
  const table = org.records.table(object.name);
  const found =
    field.name === 'Id' ? [table.rows.get(normaliseId(value) ?? '')] : table.having(field, value);
  return found.filter((row) => row !== undefined).filter(({ values }) => values.IsDeleted !== true);
}

/** More than one record bears the external id. */
const choices = ({ base }: Call, rows: readonly Row[]): Reply => ({
  status: 300,
  body: rows.map(({ type, id }) => `${base}/sobjects/${type}/${id}`),
});

function upsertOne(call: Call): Reply {
  const object = visibleObject(call);
  const field = externalIdField(call, object);
  const value = call.params.value ?? '';
  const body = objectBody(call);
  if (Object.keys(body).some((key) => key.toLowerCase() === field.name.toLowerCase())) {
    throw refuse(
      'INVALID_FIELD',
      `The ${field.name} field should not be specified in the sobject data.`,
      [field.name],
    );
  }
  const found = rowsWith(call, object, { field, value });
  if (found.length > 1) return choices(call, found);
  const { row, created } = upsert(call, object, { field, value, input: body });
  return { status: created ? 201 : 200, body: { id: row.id, success: true, errors: [], created } };
}

/** Updates the one record with this external id, or creates it. */
export function upsert(
  call: Call,
  object: ObjectDefinition,
  { field, value, input }: { field: FieldDefinition; value: unknown; input: Input },
): { row: Row; created: boolean } {
  if (value === null || value === undefined || value === '') {
    throw refuse('MISSING_ARGUMENT', `${field.name} not specified`, [field.name]);
  }
  const { records } = call.org;
  const found = rowsWith(call, object, { field, value: textOf(value as Value) });
  const [existing] = found;
  if (found.length > 1) {
    throw new RecordError([
      fault(
        'DUPLICATE_EXTERNAL_ID',
        `${field.name}: more than one record found for external id field: [${found.map(({ id }) => id).join(', ')}]`,
        [field.name],
      ),
    ]);
  }
  if (existing !== undefined) {
    return {
      row: records.update(actorOf(call), object.name, { id: existing.id, input }),
      created: false,
    };
  }
  const row = records.create(actorOf(call), object.name, { ...input, [field.name]: value });
  return { row, created: true };
}
