import type { Budget } from './ports.ts';

/** Raw field values as the CRM holds them, keyed by the CRM's field names. An empty field is absent. */
export type CrmFields = Readonly<Record<string, string>>;

export interface CrmContact {
  readonly id: string;
  readonly fields: CrmFields;
  readonly updatedAt: Date;
}

/** What became of one id that we asked for. */
export type ContactState =
  | { readonly id: string; readonly state: 'found'; readonly contact: CrmContact }
  /** The id was merged away; `contact` is the survivor, under its own id. */
  | { readonly id: string; readonly state: 'merged'; readonly contact: CrmContact }
  | { readonly id: string; readonly state: 'absent' };

export interface ContactPage {
  readonly contacts: readonly CrmContact[];
  /** Opaque; undefined when this was the last page. */
  readonly next: string | undefined;
}

/** New values for fields of one contact. '' clears a field. */
export interface ContactChange {
  readonly contactId: string;
  readonly fields: CrmFields;
}

/** One activity on a contact's timeline, as plain data: the connector renders and escapes it for its CRM. */
export interface TimelineEntry {
  /** Deterministic: the same activity on the same contact has the same key for ever. At most 200 ASCII characters. */
  readonly key: string;
  readonly contactId: string;
  readonly occurredAt: Date;
  /** Title of the network, as "Bluesky". */
  readonly network: string;
  readonly kind: 'mention' | 'reply' | 'quote' | 'post' | 'comment';
  readonly author: string;
  /** Cleaned plain text; not yet escaped. */
  readonly text: string;
  readonly url: string | undefined;
  readonly edited: boolean;
  /** One sentence that says why this stands here. */
  readonly reason: string;
  readonly language: 'de' | 'en';
}

/** The result of one record of a bulk write, under the key or contact id it was sent with. */
export type WriteResult =
  | { readonly id: string; readonly outcome: 'written'; readonly remoteId: string }
  /** The contact (or entry) no longer exists there: nothing to do, nothing to retry. */
  | { readonly id: string; readonly outcome: 'gone' }
  /** This record alone was refused. `reason` is for the admin and holds no personal data. */
  | {
      readonly id: string;
      readonly outcome: 'refused';
      readonly fields: readonly string[];
      readonly reason: string;
    };

export interface CrmAccount {
  /** The id of the customer's CRM: a portal id, an organisation id. */
  readonly accountId: string;
  readonly title: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** A field that Echofile brings into the CRM, from manifest.json. */
export interface FieldPlan {
  readonly object: 'contact' | 'timeline_entry';
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: 'text' | 'number' | 'date' | 'datetime' | 'choice' | 'yes_no';
  readonly options?: readonly { readonly value: string; readonly label: string }[] | undefined;
  /** The CRM must refuse a second record with the same value. */
  readonly unique?: boolean | undefined;
}

export interface ProvisionPlan {
  readonly group: { readonly name: string; readonly label: string };
  readonly fields: readonly FieldPlan[];
}

export interface ProvisionStep {
  readonly name: string;
  /** `conflict`: a field of this name exists with another type; it is left alone and a person must decide. */
  readonly outcome: 'created' | 'adopted' | 'conflict';
  readonly detail: string;
}

export type CrmEventKind = 'created' | 'changed' | 'deleted' | 'restored' | 'merged' | 'erased';

/** A hint that something happened to a contact. It says where to look; the record itself is read again. */
export interface CrmEvent {
  /** Equal for every delivery of the same event, different for different events. */
  readonly key: string;
  readonly kind: CrmEventKind;
  /** For a merge, the survivor. */
  readonly contactId: string;
  readonly occurredAt: Date;
  /** For a merge: the ids that are no more. */
  readonly mergedIds: readonly string[];
  /** For `changed`: which field has which value now, so that an echo of our own write is known. */
  readonly change: { readonly field: string; readonly value: string } | undefined;
}

/** Read by the conformance kit, the admin, manifest.json and the services. One fact, one place. */
export interface CrmCapabilities {
  readonly oauth: boolean;
  readonly webhooks: boolean;
  /** Largest number of records in one bulk read or write. */
  readonly batchSize: number;
  /** False where an entry, once written, can be neither changed nor removed. */
  readonly entriesCanChange: boolean;
  readonly budgets: Readonly<Record<string, Budget>>;
}

/**
 * One authorised CRM. Bulk where the vendor has bulk; at most `batchSize` records a call; one result per record, in any
 * order. A failure of the whole call is thrown as ConnectorError. Every write may be repeated without doubling anything.
 */
export interface CrmConnector {
  check(): Promise<CrmAccount>;
  provision(plan: ProvisionPlan): Promise<readonly ProvisionStep[]>;
  /** The full read, in a stable order; `after` is a page's `next`. */
  listContacts(fields: readonly string[], after?: string): Promise<ContactPage>;
  /** Contacts changed at or after `since`, oldest first. May repeat contacts; may lag behind by the vendor's index delay. */
  changedContacts(fields: readonly string[], since: Date, after?: string): Promise<ContactPage>;
  readContacts(fields: readonly string[], ids: readonly string[]): Promise<readonly ContactState[]>;
  updateContacts(changes: readonly ContactChange[]): Promise<readonly WriteResult[]>;
  /** Creates or replaces entries by their key. Results carry the key as `id`. */
  putEntries(entries: readonly TimelineEntry[]): Promise<readonly WriteResult[]>;
  /** Removes entries by their key; one that does not exist is `gone`. */
  removeEntries(keys: readonly string[]): Promise<readonly WriteResult[]>;
  /** Takes the app out of the CRM and makes the tokens useless. */
  disconnect(): Promise<void>;
}
