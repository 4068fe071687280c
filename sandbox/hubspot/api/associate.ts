import { invalid, notFound } from '../errors.ts';
import type { ObjectType } from '../model.ts';
import type { Portal } from '../portal.ts';
import { ASSOCIATION_TYPE, type Direction } from '../crm/links.ts';

/** Hangs a note on a contact, given from either side. Doing it twice changes nothing. */
export function associate(portal: Portal, from: End, to: End): number {
  const { note, contact, typeId } = ends(portal, from, to);
  portal.links.add(note, contact);
  return typeId;
}

export function dissociate(portal: Portal, from: End, to: End): void {
  const direction = directionOf(from.type, to.type);
  const survivor = (id: string) => portal.contacts.survivorOf(id);
  if (direction === 'notes/contacts') portal.links.remove(from.id, survivor(to.id));
  else portal.links.remove(to.id, survivor(from.id));
}

export interface End {
  type: ObjectType;
  id: string;
}

export function directionOf(from: ObjectType, to: ObjectType): Direction {
  if (from === to) throw invalid(`There is no association type between ${from} and ${to}.`);
  return from === 'notes' ? 'notes/contacts' : 'contacts/notes';
}

function ends(portal: Portal, from: End, to: End) {
  const direction = directionOf(from.type, to.type);
  const [note, contact] = direction === 'notes/contacts' ? [from, to] : [to, from];
  const noteRecord = portal.notes.find(note.id);
  const contactRecord = portal.contacts.find(contact.id);
  if (noteRecord === undefined || contactRecord === undefined) {
    const absent = noteRecord === undefined ? note : contact;
    throw notFound(`No ${absent.type} object with id ${absent.id} exists.`, { ids: [absent.id] });
  }
  return { note: noteRecord.id, contact: contactRecord.id, typeId: ASSOCIATION_TYPE[direction] };
}

/** The `associations` of a create call: [{to: {id}, types: [{associationCategory, associationTypeId}]}]. */
export function associateInline(portal: Portal, created: End, given: unknown): void {
  if (given === undefined || given === null) return;
  if (!Array.isArray(given)) throw invalid('associations must be a list.');
  const other: ObjectType = created.type === 'notes' ? 'contacts' : 'notes';
  const expected = ASSOCIATION_TYPE[directionOf(created.type, other)];
  for (const one of given as InlineAssociation[]) {
    const id = one.to?.id;
    if (id === undefined) throw invalid('Each association needs to.id.');
    for (const type of one.types ?? []) {
      demandType(type, expected);
      associate(portal, created, { type: other, id: String(id) });
    }
  }
}

function demandType(
  { associationCategory = '', associationTypeId = 0 }: InlineType,
  expected: number,
): void {
  if (associationCategory === 'HUBSPOT_DEFINED' && associationTypeId === expected) return;
  throw invalid(
    `${associationCategory} association type ${associationTypeId} does not fit; ${expected} does.`,
  );
}

interface InlineType {
  associationCategory?: string;
  associationTypeId?: number;
}

interface InlineAssociation {
  to?: { id?: string | number };
  types?: InlineType[];
}
