import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@hubspot/api-client';
import { afterEach, expect, test } from '@jest/globals';
import { transmit } from '../../../../connectors/crm/hubspot/client.ts';
import { scriptedVendor, type ScriptedVendor } from '../scripted-vendor.ts';

let vendor: ScriptedVendor | undefined;
afterEach(async () => {
  await vendor?.stop();
  // Leaves the SDK's process-wide list empty, whatever a test has put there.
  new Client({});
});

const line = (accessToken: string | undefined, timeoutMs = 5_000) => ({
  baseUrl: vendor?.url ?? '',
  accessToken,
  timeoutMs,
});

test('two portals in one process never share a token', async () => {
  vendor = await scriptedVendor((asked) => ({ body: { token: asked.headers.authorization } }));
  const tokens = Array.from({ length: 40 }, (_, n) => `token-${n % 2}-${n}`);
  const replies = await Promise.all(
    tokens.map((token) => transmit(line(token), { method: 'GET', path: '/any' })),
  );
  expect(replies.map((r) => r.body)).toEqual(tokens.map((t) => ({ token: `Bearer ${t}` })));
});

test('a limiter and retries that someone else gives the SDK do not touch our calls', async () => {
  let calls = 0;
  vendor = await scriptedVendor(() => ({ status: ++calls % 2 === 0 ? 500 : 200 }));
  // Proof that such a limiter would be felt: the SDK's own client waits before each call after the first.
  const foreign = new Client({
    basePath: vendor.url,
    limiterOptions: { minTime: 1_000, maxConcurrent: 1 },
    numberOfApiCallRetries: 6,
  });
  const slow = performance.now();
  await Promise.all([1, 2, 3].map(() => foreign.apiRequest({ path: '/any' })));
  expect(performance.now() - slow).toBeGreaterThan(1_950);

  calls = 0;
  const quick = performance.now();
  const replies = await Promise.all(
    [1, 2, 3, 4].map(() => transmit(line('t'), { method: 'GET', path: '/any' })),
  );
  expect(performance.now() - quick).toBeLessThan(950);
  expect(replies.map((r) => r.status).sort()).toEqual([200, 200, 500, 500]);
  expect(calls).toBe(4);
});

test('a form goes out as a form, and without the token', async () => {
  vendor = await scriptedVendor(() => ({ body: {} }));
  await transmit(line('token'), { method: 'POST', path: '/form', form: { a: 'b c', d: 'é&' } });
  expect(vendor.asked[0]?.text).toBe('a=b+c&d=%C3%A9%26');
  expect(vendor.asked[0]?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
  expect(vendor.asked[0]?.headers.authorization).toBeUndefined();
});

test('a vendor that never answers is UNAVAILABLE when the time is up', async () => {
  vendor = await scriptedVendor(() => undefined);
  await expect(transmit(line('t', 50), { method: 'GET', path: '/any' })).rejects.toMatchObject({
    failure: { code: 'UNAVAILABLE' },
  });
});

test('a body that does not end is UNAVAILABLE when the time is up', async () => {
  const server = createServer((_, response) => response.writeHead(200).write('{"half":'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(
    transmit({ baseUrl, accessToken: 't', timeoutMs: 50 }, { method: 'GET', path: '/any' }),
  ).rejects.toMatchObject({ failure: { code: 'UNAVAILABLE' } });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
