import { ApiError, invalid } from '../errors.ts';
import type { Call, Json, Register, Reply } from '../http/endpoint.ts';
import type { CrmRecord, ObjectType } from '../model.ts';
import { associateInline } from './associate.ts';
import { archiveRecord } from './objects.ts';
import {
  READ_SCOPES,
  WRITE_SCOPES,
  findRecord,
  objectTypeOf,
  optionalText,
  propertiesOf,
  shown,
  textOf,
  written,
} from './records.ts';

const BASE = '/crm/objects/2026-09/:objectType/batch';
const MOST_INPUTS = 100;

/** Batch calls on contacts and notes: at most 100 inputs, no record twice. */
export function batchEndpoints(register: Register): void {
  register({ method: 'post', path: `${BASE}/read`, scopes: READ_SCOPES }, read);
  register({ method: 'post', path: `${BASE}/create`, scopes: WRITE_SCOPES }, (call) =>
    writeEach(call, 201, createOne),
  );
  register({ method: 'post', path: `${BASE}/update`, scopes: WRITE_SCOPES }, (call) => {
    for (const { idProperty } of inputsOf(call.body)) {
      if (idProperty === 'email')
        throw invalid('Property email is non-unique here: update by record id.');
    }
    demandDistinct(call.body);
    return writeEach(call, 200, updateOne);
  });
  register({ method: 'post', path: `${BASE}/upsert`, scopes: WRITE_SCOPES }, (call) => {
    demandDistinct(call.body);
    return writeEach(call, 200, upsertOne);
  });
  register({ method: 'post', path: `${BASE}/archive`, scopes: WRITE_SCOPES }, (call) => {
    const type = objectTypeOf(call.params.objectType);
    for (const input of inputsOf(call.body)) {
      const id = textOf(input, 'id');
      if (call.portal.store(type).records.has(id)) archiveRecord(call.portal, type, id, call.actor);
    }
    return { status: 204 };
  });
}

type WriteOne = (call: Call, type: ObjectType, input: Json) => Json;

const createOne: WriteOne = ({ portal, actor }, type, input) => {
  const record = portal.store(type).create(propertiesOf(input), actor);
  associateInline(portal, { type, id: record.id }, input.associations);
  return written(portal, type, record);
};

const updateOne: WriteOne = ({ portal, actor }, type, input) => {
  const id = textOf(input, 'id');
  const record = findRecord(portal, type, id, optionalText(input, 'idProperty'));
  if (record === undefined) throw absent(type, [id], 400);
  return written(portal, type, portal.store(type).update(record, propertiesOf(input), actor));
};

const upsertOne: WriteOne = ({ portal, actor }, type, input) => {
  const id = textOf(input, 'id');
  const idProperty = optionalText(input, 'idProperty');
  const store = portal.store(type);
  const record = findRecord(portal, type, id, idProperty);
  if (record !== undefined) {
    const after = store.update(record, propertiesOf(input), actor);
    return { ...written(portal, type, after), new: false };
  }
  if (idProperty === undefined || idProperty === 'hs_object_id') throw absent(type, [id], 400);
  const created = store.create({ [idProperty]: id, ...propertiesOf(input) }, actor);
  return { ...written(portal, type, created), new: true };
};

/**
 * With a distinct objectWriteTraceId on each input every record stands for itself (207 when some fail). Without, the
 * first bad record fails the whole batch and nothing is written. Keyed by email, HubSpot never does it by halves.
 */
function writeEach(call: Call, good: number, writeOne: WriteOne): Reply {
  const type = objectTypeOf(call.params.objectType);
  const inputs = inputsOf(call.body);
  const startedAt = new Date(call.portal.now()).toISOString();
  const { transaction } = call.portal;
  if (!standAlone(inputs)) {
    const results = transaction.run(() => inputs.map((input) => writeOne(call, type, input)));
    return { status: good, body: { ...envelope(call, startedAt), results } };
  }
  const results: Json[] = [];
  const errors: Json[] = [];
  for (const input of inputs) {
    const trace = String(input.objectWriteTraceId);
    try {
      const result = transaction.run(() => writeOne(call, type, input));
      results.push({ ...result, objectWriteTraceId: trace });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const context = { ...error.fields.context, objectWriteTraceId: [trace] };
      errors.push({ status: 'error', ...error.fields, context });
    }
  }
  const failed = errors.length > 0 ? { numErrors: errors.length, errors } : {};
  return {
    status: errors.length > 0 ? 207 : good,
    body: { ...envelope(call, startedAt), results, ...failed },
  };
}

function standAlone(inputs: Json[]): boolean {
  const traces = inputs.map((input) => input.objectWriteTraceId);
  if (traces.some((trace) => typeof trace !== 'string' || trace === '')) return false;
  if (new Set(traces).size < traces.length) return false;
  return !inputs.some(({ idProperty }) => idProperty === 'email');
}

function read(call: Call): Reply {
  const { portal, body } = call;
  const type = objectTypeOf(call.params.objectType);
  const inputs = inputsOf(body);
  demandDistinct(body);
  const startedAt = new Date(portal.now()).toISOString();
  const asked = Array.isArray(body.properties) ? body.properties.map(String) : [];
  const found = new Map<string, CrmRecord>();
  const missing: string[] = [];
  for (const input of inputs) {
    const id = textOf(input, 'id');
    const record = findRecord(portal, type, id, optionalText(body, 'idProperty'));
    if (record === undefined) missing.push(id);
    else found.set(record.id, record);
  }
  const results = [...found.values()].map((record) => shown(portal, type, record, asked));
  const complete = { ...envelope(call, startedAt), results };
  if (missing.length === 0) return { status: 200, body: complete };
  const error = { status: 'error', ...absent(type, missing, 404).fields };
  return { status: 207, body: { ...complete, numErrors: 1, errors: [error] } };
}

const envelope = ({ portal }: Call, startedAt: string) => ({
  status: 'COMPLETE',
  startedAt,
  completedAt: new Date(portal.now()).toISOString(),
});

const absent = (type: ObjectType, ids: string[], status: number): ApiError =>
  new ApiError(status, {
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${type === 'contacts' ? 'CONTACT' : 'NOTE'} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids },
  });

export function inputsOf(body: Json, most = MOST_INPUTS): Json[] {
  const { inputs } = body;
  if (!Array.isArray(inputs)) {
    throw invalid('Invalid input JSON: some required fields were not set: [inputs]');
  }
  if (inputs.length > most) {
    throw invalid(`A batch holds at most ${most} inputs; this one has ${inputs.length}.`);
  }
  for (const input of inputs as unknown[]) {
    if (typeof input !== 'object' || input === null) throw invalid('Each input must be an object.');
  }
  return inputs as Json[];
}

function demandDistinct(body: Json): void {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const input of inputsOf(body)) {
    const key = textOf(input, 'id').toLowerCase();
    if (seen.has(key)) twice.add(key);
    seen.add(key);
  }
  if (twice.size > 0) {
    throw invalid(
      `Duplicate IDs found in batch input: [${[...twice].join(', ')}]. IDs must be unique`,
    );
  }
}
