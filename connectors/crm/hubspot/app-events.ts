import type { TimelineEntry, WriteResult } from '../../../src/contract/crm.ts';
import type { EntrySink } from './entries.ts';
import { hubspotError, type Reply } from './failures.ts';
import { EVENTS } from './paths.ts';
import { refusalOf } from './refusals.ts';
import type { Session } from './session.ts';

const FINAL =
  'HubSpot keeps an app event as it was first sent: it can be neither changed nor removed.';

/** Entries as occurrences of an approved app event type. A batch is all or nothing (BEHAVIOR 18). */
export function appEvents(session: Session, eventTypeName: string): EntrySink {
  async function put(entries: readonly TimelineEntry[]): Promise<WriteResult[]> {
    const [only] = entries;
    if (only === undefined) return [];
    const body = { inputs: entries.map((entry) => toOccurrence(entry, eventTypeName)) };
    const reply = await session.send({ method: 'POST', path: EVENTS, body });
    if (reply.status < 400) return entries.map((entry) => delivered(entry.key));
    if (entries.length === 1) return [single(only, reply)];
    // One known or wrong occurrence has stopped them all: halve until each stands alone.
    const middle = Math.ceil(entries.length / 2);
    const left = await put(entries.slice(0, middle));
    return [...left, ...(await put(entries.slice(middle)))];
  }
  return {
    put: (entries) => put([...new Map(entries.map((entry) => [entry.key, entry])).values()]),
    remove: (keys) =>
      Promise.resolve(
        [...new Set(keys)].map((id): WriteResult => ({
          id,
          outcome: 'refused',
          fields: [],
          reason: FINAL,
        })),
      ),
  };
}

function single(entry: TimelineEntry, reply: Reply): WriteResult {
  const id = entry.key;
  // The id is taken: this activity was delivered before. That is success, unless new words were to be delivered.
  if (reply.status === 409)
    return entry.edited ? { id, outcome: 'refused', fields: [], reason: FINAL } : delivered(id);
  const { gone, fields, reason } = refusalOf(reply.body);
  if (gone) return { id, outcome: 'gone' };
  if (reply.status === 404)
    throw hubspotError({ code: 'UNEXPECTED_SHAPE', where: `POST ${EVENTS}: status 404` });
  return { id, outcome: 'refused', fields, reason };
}

function delivered(key: string): WriteResult {
  return { id: key, outcome: 'written', remoteId: key };
}

function toOccurrence(entry: TimelineEntry, eventTypeName: string): object {
  return {
    eventTypeName,
    id: entry.key,
    objectId: entry.contactId,
    timestamp: entry.occurredAt.toISOString(),
    properties: {
      network: entry.network,
      kind: entry.kind,
      author: entry.author,
      text: entry.text,
      reason: entry.reason,
      ...(entry.url === undefined ? {} : { url: entry.url }),
    },
  };
}
