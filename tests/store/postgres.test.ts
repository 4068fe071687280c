import { chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { createLogger } from '../../src/platform/logger.ts';
import { startEmbedded } from '../../src/store/postgres/index.ts';
import { until } from '../fixtures/until.ts';
import {
  ask,
  countKept,
  isRunning,
  postmasterPid,
  sleep,
  startProcess,
  type EchofileProcess,
  type StartOptions,
} from './postgres-child-process.ts';

let root = '';
let dataDir = '';
const processes: EchofileProcess[] = [];

function start(options?: StartOptions): EchofileProcess {
  const started = startProcess(dataDir, options);
  processes.push(started);
  return started;
}

function hasDraft(): boolean {
  return existsSync(dataDir) && readdirSync(dataDir).some((name) => name.includes('draft'));
}

beforeEach(async () => {
  root = await mkdtemp('/tmp/echofile-test-');
  // mkdtemp closes the folder to others; root's database runs as another user.
  dataDir = join(root, 'data');
  if (process.getuid?.() === 0) await chown(root, 65534, 65534);
});

afterEach(async () => {
  for (const one of processes.splice(0)) await one.kill();
  const pid = await postmasterPid(join(dataDir, 'postgres')).catch(() => 0);
  if (pid > 0 && isRunning(pid)) {
    process.kill(pid, 'SIGQUIT');
    while (isRunning(pid)) await sleep(20);
  }
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

describe('one process', () => {
  test('makes a database, keeps what was written, leaves no process behind', async () => {
    const first = start();
    const { connection, cluster, adopted } = await first.ready();
    expect(adopted).toBe(false);
    await ask(connection, 'insert into kept values (42)');
    const pid = await postmasterPid(cluster);
    await first.stop();
    expect(isRunning(pid)).toBe(false);
    expect(await readdir(cluster)).not.toContain('postmaster.pid');

    const second = start();
    const again = await second.ready();
    expect(again.adopted).toBe(false);
    expect(await ask(again.connection, 'select n::int from kept')).toEqual([{ n: 42 }]);
    await second.stop();
  });

  test('has the engine, locale and durability it promises, and opens no network port', async () => {
    const { connection } = await start().ready();
    const [row] = await ask(
      connection,
      `select current_setting('fsync') as fsync, current_setting('listen_addresses') as listens,
              current_setting('server_version_num')::int / 10000 as major,
              current_setting('data_checksums') as checksums, current_setting('timezone') as zone,
              datlocprovider as provider, datlocale as locale, pg_encoding_to_char(encoding) as encoding
       from pg_database where datname = current_database()`,
    );
    expect(row).toEqual({
      fsync: 'on',
      listens: '',
      major: 18,
      checksums: 'on',
      zone: 'UTC',
      provider: 'b',
      locale: 'C.UTF-8',
      encoding: 'UTF8',
    });
    expect((await stat(connection.host)).mode & 0o777).toBe(0o700);
  });

  test('gives the server nothing of our environment, and its log nothing of our rows', async () => {
    const { connection, cluster } = await start().ready();
    const environ = await readFile(`/proc/${await postmasterPid(cluster)}/environ`, 'utf8');
    expect(environ).not.toContain('planted');
    const failing = `insert into kept select 7 from (values ('erika@example.org')) v, generate_series(1, 2)`;
    await expect(ask(connection, failing)).rejects.toThrow(/duplicate key/);
    await expect(ask(connection, `select 'erika@example.org'::int`)).rejects.toThrow(
      /invalid input/,
    );
    expect(await readFile(join(dataDir, 'postgres.log'), 'utf8')).not.toMatch(/erika|duplicate/);
  });
});

describe('stop', () => {
  const logger = createLogger({ level: 'silent' });

  test('may be asked for twice, and the folder opened again by the same process', async () => {
    for (const adopted of [false, false]) {
      const postgres = await startEmbedded({ dataDir, logger });
      expect(postgres.adopted).toBe(adopted);
      expect(await ask(postgres.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
      const pid = await postmasterPid(postgres.cluster);
      await Promise.all([postgres.stop(), postgres.stop()]);
      await postgres.stop();
      expect(isRunning(pid)).toBe(false);
    }
  });

  test.each([0, 30, 130, 200])(
    '%i ms after the server was killed ends, and leaves no server',
    async (ms) => {
      const postgres = await startEmbedded({ dataDir, logger });
      process.kill(await postmasterPid(postgres.cluster), 'SIGKILL');
      await sleep(ms);
      await postgres.stop();
      const pid = await postmasterPid(postgres.cluster).catch(() => 0);
      // A killed process is there until the system has cleared it away; one that was started again stays.
      await until(() => !(pid > 0 && isRunning(pid)));
    },
  );
});

describe('kills', () => {
  test('of our process: the next one adopts the living server', async () => {
    const first = start();
    const { connection, cluster } = await first.ready();
    await ask(connection, 'insert into kept values (1)');
    const pid = await postmasterPid(cluster);
    await first.kill();
    expect(isRunning(pid)).toBe(true);

    const second = start();
    const adopted = await second.ready();
    expect(adopted.adopted).toBe(true);
    expect(await postmasterPid(cluster)).toBe(pid);
    expect(await countKept(adopted.connection)).toBe(1);
    await second.stop();
    expect(isRunning(pid)).toBe(false);
  });

  test('of the server: it comes back by itself with each acknowledged row', async () => {
    const one = start();
    const { connection, cluster } = await one.ready();
    const pid = await postmasterPid(cluster);
    one.say('insert');
    await one.until(() => (one.acknowledged() >= 50 ? true : undefined));
    process.kill(pid, 'SIGKILL');
    await one.until(() => (one.log().includes('database_back') ? true : undefined));
    expect(await postmasterPid(cluster)).not.toBe(pid);
    expect(await countKept(connection)).toBeGreaterThanOrEqual(one.acknowledged());
    await one.stop();
  });

  test('of both: the next start recovers with each acknowledged row', async () => {
    const one = start();
    const { cluster } = await one.ready();
    const pid = await postmasterPid(cluster);
    one.say('insert');
    await one.until(() => (one.acknowledged() >= 50 ? true : undefined));
    one.child.kill('SIGSTOP');
    process.kill(pid, 'SIGKILL');
    await one.kill();

    const next = start();
    const again = await next.ready();
    expect(again.adopted).toBe(false);
    expect(await countKept(again.connection)).toBeGreaterThanOrEqual(one.acknowledged());
    await next.stop();
  });

  test.each([0, 60, 150, 300])(
    'during a first start, %i ms into initdb: the next one works',
    async (ms) => {
      const one = start();
      await one.until(() => (hasDraft() ? true : undefined));
      await sleep(ms);
      await one.kill();
      const next = start();
      await next.ready();
      await next.stop();
      // The orphaned initdb may have written on during that start; the one after it clears up.
      const last = start();
      await last.ready();
      await last.stop();
      expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.log', 'socket']);
    },
  );

  test('and the id of the dead server given to another program: it starts all the same', async () => {
    // As the same user, because PostgreSQL already ignores a process it may not signal.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const one = start(user);
    const { cluster } = await one.ready();
    const pidFile = await readFile(join(cluster, 'postmaster.pid'), 'utf8');
    await one.stop();
    const stranger = spawn('sleep', ['60'], { ...user, cwd: '/' });
    await writeFile(join(cluster, 'postmaster.pid'), pidFile.replace(/^\d+/, String(stranger.pid)));
    if (user.uid !== undefined) await chown(join(cluster, 'postmaster.pid'), user.uid, user.gid);
    const next = start(user);
    expect((await next.ready()).adopted).toBe(false);
    await next.stop();
    stranger.kill();
    await once(stranger, 'close');
  });
});

describe('two processes', () => {
  test('share one server; it outlives the first to leave and ends with the last', async () => {
    const first = start();
    const { connection, cluster } = await first.ready();
    const second = start();
    expect((await second.ready()).adopted).toBe(true);
    const pid = await postmasterPid(cluster);
    second.say('insert');
    await second.until(() => (second.acknowledged() > 5 ? true : undefined));

    await first.stop();
    expect(first.log()).toContain('database_left');
    expect(isRunning(pid)).toBe(true);
    const seen = second.acknowledged();
    await second.until(() => (second.acknowledged() > seen + 5 ? true : undefined));
    expect(second.log()).not.toContain('database_lost');
    expect(await countKept(connection)).toBeGreaterThan(seen);

    await second.stop();
    expect(isRunning(pid)).toBe(false);
  });

  test('a killed one does not keep the server alive', async () => {
    const first = start();
    const { cluster } = await first.ready();
    const second = start();
    await second.ready();
    await first.kill();
    const pid = await postmasterPid(cluster);
    await second.stop();
    expect(isRunning(pid)).toBe(false);
  });

  test('that start first at the same time agree on one database', async () => {
    const [one, two, three] = [start(), start(), start()];
    const ready = await Promise.all([one.ready(), two.ready(), three.ready()]);
    expect(ready.filter(({ adopted }) => !adopted)).toHaveLength(1);
    const pid = await postmasterPid(ready[0].cluster);
    await Promise.all([one.stop(), two.stop(), three.stop()]);
    expect(isRunning(pid)).toBe(false);
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.log', 'socket']);
  });

  test('one that comes while the last one leaves gets a working server', async () => {
    let leaving = start();
    const { connection } = await leaving.ready();
    for (let round = 1; round <= 4; round += 1) {
      const coming = start();
      await sleep(40 * round);
      await leaving.stop();
      await coming.ready();
      await ask(connection, `insert into kept values (${round})`);
      leaving = coming;
    }
    expect(await countKept(connection)).toBe(4);
    await leaving.stop();
  });
});
