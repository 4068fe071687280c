import type * as blocks from '../../src/store/blocks.ts';
import type * as candidates from '../../src/store/candidates.ts';
import type * as pairingRules from '../../src/store/pairingRules.ts';
import type * as repairRuns from '../../src/store/repairRuns.ts';
import { beside, gives, nothing, ownRows, refused, type Crossing } from './crossing.ts';
import { SHARED_EMAIL, SHARED_KEY, type Filled } from './two-workspaces.ts';

type Crossings<Module> = Partial<Record<keyof Module, readonly Crossing[]>>;

const KEYS = [SHARED_KEY, 'n:bo berg'];

export function blockCrossings(store: typeof blocks): Crossings<typeof blocks> {
  const identifiers = [{ kind: 'email', value: SHARED_EMAIL }];
  return {
    replaceContactBlocks: [
      refused((tx, _, b) => store.replaceContactBlocks(tx, b.contact, KEYS)),
      nothing(async (tx, _, b) => {
        await store.replaceContactBlocks(tx, b.contact, []);
      }),
    ],
    rewriteContactKeys: [
      refused((tx, _, b) =>
        store.rewriteContactKeys(tx, [{ id: b.contact, identifiers, keys: KEYS }]),
      ),
      nothing(async (tx, _, b) => {
        await store.rewriteContactKeys(tx, [{ id: b.contact, identifiers: [], keys: [] }]);
      }),
    ],
    replaceAccountBlocks: [
      refused((tx, _, b) => store.replaceAccountBlocks(tx, b.account, KEYS)),
      nothing(async (tx, _, b) => {
        await store.replaceAccountBlocks(tx, b.account, []);
      }),
    ],
    accountsInBlocksOf: [
      nothing((tx, _, b) => store.accountsInBlocksOf(tx, b.contact, 9)),
      gives(
        (tx, a) => store.accountsInBlocksOf(tx, a.contact, 9),
        (own) => [own.account],
      ),
    ],
  };
}

export function candidateCrossings(store: typeof candidates): Crossings<typeof candidates> {
  const near = (accountId: string, keys: readonly string[] = []) => {
    return { accountId, sharing: 9, keys, alike: 9, largest: 9 };
  };
  const around = (at: Filled) => ({
    account: { id: '0', network: 'memory' },
    contactIds: [at.contact],
    values: [SHARED_EMAIL],
    keys: KEYS,
  });
  return {
    candidatesFor: [
      nothing((tx, _, b) => store.candidatesFor(tx, near(b.account))),
      ownRows((tx, a) => store.candidatesFor(tx, near(a.account))),
      ownRows((tx) => store.candidatesFor(tx, near('0', KEYS))),
    ],
    readSurroundings: [
      gives(
        async (tx, _, b) => (await store.readSurroundings(tx, around(b))).taken,
        () => [],
      ),
      gives(
        (tx, a) => store.readSurroundings(tx, around(a)),
        (own) => ({
          holders: [{ crm: own.connection, value: SHARED_EMAIL, count: 1 }],
          bearers: [
            { key: SHARED_KEY, count: 1 },
            { key: 'n:bo berg', count: 0 },
          ],
          taken: [own.contact],
        }),
      ),
    ],
  };
}

export function ruleCrossings(store: typeof pairingRules): Crossings<typeof pairingRules> {
  const rules = { version: 8, text: 't', publishedBy: 'x', note: null };
  return {
    readPairingState: [
      gives(
        (tx) => store.readPairingState(tx),
        () => ({ rulesVersion: 7, reckonedContacts: 1_000 }),
      ),
    ],
    readRulesText: [ownRows((tx) => store.readRulesText(tx, 7))],
    listRules: [ownRows((tx) => store.listRules(tx))],
    insertRules: [beside((tx) => store.insertRules(tx, rules))],
    recordShadowRun: [
      gives(
        async (tx) => (await store.recordShadowRun(tx, 1)).reviewed,
        () => 0,
      ),
    ],
    latestShadowRun: [
      gives(
        async (tx) => (await store.latestShadowRun(tx))?.rulesVersion,
        (own) => (own.tag === 'alpha' ? 1 : 2),
      ),
    ],
  };
}

export function repairCrossings(store: typeof repairRuns): Crossings<typeof repairRuns> {
  const run = {
    reason: 'x',
    rulesVersion: 2,
    keysVersion: 2,
    reckonedContacts: 2_000,
    phase: 'contacts',
  } as const;
  const step = {
    phase: 'contacts',
    afterId: '9',
    contacts: 1,
    accounts: 1,
    changed: 1,
    isFinished: true,
  } as const;
  return {
    latestRepair: [ownRows((tx) => store.latestRepair(tx))],
    openRepair: [
      gives(
        async (tx) => (await store.openRepair(tx, run)).id,
        (own) => own.repair,
      ),
    ],
    advanceRepair: [
      nothing((tx, _, b) =>
        store.advanceRepair(tx, { id: b.repair, phase: 'contacts', afterId: '0' }, step),
      ),
    ],
    contactIdsAfter: [
      gives(
        async (tx, a, b) => {
          const ids = await store.contactIdsAfter(tx, '0', 99);
          return [ids.includes(a.contact), ids.includes(b.contact)];
        },
        () => [true, false],
      ),
    ],
    accountIdsAfter: [
      gives(
        (tx) => store.accountIdsAfter(tx, '0', 99),
        (own) => [own.account],
      ),
    ],
  };
}
