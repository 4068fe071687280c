import type { Change, CrmRecord, ObjectType } from '../model.ts';

interface Pending {
  visibleAt: number;
  objectType: ObjectType;
  id: string;
  record: CrmRecord | undefined;
}

/** What CRM search sees: the records as they were a moment ago. */
export class SearchIndex {
  readonly #visible: Record<ObjectType, Map<string, CrmRecord>> = {
    contacts: new Map(),
    notes: new Map(),
  };
  #pending: Pending[] = [];
  readonly #lag: () => number;

  constructor(lag: () => number) {
    this.#lag = lag;
  }

  take(change: Change): void {
    if (change.kind !== 'saved') return;
    const { objectType, id, at } = change;
    const record = change.record?.archivedAt === undefined ? change.record : undefined;
    this.#pending.push({ visibleAt: at + this.#lag(), objectType, id, record });
  }

  /** Every record search knows of at this moment. */
  at(now: number, objectType: ObjectType): Iterable<CrmRecord> {
    let settled = 0;
    for (const { visibleAt, objectType: type, id, record } of this.#pending) {
      if (visibleAt > now) break;
      settled += 1;
      if (record === undefined) this.#visible[type].delete(id);
      else this.#visible[type].set(id, record);
    }
    this.#pending = this.#pending.slice(settled);
    return this.#visible[objectType].values();
  }

  catchUp(): void {
    this.at(Infinity, 'contacts');
  }
}
