import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

export const ADMIN_TOKEN = 'sandbox-admin-token-0000';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

export interface ServiceOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Each line of the service's log. */
  readonly onLog?: (line: string) => void;
}

export interface Service {
  readonly url: string;
  readonly pid: number;
  /** Asks it to stop and waits; the data stays. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

const READY_MS = 60_000;

/** Starts Echofile as its operator would, as a process of its own, and waits until it says that it is ready. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const url = `http://127.0.0.1:${options.port}`;
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      // Settings of a real installation, loaded in the same terminal, must not lead the sample company into its data.
      HOST: '127.0.0.1',
      DATABASE_URL: '',
      SECRET_KEYS: '',
      PUBLIC_URL: url,
      PORT: String(options.port),
      DATA_DIR: options.dataDir,
      ADMIN_TOKEN,
      ...options.environment,
    },
  });
  const lastLines: string[] = [];
  readLines(child, (line) => {
    lastLines.push(line);
    if (lastLines.length > 20) lastLines.shift();
    options.onLog?.(line);
  });
  await ready(child, url, lastLines);
  return {
    url,
    pid: child.pid ?? 0,
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
  };
}

async function ready(child: ChildProcess, url: string, lastLines: readonly string[]) {
  const until = Date.now() + READY_MS;
  while (Date.now() < until) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const reply = await fetch(`${url}/health`).catch(() => undefined);
    if (reply?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`The service did not start. Its last words:\n${lastLines.join('\n')}`);
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
