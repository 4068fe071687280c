import type { AccountState, ActivityState, SocialConnector } from '../contract/social.ts';
import {
  accountsToCheck,
  markAccountGone,
  markAccountsChecked,
  backlinksToCheck,
} from '../store/accounts.ts';
import {
  activitiesToCheck,
  markActivitiesChecked,
  markActivitiesOfAccountGone,
  markActivityGone,
} from '../store/activities.ts';
import { readConnection, saveRechecked, type Connection } from '../store/connections.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { enqueue, enqueueAttribute } from '../store/jobs.ts';
import { holdErasures } from '../store/suppressions.ts';
import { networkOf, type App } from './app.ts';
import { ingest, seeAccount } from './ingest.ts';
import { isFrozen } from './policies.ts';
import { readThreads } from './readThreads.ts';

/** A website may take its link back; it is asked again after this long. */
const BACKLINK_MS = 7 * 86_400_000;

/**
 * Asks a source what became of everything we hold of it: posts deleted or edited, accounts gone or renamed. Networks do not
 * announce these to a poller. One batch of each at a time, the longest unchecked first, until all were asked this round.
 */
export async function recheck(app: App, workspace: string, connectionId: string): Promise<void> {
  const connection = await app.database.inWorkspace(workspace, (tx) =>
    readConnection(tx, connectionId),
  );
  if (connection?.state !== 'active') return;
  const source = app.openSource(workspace, connection);
  const round: Round = { app, workspace, connection, source, before: new Date() };
  while ((await recheckActivities(round)) || (await recheckAccounts(round)));
  // What was deleted is asked for under any rules; new words are not.
  if (!isFrozen(app, connection.connector)) await readThreads(app, workspace, connection, source);
  await app.database.inWorkspace(workspace, async (tx) => {
    const since = new Date(Date.now() - BACKLINK_MS);
    for (const { accountId, host } of await backlinksToCheck(tx, since, 100)) {
      const key = `verify:${accountId}:${host}`;
      await enqueue(tx, 'verify', { account: accountId, host }, { key, keepTime: true });
    }
    await saveRechecked(tx, connectionId);
    await enqueue(
      tx,
      'recheck',
      { connection: connectionId },
      { key: `recheck:${connectionId}`, delayMs: app.timing.recheckMs },
    );
  });
}

interface Round {
  readonly app: App;
  readonly workspace: string;
  readonly connection: Connection;
  readonly source: SocialConnector;
  /** What was checked after this was checked in this round. */
  readonly before: Date;
}

async function recheckActivities(round: Round): Promise<boolean> {
  const { app, workspace, connection, source, before } = round;
  const { batchSize } = networkOf(app, connection.connector).capabilities;
  const due = await app.database.inWorkspace(workspace, (tx) =>
    activitiesToCheck(tx, connection.id, before, batchSize),
  );
  if (due.length === 0) return false;
  const states = await source.recheck(due.map((one) => one.nativeId));
  await app.database.inWorkspace(workspace, async (tx) => {
    await holdErasures(tx);
    const live = states.flatMap((state) => (state.state === 'live' ? [state.item] : []));
    const { awake } = await ingest(app, tx, connection, live);
    const lost = await markGone(tx, due, states);
    await markActivitiesChecked(
      tx,
      due.map((one) => one.id),
    );
    await enqueueAttribute(tx, [...awake, ...lost]);
  });
  return true;
}

/** The accounts of activities that were live until now. */
async function markGone(
  tx: WorkspaceTx,
  due: readonly { readonly id: string; readonly nativeId: string; readonly accountId: string }[],
  states: readonly ActivityState[],
): Promise<readonly string[]> {
  const known = new Map(due.map((one) => [one.nativeId, one]));
  const accounts: string[] = [];
  for (const state of states) {
    const activity = known.get(state.nativeId);
    if (state.state !== 'gone' || activity === undefined) continue;
    if (await markActivityGone(tx, activity.id, state.reason)) accounts.push(activity.accountId);
  }
  return accounts;
}

async function recheckAccounts(round: Round): Promise<boolean> {
  const { app, workspace, connection, source, before } = round;
  const { batchSize } = networkOf(app, connection.connector).capabilities;
  const due = await app.database.inWorkspace(workspace, (tx) =>
    accountsToCheck(tx, connection.id, before, batchSize),
  );
  if (due.length === 0) return false;
  const states = await source.profiles(due.map((one) => one.nativeId));
  const known = new Map(due.map((one) => [one.nativeId, one.id]));
  await app.database.inWorkspace(workspace, async (tx) => {
    await holdErasures(tx);
    const awake: string[] = [];
    for (const state of states.toSorted((a, b) => (a.nativeId < b.nativeId ? -1 : 1))) {
      const id = known.get(state.nativeId);
      if (id !== undefined && (await applyAccountState(round, tx, id, state))) awake.push(id);
    }
    await markAccountsChecked(
      tx,
      due.map((one) => one.id),
    );
    await enqueueAttribute(tx, awake);
  });
  return true;
}

/** True when pairing has to look at the account again. */
async function applyAccountState(
  { app, connection }: Round,
  tx: WorkspaceTx,
  accountId: string,
  state: AccountState,
): Promise<boolean> {
  if (state.state === 'unknown') return false;
  if (state.state === 'live') {
    const seen = await seeAccount(app, tx, connection, {
      profile: state.profile,
      complete: true,
    });
    return seen?.changed === true;
  }
  if (!(await markAccountGone(tx, accountId, state.reason))) return false;
  await markActivitiesOfAccountGone(tx, accountId, state.reason);
  return true;
}
