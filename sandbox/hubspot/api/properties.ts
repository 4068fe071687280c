import { notFound } from '../errors.ts';
import type { Call, Json, Register } from '../http/endpoint.ts';
import type { PropertyDefinition } from '../model.ts';
import { inputsOf } from './batch.ts';
import { objectTypeOf, textOf } from './records.ts';

const BASE = '/crm/properties/2026-09/:objectType';
const READ = ['crm.schemas.contacts.read', 'crm.objects.contacts.read'];
const WRITE = ['crm.schemas.contacts.write'];

const schemaOf = ({ portal, params }: Call) => portal.store(objectTypeOf(params.objectType)).schema;

/** Property definitions and groups of contacts and notes. */
export function propertyEndpoints(register: Register): void {
  groupEndpoints(register);
  batchEndpoints(register);
  register({ method: 'get', path: BASE, scopes: READ }, (call) => {
    const archived = call.query.get('archived') === 'true';
    const all = [...schemaOf(call).properties.values()].filter((one) => one.archived === archived);
    return { status: 200, body: { results: all.map(shownDefinition) } };
  });
  register({ method: 'get', path: `${BASE}/:name`, scopes: READ }, (call) => {
    const name = call.params.name ?? '';
    const found = schemaOf(call).properties.get(name);
    if (found === undefined || (found.archived && call.query.get('archived') !== 'true')) {
      throw notFound(`Property ${name} does not exist.`);
    }
    return { status: 200, body: shownDefinition(found) };
  });
  register({ method: 'post', path: BASE, scopes: WRITE }, (call) => ({
    status: 201,
    body: shownDefinition(schemaOf(call).create(call.body)),
  }));
  register({ method: 'patch', path: `${BASE}/:name`, scopes: WRITE }, (call) => ({
    status: 200,
    body: shownDefinition(schemaOf(call).update(call.params.name ?? '', call.body)),
  }));
  register({ method: 'delete', path: `${BASE}/:name`, scopes: WRITE }, (call) => {
    schemaOf(call).archive(call.params.name ?? '');
    return { status: 204 };
  });
}

function groupEndpoints(register: Register): void {
  register({ method: 'get', path: `${BASE}/groups`, scopes: READ }, (call) => ({
    status: 200,
    body: { results: [...schemaOf(call).groups.values()].filter(({ archived }) => !archived) },
  }));
  register({ method: 'get', path: `${BASE}/groups/:name`, scopes: READ }, (call) => {
    const group = schemaOf(call).groups.get(call.params.name ?? '');
    if (group?.archived !== false) throw notFound('The property group does not exist.');
    return { status: 200, body: group };
  });
  register({ method: 'post', path: `${BASE}/groups`, scopes: WRITE }, (call) => ({
    status: 201,
    body: schemaOf(call).createGroup(call.body),
  }));
  register({ method: 'delete', path: `${BASE}/groups/:name`, scopes: WRITE }, (call) => {
    schemaOf(call).archiveGroup(call.params.name ?? '');
    return { status: 204 };
  });
}

function batchEndpoints(register: Register): void {
  register({ method: 'post', path: `${BASE}/batch/create`, scopes: WRITE }, (call) => {
    const results = inputsOf(call.body).map((input) =>
      shownDefinition(schemaOf(call).create(input)),
    );
    return { status: 201, body: { status: 'COMPLETE', results } };
  });
  register({ method: 'post', path: `${BASE}/batch/read`, scopes: READ }, (call) => {
    const names = inputsOf(call.body).map((input: Json) => textOf(input, 'name'));
    const found = names.flatMap((name) => schemaOf(call).get(name) ?? []);
    return { status: 200, body: { status: 'COMPLETE', results: found.map(shownDefinition) } };
  });
  register({ method: 'post', path: `${BASE}/batch/archive`, scopes: WRITE }, (call) => {
    for (const input of inputsOf(call.body)) schemaOf(call).archive(textOf(input, 'name'));
    return { status: 204 };
  });
}

function shownDefinition({
  readOnlyValue,
  createdAt,
  updatedAt,
  ...definition
}: PropertyDefinition) {
  return {
    ...definition,
    calculated: false,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    modificationMetadata: {
      archivable: !definition.hubspotDefined,
      readOnlyDefinition: definition.hubspotDefined,
      readOnlyValue,
    },
  };
}
