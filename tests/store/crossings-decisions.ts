import { expect } from '@jest/globals';
import type * as decisions from '../../src/store/decisions.ts';
import { only, type WorkspaceTx } from '../../src/store/database.ts';
import { readLink } from '../../src/store/links.ts';
import type * as restores from '../../src/store/restores.ts';
import type * as reviews from '../../src/store/reviews.ts';
import type * as undoRuns from '../../src/store/undoRuns.ts';
import { gives, nothing, ownRows, refused, type Crossing } from './crossing.ts';
import type { Filled } from './two-workspaces.ts';

type Crossings<Module> = Partial<Record<keyof Module, readonly Crossing[]>>;

const LATER = new Date('2027-01-01');

function decision(account: Filled, contact: Filled): Omit<decisions.LinkDecision, 'id'> {
  return {
    accountId: account.account,
    contactId: contact.contact,
    action: 'link',
    state: 'active',
    actor: 'rules@1',
    rule: 'two_way_link',
    ruleVersion: 1,
    evidence: [],
    bits: null,
    probability: null,
    basis: 'b',
    batch: '',
    note: null,
    at: LATER,
  };
}

/** The link of the workspace is a suggestion again. */
async function reopen(tx: WorkspaceTx, own: Filled): Promise<void> {
  await tx.rows("update links set state = 'suggested' where id = $1", [own.link]);
}

export function decisionCrossings(store: typeof decisions): Crossings<typeof decisions> {
  return {
    insertDecision: [
      refused((tx, a, b) => store.insertDecision(tx, decision(a, b))),
      refused((tx, a, b) => store.insertDecision(tx, decision(b, a))),
    ],
    decisionsOfAccount: [
      nothing((tx, _, b) => store.decisionsOfAccount(tx, b.account)),
      ownRows((tx, a) => store.decisionsOfAccount(tx, a.account)),
    ],
    forgetDecisions: [nothing((tx, _, b) => store.forgetDecisions(tx, b.account))],
  };
}

export function reviewCrossings(store: typeof reviews): Crossings<typeof reviews> {
  const page = { limit: 9, after: undefined, now: LATER, proofs: [] };
  return {
    queuedReviews: [
      ownRows(async (tx, a) => {
        await reopen(tx, a);
        return store.queuedReviews(tx, page);
      }),
    ],
    countReviews: [
      gives(
        async (tx, a) => {
          await reopen(tx, a);
          return store.countReviews(tx, LATER);
        },
        () => 1,
      ),
    ],
    siblingLinks: [
      {
        call: async (tx, a, b) => {
          const link = await readLink(tx, a.link);
          if (link === undefined) throw new Error('the own link is not there');
          return store.siblingLinks(tx, { ...link, connectionId: b.connection });
        },
        check: (outcome, own) => {
          expect(outcome).toEqual({ value: [own.link] });
        },
      },
    ],
  };
}

export function restoreCrossings(store: typeof restores): Crossings<typeof restores> {
  const conflict = (contactId: string) => ({
    ...{ contactId, field: 'other', journalId: '1', before: '' },
    ...{ ours: 'h', current: 'h' },
  });
  return {
    fieldWrites: [nothing((tx, _, b) => store.fieldWrites(tx, b.contact, ['handle']))],
    openConflict: [refused((tx, _, b) => store.openConflict(tx, conflict(b.contact)))],
    openConflicts: [ownRows((tx) => store.openConflicts(tx, 9))],
    readConflict: [nothing((tx, _, b) => store.readConflict(tx, b.conflict))],
    restoresAsked: [nothing((tx, _, b) => store.restoresAsked(tx, b.contact))],
    refreshConflict: [nothing((tx, _, b) => store.refreshConflict(tx, b.conflict, 'h'))],
    closeConflict: [
      nothing((tx, _, b) =>
        store.closeConflict(tx, b.conflict, { state: 'kept', by: 'x', at: LATER }),
      ),
    ],
  };
}

export function undoCrossings(store: typeof undoRuns): Crossings<typeof undoRuns> {
  const batch = (of: Filled) => ({ by: 'batch', value: `batch ${of.tag}` }) as const;
  const run = { actor: 'person:x', note: null, total: 1 };
  return {
    countUndo: [
      gives(
        (tx, _, b) => store.countUndo(tx, batch(b)),
        () => ({ links: 0, suggestions: 0, refusals: 0, kept: 0 }),
      ),
    ],
    linksToUndo: [
      nothing((tx, _, b) => store.linksToUndo(tx, batch(b), 9)),
      ownRows((tx, a) => store.linksToUndo(tx, batch(a), 9)),
    ],
    isToBeUndone: [nothing((tx, _, b) => store.isToBeUndone(tx, batch(b), b.link))],
    insertUndoRun: [
      {
        call: async (tx, a) => {
          await store.insertUndoRun(tx, { ...batch(a), ...run });
          return only(await tx.rows<{ n: number }>('select count(*)::int as n from undo_runs')).n;
        },
        check: (outcome) => {
          expect(outcome).toEqual({ value: 2 });
        },
      },
    ],
    readUndoRun: [nothing((tx, _, b) => store.readUndoRun(tx, b.undo))],
    advanceUndoRun: [
      nothing((tx, _, b) => store.advanceUndoRun(tx, b.undo, { done: 1, isFinished: true })),
    ],
  };
}
