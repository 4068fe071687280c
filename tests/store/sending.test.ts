import { describe, expect, test } from '@jest/globals';
import { planEntry } from '../../src/store/deliveries.ts';
import { joinProcesses, reclaimForgotten, reclaimFromDead } from '../../src/store/processes.ts';
import { claimEntries, keepInHand } from '../../src/store/sending.ts';
import { fileDatabase } from '../fixtures/lifetime.ts';
import { entry, outbox, pairedContact, say, type Paired } from '../fixtures/paired.ts';
import { until } from '../fixtures/until.ts';

const { database } = fileDatabase();

async function planMany(at: Paired, count: number): Promise<void> {
  await at.inWorkspace(async (tx) => {
    for (let n = 0; n < count; n += 1) {
      const activityId = await say(tx, at, `many ${n}`);
      const plan = { connectionId: at.connection, contactId: at.contact, key: `many ${n}` };
      await planEntry(tx, { ...plan, activityId }, entry('words'));
    }
  });
}

const claim = (at: Paired, processId: string, limit: number) =>
  at.inWorkspace((tx) => claimEntries(tx, { connectionId: at.connection, processId, limit }));

describe('claims', () => {
  test('of many at the same time never overlap, and together are everything', async () => {
    const at = await pairedContact(database);
    await planMany(at, 120);
    const seen: string[] = [];
    const drain = async (processId: string) => {
      for (;;) {
        const taken = await claim(at, processId, 7);
        if (taken.length === 0) return;
        seen.push(...taken.map((one) => one.id));
      }
    };
    await Promise.all(['1', '2', '3', '4'].map(drain));
    // One who found nothing may have been early: rows that another had locked are passed over.
    await drain('5');
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
  });

  test('pass over what another has in an open transaction, without waiting', async () => {
    const at = await pairedContact(database);
    await planMany(at, 3);
    await at.inWorkspace(async (tx) => {
      const mine = await claimEntries(tx, {
        connectionId: at.connection,
        processId: '1',
        limit: 2,
      });
      const others = await claim(at, '2', 9);
      expect(mine).toHaveLength(2);
      expect(others).toHaveLength(1);
      expect(mine.map((one) => one.id)).not.toContain(others[0]?.id);
    });
  });
});

describe('deliveries that a living process took', () => {
  const minutesAgo = (at: Paired, minutes: number) =>
    at.inWorkspace((tx) =>
      tx.rows(`update deliveries set sent_at = now() - make_interval(mins => $1)`, [minutes]),
    );
  const states = async (at: Paired) =>
    (await at.inWorkspace(outbox)).map(({ state, due }) => `${state}${due ? ' due' : ''}`);
  const reclaim = () => database.asOwner((owner) => reclaimForgotten(owner, 10));

  test('and gave no sign of for ten minutes are planned again; before that they are its own', async () => {
    const at = await pairedContact(database);
    await planMany(at, 2);
    await claim(at, '1', 1);
    await minutesAgo(at, 9);
    expect(await reclaim()).toBe(0);
    await minutesAgo(at, 11);
    expect(await reclaim()).toBe(1);
    expect(await states(at)).toEqual(['planned due', 'planned due']);
    expect(await claim(at, '2', 9)).toHaveLength(2);
  });

  test('and still has in hand stay its own, however long the call takes', async () => {
    const at = await pairedContact(database);
    await planMany(at, 1);
    const [taken] = await claim(at, '1', 1);
    await minutesAgo(at, 600);
    await at.inWorkspace((tx) => keepInHand(tx, [taken?.id ?? '']));
    expect(await reclaim()).toBe(0);
    expect(await states(at)).toEqual(['sent due']);
  });
});

describe('a process that dies', () => {
  /** The id of the database session that holds the sign of life. */
  const sessionOf = async (id: string) => {
    const { rows } = await database.pool.query<{ pid: number }>(
      `select pid from pg_locks where locktype = 'advisory' and classid = 7306002 and objid = $1
        and database = (select oid from pg_database where datname = current_database())`,
      [id],
    );
    return rows[0]?.pid;
  };
  const reclaim = () => database.asOwner(reclaimFromDead);
  const age = () =>
    database.asOwner((owner) =>
      owner.rows(`update processes set started_at = now() - interval '1 day'`),
    );

  test('only in its session shows itself again, and what it has in hand stays its own', async () => {
    const at = await pairedContact(database);
    await planMany(at, 2);
    const lost: unknown[] = [];
    const process = await joinProcesses(database, (error) => lost.push(error));
    await process.registerWorker('a worker');
    await claim(at, process.id, 2);
    const killed = await sessionOf(process.id);
    await database.pool.query('select pg_terminate_backend($1)', [killed]);
    await until(async () => ![undefined, killed].includes(await sessionOf(process.id)));
    await age();
    expect(await reclaim()).toBe(0);
    expect(await at.inWorkspace(outbox)).toMatchObject([{ state: 'sent' }, { state: 'sent' }]);
    expect(lost).toHaveLength(1);

    // Even if it was cleared away while it was not to be seen.
    await database.pool.query('delete from processes');
    const second = await sessionOf(process.id);
    await database.pool.query('select pg_terminate_backend($1)', [second]);
    await until(async () => ![undefined, second].includes(await sessionOf(process.id)));
    // A lock is seen before its statement has committed; the row comes a moment later.
    await until(async () => {
      const { rows } = await database.pool.query('select worker_id as worker from process_workers');
      return JSON.stringify(rows) === '[{"worker":"a worker"}]';
    });
    await process.leave();
    expect(await sessionOf(process.id)).toBeUndefined();
  });

  test('is never taken for dead while it is being born', async () => {
    const found: number[] = [];
    const joined = [];
    for (let round = 0; round < 5; round += 1) {
      const [process, dead] = await Promise.all([
        joinProcesses(database, () => undefined),
        database.asOwner(reclaimFromDead),
      ]);
      joined.push(process);
      found.push(dead);
    }
    await age();
    expect(await reclaim()).toBe(0);
    for (const process of joined) await process.leave();
    expect(found).toEqual([0, 0, 0, 0, 0]);
    const { rows } = await database.pool.query('select from processes');
    expect(rows).toEqual([]);
  });
});
