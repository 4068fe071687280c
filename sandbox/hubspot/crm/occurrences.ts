import type { Transaction } from '../transaction.ts';

/** One app event on a contact's timeline. Immutable, as HubSpot keeps it. */
export interface Occurrence {
  readonly eventTypeName: string;
  readonly id: string;
  readonly objectId: string;
  readonly at: number;
  readonly properties: Readonly<Record<string, string>>;
  readonly extraData?: unknown;
}

const IDEMPOTENCY_WINDOW = 365 * 86_400_000;

export class Occurrences {
  readonly #byKey = new Map<string, number>();
  readonly #ofContact = new Map<string, readonly Occurrence[]>();
  readonly #transaction: Transaction;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  of(contactId: string): readonly Occurrence[] {
    return this.#ofContact.get(contactId) ?? [];
  }

  /** True when this id was used for this event type within a year. */
  knows(eventTypeName: string, id: string, now: number): boolean {
    const seen = this.#byKey.get(`${eventTypeName}\n${id}`);
    return seen !== undefined && now - seen < IDEMPOTENCY_WINDOW;
  }

  add(occurrence: Occurrence, now: number): void {
    const { eventTypeName, id, objectId } = occurrence;
    this.#transaction.put(this.#byKey, `${eventTypeName}\n${id}`, now);
    this.#transaction.put(this.#ofContact, objectId, [...this.of(objectId), occurrence]);
  }

  move(from: string, to: string): void {
    const moved = this.of(from).map((one) => ({ ...one, objectId: to }));
    if (moved.length === 0) return;
    this.#transaction.put(this.#ofContact, to, [...this.of(to), ...moved]);
    this.#transaction.remove(this.#ofContact, from);
  }

  forget(contactId: string): void {
    this.#transaction.remove(this.#ofContact, contactId);
  }
}
