import { accountIdentifiers } from '../domain/identifiers.ts';
import { accountKeys, KEYS_VERSION, personKeys } from '../domain/pairing/blockKeys.ts';
import { reckonedContacts } from '../domain/pairing/weigh.ts';
import { personIdentifiers } from '../domain/person.ts';
import { lockAccount, replaceAccountIdentifiers } from '../store/accounts.ts';
import { replaceAccountBlocks, rewriteContactKeys } from '../store/blocks.ts';
import { countContacts, lockContacts } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { enqueue } from '../store/jobs.ts';
import {
  accountIdsAfter,
  advanceRepair,
  contactIdsAfter,
  latestRepair,
  openRepair,
  type RepairRun,
} from '../store/repairRuns.ts';
import type { App } from './app.ts';
import { attribute } from './attribute.ts';
import { rulesInForce } from './pairingRules.ts';
import { personsOf } from './persons.ts';

export type RepairReason = 'asked' | 'first' | 'rules' | 'keys' | 'contacts';

/** Has everything looked at again. One that is under way begins anew. */
export async function requestRepair(
  app: App,
  tx: WorkspaceTx,
  reason: RepairReason,
): Promise<RepairRun> {
  const last = await latestRepair(tx);
  const { weighing } = await rulesInForce(app, tx);
  const isKeyed = last?.keysVersion === KEYS_VERSION && reason !== 'asked';
  const run = await openRepair(tx, {
    reason,
    rulesVersion: weighing.version,
    keysVersion: KEYS_VERSION,
    reckonedContacts: reckonedContacts(await countContacts(tx), last?.reckonedContacts),
    phase: isKeyed ? 'accounts' : 'contacts',
  });
  await enqueueRepair(tx, run);
  return run;
}

/** The same on a person's word. */
export async function askForRepair(app: App, workspace: string): Promise<RepairRun> {
  return app.database.inWorkspace(workspace, (tx) => requestRepair(app, tx, 'asked'));
}

/** The newest run with how far it is; undefined where there was none yet. */
export async function repairProgress(app: App, workspace: string): Promise<RepairRun | undefined> {
  return app.database.inWorkspace(workspace, latestRepair);
}

/** The safety net: a run that lost its job goes on, and what was paired under other rules or keys is looked at again. */
export async function ensureRepair(app: App, tx: WorkspaceTx): Promise<void> {
  const last = await latestRepair(tx);
  const { weighing } = await rulesInForce(app, tx);
  if (last === undefined) await requestRepair(app, tx, 'first');
  else if (last.keysVersion !== KEYS_VERSION) await requestRepair(app, tx, 'keys');
  else if (last.rulesVersion !== weighing.version) await requestRepair(app, tx, 'rules');
  else if (last.finishedAt === null) await enqueueRepair(tx, last);
}

/** When the number of contacts has changed so much that everything weighs something else. */
export async function checkPopulation(app: App, tx: WorkspaceTx): Promise<void> {
  const last = await latestRepair(tx);
  if (last === undefined) return;
  const reckoned = reckonedContacts(await countContacts(tx), last.reckonedContacts);
  if (reckoned !== last.reckonedContacts) await requestRepair(app, tx, 'contacts');
}

const CONTACTS = 500;
const ACCOUNTS = 50;

/** One page of the run; the job after it does the next. Stopped anywhere, it goes on where it was. */
export async function repair(app: App, workspace: string): Promise<void> {
  const run = await app.database.inWorkspace(workspace, latestRepair);
  if (run?.finishedAt !== null) return;
  if (run.phase === 'contacts') await repairContacts(app, workspace, run);
  else await repairAccounts(app, workspace, run);
}

async function repairContacts(app: App, workspace: string, run: RepairRun): Promise<void> {
  await app.database.inWorkspace(workspace, async (tx) => {
    const ids = await contactIdsAfter(tx, run.afterId, CONTACTS);
    const contacts = await lockContacts(tx, ids);
    const persons = await personsOf(app, tx, contacts);
    const keyed = [...persons].map(([id, person]) => {
      return { id, identifiers: personIdentifiers(person), keys: personKeys(person) };
    });
    await rewriteContactKeys(tx, keyed);
    const last = ids.at(-1);
    const next =
      last === undefined
        ? ({ phase: 'accounts', afterId: '0' } as const)
        : ({ phase: 'contacts', afterId: last } as const);
    await advanceRepair(tx, run, { ...NOTHING, ...next, contacts: ids.length });
    await enqueueRepair(tx, run);
  });
}

/** Each account in a transaction of its own, so that nothing waits long for a lock. */
async function repairAccounts(app: App, workspace: string, run: RepairRun): Promise<void> {
  const inWorkspace = <T>(work: (tx: WorkspaceTx) => Promise<T>) =>
    app.database.inWorkspace(workspace, work);
  const ids = await inWorkspace((tx) => accountIdsAfter(tx, run.afterId, ACCOUNTS));
  let changed = 0;
  for (const id of ids) {
    await inWorkspace((tx) => rekeyAccount(tx, id));
    changed += await attribute(app, workspace, id);
  }
  await inWorkspace(async (tx) => {
    const isFinished = ids.length < ACCOUNTS;
    const afterId = ids.at(-1) ?? run.afterId;
    const step = {
      ...NOTHING,
      phase: run.phase,
      afterId,
      accounts: ids.length,
      changed,
      isFinished,
    };
    await advanceRepair(tx, run, step);
    if (!isFinished) await enqueueRepair(tx, run);
  });
}

const NOTHING = { contacts: 0, accounts: 0, changed: 0, isFinished: false };

async function rekeyAccount(tx: WorkspaceTx, id: string): Promise<void> {
  const account = await lockAccount(tx, id);
  if (account?.state !== 'live') return;
  const { network, profile } = account;
  await replaceAccountIdentifiers(tx, id, accountIdentifiers(network, profile));
  await replaceAccountBlocks(tx, id, accountKeys(profile));
}

async function enqueueRepair(tx: WorkspaceTx, { id }: Pick<RepairRun, 'id'>): Promise<void> {
  await enqueue(tx, 'repair', { run: id }, { key: 'repair' });
}
