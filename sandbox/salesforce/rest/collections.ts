import { RecordError, badRequest, fault, refuse } from '../errors.ts';
import { type Value, textOf } from '../model.ts';
import { normaliseId } from '../ids.ts';
import { attributesOf } from '../query/select.ts';
import { Access } from '../schema/access.ts';
import { type Call, type Json, type Reply, type Router, actorOf, objectBody, ok } from './call.ts';
import { visibleObject } from './objects.ts';
import { externalIdField, upsert } from './records.ts';

const MOST = 200;
/** Types that alternate cut a collection into chunks; more than these are refused. */
const MOST_CHUNKS = 10;

/** Up to 200 records in one call, each with a result of its own, in the order of the request. */
export function collectionRoutes(router: Router): void {
  router.on('POST', '/composite/sobjects', (call) => {
    const { records, allOrNone } = demandRecords(call);
    return each(call, { records, allOrNone }, (record) => {
      const row = call.org.records.create(actorOf(call), typeOf(record), record);
      return { id: row.id, success: true, errors: [] };
    });
  });
  router.on('PATCH', '/composite/sobjects', (call) => {
    const { records, allOrNone } = demandRecords(call);
    return each(call, { records, allOrNone }, ({ Id, id = Id, ...input }) => {
      const row = recordOf(call, typeOf(input), id);
      call.org.records.update(actorOf(call), row.type, { id: row.id, input });
      return { id: row.id, success: true, errors: [] };
    });
  });
  router.on('DELETE', '/composite/sobjects', (call) => {
    const ids = (call.query.get('ids') ?? '').split(',').filter((one) => one !== '');
    demandCount(ids.length);
    const records = ids.map((id) => ({ id }));
    const allOrNone = call.query.get('allOrNone') === 'true';
    return each(call, { records, allOrNone }, ({ id }) => {
      const type = call.org.schema.byPrefix(String(id).slice(0, 3))?.name;
      const row = recordOf(call, type ?? '', id);
      call.org.bin.delete(actorOf(call), row);
      return { id: row.id, success: true, errors: [] };
    });
  });
  router.on('PATCH', '/composite/sobjects/:type/:field', upsertMany);
  router.on('GET', '/composite/sobjects/:type', (call) =>
    retrieve(
      call,
      (call.query.get('ids') ?? '').split(','),
      (call.query.get('fields') ?? '').split(','),
    ),
  );
  router.on('POST', '/composite/sobjects/:type', (call) => {
    const { ids, fields } = objectBody(call);
    if (!Array.isArray(ids) || !Array.isArray(fields))
      throw badRequest('JSON_PARSER_ERROR', 'ids and fields are lists.');
    return retrieve(call, ids.map(String), fields.map(String));
  });
}

function demandRecords(call: Call): { records: Json[]; allOrNone: boolean } {
  const { records, allOrNone } = objectBody(call);
  if (!Array.isArray(records)) throw badRequest('JSON_PARSER_ERROR', 'records is a list.');
  demandCount(records.length);
  const types = (records as Json[]).map(typeOf);
  const chunks = types.filter((type, place) => type !== types[place - 1]).length;
  if (chunks > MOST_CHUNKS) {
    throw badRequest(
      'INVALID_INPUT',
      `Cannot have more than ${MOST_CHUNKS} chunks in a single operation. Please rearrange the data to reduce chunking.`,
    );
  }
  return { records: records as Json[], allOrNone: allOrNone === true };
}

function demandCount(count: number): void {
  if (count >= 1 && count <= MOST) return;
  throw badRequest(
    'INVALID_INPUT',
    count === 0
      ? 'At least one record is required.'
      : `The request can't have more than ${MOST} records.`,
  );
}

function typeOf(record: Json): string {
  const { attributes } = record;
  const type =
    typeof attributes === 'object' && attributes !== null ? (attributes as Json).type : undefined;
  if (typeof type === 'string') return type;
  throw badRequest(
    'INVALID_INPUT',
    'Include an entity type for each sObject in the request body: attributes.type.',
  );
}

function recordOf(call: Call, type: string, given: unknown) {
  const id = normaliseId(given);
  if (id === undefined) throw refuse('MALFORMED_ID', `bad id ${String(given)}`, ['Id']);
  if (type === '') throw refuse('INVALID_ID_FIELD', `bad id ${String(given)}`, []);
  return call.org.records.live(type, id);
}

/** What befalls the innocent rows of a request that is taken whole or not at all. */
const ROLLED_BACK = {
  success: false,
  errors: [
    {
      statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      message:
        'Record rolled back because not all records were valid and the request was using AllOrNone header',
      fields: [],
    },
  ],
};

class RolledBack extends Error {}

function each(
  { org }: Call,
  { records, allOrNone }: { records: readonly Json[]; allOrNone: boolean },
  write: (record: Json) => Json,
): Reply {
  let results: Json[] = [];
  try {
    org.transaction.run(() => {
      results = records.map((record) => attempt(write, record));
      if (allOrNone && results.some(({ success }) => success === false)) throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    return ok(results.map((one) => (one.success === true ? ROLLED_BACK : one)));
  }
  return ok(results);
}

function attempt(write: (record: Json) => Json, record: Json): Json {
  try {
    return write(record);
  } catch (error) {
    if (error instanceof RecordError) return { success: false, errors: error.inCollection() };
    throw error;
  }
}

function upsertMany(call: Call): Reply {
  const object = visibleObject(call);
  const field = externalIdField(call, object);
  const { records, allOrNone } = demandRecords(call);
  const keyOf = (record: Json) =>
    Object.entries(record).find(([name]) => name.toLowerCase() === field.name.toLowerCase())?.[1];
  const fold = (value: unknown) =>
    field.caseSensitive ? String(value) : String(value).toLowerCase();
  const counts = new Map<string, number>();
  for (const key of records.map((one) => fold(keyOf(one))))
    counts.set(key, (counts.get(key) ?? 0) + 1);
  return each(call, { records, allOrNone }, (record) => {
    const value = keyOf(record);
    if (typeOf(record).toLowerCase() !== object.name.toLowerCase()) {
      throw refuse('INVALID_TYPE', `All records of an upsert are of type ${object.name}.`);
    }
    if (value !== undefined && value !== null && (counts.get(fold(value)) ?? 0) > 1) {
      throw new RecordError([
        fault('DUPLICATE_VALUE', `Duplicate external id specified: ${textOf(value as Value)}`, [
          field.name,
        ]),
      ]);
    }
    const input = Object.fromEntries(
      Object.entries(record).filter(([name]) => name.toLowerCase() !== field.name.toLowerCase()),
    );
    const { row, created } = upsert(call, object, { field, value, input });
    return { id: row.id, success: true, errors: [], created };
  });
}

/** A record that is not there, or not visible, is null in its place. */
function retrieve(call: Call, ids: readonly string[], fields: readonly string[]): Reply {
  const object = visibleObject(call);
  if (ids.length > 2_000) throw badRequest('INVALID_INPUT', 'A retrieve takes 2000 ids at most.');
  const access = new Access(call.user);
  const columns = fields.map((name) => {
    const field = access.field(object, name.trim());
    if (field !== undefined) return field.name;
    throw badRequest('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
  });
  return ok(
    ids.map((given) => {
      const row = call.org.records.row(object.name, normaliseId(given) ?? '');
      if (row === undefined || row.values.IsDeleted === true) return null;
      return {
        attributes: attributesOf(row, call.base),
        ...Object.fromEntries(columns.map((name) => [name, row.values[name] ?? null])),
      };
    }),
  );
}
