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
import { enqueue, enqueueAttribute } from '../store/jobs.ts';
import { networkOf, type App } from './app.ts';
import { ingest, seeAccount } from './ingest.ts';

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
  const known = new Map(due.map((one) => [one.nativeId, one]));
  await app.database.inWorkspace(workspace, async (tx) => {
    await markActivitiesChecked(
      tx,
      due.map((one) => one.id),
    );
    for (const state of states) {
      const activity = known.get(state.nativeId);
      if (activity === undefined) continue;
      await applyActivityState(round, tx, activity, state);
    }
  });
  return true;
}

type Tx = Parameters<typeof enqueueAttribute>[0];

async function applyActivityState(
  { app, connection }: Round,
  tx: Tx,
  activity: { readonly id: string; readonly accountId: string },
  state: ActivityState,
): Promise<void> {
  if (state.state === 'unknown') return;
  if (state.state === 'live') {
    await ingest(app, tx, connection, state.item);
    return;
  }
  if (await markActivityGone(tx, activity.id, state.reason)) {
    await enqueueAttribute(tx, activity.accountId);
  }
}

async function recheckAccounts(round: Round): Promise<boolean> {
  const { app, workspace, connection, source, before } = round;
  const { batchSize } = networkOf(app, connection.connector).capabilities;
  const due = await app.database.inWorkspace(workspace, (tx) =>
    accountsToCheck(tx, connection.id, before, batchSize),
  );
  if (due.length === 0) return false;
  const states = await source.profiles(due.map((one) => one.nativeId));
  const known = new Map(due.map((one) => [one.nativeId, one]));
  await app.database.inWorkspace(workspace, async (tx) => {
    await markAccountsChecked(
      tx,
      due.map((one) => one.id),
    );
    for (const state of states) {
      const account = known.get(state.nativeId);
      if (account !== undefined) await applyAccountState(round, tx, account.id, state);
    }
  });
  return true;
}

async function applyAccountState(
  { app, connection }: Round,
  tx: Tx,
  accountId: string,
  state: AccountState,
): Promise<void> {
  if (state.state === 'unknown') return;
  if (state.state === 'live') {
    const seen = await seeAccount(app, tx, connection, state.profile, { complete: true });
    if (seen?.changed === true) await enqueueAttribute(tx, seen.id);
    return;
  }
  if (await markAccountGone(tx, accountId, state.reason)) {
    await markActivitiesOfAccountGone(tx, accountId, state.reason);
    await enqueueAttribute(tx, accountId);
  }
}
