import type { Transaction } from '../transaction.ts';

type Ids = ReadonlySet<string>;
const NONE: Ids = new Set();

/** HUBSPOT_DEFINED association type ids, by direction. */
export const ASSOCIATION_TYPE = { 'notes/contacts': 202, 'contacts/notes': 201 } as const;
export type Direction = keyof typeof ASSOCIATION_TYPE;

/** Which note hangs on which contact. */
export class NoteLinks {
  readonly #contactsOfNote = new Map<string, Ids>();
  readonly #notesOfContact = new Map<string, Ids>();
  readonly #transaction: Transaction;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  contactsOf(noteId: string): Ids {
    return this.#contactsOfNote.get(noteId) ?? NONE;
  }

  notesOf(contactId: string): Ids {
    return this.#notesOfContact.get(contactId) ?? NONE;
  }

  add(noteId: string, contactId: string): void {
    if (this.contactsOf(noteId).has(contactId)) return;
    this.#put(this.#contactsOfNote, noteId, [...this.contactsOf(noteId), contactId]);
    this.#put(this.#notesOfContact, contactId, [...this.notesOf(contactId), noteId]);
  }

  remove(noteId: string, contactId: string): void {
    const contacts = [...this.contactsOf(noteId)].filter((id) => id !== contactId);
    const notes = [...this.notesOf(contactId)].filter((id) => id !== noteId);
    this.#put(this.#contactsOfNote, noteId, contacts);
    this.#put(this.#notesOfContact, contactId, notes);
  }

  #put(map: Map<string, Ids>, id: string, ids: string[]): void {
    if (ids.length === 0) this.#transaction.remove(map, id);
    else this.#transaction.put(map, id, new Set(ids));
  }
}
