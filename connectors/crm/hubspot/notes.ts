import type { TimelineEntry, WriteResult } from '../../../src/contract/crm.ts';
import { manifest } from '../../../src/contract/manifest.ts';
import { sendBulk, type BulkOutcome } from './bulk.ts';
import type { EntrySink } from './entries.ts';
import { hubspotError } from './failures.ts';
import { noteBody } from './note-body.ts';
import { NOTES_ON_CONTACTS, objects } from './paths.ts';
import { refusalOf } from './refusals.ts';
import { understand, type Session } from './session.ts';
import { associated, bulkReply, record, written } from './wire.ts';

const NOTES = objects('notes');
const KEY = entryKeyField();

interface PlacedNote {
  readonly entry: TimelineEntry;
  readonly noteId: string;
}

export function notes(session: Session): EntrySink {
  return {
    async put(entries) {
      const unique = [...new Map(entries.map((entry) => [entry.key, entry])).values()];
      const upserted = await upsert(session, unique);
      const placed = unique.flatMap((entry): PlacedNote[] => {
        const outcome = upserted.get(entry.key);
        return outcome?.done === true ? [{ entry, noteId: outcome.result.id }] : [];
      });
      const attached = await attach(session, placed);
      const stray = placed.filter((note) => attachmentOf(note, attached)?.done !== true);
      // A note on nobody's timeline would be personal data that nobody sees and nobody deletes.
      await archive(
        session,
        stray.map(({ noteId }) => noteId),
      );
      return unique.map((entry) => putResult(entry, upserted.get(entry.key), attached));
    },
    async remove(keys) {
      const unique = [...new Set(keys)];
      const ids = await findNotes(session, unique);
      await archive(session, [...ids.values()]);
      return unique.map((id): WriteResult => {
        const remoteId = ids.get(id);
        return remoteId === undefined
          ? { id, outcome: 'gone' }
          : { id, outcome: 'written', remoteId };
      });
    },
  };
}

interface Written {
  readonly id: string;
}

function upsert(
  session: Session,
  entries: readonly TimelineEntry[],
): Promise<Map<string, BulkOutcome<Written>>> {
  const path = `${NOTES}/batch/upsert`;
  return sendBulk(
    {
      where: `POST ${path}`,
      send: (items) => session.send({ method: 'POST', path, body: { inputs: items.map(toNote) } }),
      result: written,
      keyOf: (entry) => entry.key,
      named: (result) => [result.objectWriteTraceId, result.properties?.[KEY] ?? undefined],
    },
    entries,
  );
}

function toNote(entry: TimelineEntry): object {
  return {
    id: entry.key,
    idProperty: KEY,
    objectWriteTraceId: entry.key,
    properties: {
      [KEY]: entry.key,
      hs_timestamp: entry.occurredAt.toISOString(),
      hs_note_body: noteBody(entry),
    },
  };
}

function attach(
  session: Session,
  placed: readonly PlacedNote[],
): Promise<Map<string, BulkOutcome<unknown>>> {
  const toInput = ({ entry, noteId }: PlacedNote): object => ({
    from: { id: noteId },
    to: { id: entry.contactId },
  });
  return sendBulk(
    {
      where: `POST ${NOTES_ON_CONTACTS}`,
      send: (items) =>
        session.send({
          method: 'POST',
          path: NOTES_ON_CONTACTS,
          body: { inputs: items.map(toInput) },
        }),
      result: associated,
      keyOf: ({ entry, noteId }) => pair(noteId, entry.contactId),
      // Each association is reported from both of its ends.
      named: ({ from, to }) => [pair(from.id, to.id), pair(to.id, from.id)],
    },
    placed,
  );
}

/** Both ids, because a note and a contact may have the same one. */
function pair(noteId: string, contactId: string): string {
  return `${noteId}>${contactId}`;
}

function attachmentOf(
  { entry, noteId }: PlacedNote,
  attached: ReadonlyMap<string, BulkOutcome<unknown>>,
): BulkOutcome<unknown> | undefined {
  return attached.get(pair(noteId, entry.contactId));
}

function putResult(
  entry: TimelineEntry,
  upserted: BulkOutcome<Written> | undefined,
  attached: ReadonlyMap<string, BulkOutcome<unknown>>,
): WriteResult {
  const id = entry.key;
  if (upserted === undefined)
    throw hubspotError({ code: 'UNEXPECTED_SHAPE', where: `POST ${NOTES}/batch/upsert` });
  if (!upserted.done) {
    const { fields, reason } = upserted.refusal;
    return { id, outcome: 'refused', fields, reason };
  }
  const remoteId = upserted.result.id;
  const attachment = attachmentOf({ entry, noteId: remoteId }, attached);
  if (attachment === undefined || attachment.done) return { id, outcome: 'written', remoteId };
  const { gone, fields, reason } = attachment.refusal;
  return gone ? { id, outcome: 'gone' } : { id, outcome: 'refused', fields, reason };
}

async function findNotes(session: Session, keys: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (keys.length === 0) return found;
  const path = `${NOTES}/batch/read`;
  const body = { idProperty: KEY, properties: [KEY], inputs: keys.map((id) => ({ id })) };
  const reply = await session.send({ method: 'POST', path, body });
  if (reply.status >= 400) {
    const { gone, fields, reason } = refusalOf(reply.body);
    if (gone) return found;
    throw hubspotError({ code: 'REJECTED', fields, reason });
  }
  for (const raw of understand(bulkReply, reply.body, `POST ${path}`).results) {
    const { id, properties } = understand(record, raw, `POST ${path}`);
    const key = properties[KEY];
    if (key !== undefined && key !== null) found.set(key, id);
  }
  return found;
}

async function archive(session: Session, noteIds: readonly string[]): Promise<void> {
  if (noteIds.length === 0) return;
  const path = `${NOTES}/batch/archive`;
  const body = { inputs: noteIds.map((id) => ({ id })) };
  const reply = await session.send({ method: 'POST', path, body });
  if (reply.status < 400) return;
  const { gone, fields, reason } = refusalOf(reply.body);
  if (!gone) throw hubspotError({ code: 'REJECTED', fields, reason });
}

function entryKeyField(): string {
  const field = manifest.fields.find((f) => f.object === 'timeline_entry' && f.unique === true);
  if (field === undefined) throw new Error('manifest.json declares no unique key of an entry.');
  return field.name;
}
