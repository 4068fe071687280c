import { expect } from '@jest/globals';
import type * as rescoreRuns from '../../src/store/rescoreRuns.ts';
import type * as scores from '../../src/store/scores.ts';
import { beside, gives, nothing, refused, type Crossing } from './crossing.ts';
import type { Filled } from './two-workspaces.ts';

type Crossings<Module> = Partial<Record<keyof Module, readonly Crossing[]>>;

const PURPOSE = 'service_priority';
const NOW = new Date('2027-01-01');

function score({ contact }: Filled): scores.StoredScore {
  const parts = { reach: 0, engagement: 0, curation: 0, network: 0, combination: 0, role: 0 };
  return {
    contactId: contact,
    value: 1,
    band: 0,
    coverage: 0,
    parts,
    reasons: [],
    formula: 1,
    weightsVersion: 1,
    weightsHash: 'h',
    computedAt: NOW,
    expiresAt: NOW,
    written: {
      value: 1,
      band: 0,
      coverage: 0,
      reasons: [],
      grounds: [],
      computedAt: '',
      version: '',
    },
  };
}

export function scoreCrossings(store: typeof scores): Crossings<typeof scores> {
  return {
    readScores: [
      nothing((tx, _, b) => store.readScores(tx, [b.contact], PURPOSE)),
      gives(
        async (tx, a) => [...(await store.readScores(tx, [a.contact], PURPOSE)).keys()],
        (a) => [a.contact],
      ),
    ],
    putScores: [
      refused((tx, _, b) => store.putScores(tx, [score(b)], PURPOSE)),
      beside((tx, a) => store.putScores(tx, [score(a)], PURPOSE)),
    ],
    deleteScores: [nothing((tx, _, b) => store.deleteScores(tx, [b.contact]))],
    countScores: [
      gives(
        (tx) => store.countScores(tx, NOW),
        () => [{ band: 2, count: 1 }],
      ),
    ],
    pairedAccounts: [
      nothing((tx, _, b) => store.pairedAccounts(tx, [b.contact])),
      {
        call: (tx, a, b) => store.pairedAccounts(tx, [a.contact, b.contact]),
        check: (outcome, a) => {
          expect(outcome).toMatchObject({ value: [{ id: a.account, contactId: a.contact }] });
          expect(outcome).toHaveProperty('value.length', 1);
        },
      },
    ],
    contactsToScore: [
      gives(
        (tx) => store.contactsToScore(tx, '0', 9),
        (a) => [a.contact],
      ),
    ],
  };
}

export function rescoreCrossings(store: typeof rescoreRuns): Crossings<typeof rescoreRuns> {
  const step = { done: 1, changed: 1, after: '9' };
  return {
    insertRescoreRun: [
      {
        call: async (tx) =>
          store.readRescoreRun(tx, await store.insertRescoreRun(tx, '2026-11-21')),
        check: (outcome) => {
          expect(outcome).toMatchObject({ value: { total: 1, done: 0 } });
        },
      },
    ],
    lockRescoreRun: [nothing((tx, _, b) => store.lockRescoreRun(tx, b.rescore))],
    readRescoreRun: [nothing((tx, _, b) => store.readRescoreRun(tx, b.rescore))],
    advanceRescoreRun: [nothing((tx, _, b) => store.advanceRescoreRun(tx, b.rescore, step))],
  };
}
