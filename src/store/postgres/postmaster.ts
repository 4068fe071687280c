import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { hasCode } from '../../platform/system-error.ts';
import type { Binaries } from './binaries.ts';
import type { Connection } from './cluster.ts';
import { EmbeddedPostgresFailed } from './failure.ts';
import { environment, isAlive, isTaken, sleep } from './process.ts';
import type { Site } from './site.ts';

const PID_FILE = 'postmaster.pid';
const LOG_LIMIT_BYTES = 5_000_000;
const FAST_STOP_MS = 60_000;
const IMMEDIATE_STOP_MS = 10_000;

/** `stranger`: the server is dead, but its id is taken, by another program or by its own unreaped remains. */
export type Holder =
  | { readonly state: 'none' | 'dead' }
  | { readonly state: 'alive' | 'stranger'; readonly pid: number };

/** Who holds the cluster according to its postmaster.pid, whose first line is the process id. */
export async function holderOf(cluster: string): Promise<Holder> {
  const text = await readFile(join(cluster, PID_FILE), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  });
  // The server creates the file empty and then fills it.
  const pid = Number.parseInt(text, 10);
  if (!(pid > 0)) return { state: 'none' };
  if (!isTaken(pid)) return { state: 'dead' };
  const stranger = !isAlive(pid) || (await worksElsewhere(pid, cluster));
  return { state: stranger ? 'stranger' : 'alive', pid };
}

/** A postmaster's working folder is its cluster. Where that cannot be seen, the benefit of doubt. */
async function worksElsewhere(pid: number, cluster: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    return (await readlink(`/proc/${pid}/cwd`)) !== cluster;
  } catch {
    return false;
  }
}

export interface Launched {
  readonly child: ChildProcess;
  /** Set once the child could not be spawned or has ended. */
  ended(): boolean;
  /** What the server wrote to its log since this launch. */
  output(): Promise<string>;
}

/**
 * Starts the server as a process that outlives us: in a session of its own (a Ctrl-C in the terminal must reach
 * us first, so that pools close before the server stops), its output in a file instead of a pipe of ours.
 */
export async function launch(
  site: Site,
  { postgres }: Binaries,
  connection: Connection,
): Promise<Launched> {
  const log = await open(site.log, 'a', 0o600);
  const before = (await log.stat()).size;
  if (before > LOG_LIMIT_BYTES) await log.truncate();
  const args = ['-D', site.cluster, ...settings(site, connection)];
  const child = spawn(postgres, args, {
    ...site.account,
    ...environment,
    cwd: site.home,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  let failed = false;
  child.on('error', () => (failed = true));
  child.unref();
  await log.close();
  return {
    child,
    ended: () => failed || child.exitCode !== null || child.signalCode !== null,
    output: async () =>
      (await readFile(site.log)).subarray(Math.min(before, LOG_LIMIT_BYTES)).toString().trim(),
  };
}

/** Given on the command line, so that they hold for a cluster of any age and survive an edited configuration. */
function settings({ transport, socketDir }: Site, { port }: Connection): string[] {
  const reach =
    transport === 'socket'
      ? {
          listen_addresses: '',
          unix_socket_directories: socketDir,
          unix_socket_permissions: '0700',
        }
      : { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
  const all = {
    ...reach,
    port,
    fsync: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Failed statements quote values of rows, that is, personal data. The client gets its errors anyway.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/**
 * Makes the pid file of a dead server harmless when its id is taken by another program of the same user (usual
 * after the restart of a container) or by a zombie: PostgreSQL would take either for a living server. It does not take
 * its own parent for one, so the file gets our id. It is not deleted, as its other lines let PostgreSQL detect
 * surviving backends by their shared memory.
 */
export async function disownStranger(cluster: string, stranger: number): Promise<void> {
  const file = join(cluster, PID_FILE);
  const aside = `${file}.${process.pid}`;
  await rename(file, aside);
  const text = await readFile(aside, 'utf8');
  if (Number.parseInt(text, 10) !== stranger) {
    // Another process started a server in the meantime: the file is alive, back with it.
    await rename(aside, file);
    return;
  }
  const { uid, gid, mode } = await stat(aside);
  const ours = text.replace(/^\d+/, String(process.pid));
  try {
    await writeFile(file, ours, { flag: 'wx', mode });
    if (process.getuid?.() === 0) await chownFile(file, uid, gid);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function chownFile(path: string, uid: number, gid: number): Promise<void> {
  const file = await open(path, 'r');
  await file.chown(uid, gid).finally(() => file.close());
}

/** Fast shutdown: ends sessions, writes everything out, ends. Returns once the server has let go of the cluster. */
export async function stopServer({ cluster }: Site, { pgCtl }: Binaries): Promise<void> {
  const holder = await holderOf(cluster);
  if (holder.state !== 'alive') return;
  if (process.platform === 'win32') {
    // Windows has no signals; pg_ctl speaks to the server through a named pipe.
    await promisify(execFile)(pgCtl, ['stop', '-D', cluster, '-m', 'fast', '-w'], environment);
    return;
  }
  if (await signalAndWait(cluster, holder.pid, 'SIGINT', FAST_STOP_MS)) return;
  // Immediate shutdown loses nothing that was committed; the next start replays the log.
  if (await signalAndWait(cluster, holder.pid, 'SIGQUIT', IMMEDIATE_STOP_MS)) return;
  throw new EmbeddedPostgresFailed(`PostgreSQL (process ${holder.pid}) does not stop`);
}

async function signalAndWait(cluster: string, pid: number, signal: NodeJS.Signals, ms: number) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    const holder = await holderOf(cluster);
    if (holder.state !== 'alive' || holder.pid !== pid) {
      await waitForExit(pid);
      return true;
    }
    await sleep(10);
  }
  return false;
}

/** The pid file goes moments before its process. */
async function waitForExit(pid: number): Promise<void> {
  for (let turn = 0; turn < 200 && isAlive(pid); turn += 1) await sleep(5);
}
