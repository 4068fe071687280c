import { ApiError, conflict, invalid, notFound } from '../errors.ts';
import type { Call, Json, Register } from '../http/endpoint.ts';
import type { World } from '../world.ts';
import { inputsOf } from './batch.ts';
import { optionalText, propertiesOf, textOf } from './records.ts';

const BASE = '/integrators/timeline/2026-03';
const SCOPES = [
  'timeline',
  'timeline.write',
  ...['contacts', 'companies'].map((one) => `crm.objects.${one}.write`),
];
const MOST = {
  inputs: 500,
  idBytes: 500,
  propertyBytes: 510 * 1_024,
  occurrenceBytes: 1_024 * 1_024,
};

export const qualifiedName = ({ app }: World, uid: string): string => `ae${app.appId}_${uid}`;

/** App events: immutable entries on a contact's timeline, for apps HubSpot has approved. */
export function timelineEndpoints(register: Register): void {
  register({ method: 'post', path: `${BASE}/types/projects` }, (call) => {
    demandApproval(call);
    const developerSymbol = textOf(call.body, 'developerSymbol');
    const projectName = textOf(call.body, 'projectName');
    const { app } = call.world;
    const type = app.eventTypes.find(({ uid }) => uid === developerSymbol);
    if (type === undefined || projectName !== app.projectName) {
      throw notFound(`Project ${projectName} has no event type ${developerSymbol}.`);
    }
    return {
      status: 200,
      body: {
        developerQualifiedSymbol: { developerSymbol, projectName },
        fullyQualifiedName: qualifiedName(call.world, type.uid),
      },
    };
  });
  register({ method: 'post', path: `${BASE}/events`, scopes: SCOPES }, (call) => {
    demandApproval(call);
    call.portal.transaction.run(() => occur(call, call.body));
    return { status: 201 };
  });
  register({ method: 'post', path: `${BASE}/events/batch`, scopes: SCOPES }, (call) => {
    demandApproval(call);
    const startedAt = new Date(call.portal.now()).toISOString();
    const inputs = inputsOf(call.body, MOST.inputs);
    const results = call.portal.transaction.run(() => inputs.map((input) => occur(call, input)));
    const completedAt = new Date(call.portal.now()).toISOString();
    return { status: 201, body: { status: 'COMPLETE', startedAt, completedAt, results } };
  });
}

function demandApproval({ portal }: Call): void {
  if (portal.switches.appEventsApproved) return;
  throw new ApiError(403, {
    category: 'FORBIDDEN',
    message: 'This app has not been approved to send app events.',
  });
}

function occur({ world, portal }: Call, input: Json): Json {
  const eventTypeName = textOf(input, 'eventTypeName');
  const id = textOf(input, 'id');
  const properties = texts(propertiesOf(input));
  demandSizes(id, properties, input);
  const type = world.app.eventTypes.find(({ uid }) =>
    [uid, qualifiedName(world, uid)].includes(eventTypeName),
  );
  if (type === undefined) throw invalid(`Event type ${eventTypeName} does not exist.`);
  const name = qualifiedName(world, type.uid);
  const now = portal.now();
  if (portal.occurrences.knows(name, id, now)) {
    throw conflict(`An occurrence with id ${id} already exists for ${eventTypeName}.`);
  }
  const objectId = contactOf({ portal, input });
  const at = timeOf(input, now);
  const extra = input.extraData;
  portal.occurrences.add(
    {
      eventTypeName: name,
      id,
      objectId,
      at,
      properties,
      ...(extra !== undefined && { extraData: extra }),
    },
    now,
  );
  portal.transaction.announce({
    kind: 'linked',
    objectType: 'contacts',
    id: objectId,
    actor: { source: 'INTEGRATION', appId: world.app.appId },
    at: now,
  });
  return { ...input, objectId, timestamp: new Date(at).toISOString() };
}

function contactOf({ portal, input }: { portal: Call['portal']; input: Json }): string {
  const email = optionalText(input, 'email');
  const record =
    email === undefined
      ? portal.contacts.find(textOf(input, 'objectId'))
      : portal.contacts.findBy('email', email);
  if (record === undefined) throw invalid('The occurrence names no existing contact.');
  return record.id;
}

function timeOf(input: Json, now: number): number {
  const text = optionalText(input, 'timestamp');
  if (text === undefined) return now;
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(at)) throw invalid(`${text} is not a timestamp.`);
  return at;
}

function texts(given: Json): Record<string, string> {
  const wrong = Object.entries(given).find(([, value]) => typeof value !== 'string');
  if (wrong !== undefined) throw invalid(`Property ${wrong[0]} must be a string.`);
  return given as Record<string, string>;
}

function demandSizes(id: string, properties: Record<string, string>, input: Json): void {
  if (Buffer.byteLength(id) > MOST.idBytes)
    throw invalid(`An id has at most ${MOST.idBytes} bytes.`);
  const long = Object.entries(properties).find(
    ([, value]) => Buffer.byteLength(value) > MOST.propertyBytes,
  );
  if (long !== undefined)
    throw invalid(`Property ${long[0]} has more than ${MOST.propertyBytes} bytes.`);
  if (Buffer.byteLength(JSON.stringify(input)) > MOST.occurrenceBytes) {
    throw invalid(`An occurrence has at most ${MOST.occurrenceBytes} bytes.`);
  }
}
