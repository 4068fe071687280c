import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startHubSpot, type HubSpotEmulator } from '../../sandbox/hubspot/index.ts';
import { freePort } from '../../sandbox/service.ts';
import { until } from '../fixtures/until.ts';
import { ready, spawnService, type Child } from './child.ts';

const SETTINGS = {
  PUBLIC_URL: 'https://echofile.example',
  ADMIN_TOKEN: 'canary-admin-token-0123456789',
  HUBSPOT_APP_ID: '1',
  HUBSPOT_CLIENT_ID: 'id',
  HUBSPOT_CLIENT_SECRET: 'canary-client-secret',
};

/** Runs the service until it ends by itself. */
async function run(environment: Readonly<Record<string, string>>) {
  const child = spawnService(environment);
  const code = await child.ended;
  return { code, output: child.output() };
}

let dataDir: string;
let emulator: HubSpotEmulator;
let port: number;
let first: Child;
const launch = (at: number): Promise<Child> =>
  ready(
    spawnService({
      ...SETTINGS,
      PUBLIC_URL: `http://127.0.0.1:${at}`,
      PORT: String(at),
      DATA_DIR: dataDir,
      HUBSPOT_APP_ID: String(emulator.app.appId),
      HUBSPOT_CLIENT_ID: emulator.app.clientId,
      HUBSPOT_CLIENT_SECRET: emulator.app.clientSecret,
      HUBSPOT_API_URL: emulator.url,
      HUBSPOT_AUTHORIZE_URL: `${emulator.url}/oauth/authorize`,
    }),
  );
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'echofile-operation-'));
  port = await freePort();
  emulator = await startHubSpot({
    limits: { calls: 100_000 },
    app: { redirectUris: [`http://127.0.0.1:${port}/oauth/hubspot/callback`] },
  });
  first = await launch(port);
});
afterAll(async () => {
  await first.stop();
  await emulator.close();
  await rm(dataDir, { recursive: true, force: true });
});

const call = (at: number, method: string, path: string, body?: unknown) =>
  fetch(`http://127.0.0.1:${at}/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${SETTINGS.ADMIN_TOKEN}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

describe('a start that cannot succeed ends with 1 and says why:', () => {
  test('settings are missing', async () => {
    const { code, output } = await run({});
    expect(code).toBe(1);
    for (const name of Object.keys(SETTINGS))
      expect(output).toMatch(new RegExp(`^  ${name}: `, 'm'));
    expect(output).not.toMatch(/\n\s+at /);
  });

  test('a key is broken', async () => {
    const { code, output } = await run({
      ...SETTINGS,
      DATA_DIR: dataDir,
      SECRET_KEYS: 'k1:canary',
    });
    expect(code).toBe(1);
    expect(output).toMatch(/SECRET_KEYS.*k1/);
    expect(output).not.toContain('canary');
  });

  test('the port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port: busy } = taken.address() as { port: number };
    const { code, output } = await run({ ...SETTINGS, DATA_DIR: dataDir, PORT: String(busy) });
    taken.close();
    expect(code).toBe(1);
    expect(output).toContain(`Cannot listen on 127.0.0.1 port ${busy}`);
    expect(output).toContain('EADDRINUSE');
    expect(output).not.toContain('canary');
  });

  test('the database does not answer', async () => {
    const { code, output } = await run({
      ...SETTINGS,
      DATABASE_URL: 'postgres://someone:canary-password@127.0.0.1:1/echofile',
      SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    });
    expect(code).toBe(1);
    expect(output).toContain('ECONNREFUSED');
    expect(output).not.toContain('canary');
  });
});

test('a second process on the same data folder works alongside, and either may go first', async () => {
  const at = await freePort();
  const second = await launch(at);
  const made = await call(at, 'POST', '/workspaces', { name: 'Two' });
  const { workspace } = (await made.json()) as { workspace: string };
  expect((await call(port, 'GET', `/workspaces/${workspace}`)).status).toBe(200);
  const began = performance.now();
  expect(await second.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect((await call(port, 'GET', `/workspaces/${workspace}`)).status).toBe(200);
});

test('SIGTERM while jobs run and callers dawdle: ends with 0 within seconds, and the work goes on after a start', async () => {
  const made = await call(port, 'POST', '/workspaces', { name: 'One' });
  const { workspace } = (await made.json()) as { workspace: string };
  const begun = await call(port, 'POST', `/workspaces/${workspace}/crm/hubspot`);
  const consent = new URL(((await begun.json()) as { authorizeUrl: string }).authorizeUrl);
  const granted = await fetch(new URL(consent.pathname, consent), {
    method: 'POST',
    body: consent.searchParams,
    redirect: 'manual',
  });
  emulator.faults.add({ kind: 'delay', delayMs: 1_500, path: '/crm/', times: 4 });
  const calls = emulator.stats.report().total;
  expect((await fetch(granted.headers.get('location') ?? '')).status).toBe(200);

  // One caller in the middle of a request, one that keeps its connection.
  const dawdler = connect(port, '127.0.0.1');
  dawdler.on('error', () => undefined);
  dawdler.write('POST /webhooks/hubspot HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
  await once(dawdler, 'connect');
  // The token, and what is held up of the provisioning that follows it.
  await until(() => emulator.stats.report().total >= calls + 2);

  const ended = new Promise<void>((resolve) =>
    dawdler.on('close', () => {
      resolve();
    }),
  );
  const began = performance.now();
  const code = await first.stop();
  await ended;
  expect(performance.now() - began).toBeLessThan(12_000);
  expect(code).toBe(0);
  expect(first.output()).not.toContain('"level":"error"');

  first = await launch(port);
  await until(async () => {
    const reply = await call(port, 'GET', `/workspaces/${workspace}`);
    const { connections } = (await reply.json()) as {
      connections: { mirror?: { finishedAt: string | null } }[];
    };
    return connections[0]?.mirror?.finishedAt != null;
  });
});
