import type { Clock } from '../clock.ts';
import { NoteLinks } from './crm/links.ts';
import { Occurrences } from './crm/occurrences.ts';
import { ObjectSchema } from './crm/schema.ts';
import { SearchIndex } from './crm/search-index.ts';
import { ObjectStore } from './crm/store.ts';
import type { ObjectType } from './model.ts';
import { Transaction } from './transaction.ts';

export interface PortalSwitches {
  /** How long CRM search lags behind a write, in milliseconds of the clock. Default: 2000. */
  searchLagMs: number;
  /** A merge answers with a new record id. Default: false. */
  mergeCreatesNewId: boolean;
  /** What a merged-away id answers: the survivor, or 404. Default: 'redirect'. */
  mergedIds: 'redirect' | 'notFound';
  /** HubSpot has approved the app for app events. Default: true. */
  appEventsApproved: boolean;
}

const DEFAULT_SWITCHES: PortalSwitches = {
  searchLagMs: 2_000,
  mergeCreatesNewId: false,
  mergedIds: 'redirect',
  appEventsApproved: true,
};

export interface PortalOptions {
  portalId: number;
  name?: string;
  timeZone?: string;
  dataHostingLocation?: string;
  accountType?: string;
  /** Host that record links point to. Default: the emulator's own host and port. */
  uiDomain?: string;
  switches?: Partial<PortalSwitches>;
}

/** One customer's HubSpot account: its records, its settings, its timeline. */
export class Portal {
  readonly portalId: number;
  readonly options: PortalOptions;
  readonly switches: PortalSwitches;
  readonly transaction = new Transaction();
  readonly links = new NoteLinks(this.transaction);
  readonly occurrences = new Occurrences(this.transaction);
  readonly contacts: ObjectStore;
  readonly notes: ObjectStore;
  readonly index: SearchIndex;
  /** The app is installed: webhooks flow and tokens work. */
  installed = false;
  /** While true, changes make no webhooks: data that was there before the app came. */
  quiet = false;
  /** The account is gone or suspended: refreshing a token answers BAD_HUB. */
  closed = false;
  readonly #clock: Clock;
  readonly #watchers = new Set<() => void>();
  // Contact and note ids grow alike in every portal: a mix-up of portals then hits a real record and shows.
  readonly #lastId: Record<ObjectType, number> = { contacts: 51, notes: 70_000_000 };

  constructor(options: PortalOptions, clock: Clock) {
    this.portalId = options.portalId;
    this.options = options;
    this.switches = { ...DEFAULT_SWITCHES, ...options.switches };
    this.#clock = clock;
    this.contacts = this.#store('contacts');
    this.notes = this.#store('notes');
    this.index = new SearchIndex(() => this.switches.searchLagMs);
    this.transaction.listen((change) => {
      this.index.take(change);
    });
    this.transaction.afterwards(() => {
      for (const watcher of this.#watchers) watcher();
    });
  }

  /** Calls back after each change; answers how to stop that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  now(): number {
    return this.#clock.now();
  }

  nextId(type: ObjectType): string {
    this.#lastId[type] += type === 'contacts' ? 50 : 1;
    return String(this.#lastId[type]);
  }

  store(type: ObjectType): ObjectStore {
    return type === 'contacts' ? this.contacts : this.notes;
  }

  #store(type: ObjectType): ObjectStore {
    const now = () => this.now();
    const schema = new ObjectSchema(type, now);
    return new ObjectStore({
      schema,
      transaction: this.transaction,
      now,
      nextId: () => this.nextId(type),
    });
  }
}
