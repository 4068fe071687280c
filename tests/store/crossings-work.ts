import type * as budgets from '../../src/store/budgets.ts';
import type * as connections from '../../src/store/connections.ts';
import type * as deliveries from '../../src/store/deliveries.ts';
import type * as inbox from '../../src/store/inbox.ts';
import type * as jobs from '../../src/store/jobs.ts';
import type * as journal from '../../src/store/journal.ts';
import type * as mirrorRuns from '../../src/store/mirrorRuns.ts';
import type * as sending from '../../src/store/sending.ts';
import type * as workspaces from '../../src/store/workspaces.ts';
import { beside, gives, nothing, ownRows, refused, type Crossing } from './crossing.ts';
import type { Filled } from './two-workspaces.ts';

type Crossings<Module> = Partial<Record<keyof Module, readonly Crossing[]>>;

const LATER = new Date('2027-01-01');
const BYTE = new Uint8Array([7]);

const ENTRY: deliveries.WantedEntry = {
  occurredAt: '2026-01-01T00:00:00.000Z',
  network: 'Memory',
  kind: 'post',
  author: 'Ada',
  text: 'words',
  url: null,
  edited: false,
  reason: 'why',
  language: 'en',
};

export function budgetCrossings(store: typeof budgets): Crossings<typeof budgets> {
  const rate = { intervalMs: 100, burst: 1 };
  return {
    takeCall: [refused((tx, _, b) => store.takeCall(tx, b.connection, 'all', rate))],
    blockCalls: [refused((tx, _, b) => store.blockCalls(tx, b.connection, 'all', 1000))],
  };
}

export function connectionCrossings(store: typeof connections): Crossings<typeof connections> {
  const draft = (kind: 'crm' | 'social', accountId: string) => ({
    kind,
    connector: 'memory',
    accountId,
    title: 'mine',
    settings: {},
  });
  const crm = (b: Filled) => draft('crm', `crm ${b.tag}`);
  return {
    putConnection: [
      refused((tx, _, b) => store.putConnection(tx, crm(b), () => BYTE)),
      beside((tx) => store.putConnection(tx, draft('social', 'the same source'), () => BYTE)),
    ],
    readConnection: [nothing((tx, _, b) => store.readConnection(tx, b.connection))],
    listConnections: [ownRows((tx) => store.listConnections(tx))],
    listCrmConnections: [ownRows((tx) => store.listCrmConnections(tx))],
    wipeConnection: [nothing((tx, _, b) => store.wipeConnection(tx, b.connection))],
    setConnectionState: [
      nothing((tx, _, b) => store.setConnectionState(tx, b.connection, 'revoked', 'r')),
    ],
    readSecrets: [
      refused((tx, _, b) => store.readSecrets(tx, b.connection, 'none')),
      refused((tx, _, b) => store.readSecrets(tx, b.connection, 'renew')),
    ],
    lockAllSecrets: [
      gives(
        async (tx) => (await store.lockAllSecrets(tx)).map((row) => row.id).sort(),
        (a) => [a.connection, a.source].sort(),
      ),
    ],
    writeSecrets: [nothing((tx, _, b) => store.writeSecrets(tx, b.connection, BYTE))],
    savePoll: [nothing((tx, _, b) => store.savePoll(tx, b.source, 'cursor'))],
    saveRechecked: [nothing((tx, _, b) => store.saveRechecked(tx, b.source))],
    saveChangesSince: [nothing((tx, _, b) => store.saveChangesSince(tx, b.connection, LATER))],
    insertOAuthState: [
      beside((tx) => store.insertOAuthState(tx, { hash: BYTE, connector: 'memory', minutes: 1 })),
    ],
  };
}

export function deliveryCrossings(store: typeof deliveries): Crossings<typeof deliveries> {
  const plan = (connection: Filled, contact: Filled) => ({
    connectionId: connection.connection,
    key: 'fields planned {"handle": "ada"}',
    contactId: contact.contact,
  });
  return {
    planEntry: [
      refused((tx, a, b) =>
        store.planEntry(tx, { ...plan(b, a), key: 'k', activityId: a.activity }, ENTRY),
      ),
      refused((tx, a, b) =>
        store.planEntry(tx, { ...plan(a, b), key: 'k', activityId: a.activity }, ENTRY),
      ),
    ],
    planFields: [
      refused((tx, a, b) => store.planFields(tx, plan(b, a), { handle: 'x' })),
      refused((tx, a, b) => store.planFields(tx, plan(a, b), { handle: 'x' })),
    ],
    addPlannedFields: [
      refused((tx, a, b) =>
        store.addPlannedFields(tx, [{ ...plan(b, a), changes: { handle: 'x' } }]),
      ),
      refused((tx, a, b) =>
        store.addPlannedFields(tx, [{ ...plan(a, b), changes: { handle: 'x' } }]),
      ),
    ],
    planRemovals: [nothing((tx, _, b) => store.planRemovals(tx, b.contact, []))],
    dropPlannedFields: [nothing((tx, _, b) => store.dropPlannedFields(tx, b.contact))],
    withdrawDeliveries: [nothing((tx, _, b) => store.withdrawDeliveries(tx, b.contact, 'r'))],
    countDeliveries: [
      gives(
        (tx) => store.countDeliveries(tx),
        () => [
          { kind: 'entry', state: 'parked', count: 1 },
          { kind: 'entry', state: 'planned', count: 2 },
          { kind: 'entry', state: 'sent', count: 1 },
          { kind: 'fields', state: 'planned', count: 1 },
        ],
      ),
    ],
    countUnfinished: [nothing((tx, _, b) => store.countUnfinished(tx, b.connection))],
  };
}

export function sendingCrossings(store: typeof sending): Crossings<typeof sending> {
  const claim = (b: Filled) => ({ connectionId: b.connection, processId: '1', limit: 9 });
  const wait = { delayMs: 1000, counts: true };
  return {
    claimFields: [nothing((tx, _, b) => store.claimFields(tx, claim(b)))],
    claimEntries: [nothing((tx, _, b) => store.claimEntries(tx, claim(b)))],
    claimRemovals: [nothing((tx, _, b) => store.claimRemovals(tx, claim(b)))],
    keepInHand: [nothing((tx, _, b) => store.keepInHand(tx, [b.sent]))],
    withdrawLost: [nothing((tx, _, b) => store.withdrawLost(tx, [b.sent]))],
    confirmDeliveries: [
      nothing((tx, _, b) =>
        store.confirmDeliveries(tx, [{ id: b.sent, version: 1, remoteId: 'r' }]),
      ),
    ],
    returnDeliveries: [nothing((tx, _, b) => store.returnDeliveries(tx, [b.sent], wait))],
    parkDelivery: [nothing((tx, _, b) => store.parkDelivery(tx, { id: b.sent, version: 1 }, 'r'))],
    listParkedDeliveries: [ownRows((tx) => store.listParkedDeliveries(tx))],
    retryDelivery: [nothing((tx, _, b) => store.retryDelivery(tx, b.parked))],
    nextDue: [nothing((tx, _, b) => store.nextDue(tx, b.connection))],
  };
}

export function inboxCrossings(store: typeof inbox): Crossings<typeof inbox> {
  const asked = (b: Filled) => ({
    externalId: `contact ${b.tag}`,
    requestedAt: '2026-01-01 00:00:00+00',
    mergedInto: null,
  });
  return {
    lockInboxRow: [nothing((tx, _, b) => store.lockInboxRow(tx, b.inbox))],
    finishInboxRow: [nothing((tx, _, b) => store.finishInboxRow(tx, b.inbox))],
    rememberEvents: [refused((tx, _, b) => store.rememberEvents(tx, b.connection, ['new']))],
    requestRefreshes: [refused((tx, _, b) => store.requestRefreshes(tx, b.connection, ['new']))],
    readRefreshes: [nothing((tx, _, b) => store.readRefreshes(tx, b.connection, 9))],
    finishRefreshes: [nothing((tx, _, b) => store.finishRefreshes(tx, b.connection, [asked(b)]))],
    pruneInbox: [nothing((tx) => store.pruneInbox(tx))],
  };
}

export function journalCrossings(store: typeof journal): Crossings<typeof journal> {
  const next = { handle: 'new' };
  const writes = ({ contact }: Filled) => [{ contactId: contact, next, before: {} }];
  return {
    journalFields: [
      refused((tx, a, b) => store.journalFields(tx, a.connection, writes(b))),
      refused((tx, a, b) => store.journalFields(tx, b.connection, writes(a))),
    ],
    confirmJournal: [nothing((tx, _, b) => store.confirmJournal(tx, writes(b)))],
    forgetRefused: [nothing((tx, _, b) => store.forgetRefused(tx, b.contact, ['handle']))],
    inheritJournal: [
      nothing((tx, a, b) => store.inheritJournal(tx, a.contact, b.contact)),
      nothing((tx, a, b) => store.inheritJournal(tx, b.contact, a.contact)),
    ],
    ownValues: [nothing((tx, _, b) => store.ownValues(tx, [b.contact]))],
    lastWritten: [nothing((tx, _, b) => store.lastWritten(tx, b.contact))],
    pendingWrites: [nothing((tx, _, b) => store.pendingWrites(tx, b.contact))],
    expectedEchoes: [
      nothing((tx, _, b) => store.expectedEchoes(tx, b.connection, [`contact ${b.tag}`])),
    ],
  };
}

export function runCrossings(store: typeof mirrorRuns): Crossings<typeof mirrorRuns> {
  const step = { from: null, afterPage: 'p', read: 1, changed: 1 };
  return {
    openRun: [refused((tx, _, b) => store.openRun(tx, b.connection, 'asked'))],
    advanceRun: [nothing((tx, _, b) => store.advanceRun(tx, b.run, step))],
    finishRun: [nothing((tx, _, b) => store.finishRun(tx, b.run, 1))],
    latestRun: [nothing((tx, _, b) => store.latestRun(tx, b.connection))],
  };
}

export function jobCrossings(store: typeof jobs): Crossings<typeof jobs> {
  return {
    enqueue: [beside((tx, _, b) => store.enqueue(tx, 'poll', { connection: b.source }))],
    enqueueAttribute: [beside((tx, _, b) => store.enqueueAttribute(tx, [b.account]))],
    enqueuePush: [beside((tx, _, b) => store.enqueuePush(tx, b.connection))],
    insertParkedJob: [
      beside((tx) =>
        store.insertParkedJob(tx, { task: 'poll', reason: 'r', attempts: 1, payload: {} }),
      ),
    ],
    deleteParkedJobs: [nothing((tx, _, b) => store.deleteParkedJobs(tx, { tag: b.tag }))],
    listParkedJobs: [ownRows((tx) => store.listParkedJobs(tx))],
    takeParkedJob: [nothing((tx, _, b) => store.takeParkedJob(tx, b.parkedJob))],
  };
}

export function workspaceCrossings(store: typeof workspaces): Crossings<typeof workspaces> {
  return {
    workspaceExists: [
      gives(
        (tx) => store.workspaceExists(tx),
        () => true,
      ),
    ],
    readWorkspace: [
      gives(
        (tx) => store.readWorkspace(tx),
        (a) => ({ id: a.workspace, name: `name ${a.tag}`, language: 'en' }),
      ),
    ],
  };
}
