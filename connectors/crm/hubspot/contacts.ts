import type {
  ContactChange,
  ContactPage,
  ContactState,
  WriteResult,
} from '../../../src/contract/crm.ts';
import { sendBulk } from './bulk.ts';
import { hubspotError } from './failures.ts';
import { objects } from './paths.ts';
import { refusalOf } from './refusals.ts';
import { understand, type Session } from './session.ts';
import { toContact } from './translate.ts';
import { bulkReply, record, recordPage, written, type WireRecord } from './wire.ts';

const CONTACTS = objects('contacts');
const PAGE_SIZE = '100';
/** Lists every id that was ever merged into a contact, also through several merges (BEHAVIOR 9). */
const MERGED_IDS = 'hs_merged_object_ids';

export async function listContacts(
  session: Session,
  fields: readonly string[],
  after: string | undefined,
): Promise<ContactPage> {
  const query = {
    limit: PAGE_SIZE,
    properties: fields.join(','),
    ...(after === undefined ? {} : { after }),
  };
  const page = await session.call({ method: 'GET', path: CONTACTS, query }, recordPage);
  return {
    contacts: page.results.map((wire) => toContact(wire, fields)),
    next: page.paging?.next?.after,
  };
}

export async function readContacts(
  session: Session,
  fields: readonly string[],
  ids: readonly string[],
): Promise<readonly ContactState[]> {
  const asked = [...new Set(ids)];
  const records = asked.length === 0 ? [] : await readBatch(session, fields, asked);
  const states: ContactState[] = [];
  for (const id of asked) {
    const found = records.find((r) => r.id === id) ?? records.find((r) => absorbed(r, id));
    states.push(toState(id, found ?? (await readOne(session, fields, id)), fields));
  }
  return states;
}

async function readBatch(
  session: Session,
  fields: readonly string[],
  ids: readonly string[],
): Promise<readonly WireRecord[]> {
  const path = `${CONTACTS}/batch/read`;
  const body = { properties: [...fields, MERGED_IDS], inputs: ids.map((id) => ({ id })) };
  const reply = await session.call({ method: 'POST', path, body }, bulkReply);
  // Errors of a 207 need no look: whoever is missing from the results is asked for again, alone.
  return reply.results.map((raw) => understand(record, raw, `POST ${path}`));
}

/** A single read follows a merge to the survivor where the bulk read says nothing. Undefined: there is no such contact. */
async function readOne(
  session: Session,
  fields: readonly string[],
  id: string,
): Promise<WireRecord | undefined> {
  const path = `${CONTACTS}/${encodeURIComponent(id)}`;
  const query = { properties: [...fields, MERGED_IDS].join(',') };
  const reply = await session.send({ method: 'GET', path, query });
  if (reply.status === 404) return undefined;
  if (reply.status >= 400) {
    const { fields: wrong, reason } = refusalOf(reply.body);
    throw hubspotError({ code: 'REJECTED', fields: wrong, reason });
  }
  return understand(record, reply.body, `GET ${CONTACTS}/{id}`);
}

function absorbed(survivor: WireRecord, id: string): boolean {
  return (survivor.properties[MERGED_IDS] ?? '').split(';').includes(id);
}

function toState(
  id: string,
  found: WireRecord | undefined,
  fields: readonly string[],
): ContactState {
  if (found === undefined) return { id, state: 'absent' };
  const contact = toContact(found, fields);
  return { id, state: found.id === id ? 'found' : 'merged', contact };
}

export async function updateContacts(
  session: Session,
  changes: readonly ContactChange[],
): Promise<readonly WriteResult[]> {
  const path = `${CONTACTS}/batch/update`;
  const outcomes = await sendBulk(
    {
      where: `POST ${path}`,
      send: (items) =>
        session.send({ method: 'POST', path, body: { inputs: items.map(toUpdate) } }),
      result: written,
      keyOf: (change) => change.contactId,
      named: (result) => [result.objectWriteTraceId, result.id],
    },
    combined(changes),
  );
  return [...outcomes].map(([id, outcome]): WriteResult => {
    if (outcome.done) return { id, outcome: 'written', remoteId: outcome.result.id };
    const { gone, fields, reason } = outcome.refusal;
    return gone ? { id, outcome: 'gone' } : { id, outcome: 'refused', fields, reason };
  });
}

function toUpdate({ contactId, fields }: ContactChange): object {
  return { id: contactId, objectWriteTraceId: contactId, properties: fields };
}

/** HubSpot refuses a batch that names a record twice. Later values win, as they would one after the other. */
function combined(changes: readonly ContactChange[]): ContactChange[] {
  const byId = new Map<string, ContactChange>();
  for (const { contactId, fields } of changes)
    byId.set(contactId, {
      contactId,
      fields: { ...byId.get(contactId)?.fields, ...fields },
    });
  return [...byId.values()];
}
