import type { CrmConnector, TimelineEntry, WriteResult } from '../contract/crm.ts';
import { ConnectorError, type Failure } from '../contract/errors.ts';
import { backoff, MAX_ATTEMPTS } from '../domain/retry.ts';
import { readConnection, type Connection } from '../store/connections.ts';
import { lockContacts, mirrorWrittenFields } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { requestRefreshes } from '../store/inbox.ts';
import { enqueue } from '../store/jobs.ts';
import { confirmJournal, forgetRefused, journalFields } from '../store/journal.ts';
import {
  claimEntries,
  claimFields,
  claimRemovals,
  confirmDeliveries,
  nextDue,
  parkDelivery,
  returnDeliveries,
  withdrawLost,
  type Claim,
  type ClaimedEntry,
  type ClaimedFields,
} from '../store/sending.ts';
import { offerOf, type App } from './app.ts';
import { holdDeliveries } from './holdDeliveries.ts';
import { enqueueRefresh } from './mirror.ts';

interface InHand {
  /** What the connector's result names it by. */
  readonly resultId: string;
  readonly id: string;
  readonly version: number;
  readonly attempts: number;
  readonly contactId: string;
  readonly externalId: string;
  readonly fields: ClaimedFields['wanted'] | undefined;
}

/** How one kind of write is taken in hand and sent. */
interface Lane {
  readonly name: 'remove' | 'put' | 'fields';
  claim(tx: WorkspaceTx, claim: Claim): Promise<readonly InHand[]>;
  send(crm: CrmConnector, inHand: readonly InHand[]): Promise<readonly WriteResult[]>;
}

/** Sends what is planned for one CRM, in bulk, until nothing is due. Removals first: what must go, goes before anything comes. */
export async function push(app: App, workspace: string, connectionId: string): Promise<void> {
  const connection = await app.database.inWorkspace(workspace, (tx) =>
    readConnection(tx, connectionId),
  );
  if (connection?.state !== 'active') return;
  const crm = app.openCrm(workspace, connection);
  await sendAll({ app, workspace, connection, crm });
  await app.database.inWorkspace(workspace, async (tx) => {
    const due = await nextDue(tx, connectionId);
    if (due === undefined) return;
    const delayMs = Math.max(0, due.getTime() - Date.now());
    await enqueue(
      tx,
      'push',
      { connection: connectionId },
      { key: `push:${connectionId}`, delayMs },
    );
  });
}

/** So that the time which the database takes between two calls is not lost from the rate that the vendor grants. */
const IN_FLIGHT = 4;

/** Throws the first failure, after every call in flight has ended; no new one is begun meanwhile. */
async function sendAll(round: Round): Promise<void> {
  const failures: unknown[] = [];
  const flight = async () => {
    try {
      while (
        failures.length === 0 &&
        ((await sendRound(round, removeLane())) ||
          (await sendRound(round, putLane())) ||
          (await sendRound(round, fieldsLane())))
      );
    } catch (error) {
      failures.push(error);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, flight));
  if (failures.length > 0) throw failures[0];
}

interface Round {
  readonly app: App;
  readonly workspace: string;
  readonly connection: Connection;
  readonly crm: CrmConnector;
}

/** One bulk call. False when there was nothing to send. */
async function sendRound(round: Round, lane: Lane): Promise<boolean> {
  const { app, workspace, connection, crm } = round;
  const { definition } = offerOf(app, connection.connector);
  const inHand = await app.database.inWorkspace(workspace, (tx) =>
    lane.claim(tx, {
      connectionId: connection.id,
      processId: app.processId,
      limit: definition.capabilities.batchSize,
    }),
  );
  if (inHand.length === 0) return false;
  try {
    const results = await holdDeliveries(app, { workspace, ids: inHand.map((one) => one.id) }, () =>
      lane.send(crm, inHand),
    );
    await app.database.inWorkspace(workspace, async (tx) => {
      await lockPeople(tx, inHand);
      await settle(round, tx, { lane, inHand, results });
    });
  } catch (error) {
    await app.database.inWorkspace(workspace, async (tx) => {
      await lockPeople(tx, inHand);
      await giveBack(app, tx, inHand, error);
    });
    throw error;
  }
  return true;
}

/** Contacts before deliveries, in the order of ids, as planning locks them: else the two would wait for each other. */
async function lockPeople(tx: WorkspaceTx, inHand: readonly InHand[]): Promise<void> {
  await lockContacts(
    tx,
    inHand.map((one) => one.contactId),
  );
}

/** The whole call failed: nobody's fault in particular, and possibly applied all the same. Everything waits and is sent again. */
async function giveBack(
  app: App,
  tx: WorkspaceTx,
  inHand: readonly InHand[],
  error: unknown,
): Promise<void> {
  const failure = error instanceof ConnectorError ? error.failure : undefined;
  const attempts = Math.max(...inHand.map((one) => one.attempts)) + 1;
  const isOurs = failure === undefined || BELONGS_TO_RECORDS.has(failure.code);
  if (isOurs && attempts >= MAX_ATTEMPTS) {
    const reason = failure?.code ?? 'an internal error, see the log';
    for (const one of inHand) await parkDelivery(tx, one, reason);
    return;
  }
  await returnDeliveries(
    tx,
    inHand.map((one) => one.id),
    waitAfter(failure, backoff(attempts, app.random())),
  );
}

/** Trying for ever would not help these. */
const BELONGS_TO_RECORDS: ReadonlySet<Failure['code']> = new Set(['REJECTED', 'UNEXPECTED_SHAPE']);

function waitAfter(failure: Failure | undefined, delayMs: number) {
  if (failure?.code === 'RATE_LIMITED') return { delayMs: failure.retryAfterMs, counts: false };
  // The connection or our settings must be mended first; nothing is sent on it meanwhile.
  const waitsForPerson = failure?.code === 'AUTH_EXPIRED' || failure?.code === 'MISCONFIGURED';
  return waitsForPerson ? { delayMs: 0, counts: false } : { delayMs, counts: true };
}

interface Sent {
  readonly lane: Lane;
  readonly inHand: readonly InHand[];
  readonly results: readonly WriteResult[];
}

/** Each record by its own result. One that the CRM refused is parked, and its neighbours do not notice. */
async function settle(round: Round, tx: WorkspaceTx, { lane, inHand, results }: Sent) {
  const { app, connection } = round;
  const byId = new Map(results.map((result) => [result.id, result]));
  const done: { id: string; version: number; remoteId: string | null }[] = [];
  const written: { contactId: string; next: ClaimedFields['wanted'] }[] = [];
  const lost: InHand[] = [];
  for (const one of inHand) {
    const result = byId.get(one.resultId);
    const outcome = result?.outcome ?? 'unanswered';
    app.count('deliveries', { connector: connection.connector, outcome });
    if (result === undefined) {
      const delayMs = backoff(one.attempts + 1, app.random());
      await returnDeliveries(tx, [one.id], { delayMs, counts: true });
    } else if (result.outcome === 'refused') {
      await keepRefused(tx, one, result);
    } else if (result.outcome === 'gone' && lane.name !== 'remove') {
      lost.push(one);
    } else {
      // An entry that was gone already is what was wanted.
      const remoteId = result.outcome === 'written' ? result.remoteId : null;
      done.push({ id: one.id, version: one.version, remoteId });
      if (one.fields !== undefined) written.push({ contactId: one.contactId, next: one.fields });
    }
  }
  await confirmDeliveries(tx, done);
  await confirmJournal(tx, written);
  await mirrorWrittenFields(tx, written);
  if (lost.length > 0) await lookAfter(tx, connection, lost);
}

/** A contact that is gone was deleted or merged: reading it again tells. */
async function lookAfter(
  tx: WorkspaceTx,
  connection: Connection,
  lost: readonly InHand[],
): Promise<void> {
  await withdrawLost(
    tx,
    lost.map((one) => one.id),
  );
  await requestRefreshes(
    tx,
    connection.id,
    lost.map((one) => one.externalId),
  );
  await enqueueRefresh(tx, connection.id);
}

async function keepRefused(
  tx: WorkspaceTx,
  one: InHand,
  { reason, fields }: Extract<WriteResult, { outcome: 'refused' }>,
): Promise<void> {
  await parkDelivery(tx, one, fields.length === 0 ? reason : `${reason} (${fields.join(', ')})`);
  // After a lost answer it may stand there all the same.
  if (one.attempts === 0) await forgetRefused(tx, one.contactId, Object.keys(one.fields ?? {}));
}

function fieldsLane(): Lane {
  return {
    name: 'fields',
    claim: async (tx, claim) => {
      const rows = await claimFields(tx, claim);
      await journalFields(
        tx,
        claim.connectionId,
        rows.map((row) => ({ contactId: row.contactId, next: row.wanted, before: row.current })),
      );
      return rows.map((row) => ({ ...row, resultId: row.externalId, fields: row.wanted }));
    },
    send: (crm, inHand) =>
      crm.updateContacts(
        inHand.map((one) => ({ contactId: one.externalId, fields: one.fields ?? {} })),
      ),
  };
}

function putLane(): Lane {
  const entries = new Map<string, ClaimedEntry>();
  return {
    name: 'put',
    claim: async (tx, claim) => {
      const rows = await claimEntries(tx, claim);
      for (const row of rows) entries.set(row.key, row);
      return rows.map((row) => ({ ...row, resultId: row.key, fields: undefined }));
    },
    send: (crm) => crm.putEntries([...entries.values()].map(toEntry)),
  };
}

function removeLane(): Lane {
  return {
    name: 'remove',
    claim: async (tx, claim) =>
      (await claimRemovals(tx, claim)).map((row) => ({
        ...row,
        resultId: row.key,
        fields: undefined,
      })),
    send: (crm, inHand) => crm.removeEntries(inHand.map((one) => one.resultId)),
  };
}

function toEntry({ key, externalId, wanted }: ClaimedEntry): TimelineEntry {
  return {
    ...wanted,
    key,
    contactId: externalId,
    occurredAt: new Date(wanted.occurredAt),
    url: wanted.url ?? undefined,
  };
}
