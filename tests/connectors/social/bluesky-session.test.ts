import { inspect } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ConnectorError } from '../../../src/contract/errors.ts';
import { startBluesky, type BlueskySandbox } from '../../../sandbox/bluesky/emulator.ts';
import { loadStory } from '../../../sandbox/story/story.ts';
import {
  appPassword,
  blueskyConnector,
  identifier,
  secretSlot,
  serve,
  json,
} from './bluesky-parts.ts';

const hour = 3_600_000;
const story = loadStory({ impersonators: false });
const create = 'com.atproto.server.createSession';
const refresh = 'com.atproto.server.refreshSession';

let time: number;
let network: BlueskySandbox;
const now = () => new Date(time);
const called = (method: string) => network.calls.get(method) ?? 0;

beforeEach(async () => {
  time = Date.parse('2026-11-21T12:00:00Z');
  network = await startBluesky({
    story,
    credentials: { identifier, password: appPassword },
    clock: { now: () => time },
    accessTtlMs: 2 * hour,
    refreshTtlMs: 48 * hour,
  });
});
afterEach(() => network.close());

test('check names the brand', async () => {
  const connector = blueskyConnector({ service: network.url, now });
  expect(await connector.check()).toMatchObject({
    handle: identifier,
    displayName: 'Nordlicht Mobil',
    websites: ['https://nordlicht.example'],
  });
});

test('one session serves all connectors of a connection', async () => {
  const slot = secretSlot({ appPassword });
  const connect = () => blueskyConnector({ service: network.url, now, slot });
  await connect().check();
  await connect().check();
  expect(called(create)).toBe(1);
});

test('processes that start together create one session', async () => {
  const slot = secretSlot({ appPassword });
  const connectors = [1, 2, 3].map(() => blueskyConnector({ service: network.url, now, slot }));
  await Promise.all(connectors.map((connector) => connector.check()));
  expect(called(create)).toBe(1);
});

test('an expired token is refreshed once for all, without the password', async () => {
  const slot = secretSlot({ appPassword });
  const connectors = [1, 2, 3].map(() => blueskyConnector({ service: network.url, now, slot }));
  await connectors[0]?.check();
  time += 3 * hour;
  await Promise.all(connectors.map((connector) => connector.check()));
  expect({ created: called(create), refreshed: called(refresh) }).toEqual({
    created: 1,
    refreshed: 1,
  });
});

test('a dead refresh token needs the password', async () => {
  const slot = secretSlot({ appPassword });
  const connector = blueskyConnector({ service: network.url, now, slot });
  await connector.check();
  time += 72 * hour;
  await connector.check();
  expect(called(create)).toBe(2);
});

test('tokens that the server cannot read are replaced', async () => {
  const did = 'did:plc:kforrhfejflseek3bnlnnovu';
  const session = { accessJwt: 'x', refreshJwt: 'y', did, handle: identifier };
  const slot = secretSlot({ appPassword, session });
  expect(await blueskyConnector({ service: network.url, now, slot }).check()).toBeDefined();
  expect(slot.values.at(-1)?.session?.accessJwt).not.toBe('x');
});

test('a wrong password parks the connection, after one try, and is not shown', async () => {
  const slot = secretSlot({ appPassword: 'wrong-pass-word' });
  const connector = blueskyConnector({ service: network.url, now, slot });
  const error: unknown = await connector.check().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConnectorError);
  expect((error as ConnectorError).failure).toEqual({ code: 'AUTH_EXPIRED' });
  expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('wrong-pass-word');
  expect(called(create)).toBe(1);
  expect(slot.values).toHaveLength(1);
});

test('too many sign-ins wait for the reset', async () => {
  const connect = (password: string) =>
    blueskyConnector({ service: network.url, now, slot: secretSlot({ appPassword: password }) });
  for (let tries = 0; tries < 30; tries += 1)
    await connect('wrong')
      .check()
      .catch(() => undefined);
  const error: unknown = await connect(appPassword)
    .check()
    .catch((reason: unknown) => reason);
  expect((error as ConnectorError).failure).toMatchObject({ code: 'RATE_LIMITED' });
  const { retryAfterMs } = (error as ConnectorError).failure as { retryAfterMs: number };
  expect(retryAfterMs).toBeGreaterThan(1_000);
  expect(retryAfterMs).toBeLessThanOrEqual(300_000);
});

test('every call is paced', async () => {
  const paced: string[] = [];
  const onPace = (bucket: string) => paced.push(bucket);
  await blueskyConnector({ service: network.url, now, onPace }).poll(undefined);
  expect(paced).toEqual(['session', 'xrpc', 'xrpc']);
});

test('a line that is cut is an outage, and its error shows no secret', async () => {
  const line = await serve(() => ({ status: 200, body: '', cut: true }));
  const connector = blueskyConnector({ service: line.url, now });
  const error: unknown = await connector.check().catch((reason: unknown) => reason);
  await line.close();
  expect((error as ConnectorError).failure).toEqual({ code: 'UNAVAILABLE' });
  expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(appPassword);
});

test('a session that is refused even when new parks the connection and does not go on trying', async () => {
  const session = { accessJwt: 'a', refreshJwt: 'r', did: 'did:plc:x', handle: identifier };
  const paths: string[] = [];
  const line = await serve((_, { pathname }) => {
    paths.push(pathname.replace('/xrpc/', ''));
    return pathname.includes('Session')
      ? { status: 200, headers: json, body: JSON.stringify(session) }
      : { status: 401, headers: json, body: '{"error":"AuthMissing","message":"x"}' };
  });
  const check = blueskyConnector({ service: line.url, now }).check();
  await expect(check).rejects.toMatchObject({ failure: { code: 'AUTH_EXPIRED' } });
  await line.close();
  const profile = 'app.bsky.actor.getProfile';
  expect(paths).toEqual([create, profile, refresh, profile]);
});

test('an answer beyond the limit is an outage and not read to its end', async () => {
  const line = await serve(() => ({ status: 200, headers: json, body: ' '.repeat(9_000_000) }));
  await expect(blueskyConnector({ service: line.url, now }).check()).rejects.toMatchObject({
    failure: { code: 'UNAVAILABLE' },
  });
  await line.close();
});

test('a redirect is not followed with the password', async () => {
  let reached = false;
  const other = await serve(() => {
    reached = true;
    return { status: 200, headers: json, body: '{}' };
  });
  const headers = { ...json, location: other.url };
  const line = await serve(() => ({ status: 307, headers, body: '{}' }));
  await expect(blueskyConnector({ service: line.url, now }).check()).rejects.toMatchObject({
    failure: { code: 'UNAVAILABLE' },
  });
  expect(reached).toBe(false);
  await Promise.all([line.close(), other.close()]);
});
