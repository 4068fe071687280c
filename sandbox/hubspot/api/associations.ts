import { invalid } from '../errors.ts';
import type { Call, Json, Register, Reply } from '../http/endpoint.ts';
import type { ObjectType } from '../model.ts';
import { type End, associate, directionOf, dissociate } from './associate.ts';
import { inputsOf } from './batch.ts';
import { linkedWithTypes } from './objects.ts';
import { READ_SCOPES, WRITE_SCOPES, demandRecord, objectTypeOf } from './records.ts';

const BATCH = '/crm/associations/2026-09/:from/:to/batch';
const ONE = '/crm/objects/2026-09/:from/:fromId/associations';
const MOST_CREATED = 2_000;
const MOST_READ = 1_000;

/** Associations between notes and contacts, from both sides. */
export function associationEndpoints(register: Register): void {
  register({ method: 'post', path: `${BATCH}/associate/default`, scopes: WRITE_SCOPES }, (call) =>
    joinAll(call, 200),
  );
  register({ method: 'post', path: `${BATCH}/create`, scopes: WRITE_SCOPES }, (call) =>
    joinAll(call, 201),
  );
  register({ method: 'post', path: `${BATCH}/read`, scopes: READ_SCOPES }, readAll);
  register({ method: 'post', path: `${BATCH}/archive`, scopes: WRITE_SCOPES }, (call) => {
    const { from, to } = sidesOf(call);
    call.portal.transaction.run(() => {
      for (const input of inputsOf(call.body, MOST_CREATED)) {
        const targets = Array.isArray(input.to) ? input.to : [input.to];
        for (const target of targets) {
          dissociate(call.portal, endOf(from, input.from), endOf(to, target));
        }
      }
    });
    return { status: 204 };
  });
  register({ method: 'put', path: `${ONE}/default/:to/:toId`, scopes: WRITE_SCOPES }, (call) => {
    const { from, to } = oneOf(call);
    const body = call.portal.transaction.run(() => joined(call, from, to));
    return { status: 200, body: { status: 'COMPLETE', results: [body] } };
  });
  register({ method: 'get', path: `${ONE}/:to`, scopes: READ_SCOPES }, (call) => {
    const { from, to } = sidesOf(call);
    directionOf(from, to);
    const record = demandRecord(call.portal, from, call.params.fromId ?? '');
    return { status: 200, body: { results: linkedWithTypes(call.portal, from, record.id) } };
  });
  register({ method: 'delete', path: `${ONE}/:to/:toId`, scopes: WRITE_SCOPES }, (call) => {
    const { from, to } = oneOf(call);
    call.portal.transaction.run(() => {
      dissociate(call.portal, from, to);
    });
    return { status: 204 };
  });
}

const sidesOf = ({ params }: Call): { from: ObjectType; to: ObjectType } => ({
  from: objectTypeOf(params.from),
  to: objectTypeOf(params.to),
});

function oneOf(call: Call): { from: End; to: End } {
  const { from, to } = sidesOf(call);
  return {
    from: { type: from, id: call.params.fromId ?? '' },
    to: { type: to, id: call.params.toId ?? '' },
  };
}

function endOf(type: ObjectType, given: unknown): End {
  const id = (given as { id?: string | number } | undefined)?.id;
  if (id === undefined) throw invalid('Each input needs from.id and to.id.');
  return { type, id: String(id) };
}

function joinAll(call: Call, status: number): Reply {
  const { from, to } = sidesOf(call);
  const results = call.portal.transaction.run(() =>
    inputsOf(call.body, MOST_CREATED).map((input) =>
      joined(call, endOf(from, input.from), endOf(to, input.to)),
    ),
  );
  return { status, body: { status: 'COMPLETE', results } };
}

function joined({ portal }: Call, from: End, to: End): Json {
  const associationTypeId = associate(portal, from, to);
  return {
    from: { id: from.id },
    to: { id: to.id },
    associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId },
  };
}

function readAll(call: Call): Reply {
  const { from, to } = sidesOf(call);
  directionOf(from, to);
  const { portal } = call;
  const results: Json[] = [];
  const errors: Json[] = [];
  for (const input of inputsOf(call.body, MOST_READ)) {
    const { id } = endOf(from, input);
    const linked = linkedWithTypes(portal, from, portal.store(from).survivorOf(id));
    if (linked.length > 0) results.push({ from: { id }, to: linked });
    else errors.push(unlinked(id, from, to));
  }
  const failed = errors.length > 0 ? { numErrors: errors.length, errors } : {};
  return {
    status: errors.length > 0 ? 207 : 200,
    body: { status: 'COMPLETE', results, ...failed },
  };
}

const unlinked = (id: string, from: ObjectType, to: ObjectType): Json => ({
  status: 'error',
  category: 'OBJECT_NOT_FOUND',
  subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
  message: `No ${to} is associated with ${from} ${id}.`,
  context: { fromObjectId: [id], fromObjectType: [from], toObjectType: [to] },
});
