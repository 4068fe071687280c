import type { ContactState } from '../contract/crm.ts';
import { mappedFields } from '../domain/mapping/apply.ts';
import { readConnection, saveChangesSince, type Connection } from '../store/connections.ts';
import { newerThanMirrored, notSeenIn } from '../store/contacts.ts';
import { databaseTime, type WorkspaceTx } from '../store/database.ts';
import { finishRefreshes, readRefreshes, requestRefreshes } from '../store/inbox.ts';
import { enqueue, enqueueAttribute } from '../store/jobs.ts';
import { advanceRun, finishRun, openRun, type MirrorRun } from '../store/mirrorRuns.ts';
import { holdErasures } from '../store/suppressions.ts';
import { offerOf, type App } from './app.ts';
import { mirrorContacts, mirrorState } from './mirrorContact.ts';
import { checkPopulation } from './repair.ts';

/** The index of a CRM lags behind its records: each look begins this much before the last one ended. */
const OVERLAP_MS = 5 * 60_000;

/** One page of the full read; the job after it reads the next. Stopped anywhere, it goes on where it was. */
export async function mirror(
  app: App,
  workspace: string,
  job: { readonly connection: string; readonly purpose: MirrorRun['purpose'] },
): Promise<void> {
  const connection = await activeCrm(app, workspace, job.connection);
  if (connection === undefined) return;
  const startedAt = app.clock.now();
  const { run, asOf } = await app.database.inWorkspace(workspace, async (tx) => ({
    run: await openRun(tx, connection.id, job.purpose),
    asOf: await databaseTime(tx),
  }));
  const fields = mappedFields(offerOf(app, connection.connector).mapping);
  const crm = app.openCrm(workspace, connection);
  const page = await crm.listContacts(fields, run.afterPage ?? undefined);

  await app.database.inWorkspace(workspace, async (tx) => {
    await holdErasures(tx);
    const { changed, awake } = await mirrorContacts(
      { app, tx, connection, asOf, run: run.id },
      page.contacts,
    );
    await enqueueAttribute(tx, awake);
    const isNews = await advanceRun(tx, run.id, {
      from: run.afterPage,
      afterPage: page.next,
      read: page.contacts.length,
      changed,
    });
    if (!isNews) return;
    // Whatever changes while the pages are read is found by the incremental look from here on.
    if (run.afterPage === null) {
      await saveChangesSince(tx, connection.id, new Date(startedAt.getTime() - OVERLAP_MS));
    }
    if (page.next === undefined) await closeRun(app, tx, connection, run);
    else {
      await enqueue(tx, 'mirror', job, { key: `mirror:${connection.id}` });
    }
  });
}

/** Contacts that the finished read did not meet are asked for by id: gone, merged, or hidden by paging under change. */
async function closeRun(
  app: App,
  tx: WorkspaceTx,
  connection: Connection,
  run: MirrorRun,
): Promise<void> {
  const missing = await notSeenIn(tx, connection.id, run.id, 100_000);
  await requestRefreshes(tx, connection.id, missing);
  await finishRun(tx, run.id, missing.length);
  await checkPopulation(app, tx);
  if (missing.length > 0) await enqueueRefresh(tx, connection.id);
  await enqueue(
    tx,
    'follow',
    { connection: connection.id },
    { key: `follow:${connection.id}`, keepTime: true, delayMs: app.timing.followMs },
  );
}

/** Contacts changed since the last look: what lost webhooks did not tell. */
export async function follow(app: App, workspace: string, connectionId: string): Promise<void> {
  const connection = await activeCrm(app, workspace, connectionId);
  if (connection?.changesSince == null) return;
  const fields = mappedFields(offerOf(app, connection.connector).mapping);
  const crm = app.openCrm(workspace, connection);
  const startedAt = app.clock.now();
  let after: string | undefined;
  do {
    const page = await crm.changedContacts(fields, connection.changesSince, after);
    // A search lags: what it says may be older than what we read by id since. It only tells which contacts to read again.
    await app.database.inWorkspace(workspace, async (tx) => {
      const newer = await newerThanMirrored(tx, connectionId, page.contacts);
      if (newer.length === 0) return;
      await requestRefreshes(tx, connectionId, newer);
      await enqueueRefresh(tx, connectionId);
    });
    after = page.next;
  } while (after !== undefined);
  await app.database.inWorkspace(workspace, async (tx) => {
    await saveChangesSince(tx, connectionId, new Date(startedAt.getTime() - OVERLAP_MS));
    await enqueue(
      tx,
      'follow',
      { connection: connectionId },
      { key: `follow:${connectionId}`, delayMs: app.timing.followMs },
    );
  });
}

/** Contacts that something pointed at, read again in one call, and again until none is left. */
export async function refresh(app: App, workspace: string, connectionId: string): Promise<void> {
  const connection = await activeCrm(app, workspace, connectionId);
  if (connection === undefined) return;
  const { definition, mapping } = offerOf(app, connection.connector);
  const crm = app.openCrm(workspace, connection);
  for (;;) {
    const { wanted, asOf } = await app.database.inWorkspace(workspace, async (tx) => ({
      wanted: await readRefreshes(tx, connectionId, definition.capabilities.batchSize),
      asOf: await databaseTime(tx),
    }));
    if (wanted.length === 0) return;
    const ids = wanted.map((one) => one.externalId);
    const states = await crm.readContacts(mappedFields(mapping), ids);
    await app.database.inWorkspace(workspace, async (tx) => {
      await holdErasures(tx);
      const reading = { app, tx, connection, asOf, run: undefined };
      const survivors = new Map(wanted.map((one) => [one.externalId, one.mergedInto]));
      const awake: string[] = [];
      const outdated = new Set<string>();
      for (const state of inOrder(states)) {
        const near = await mirrorState(reading, state, survivors.get(state.id));
        if (near === 'outdated') outdated.add(state.id);
        else awake.push(...near);
      }
      await enqueueAttribute(tx, awake);
      const read = wanted.filter((one) => !outdated.has(one.externalId));
      await finishRefreshes(tx, connectionId, read);
    });
  }
}

async function activeCrm(app: App, workspace: string, id: string): Promise<Connection | undefined> {
  const connection = await app.database.inWorkspace(workspace, (tx) => readConnection(tx, id));
  return connection?.state === 'active' ? connection : undefined;
}

export async function enqueueRefresh(tx: WorkspaceTx, connection: string): Promise<void> {
  await enqueue(tx, 'refresh', { connection }, { key: `refresh:${connection}` });
}

/** What is there first, since a merge needs its survivor; and by id, so that locks are taken in one order by everybody. */
function inOrder(states: readonly ContactState[]): readonly ContactState[] {
  const isAbsent = (state: ContactState) => Number(state.state === 'absent');
  return states.toSorted((a, b) => isAbsent(a) - isAbsent(b) || a.id.localeCompare(b.id));
}

/** A full read at once, on a person's word. False when there is no such active CRM. */
export async function askForMirror(app: App, workspace: string, id: string): Promise<boolean> {
  const connection = await activeCrm(app, workspace, id);
  if (connection?.kind !== 'crm') return false;
  await app.database.inWorkspace(workspace, (tx) =>
    enqueue(tx, 'mirror', { connection: id, purpose: 'asked' }, { key: `mirror:${id}` }),
  );
  return true;
}
