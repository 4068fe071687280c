import { afterAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { paceFor } from '../../src/domain/budget.ts';
import { blockCalls, blockedBudgets, takeCall, type BudgetRate } from '../../src/store/budgets.ts';
import { only, openDatabase, type Database } from '../../src/store/database.ts';
import { fileDatabase, madeOnce } from '../fixtures/lifetime.ts';
import { pairedContact } from '../fixtures/paired.ts';

// Before the server ends under it.
afterAll(() => other.close());
const { database, opened } = fileDatabase();
const other = madeOnce(() =>
  Promise.resolve(openDatabase({ poolConfig: opened.poolConfig, onError: () => undefined })),
);
const processes = [database, other] as const;
const at = madeOnce(() => pairedContact(database));

/** When a call was let through, by the database's clock in milliseconds: not before `early`, not after `late`. */
interface Passed {
  readonly early: number;
  readonly late: number;
}

async function pass(database: Database, bucket: string, rate: BudgetRate): Promise<Passed> {
  return database.inWorkspace(at.workspace, async (tx) => {
    const clock = async () =>
      only(
        await tx.rows<{ ms: number }>(
          'select extract(epoch from clock_timestamp())::float8 * 1000 as ms',
        ),
      ).ms;
    const before = await clock();
    const waitMs = await takeCall(tx, at.connection, bucket, rate);
    return { early: before + waitMs, late: (await clock()) + waitMs };
  });
}

/** Windows of the vendor's length that surely held more calls than granted. */
function overfull(passed: readonly Passed[], budget: { calls: number; perMs: number }) {
  const inOrder = passed.toSorted((a, b) => a.early - b.early);
  return inOrder.flatMap((first, index) => {
    const last = inOrder[index + budget.calls];
    return last !== undefined && last.late - first.early < budget.perMs ? [{ first, last }] : [];
  });
}

const budgets = fc.record({
  calls: fc.integer({ min: 1, max: 40 }),
  perMs: fc.integer({ min: 50, max: 400 }),
});

async function drive(bucket: string, rate: BudgetRate, pauses: readonly number[]) {
  const passed: Passed[] = [];
  await Promise.all(
    processes.map(async (database, index) => {
      for (const pause of pauses.filter((_, turn) => turn % 2 === index)) {
        if (pause > 0) await sleep(pause);
        passed.push(await pass(database, bucket, rate));
      }
    }),
  );
  return passed;
}

const pauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 25 })), {
  minLength: 45,
  maxLength: 90,
});

describe('the calls that a vendor grants', () => {
  test('two processes together never make more in any window of its length', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(budgets, pauses, async (budget, wait) => {
        const passed = await drive(`law ${(run += 1)}`, paceFor(budget), wait);
        expect(overfull(passed, budget)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test('a planted pace that spends the whole window at once, and goes on, is caught', async () => {
    // Nobody waits for the calls: so long a window is not filled by the machine's own slowness.
    const budget = { calls: 10, perMs: 30_000 };
    const greedy = { intervalMs: budget.perMs / budget.calls, burst: budget.calls };
    const passed = await drive('greedy', greedy, Array<number>(40).fill(0));
    expect(overfull(passed, budget).length).toBeGreaterThan(0);
  });

  test('are used: the pace is no slower than one call kept back allows', async () => {
    const budget = { calls: 20, perMs: 20_000 };
    const passed = await drive('used', paceFor(budget), Array<number>(60).fill(0));
    const times = passed.map((one) => one.late);
    const windows = (Math.max(...times) - Math.min(...times)) / budget.perMs;
    expect(windows).toBeLessThan(60 / (budget.calls - 3) + 0.5);
  });

  test('are counted apart for each bucket and each connection', async () => {
    const rate = { intervalMs: 60_000, burst: 1 };
    const wait = (connection: string, bucket: string) =>
      at.inWorkspace((tx) => takeCall(tx, connection, bucket, rate));
    expect(await wait(at.connection, 'read')).toBe(0);
    expect(await wait(at.connection, 'write')).toBe(0);
    expect(await wait(at.source, 'read')).toBe(0);
    expect(await wait(at.connection, 'read')).toBeGreaterThan(50_000);
  });
});

describe('after a 429', () => {
  test.each([1, 2, 5])(
    'nobody calls before the vendor allows it, with a burst of %i',
    async (burst) => {
      const bucket = `blocked ${burst}`;
      const rate = { intervalMs: 1_000, burst };
      for (const database of processes) await pass(database, bucket, rate);
      await at.inWorkspace((tx) => blockCalls(tx, at.connection, bucket, 30_000));
      const until = Date.now() + 30_000;
      for (const database of [...processes, ...processes]) {
        const { late } = await pass(database, bucket, rate);
        expect(late).toBeGreaterThan(until - 500);
      }
    },
  );

  test('a shorter block does not shorten a longer one, and the operator sees it', async () => {
    await at.inWorkspace((tx) => blockCalls(tx, at.connection, 'twice', 60_000));
    await at.inWorkspace((tx) => blockCalls(tx, at.connection, 'twice', 10));
    const rate = { intervalMs: 10, burst: 2 };
    const waitMs = await at.inWorkspace((tx) => takeCall(tx, at.connection, 'twice', rate));
    expect(waitMs).toBeGreaterThan(50_000);
    const seen = await database.asOwner(blockedBudgets);
    expect(seen.filter((one) => one.bucket === 'twice')).toMatchObject([
      { connectionId: at.connection },
    ]);
  });

  test('once it is over, calls go on at the pace and not all at once', async () => {
    const rate = { intervalMs: 60_000, burst: 1 };
    await at.inWorkspace((tx) => blockCalls(tx, at.connection, 'over', 20));
    await sleep(40);
    const wait = () => at.inWorkspace((tx) => takeCall(tx, at.connection, 'over', rate));
    expect(await wait()).toBe(0);
    expect(await wait()).toBeGreaterThan(50_000);
  });
});
