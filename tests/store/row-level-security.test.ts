import { describe, expect, test } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import * as accounts from '../../src/store/accounts.ts';
import * as activities from '../../src/store/activities.ts';
import * as budgets from '../../src/store/budgets.ts';
import * as candidates from '../../src/store/candidates.ts';
import * as connections from '../../src/store/connections.ts';
import * as contacts from '../../src/store/contacts.ts';
import * as decisions from '../../src/store/decisions.ts';
import * as deliveries from '../../src/store/deliveries.ts';
import * as employees from '../../src/store/employees.ts';
import * as inbox from '../../src/store/inbox.ts';
import * as jobs from '../../src/store/jobs.ts';
import * as journal from '../../src/store/journal.ts';
import * as links from '../../src/store/links.ts';
import * as mirrorRuns from '../../src/store/mirrorRuns.ts';
import * as rescoreRuns from '../../src/store/rescoreRuns.ts';
import * as restores from '../../src/store/restores.ts';
import * as reviews from '../../src/store/reviews.ts';
import * as scores from '../../src/store/scores.ts';
import * as sending from '../../src/store/sending.ts';
import * as suppressions from '../../src/store/suppressions.ts';
import * as undoRuns from '../../src/store/undoRuns.ts';
import * as workspaces from '../../src/store/workspaces.ts';
import * as blocks from '../../src/store/blocks.ts';
import * as pairingRules from '../../src/store/pairingRules.ts';
import * as repairRuns from '../../src/store/repairRuns.ts';
import { fileDatabase } from '../fixtures/lifetime.ts';
import type { Crossing, Outcome } from './crossing.ts';
import * as deciding from './crossings-decisions.ts';
import * as scoring from './crossings-scores.ts';
import * as pairing from './crossings-pairing.ts';
import * as people from './crossings-people.ts';
import * as work from './crossings-work.ts';
import { dump, twoWorkspaces } from './two-workspaces.ts';

type Listed = Readonly<Record<string, readonly Crossing[] | undefined>>;

const MATRIX: Readonly<Record<string, Listed>> = {
  accounts: people.accountCrossings(accounts),
  activities: people.activityCrossings(activities),
  blocks: pairing.blockCrossings(blocks),
  budgets: work.budgetCrossings(budgets),
  candidates: pairing.candidateCrossings(candidates),
  connections: work.connectionCrossings(connections),
  contacts: people.contactCrossings(contacts),
  decisions: deciding.decisionCrossings(decisions),
  deliveries: work.deliveryCrossings(deliveries),
  employees: people.employeeCrossings(employees),
  inbox: work.inboxCrossings(inbox),
  jobs: work.jobCrossings(jobs),
  journal: work.journalCrossings(journal),
  links: people.linkCrossings(links),
  pairingRules: pairing.ruleCrossings(pairingRules),
  repairRuns: pairing.repairCrossings(repairRuns),
  mirrorRuns: work.runCrossings(mirrorRuns),
  rescoreRuns: scoring.rescoreCrossings(rescoreRuns),
  restores: deciding.restoreCrossings(restores),
  reviews: deciding.reviewCrossings(reviews),
  scores: scoring.scoreCrossings(scores),
  sending: work.sendingCrossings(sending),
  suppressions: people.suppressionCrossings(suppressions),
  undoRuns: deciding.undoCrossings(undoRuns),
  workspaces: work.workspaceCrossings(workspaces),
};

/** Exported functions that work in no workspace: the owner's, and those that open transactions. */
const OUTSIDE = new Set(
  (
    'budgets.blockedBudgets database.databaseTime database.only database.openDatabase database.NoAnswer depths.jobDepth depths.deliveryDepth ' +
    'depths.parkedDepth depths.inboxDepth depths.touchDatabase directory.findCrm ' +
    'directory.listActive directory.listStates directory.listWorkspaces directory.storeParcel ' +
    'directory.takeOAuthState directory.queueInbox jobRunner.startJobs migrate.migrate processes.joinProcesses ' +
    'processes.reclaimForgotten processes.reclaimFromDead processes.reclaimStrayJobs workspaces.insertWorkspace ' +
    'workspaces.readWorkspaces'
  ).split(' '),
);

const CROSSINGS = Object.entries(MATRIX).flatMap(([module, listed]) =>
  Object.entries(listed).flatMap(([name, crossings = []]) =>
    crossings.map((crossing, index) => ({ name: `${module}.${name} ${index}`, crossing })),
  ),
);

const { database } = fileDatabase();
const { own, foreign, tables } = twoWorkspaces(database);

const undone = new Error('undone on purpose');

/** Calls, looks at the other workspace past row-level security in the same transaction, and takes it all back. */
async function cross(crossing: Crossing): Promise<void> {
  const before = await database.asOwner((owner) => dump(owner, tables, foreign.workspace));
  let outcome: Outcome | undefined;
  let after: readonly string[] = before;
  await database
    .inWorkspace(own.workspace, async (tx) => {
      const value = await crossing.call(tx, own, foreign);
      outcome = { value };
      await tx.rows('set local role none');
      after = await dump(tx, tables, foreign.workspace);
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) outcome = { error };
    });
  expect(after).toEqual(before);
  if (outcome === undefined) throw new Error('was not called');
  crossing.check(outcome, own, foreign);
}

describe('every function of the store, called with what belongs to another workspace', () => {
  test.each(CROSSINGS)('$name', ({ crossing }) => cross(crossing));

  test('is in the matrix, or known to work in no workspace', async () => {
    const folder = new URL('../../src/store/', import.meta.url);
    const files = (await readdir(folder)).filter((name) => name.endsWith('.ts'));
    const missing: string[] = [];
    for (const file of files) {
      const module = file.replace('.ts', '');
      const exported = (await import(new URL(file, folder).href)) as Record<string, unknown>;
      const source = await readFile(new URL(file, folder), 'utf8');
      for (const [name, value] of Object.entries(exported)) {
        if (typeof value !== 'function') continue;
        const inWorkspace = new RegExp(`function ${name}(<.*?>)?\\(\\s*\\w+: WorkspaceTx`).test(
          source,
        );
        const outside = OUTSIDE.has(`${module}.${name}`) && !inWorkspace;
        const crossings = MATRIX[module]?.[name]?.length ?? 0;
        if (crossings === 0 && !outside) missing.push(`${module}.${name}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test('both workspaces hold a row in every table', async () => {
    for (const { workspace } of [own, foreign]) {
      const rows = await database.asOwner((owner) => dump(owner, tables, workspace));
      expect([...new Set(rows.map((row) => row.split(' ')[0]))].sort()).toEqual(tables);
    }
  });
});

/** No statement of the store can meet another's rows there: each names the workspace in its key, or only the owner reads. */
const NAMED_BY_KEY = ['budgets', 'oauth_states'];

describe('a planted bug', () => {
  test('an open door in any one table is noticed by the matrix', async () => {
    const unnoticed: string[] = [];
    for (const table of tables) {
      await database.pool.query(
        `alter policy own_workspace on ${table} using (true) with check (true)`,
      );
      const noticed = await anyFails();
      await database.pool.query(
        `alter policy own_workspace on ${table} using (workspace_id = current_workspace())
          with check (workspace_id = current_workspace())`,
      );
      if (!noticed) unnoticed.push(table);
    }
    expect(unnoticed).toEqual(NAMED_BY_KEY);
  });

  async function anyFails(): Promise<boolean> {
    for (const { crossing } of CROSSINGS) {
      try {
        await cross(crossing);
      } catch {
        return true;
      }
    }
    return false;
  }
});
