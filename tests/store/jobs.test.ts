import { afterEach, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { WorkspaceTx } from '../../src/store/database.ts';
import { planEntry } from '../../src/store/deliveries.ts';
import { startJobs } from '../../src/store/jobRunner.ts';
import {
  enqueue,
  enqueueAttribute,
  insertParkedJob,
  listParkedJobs,
  takeParkedJob,
  type EnqueueOptions,
} from '../../src/store/jobs.ts';
import { joinProcesses, reclaimFromDead, reclaimStrayJobs } from '../../src/store/processes.ts';
import { fileDatabase, madeForEach } from '../fixtures/lifetime.ts';
import { entry, outbox, pairedContact } from '../fixtures/paired.ts';
import { until } from '../fixtures/until.ts';

const { database, opened } = fileDatabase();
const at = madeForEach(async () => {
  await database.pool.query('delete from graphile_worker._private_jobs');
  return pairedContact(database);
});

interface JobRow {
  readonly task: string;
  readonly key: string | null;
  readonly payload: Readonly<Record<string, string>>;
  /** Whole minutes from now: what a busy machine loses meanwhile does not count. */
  readonly inMinutes: number;
  readonly locked: boolean;
}

async function jobs(): Promise<readonly JobRow[]> {
  const { rows } = await database.pool.query<JobRow>(
    `select t.identifier as task, j.key, j.payload, j.locked_by is not null as locked,
        round(extract(epoch from j.run_at - now()) / 60)::int as "inMinutes"
      from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
      where t.identifier <> 'every_minute' order by j.id`,
  );
  return rows;
}

const poll = (connection: string, options?: EnqueueOptions) =>
  at.inWorkspace((tx) => enqueue(tx, 'poll', { connection }, options));

describe('a job', () => {
  test('is added if and only if its transaction commits', async () => {
    const failing = at.inWorkspace(async (tx) => {
      await enqueue(tx, 'poll', { connection: at.source });
      throw new Error('thought better of it');
    });
    await expect(failing).rejects.toThrow(/better/);
    expect(await jobs()).toEqual([]);
    await poll(at.source);
    expect(await jobs()).toMatchObject([
      { task: 'poll', key: null, payload: { connection: at.source, workspace: at.workspace } },
    ]);
  });

  test('of the same key is one job, of the newest wish; the same key elsewhere is another', async () => {
    await poll('first', { key: 'k', delayMs: 60_000 });
    await poll('second', { key: 'k' });
    expect(await jobs()).toMatchObject([{ payload: { connection: 'second' }, inMinutes: 0 }]);
    const elsewhere = await pairedContact(database);
    await elsewhere.inWorkspace((tx) => enqueue(tx, 'poll', { connection: 'third' }, { key: 'k' }));
    expect(await jobs()).toHaveLength(2);
  });

  test('that keeps time neither hurries nor delays the one that waits, and waits itself when it is alone', async () => {
    await poll('first', { key: 'k', delayMs: 60_000, keepTime: true });
    expect(await jobs()).toMatchObject([{ inMinutes: 1 }]);
    await poll('second', { key: 'k', keepTime: true });
    await poll('third', { key: 'k', keepTime: true, delayMs: 600_000 });
    expect(await jobs()).toMatchObject([{ inMinutes: 1, payload: { connection: 'third' } }]);
    await poll('now', { key: 'k' });
    expect(await jobs()).toMatchObject([{ inMinutes: 0 }]);
  });

  test('waits at least as long as asked, also a fraction of a millisecond', async () => {
    await poll('a', { delayMs: 0.2 });
    const { rows } = await database.pool.query(
      'select run_at > created_at as later from graphile_worker._private_jobs',
    );
    expect(rows).toEqual([{ later: true }]);
  });

  test('per account is one lane, woken in the order of ids', async () => {
    await at.inWorkspace((tx) => enqueueAttribute(tx, ['10', '9', '10', '100']));
    const woken = await jobs();
    expect(woken.map((job) => job.payload.account)).toEqual(['9', '10', '100']);
    expect(woken[0]?.key).toBe(`attribute:9@${at.workspace}`);
  });

  test('that was parked is listed and taken once', async () => {
    const parked = {
      task: 'poll',
      payload: { connection: 'c' },
      reason: 'r',
      attempts: 10,
    } as const;
    await at.inWorkspace((tx) => insertParkedJob(tx, parked));
    const listed = await at.inWorkspace(listParkedJobs);
    expect(listed).toMatchObject([parked]);
    const take = (tx: WorkspaceTx) => takeParkedJob(tx, listed[0]?.id ?? '');
    expect(await at.inWorkspace(take)).toMatchObject(parked);
    expect(await at.inWorkspace(take)).toBeUndefined();
  });
});

type Work = (payload: unknown, key: string | undefined) => Promise<void>;

async function withRunner(work: Work, then: () => Promise<void>): Promise<void> {
  const alive = await joinProcesses(database, () => undefined);
  const runner = await startJobs({
    database,
    process: alive,
    tasks: ['poll'],
    concurrency: 3,
    work: (_, payload, key) => work(payload, key),
    everyMinute: () => Promise.resolve(),
    onError: () => undefined,
  });
  try {
    await then();
  } finally {
    await runner.stop();
    await alive.leave();
  }
}

describe('the runner', () => {
  test('runs a job with the key as it was given', async () => {
    const seen: unknown[] = [];
    const work: Work = (payload, key) => Promise.resolve(void seen.push([payload, key]));
    await withRunner(work, async () => {
      await poll('one', { key: 'poll:@one' });
      await until(() => seen.length === 1);
      await poll('two');
      await until(() => seen.length === 2);
    });
    expect(seen).toMatchObject([
      [{ connection: 'one', workspace: at.workspace }, 'poll:@one'],
      [{ connection: 'two' }, undefined],
    ]);
  });

  test('follows a running job by exactly one more, however often its key was asked for meanwhile', async () => {
    const seen: unknown[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => (release = done));
    const work: Work = async (payload) => {
      seen.push((payload as { connection: string }).connection);
      if (seen.length === 1) await held;
    };
    await withRunner(work, async () => {
      await poll('first', { key: 'k' });
      await until(() => seen.length === 1);
      // Held back, or the idle workers would take each as it comes.
      for (const connection of ['2nd', '3rd', '4th']) {
        await poll(connection, { key: 'k', delayMs: 60_000 });
      }
      expect(await jobs()).toHaveLength(2);
      release();
      await until(async () => (await jobs()).length === 1);
      await database.pool.query('update graphile_worker._private_jobs set run_at = now()');
      await until(async () => (await jobs()).length === 0);
    });
    expect(seen).toEqual(['first', '4th']);
  });
});

describe('a living process', () => {
  test('keeps the job it runs, however long that takes', async () => {
    let started = false;
    let release: () => void = () => undefined;
    const held = new Promise<void>((done) => (release = done));
    const work = () => {
      started = true;
      return held;
    };
    await withRunner(work, async () => {
      await poll(at.source);
      await until(() => started);
      await database.pool.query(
        `update graphile_worker._private_jobs set locked_at = now() - interval '1 hour'`,
      );
      await database.asOwner(reclaimFromDead);
      await database.asOwner(reclaimStrayJobs);
      expect(await jobs()).toMatchObject([{ locked: true }]);
      release();
      await until(async () => (await jobs()).length === 0);
    });
  });
});

describe('a killed process', () => {
  const CHILD = fileURLToPath(new URL('./jobs-child.ts', import.meta.url));
  let child: ChildProcessByStdio<null, Readable, null> | undefined;
  afterEach(() => {
    child?.kill('SIGKILL');
  });

  test('leaves its job and its deliveries to the living at once', async () => {
    await at.inWorkspace(async (tx) => {
      const plan = { connectionId: at.connection, contactId: at.contact, key: 'e' };
      await planEntry(tx, { ...plan, activityId: at.activity }, entry('words'));
    });
    await poll(at.source, { key: 'k' });
    const args = [CHILD, JSON.stringify(opened.poolConfig), at.workspace, at.connection];
    child = spawn(process.execPath, ['--no-warnings', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    expect(line).toBe('in hand 1');
    expect(await jobs()).toMatchObject([{ locked: true }]);
    await database.pool.query(`update processes set started_at = now() - interval '1 day'`);
    expect(await database.asOwner(reclaimFromDead)).toBe(0);

    child.kill('SIGKILL');
    await once(child, 'close');
    await until(async () => (await database.asOwner(reclaimFromDead)) === 1);
    expect(await jobs()).toMatchObject([{ locked: false }]);
    expect(await at.inWorkspace(outbox)).toMatchObject([
      { state: 'planned', due: true, attempts: 0 },
    ]);
  });

  test('before it could say who its workers are: a job locked by nobody known is freed after a moment', async () => {
    await poll(at.source);
    // In one transaction, in which no time passes.
    const reclaimLocked = (ago: string) =>
      database.asOwner(async (owner) => {
        await owner.rows(
          `update graphile_worker._private_jobs set locked_by = 'nobody', locked_at = now() - $1::interval`,
          [ago],
        );
        await reclaimStrayJobs(owner);
      });
    await reclaimLocked('0 seconds');
    expect(await jobs()).toMatchObject([{ locked: true }]);
    await reclaimLocked('3 seconds');
    expect(await jobs()).toMatchObject([{ locked: false }]);
  });
});
