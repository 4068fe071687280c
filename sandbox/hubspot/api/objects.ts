import { mergeContacts, privacyDeleteContact } from '../crm/contacts.ts';
import { ASSOCIATION_TYPE } from '../crm/links.ts';
import { conflict, notFound } from '../errors.ts';
import type { Call, Register } from '../http/endpoint.ts';
import type { CrmRecord, ObjectType } from '../model.ts';
import type { Portal } from '../portal.ts';
import { associateInline } from './associate.ts';
import {
  READ_SCOPES,
  WRITE_SCOPES,
  askedProperties,
  demandRecord,
  limitOf,
  objectTypeOf,
  optionalText,
  propertiesOf,
  shown,
  textOf,
  written,
} from './records.ts';

const BASE = '/crm/objects/2026-09/:objectType';
const typeOf = (call: Call): ObjectType => objectTypeOf(call.params.objectType);
const idOf = (call: Call): string => call.params.id ?? '';
const idPropertyOf = (call: Call): string | undefined => call.query.get('idProperty') ?? undefined;

/** Single-record calls on contacts and notes. */
export function objectEndpoints(register: Register): void {
  register({ method: 'get', path: BASE, scopes: READ_SCOPES }, list);
  register({ method: 'get', path: `${BASE}/:id`, scopes: READ_SCOPES }, (call) => {
    const type = typeOf(call);
    const record = readable(call, type);
    return {
      status: 200,
      body: {
        ...shown(call.portal, type, record, askedProperties(call)),
        ...associationsOf(call, type, record),
      },
    };
  });
  register({ method: 'post', path: BASE, scopes: WRITE_SCOPES }, (call) => {
    const type = typeOf(call);
    const { portal, actor, body } = call;
    const record = portal.transaction.run(() => {
      const created = portal.store(type).create(propertiesOf(body), actor);
      associateInline(portal, { type, id: created.id }, body.associations);
      return created;
    });
    return { status: 201, body: written(portal, type, record) };
  });
  register({ method: 'patch', path: `${BASE}/:id`, scopes: WRITE_SCOPES }, (call) => {
    const type = typeOf(call);
    const { portal, actor, body } = call;
    const record = demandRecord(portal, type, idOf(call), idPropertyOf(call));
    const after = portal.transaction.run(() =>
      portal.store(type).update(record, propertiesOf(body), actor),
    );
    return { status: 200, body: written(portal, type, after) };
  });
  register({ method: 'delete', path: `${BASE}/:id`, scopes: WRITE_SCOPES }, (call) => {
    archiveRecord(call.portal, typeOf(call), idOf(call), call.actor);
    return { status: 204 };
  });
  contactEndpoints(register);
}

function contactEndpoints(register: Register): void {
  const paths = ['contacts', '0-1'].map((name) => `/crm/objects/2026-09/${name}`);
  for (const path of paths) {
    register(
      { method: 'post', path: `${path}/merge`, scopes: WRITE_SCOPES },
      ({ portal, actor, body }) => {
        const ids: [string, string] = [
          textOf(body, 'primaryObjectId'),
          textOf(body, 'objectIdToMerge'),
        ];
        return {
          status: 200,
          body: written(portal, 'contacts', mergeContacts(portal, actor, ids)),
        };
      },
    );
    register({ method: 'post', path: `${path}/gdpr-delete`, scopes: WRITE_SCOPES }, (call) => {
      const { portal, actor, body } = call;
      const id = textOf(body, 'objectId');
      const property = optionalText(body, 'idProperty');
      const known = property === undefined ? id : portal.contacts.findBy(property, id)?.id;
      if (known !== undefined) privacyDeleteContact(portal, actor, known);
      return { status: 204 };
    });
  }
}

/** Archiving twice is fine; a note leaves its contacts' timelines but keeps its place for a restore. */
export function archiveRecord(
  portal: Portal,
  type: ObjectType,
  id: string,
  actor: Call['actor'],
): void {
  const store = portal.store(type);
  const record = store.records.get(store.survivorOf(id));
  if (record === undefined) throw notFound();
  if (record.archivedAt !== undefined) return;
  portal.transaction.run(() => {
    store.archive(record, actor);
  });
}

export function restoreRecord(
  portal: Portal,
  type: ObjectType,
  id: string,
  actor: Call['actor'],
): CrmRecord {
  const record = portal.store(type).records.get(id);
  if (record === undefined) throw notFound();
  if (record.archivedAt === undefined) throw conflict(`Record ${id} is not archived.`);
  return portal.transaction.run(() => portal.store(type).restore(record, actor));
}

function list(call: Call) {
  const type = typeOf(call);
  const { portal, query } = call;
  const limit = limitOf(query.get('limit'), 100, 10);
  const archived = query.get('archived') === 'true';
  const after = BigInt(query.get('after') ?? '0');
  const page: CrmRecord[] = [];
  let more = false;
  for (const record of portal.store(type).records.values()) {
    if (BigInt(record.id) <= after || (record.archivedAt !== undefined) !== archived) continue;
    if (page.length === limit) {
      more = true;
      break;
    }
    page.push(record);
  }
  const last = page.at(-1);
  const next =
    more && last ? { paging: { next: { after: last.id, link: nextLink(call, last.id) } } } : {};
  const asked = askedProperties(call);
  return {
    status: 200,
    body: { results: page.map((one) => shown(portal, type, one, asked)), ...next },
  };
}

function nextLink({ query, params, world }: Call, after: string): string {
  const next = new URLSearchParams(query);
  next.set('after', after);
  return `http://${world.host}/crm/objects/2026-09/${params.objectType ?? ''}?${next.toString()}`;
}

function readable(call: Call, type: ObjectType): CrmRecord {
  if (call.query.get('archived') !== 'true') {
    return demandRecord(call.portal, type, idOf(call), idPropertyOf(call));
  }
  const record = call.portal.store(type).records.get(idOf(call));
  if (record?.archivedAt === undefined) throw notFound();
  return record;
}

function associationsOf({ portal, query }: Call, type: ObjectType, record: CrmRecord) {
  const asked = query.getAll('associations').flatMap((names) => names.split(','));
  const other: ObjectType = type === 'notes' ? 'contacts' : 'notes';
  if (!asked.some((name) => name !== '' && objectTypeOf(name) === other)) return {};
  const results = linkedIds(portal, type, record.id).map((id) => ({
    id,
    type: type === 'notes' ? 'note_to_contact' : 'contact_to_note',
  }));
  return results.length === 0 ? {} : { associations: { [other]: { results } } };
}

/** Live records on the other end, in the order they were joined. */
export function linkedIds(portal: Portal, type: ObjectType, id: string): string[] {
  const ids = type === 'notes' ? portal.links.contactsOf(id) : portal.links.notesOf(id);
  const other = portal.store(type === 'notes' ? 'contacts' : 'notes');
  return [...ids].filter((one) => other.find(one) !== undefined);
}

export const linkedWithTypes = (portal: Portal, type: ObjectType, id: string) =>
  linkedIds(portal, type, id).map((toObjectId) => ({
    toObjectId,
    associationTypes: [
      {
        category: 'HUBSPOT_DEFINED',
        typeId: ASSOCIATION_TYPE[type === 'notes' ? 'notes/contacts' : 'contacts/notes'],
        label: null,
      },
    ],
  }));
