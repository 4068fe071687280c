import { putAccount } from '../../src/store/accounts.ts';
import { putActivity } from '../../src/store/activities.ts';
import { putConnection } from '../../src/store/connections.ts';
import { putContact } from '../../src/store/contacts.ts';
import { only, type Database, type Tx, type WorkspaceTx } from '../../src/store/database.ts';
import type { WantedEntry } from '../../src/store/deliveries.ts';
import { linksOfAccount, putLink, type LinkState } from '../../src/store/links.ts';
import type { Profile } from '../../src/domain/social.ts';
import { testWorkspace } from '../fixtures/database.ts';

export const MOMENT = new Date('2026-11-01T12:00:00Z');

export interface Paired {
  readonly workspace: string;
  readonly connection: string;
  readonly source: string;
  readonly contact: string;
  readonly account: string;
  readonly activity: string;
  inWorkspace<T>(work: (tx: WorkspaceTx) => Promise<T>): Promise<T>;
  /** The pairing as it is decided anew. */
  decide(state: LinkState): Promise<void>;
}

export function profile(nativeId: string, more: Partial<Profile> = {}): Profile {
  return {
    nativeId,
    handle: undefined,
    displayName: undefined,
    url: undefined,
    bio: undefined,
    websites: [],
    email: undefined,
    handleIsDomain: false,
    ...more,
  };
}

/** One contact paired with one account that said one thing. */
export async function pairedContact(database: Database): Promise<Paired> {
  const workspace = await testWorkspace(database);
  const inWorkspace = <T>(work: (tx: WorkspaceTx) => Promise<T>) =>
    database.inWorkspace(workspace, work);
  const ids = await inWorkspace(async (tx) => {
    const connect = (kind: 'crm' | 'social') =>
      putConnection(
        tx,
        { kind, connector: 'memory', accountId: workspace, title: 'Memory', settings: {} },
        () => new Uint8Array(),
      );
    const connection = await connect('crm');
    const source = await connect('social');
    const contact = await mirror(tx, connection, 'c1');
    const { id: account } = await putAccount(tx, {
      network: 'memory',
      connectionId: source,
      profile: profile('ada'),
      isBrand: false,
      complete: true,
    });
    const activity = await say(tx, { source, account }, 'post 1');
    return { connection, source, contact, account, activity };
  });
  const paired = {
    ...ids,
    workspace,
    inWorkspace,
    decide: (state: LinkState) => inWorkspace((tx) => pair(tx, ids, state)),
  };
  await paired.decide('active');
  return paired;
}

export async function mirror(tx: WorkspaceTx, connectionId: string, externalId: string) {
  const seen = { fields: {}, updatedAt: MOMENT, run: undefined };
  return putContact(tx, { connectionId, externalId, ...seen });
}

export async function say(
  tx: WorkspaceTx,
  by: { readonly source: string; readonly account: string },
  nativeId: string,
): Promise<string> {
  const { id } = await putActivity(
    tx,
    { connectionId: by.source, network: 'memory', accountId: by.account },
    {
      nativeId,
      kind: 'post',
      text: nativeId,
      url: undefined,
      publishedAt: MOMENT,
      editedAt: undefined,
      revision: '1',
      language: undefined,
      threadId: nativeId,
      inReplyTo: undefined,
    },
  );
  return id;
}

async function pair(
  tx: WorkspaceTx,
  ids: { readonly account: string; readonly contact: string },
  state: LinkState,
): Promise<void> {
  await putLink(tx, {
    accountId: ids.account,
    contactId: ids.contact,
    state,
    evidence: [],
    rule: 'two_way_link',
    ruleVersion: 1,
    basis: 'published_by_person_both_ways',
    decidedBy: 'test',
    decidedAt: MOMENT,
  });
  only(await linksOfAccount(tx, ids.account));
}

export function entry(text: string): WantedEntry {
  return {
    occurredAt: MOMENT.toISOString(),
    network: 'Memory',
    kind: 'post',
    author: 'Ada',
    text,
    url: null,
    edited: false,
    reason: 'why',
    language: 'en',
  };
}

export interface DeliveryRow {
  readonly key: string;
  readonly state: string;
  readonly wanted: unknown;
  readonly version: number;
  readonly confirmed: number;
  readonly attempts: number;
  readonly due: boolean;
}

/** The rows of the outbox as they are, read past the functions under test. */
export async function outbox(tx: Tx): Promise<readonly DeliveryRow[]> {
  return tx.rows<DeliveryRow>(
    `select key, state, wanted, version, confirmed_version as confirmed, attempts, due_at <= now() as due
      from deliveries order by key`,
  );
}
