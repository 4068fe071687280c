import type {
  CrmCapabilities,
  CrmConnector,
  CrmContact,
  ContactPage,
  ProvisionStep,
  TimelineEntry,
} from '../../../src/contract/crm.ts';
import type { CrmWebhook, RawRequest } from '../../../src/contract/definition.ts';

export interface CrmSuite {
  readonly capabilities: CrmCapabilities;
  /** False where there is no wire to cut, as in memory: those laws then show as skipped. */
  readonly hasWire: boolean;
  /** The vendor's names of three text fields. */
  readonly fields: { readonly given: string; readonly family: string; readonly email: string };
  readonly start: () => Promise<CrmFixture>;
}

export interface CrmFixture {
  readonly connector: CrmConnector;
  readonly accountId: string;
  readonly vendor: VendorControls;
  /** Strikes the connector's next call over the wire. */
  readonly strike?: (fault: Fault) => void;
  /** What no error may show. */
  readonly secrets: readonly string[];
  readonly webhook?: CrmWebhook;
  readonly announce?: Announcement;
  readonly stop: () => Promise<void>;
}

/** What people do in the CRM itself, and what they see there. */
export interface VendorControls {
  readonly seed: (fields: Readonly<Record<string, string>>) => Promise<string>;
  readonly edit: (id: string, fields: Readonly<Record<string, string>>) => Promise<void>;
  /** Resolves to the survivor's id. */
  readonly merge: (survivor: string, loser: string) => Promise<string>;
  readonly remove: (id: string) => Promise<void>;
  /** The bodies of a contact's timeline entries, as the CRM holds them. */
  readonly entriesOf: (contactId: string) => Promise<readonly string[]>;
  /** A field and a value of it that this CRM refuses. */
  readonly refused: { readonly field: string; readonly value: string };
  /** Waits until searches know what was written. */
  readonly settled: () => Promise<void>;
}

export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    }
  /** The call does not reach the vendor. */
  | { readonly kind: 'reset' }
  /** The vendor does what it was asked, and its answer does not arrive. */
  | { readonly kind: 'lost_answer' };

export interface Announcement {
  /** Events of one contact, spaced in a way that no serialiser would write. */
  readonly body: Uint8Array;
  /** The same events as the vendor delivers them the second time. */
  readonly redelivered: Uint8Array;
  readonly sign: (body: Uint8Array, at: Date) => RawRequest;
}

export interface Scene {
  fixture: CrmFixture;
  crm: CrmConnector;
  provisioned: readonly ProvisionStep[];
}

export function strike(scene: Scene, fault: Fault): void {
  if (scene.fixture.strike === undefined) throw new Error('This suite said it has a wire.');
  scene.fixture.strike(fault);
}

export async function seedMany(
  scene: Scene,
  count: number,
  fields: (n: number) => Readonly<Record<string, string>>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await scene.fixture.vendor.seed(fields(n)));
  return ids;
}

export async function allPages(
  read: (after?: string) => Promise<ContactPage>,
): Promise<CrmContact[]> {
  const seen: CrmContact[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < 1_000; pages++) {
    const page: ContactPage = after === undefined ? await read() : await read(after);
    seen.push(...page.contacts);
    if (page.next === undefined) return seen;
    after = page.next;
  }
  throw new Error('The pages do not end.');
}

export async function updatedAt({ crm }: Scene, id: string): Promise<Date> {
  const [state] = await crm.readContacts([], [id]);
  if (state?.state !== 'found') throw new Error(`Contact ${id} is not there.`);
  return state.contact.updatedAt;
}

export async function fieldsOf(
  { crm }: Scene,
  id: string,
  fields: readonly string[],
): Promise<Readonly<Record<string, string>> | undefined> {
  const [state] = await crm.readContacts(fields, [id]);
  return state?.state === 'found' ? state.contact.fields : undefined;
}

export function entryFor(contactId: string, name = 'entry'): TimelineEntry {
  return {
    key: `law-${contactId}-${name}`,
    contactId,
    occurredAt: new Date('2026-11-01T09:30:00Z'),
    network: 'Bluesky',
    kind: 'mention',
    author: 'ada.example',
    text: 'The first thought',
    url: 'https://bsky.example/post/1',
    edited: false,
    reason: 'The contact gave this account on the contact form.',
    language: 'en',
  };
}
