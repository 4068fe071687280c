import type {
  CrmContact,
  CrmEvent,
  CrmFields,
  FieldPlan,
  TimelineEntry,
} from '../../../src/contract/crm.ts';
import type { Clock } from '../../../src/contract/ports.ts';

export interface StoredEntry {
  readonly remoteId: string;
  readonly entry: TimelineEntry;
}

/** One customer's CRM in memory. Its methods are what people do there, behind our back. */
export class MemoryAccount {
  readonly id: string;
  readonly contacts = new Map<string, CrmContact>();
  readonly entries = new Map<string, StoredEntry>();
  readonly fields = new Map<string, FieldPlan>();
  readonly groups = new Set<string>();
  /** Merged-away id to survivor. */
  readonly merged = new Map<string, string>();
  /** Values that this CRM's admin forbids: field to refused values. */
  readonly forbidden = new Map<string, string>();
  connected = true;
  readonly #clock: Clock;
  #nextId = 101;
  #events: CrmEvent[] = [];

  constructor(id: string, clock: Clock) {
    this.id = id;
    this.#clock = clock;
  }

  seed(fields: CrmFields): string {
    const id = this.newId();
    this.#put(id, fields);
    this.#tell({ kind: 'created', contactId: id });
    return id;
  }

  edit(id: string, fields: CrmFields): void {
    this.write(id, fields);
    for (const [field, value] of Object.entries(fields))
      this.#tell({ kind: 'changed', contactId: id, change: { field, value } });
  }

  /** The survivor takes over the entries, and the values that it does not have itself. */
  merge(survivor: string, loser: string): void {
    const [winner, lost] = [this.#contact(survivor), this.#contact(loser)];
    this.#put(survivor, { ...lost.fields, ...winner.fields });
    this.contacts.delete(loser);
    this.merged.set(loser, survivor);
    for (const [key, { remoteId, entry }] of this.entries)
      if (entry.contactId === loser)
        this.entries.set(key, { remoteId, entry: { ...entry, contactId: survivor } });
    this.#tell({ kind: 'merged', contactId: survivor, mergedIds: [loser] });
  }

  delete(id: string, kind: 'deleted' | 'erased' = 'deleted'): void {
    this.contacts.delete(id);
    this.#tell({ kind, contactId: id });
  }

  /** A person's forbidden value: a write of it is refused, for that record alone. */
  forbid(field: string, value: string): void {
    this.forbidden.set(field, value);
  }

  entriesOf(contactId: string): readonly TimelineEntry[] {
    return [...this.entries.values()]
      .map(({ entry }) => entry)
      .filter((entry) => entry.contactId === contactId);
  }

  /** The announcements since the last call, as a webhook would bring them. */
  takeEvents(): readonly CrmEvent[] {
    const taken = this.#events;
    this.#events = [];
    return taken;
  }

  write(id: string, fields: CrmFields): void {
    this.#put(id, { ...this.#contact(id).fields, ...fields });
  }

  newId(): string {
    return String(this.#nextId++);
  }

  #contact(id: string): CrmContact {
    const contact = this.contacts.get(id);
    if (contact === undefined) throw new RangeError(`No contact ${id}.`);
    return contact;
  }

  #put(id: string, fields: CrmFields): void {
    const present = Object.entries(fields).filter(([, value]) => value !== '');
    this.contacts.set(id, {
      id,
      fields: Object.fromEntries(present),
      updatedAt: this.#clock.now(),
    });
  }

  #tell(news: Pick<CrmEvent, 'kind' | 'contactId'> & Partial<CrmEvent>): void {
    this.#events.push({
      key: `${this.id}:event-${this.newId()}`,
      occurredAt: this.#clock.now(),
      mergedIds: [],
      change: undefined,
      ...news,
    });
  }
}
