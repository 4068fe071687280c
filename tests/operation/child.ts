import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Child {
  readonly pid: number;
  /** Everything it has said, on both streams. */
  output(): string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** Asks it to stop; answers the exit code. */
  stop(): Promise<number | null>;
}

/** The service as a process of its own, with these settings and no others. */
export function spawnService(environment: Readonly<Record<string, string>>): Child {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** Waits until it says that it is ready. */
export async function ready(child: Child): Promise<Child> {
  const until = Date.now() + 60_000;
  while (!child.output().includes('"event":"ready"')) {
    if (Date.now() > until) {
      await child.stop();
      throw new Error(`The service did not start:\n${child.output()}`);
    }
    await Promise.race([
      sleep(50),
      child.ended.then(() => {
        throw new Error(child.output());
      }),
    ]);
  }
  return child;
}
