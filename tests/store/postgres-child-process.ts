import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { Client } from 'pg';

import type { Connection } from '../../src/store/postgres/index.ts';

const SCRIPT = fileURLToPath(new URL('./postgres-child.ts', import.meta.url));

interface Ready {
  readonly adopted: boolean;
  readonly connection: Connection;
  readonly cluster: string;
  readonly ms: number;
}

type Line = Partial<Ready> & {
  ready?: true;
  stopped?: true;
  acknowledged?: number;
  failed?: string;
};

export interface StartOptions {
  readonly uid?: number;
  readonly gid?: number;
  readonly transport?: 'tcp' | 'socket';
  readonly openHome?: string;
}

/** A real Echofile process on a data folder. */
export function startProcess(dataDir: string, options: StartOptions = {}) {
  const { uid, gid, transport = 'socket', openHome } = options;
  const args = [SCRIPT, dataDir, transport, ...(openHome === undefined ? [] : [openHome])];
  const child = spawn(process.execPath, ['--no-warnings', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: '/',
    env: { SECRET_OF_OURS: 'planted', HOME: '/nonexistent' },
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
  const lines: Line[] = [];
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', (line) =>
    lines.push(JSON.parse(line) as Line),
  );
  const ended = once(child, 'close');

  const until = async <T>(found: () => T | undefined): Promise<T> => {
    for (let turn = 0; turn < 3000; turn += 1) {
      const value = found();
      if (value !== undefined) return value;
      await sleep(10);
    }
    throw new Error(`waited in vain; got ${JSON.stringify(lines)} ${log}`);
  };
  return {
    child,
    lines,
    log: () => log,
    acknowledged: () => lines.filter((line) => line.acknowledged !== undefined).length,
    say: (command: 'insert' | 'stop') => child.stdin.write(`${command}\n`),
    ready: () =>
      until(() => {
        const failure = lines.find((line) => line.failed !== undefined);
        if (failure !== undefined) throw new Error(failure.failed);
        return lines.find((line) => line.ready) as Ready | undefined;
      }),
    until,
    async stop() {
      child.stdin.write('stop\n');
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export type EchofileProcess = ReturnType<typeof startProcess>;

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function ask<T>(connection: Connection, sql: string): Promise<T[]> {
  const client = new Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

export async function countKept(connection: Connection): Promise<number> {
  const [row] = await ask<{ n: string }>(connection, 'select count(*) as n from kept');
  return Number(row?.n);
}

export async function postmasterPid(cluster: string): Promise<number> {
  return Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'utf8'), 10);
}

/** A zombie has ended: on a machine whose init does not reap, an orphan stays one. */
export function isRunning(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !text.slice(text.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}
