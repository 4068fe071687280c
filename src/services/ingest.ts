import type { PollPage } from '../contract/social.ts';
import { accountIdentifiers } from '../domain/identifiers.ts';
import { accountKeys } from '../domain/pairing/blockKeys.ts';
import { may } from '../domain/policy/may.ts';
import { strangersSince } from '../domain/retention.ts';
import type { Profile, SocialItem } from '../domain/social.ts';
import { storable } from '../domain/text.ts';
import { putAccount, replaceAccountIdentifiers } from '../store/accounts.ts';
import { insertRefusedItem, putActivity } from '../store/activities.ts';
import { replaceAccountBlocks } from '../store/blocks.ts';
import {
  listConnections,
  readConnection,
  savePoll,
  type Connection,
} from '../store/connections.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { enqueue, enqueueAttribute } from '../store/jobs.ts';
import { isLinked } from '../store/links.ts';
import { holdErasures } from '../store/suppressions.ts';
import { networkOf, type App } from './app.ts';
import { isFrozen } from './policies.ts';
import { isSuppressed } from './suppress.ts';

/** One page of a source, stored together with the cursor that passed it. Then the next page, or the next round. */
export async function poll(app: App, workspace: string, connectionId: string): Promise<void> {
  const connection = await app.database.inWorkspace(workspace, (tx) =>
    readConnection(tx, connectionId),
  );
  if (connection?.state !== 'active') return;
  // Without a successor: `schedule` begins anew when somebody has read the network's rules again (R83).
  if (isFrozen(app, connection.connector)) return;
  const source = app.openSource(workspace, connection);
  const page = await source.poll(connection.pollCursor ?? undefined);
  await app.database.inWorkspace(workspace, (tx) => storePage(app, tx, connection, page));
}

async function storePage(
  app: App,
  tx: WorkspaceTx,
  connection: Connection,
  page: PollPage,
): Promise<void> {
  await holdErasures(tx);
  const { stored, awake } = await ingest(app, tx, connection, page.items);
  for (const refused of page.refused) await insertRefusedItem(tx, connection.id, refused);
  await savePoll(tx, connection.id, page.cursor);
  await enqueueAttribute(tx, awake);
  await enqueue(
    tx,
    'poll',
    { connection: connection.id },
    { key: `poll:${connection.id}`, delayMs: page.more ? 0 : app.timing.pollMs },
  );
  app.count('activities_stored', { connector: connection.connector }, stored);
}

export interface Ingested {
  /** Activities that were new or changed. */
  readonly stored: number;
  /** Accounts whose lanes have work now. */
  readonly awake: readonly string[];
}

/**
 * Stores activities with their accounts, in the order of accounts: locks are then taken in one order by everybody. What `prune`
 * would take out is not taken in: feeds show the same old comments for years.
 */
export async function ingest(
  app: App,
  tx: WorkspaceTx,
  connection: Connection,
  items: readonly SocialItem[],
): Promise<Ingested> {
  const { network } = networkOf(app, connection.connector);
  const brands = await brandsOn(app, tx, network);
  const oldest = strangersSince(app.clock.now());
  const awake = new Set<string>();
  let stored = 0;
  for (const item of items.toSorted(byAuthor)) {
    if (brands.has(item.author.nativeId)) continue;
    const isOld = item.activity.publishedAt < oldest;
    if (isOld && !(await isLinked(tx, network, item.author.nativeId))) continue;
    const account = await seeAccount(app, tx, connection, {
      profile: item.author,
      complete: false,
    });
    if (account === undefined) continue;
    const source = { connectionId: connection.id, network, accountId: account.id };
    const activity = await putActivity(tx, source, storable(item.activity));
    if (activity.changed) stored += 1;
    if (activity.changed || account.changed) awake.add(account.id);
  }
  return { stored, awake: [...awake] };
}

/** The company's own accounts on the network, of all its sources: to one source, the account of another is a stranger. */
async function brandsOn(
  app: App,
  tx: WorkspaceTx,
  network: string,
): Promise<ReadonlySet<string | null>> {
  const connections = await listConnections(tx);
  const own = connections.filter(
    (one) => one.kind === 'social' && app.networks.get(one.connector)?.network === network,
  );
  return new Set(own.map((one) => one.brandAccount));
}

function byAuthor(a: SocialItem, b: SocialItem): number {
  return a.author.nativeId < b.author.nativeId ? -1 : Number(a.author.nativeId > b.author.nativeId);
}

/** Without the counts where the network's rules do not let them be kept. */
function keepable({ policies }: App, network: string, profile: Profile): Profile {
  if (may(policies, { network, purpose: 'link', field: 'counts' }).answer === 'allow')
    return profile;
  return { ...profile, counters: undefined };
}

/** Stores a profile as just seen; undefined for someone who was erased and is not stored again (R06, R33). */
export async function seeAccount(
  app: App,
  tx: WorkspaceTx,
  connection: Connection,
  seen: { readonly profile: Profile; readonly complete: boolean },
): Promise<{ readonly id: string; readonly changed: boolean } | undefined> {
  const { network } = networkOf(app, connection.connector);
  const profile = storable(keepable(app, network, seen.profile));
  if (await isSuppressed(app, tx, network, profile)) return undefined;
  const account = await putAccount(tx, {
    network,
    connectionId: connection.id,
    profile,
    isBrand: profile.nativeId === connection.brandAccount,
    complete: seen.complete,
  });
  if (account.changed) {
    await replaceAccountIdentifiers(tx, account.id, accountIdentifiers(network, account.profile));
    await replaceAccountBlocks(tx, account.id, accountKeys(account.profile));
  }
  return account;
}
