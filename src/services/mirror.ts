import type { ContactState, CrmContact } from '../contract/crm.ts';
import { mappedFields, type Fields } from '../domain/mapping/apply.ts';
import { personIdentifiers } from '../domain/person.ts';
import { readConnection, saveChangesSince, type Connection } from '../store/connections.ts';
import {
  accountsNear,
  lockContactByExternalId,
  lockContacts,
  markSeenUnchanged,
  notSeenIn,
  putContact,
  replaceContactIdentifiers,
  setContactState,
} from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { planRemovals, withdrawDeliveries } from '../store/deliveries.ts';
import { finishRefreshes, readRefreshes, requestRefreshes } from '../store/inbox.ts';
import { enqueue, enqueueAttribute, enqueuePush } from '../store/jobs.ts';
import { moveLinks } from '../store/links.ts';
import { advanceRun, finishRun, openRun, type MirrorRun } from '../store/mirrorRuns.ts';
import { offerOf, type App } from './app.ts';
import { personOf } from './attribute.ts';

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
  const run = await app.database.inWorkspace(workspace, (tx) =>
    openRun(tx, connection.id, job.purpose),
  );
  const fields = mappedFields(offerOf(app, connection.connector).mapping);
  const crm = app.openCrm(workspace, connection);
  const page = await crm.listContacts(fields, run.afterPage ?? undefined);

  await app.database.inWorkspace(workspace, async (tx) => {
    const changed = await mirrorPage(app, tx, connection, page.contacts, run.id);
    await advanceRun(tx, run.id, {
      afterPage: page.next,
      read: page.contacts.length,
      changed,
    });
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
    await app.database.inWorkspace(workspace, (tx) =>
      mirrorPage(app, tx, connection, page.contacts, undefined),
    );
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
    const wanted = await app.database.inWorkspace(workspace, (tx) =>
      readRefreshes(tx, connectionId, definition.capabilities.batchSize),
    );
    if (wanted.length === 0) return;
    const ids = wanted.map((one) => one.externalId);
    const states = await crm.readContacts(mappedFields(mapping), ids);
    await app.database.inWorkspace(workspace, async (tx) => {
      const awake: string[] = [];
      for (const state of inOrder(states)) {
        awake.push(...(await mirrorState(app, tx, connection, state)));
      }
      await enqueueAttribute(tx, awake);
      await finishRefreshes(tx, connectionId, wanted);
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

/** Locks are always taken in one order, so that two pages with the same contacts cannot wait for each other. */
function inOrder(states: readonly ContactState[]): readonly ContactState[] {
  return states.toSorted((a, b) => a.id.localeCompare(b.id));
}

/** How many contacts were new or different. */
async function mirrorPage(
  app: App,
  tx: WorkspaceTx,
  connection: Connection,
  contacts: readonly CrmContact[],
  run: string | undefined,
): Promise<number> {
  const read = contacts.map((contact) => ({
    externalId: contact.id,
    fields: mapped(app, connection, contact),
  }));
  const unchanged =
    run === undefined ? new Set<string>() : await markSeenUnchanged(tx, connection.id, run, read);
  let changed = 0;
  const awake: string[] = [];
  for (const contact of contacts.toSorted((a, b) => a.id.localeCompare(b.id))) {
    if (unchanged.has(contact.id)) continue;
    const near = await mirrorContact(app, tx, connection, contact, run);
    if (near !== undefined) changed += 1;
    awake.push(...(near ?? []));
  }
  await enqueueAttribute(tx, awake);
  return changed;
}

/** The accounts that have to be looked at again. */
async function mirrorState(
  app: App,
  tx: WorkspaceTx,
  connection: Connection,
  state: ContactState,
): Promise<readonly string[]> {
  if (state.state === 'absent') return loseContact(tx, connection, state.id);
  const near = (await mirrorContact(app, tx, connection, state.contact, undefined)) ?? [];
  if (state.state === 'found') return near;
  return [...near, ...(await followMerge(tx, connection, state.id, state.contact.id))];
}

/** Only the fields that the mapping names are kept; the rest of the record is none of our business. */
function mapped(app: App, connection: Connection, contact: CrmContact): Fields {
  const { mapping } = offerOf(app, connection.connector);
  const entries = mappedFields(mapping).flatMap((name): [string, string][] => {
    const value = contact.fields[name];
    return value === undefined || value === '' ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

/** Undefined when nothing changed; else the accounts near it, before and after, which have to be looked at again. */
async function mirrorContact(
  app: App,
  tx: WorkspaceTx,
  connection: Connection,
  contact: CrmContact,
  run: string | undefined,
): Promise<readonly string[] | undefined> {
  const fields = mapped(app, connection, contact);
  const known = await lockContactByExternalId(tx, connection.id, contact.id);
  if (known?.state === 'erased') return undefined;
  const same = known?.state === 'live' && sameFields(known.fields, fields);
  const near = known === undefined || same ? [] : await accountsNear(tx, known.id);
  const id = await putContact(tx, {
    connectionId: connection.id,
    externalId: contact.id,
    fields,
    updatedAt: contact.updatedAt,
    run,
  });
  const [stored] = same ? [] : await lockContacts(tx, [id]);
  if (stored === undefined) return undefined;
  const person = await personOf(app, tx, stored);
  await replaceContactIdentifiers(tx, id, personIdentifiers(person));
  return [...near, ...(await accountsNear(tx, id))];
}

function sameFields(a: Fields, b: Fields): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Deleted in the CRM. It can be restored there, so its links rest; nothing is written meanwhile. */
async function loseContact(
  tx: WorkspaceTx,
  connection: Connection,
  externalId: string,
): Promise<readonly string[]> {
  const known = await lockContactByExternalId(tx, connection.id, externalId);
  if (known?.state !== 'live') return [];
  await setContactState(tx, known.id, 'deleted');
  await withdrawDeliveries(tx, known.id, 'the contact was deleted in the CRM');
  return accountsNear(tx, known.id);
}

/** The survivor takes over what was decided about the other; entries written for the other are written anew under it. */
async function followMerge(
  tx: WorkspaceTx,
  connection: Connection,
  loser: string,
  survivor: string,
): Promise<readonly string[]> {
  const from = await lockContactByExternalId(tx, connection.id, loser);
  const to = await lockContactByExternalId(tx, connection.id, survivor);
  if (from === undefined || to === undefined || from.state === 'erased' || from.id === to.id) {
    return [];
  }
  const near = await accountsNear(tx, from.id);
  await setContactState(tx, from.id, 'merged', to.id);
  await replaceContactIdentifiers(tx, from.id, []);
  await moveLinks(tx, from.id, to.id);
  await withdrawDeliveries(tx, from.id, 'the contact was merged in the CRM');
  await planRemovals(tx, from.id, []);
  await enqueuePush(tx, connection.id);
  return near;
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
