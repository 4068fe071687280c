import { invalid, notFound } from '../errors.ts';
import type { Actor, CrmRecord, Values } from '../model.ts';
import type { Portal } from '../portal.ts';

/**
 * Joins two contacts. The primary's values win, gaps are filled from the other, notes and events follow. On some
 * accounts HubSpot answers with a NEW record id for the survivor; then both old ids lead to it.
 */
export function mergeContacts(
  portal: Portal,
  actor: Actor,
  ids: [primary: string, other: string],
): CrmRecord {
  const { contacts, transaction } = portal;
  const [primary, other] = ids.map((id) => contacts.find(id));
  if (primary === undefined || other === undefined) throw notFound();
  if (primary.id === other.id) throw invalid('A contact cannot be merged with itself.');
  return transaction.run(() => {
    const { values, moved } = mergedValues(primary, other);
    const newId = portal.switches.mergeCreatesNewId ? portal.nextId('contacts') : undefined;
    const losers = newId === undefined ? [other] : [primary, other];
    for (const loser of losers) contacts.forget(loser, actor);
    const survivorId = newId ?? primary.id;
    const survivor = contacts.overwrite(
      { ...primary, id: survivorId },
      { ...values, hs_object_id: survivorId },
      actor,
    );
    for (const { id } of losers) {
      contacts.redirect(id, survivorId);
      moveTimeline(portal, id, survivorId);
    }
    announceMerge(portal, { actor, primary, losers, newId, moved });
    return survivor;
  });
}

function announceMerge(
  portal: Portal,
  merge: {
    actor: Actor;
    primary: CrmRecord;
    losers: CrmRecord[];
    newId: string | undefined;
    moved: number;
  },
): void {
  const { actor, primary, losers, newId, moved } = merge;
  const at = portal.now();
  const about = { objectType: 'contacts', actor, at } as const;
  portal.transaction.announce({
    ...about,
    kind: 'merged',
    id: primary.id,
    mergedIds: losers.map(({ id }) => id).filter((id) => id !== primary.id),
    ...(newId !== undefined && { newId }),
    movedProperties: moved,
  });
  for (const { id } of losers) portal.transaction.announce({ ...about, kind: 'deleted', id });
}

function mergedValues(primary: CrmRecord, other: CrmRecord): { values: Values; moved: number } {
  const values: Record<string, string> = { ...primary.values };
  let moved = 0;
  for (const [name, value] of Object.entries(other.values)) {
    if (name in values) continue;
    values[name] = value;
    moved += 1;
  }
  const emails = listed(primary, 'hs_additional_emails', [
    other.values.email ?? '',
    ...listOf(other, 'hs_additional_emails'),
  ]).filter((email) => email !== values.email);
  if (emails.length > 0) values.hs_additional_emails = emails.join(';');
  const merged = [other.id, ...listOf(other, 'hs_merged_object_ids')];
  values.hs_merged_object_ids = listed(primary, 'hs_merged_object_ids', merged).join(';');
  return { values, moved };
}

const listOf = (record: CrmRecord, property: string): string[] =>
  (record.values[property] ?? '').split(';').filter((one) => one !== '');

const listed = (record: CrmRecord, property: string, more: string[]): string[] => [
  ...new Set([...listOf(record, property), ...more.filter((one) => one !== '')]),
];

function moveTimeline(portal: Portal, from: string, to: string): void {
  for (const noteId of [...portal.links.notesOf(from)]) {
    portal.links.remove(noteId, from);
    portal.links.add(noteId, to);
  }
  portal.occurrences.move(from, to);
}

/** Removes a person for good, with the notes that hang on nobody else. */
export function privacyDeleteContact(portal: Portal, actor: Actor, id: string): void {
  const { contacts, notes, links, transaction } = portal;
  const record = contacts.records.get(contacts.survivorOf(id));
  if (record === undefined) throw notFound();
  transaction.run(() => {
    for (const noteId of [...links.notesOf(record.id)]) {
      const note = notes.records.get(noteId);
      links.remove(noteId, record.id);
      if (note !== undefined && links.contactsOf(noteId).size === 0) notes.forget(note, actor);
    }
    portal.occurrences.forget(record.id);
    contacts.forget(record, actor);
    const about = { objectType: 'contacts', id: record.id, actor, at: portal.now() } as const;
    transaction.announce({ ...about, kind: 'privacyDeleted' });
    if (record.archivedAt === undefined) transaction.announce({ ...about, kind: 'deleted' });
  });
}
