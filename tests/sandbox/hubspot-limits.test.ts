import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Clock, createClock } from '../../sandbox/clock.ts';
import { type HubSpotEmulator, startHubSpot } from '../../sandbox/hubspot/index.ts';

const CONTACTS = '/crm/objects/2026-09/contacts';

let clock: Clock;
let hubspot: HubSpotEmulator;
let headers: Record<string, string>;

beforeEach(async () => {
  clock = createClock({ frozen: true });
  hubspot = await startHubSpot({ clock, seed: 7, portals: [{ portalId: 1 }, { portalId: 2 }] });
  headers = bearer(1);
});

afterEach(async () => {
  await hubspot.close();
});

const bearer = (portalId: number) => ({
  authorization: `Bearer ${hubspot.portal(portalId).install().access_token}`,
  'content-type': 'application/json',
});

const list = (as = headers) => fetch(hubspot.url + CONTACTS, { headers: as });
const create = (firstname: string) =>
  fetch(hubspot.url + CONTACTS, {
    method: 'POST',
    headers,
    body: JSON.stringify({ properties: { firstname } }),
  });
const search = () =>
  fetch(`${hubspot.url}${CONTACTS}/search`, { method: 'POST', headers, body: '{}' });

describe('rate limits', () => {
  test('let 110 calls through in any rolling ten seconds of one account', async () => {
    for (let n = 0; n < 110; n += 1) expect((await list()).status).toBe(200);
    clock.advance(9_999);
    const refused = await list();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-hubspot-ratelimit-max')).toBe('110');
    expect(await refused.json()).toMatchObject({
      status: 'error',
      message: 'You have reached your ten_secondly_rolling limit.',
      errorType: 'RATE_LIMIT',
      policyName: 'TEN_SECONDLY_ROLLING',
    });
    expect((await list(bearer(2))).status).toBe(200);
    clock.advance(1);
    expect((await list()).headers.get('x-hubspot-ratelimit-remaining')).toBe('109');
    expect(hubspot.stats.report()).toMatchObject({
      rateLimited: 1,
      maxCallsInTenSeconds: 111,
      maxAcceptedInTenSeconds: 110,
    });
  });

  test('search has five a second of its own, and says nothing in headers', async () => {
    for (let n = 0; n < 5; n += 1) {
      const answer = await search();
      expect([answer.status, answer.headers.get('x-hubspot-ratelimit-max')]).toEqual([200, null]);
    }
    expect((await search()).status).toBe(429);
    expect((await list()).status).toBe(200);
    clock.advance(1_000);
    expect((await search()).status).toBe(200);
  });
});

describe('faults', () => {
  test.each([429, 423, 477, 500, 502, 503])('status %i strikes once', async (status) => {
    hubspot.faults.add({ kind: 'status', status, retryAfter: 3 });
    const first = await list();
    expect([first.status, first.headers.get('retry-after')]).toEqual([status, '3']);
    expect((await list()).status).toBe(200);
  });

  test('a connection cut before leaves nothing, one cut after has written', async () => {
    hubspot.faults.add({ kind: 'reset-before', method: 'POST' });
    await expect(create('before')).rejects.toThrow();
    hubspot.faults.add({ kind: 'reset-after', method: 'POST' });
    await expect(create('after')).rejects.toThrow();
    const names = hubspot
      .portal()
      .contacts()
      .map(({ values }) => values.firstname);
    expect(names).toEqual(['after']);
  });

  test('answers are cut short or come as HTML', async () => {
    hubspot.faults.add({ kind: 'truncated-json' });
    await expect((await list()).json()).rejects.toThrow();
    hubspot.faults.add({ kind: 'html', status: 502 });
    expect((await list()).headers.get('content-type')).toContain('text/html');
  });

  test('strike by chance, the same way for the same seed', async () => {
    hubspot.faults.add({ kind: 'status', status: 500, probability: 0.5, path: '/contacts' });
    const seen = new Set<number>();
    for (let n = 0; n < 20; n += 1) seen.add((await list()).status);
    expect([...seen].sort()).toEqual([200, 500]);
    hubspot.faults.clear();
    expect((await list()).status).toBe(200);
  });
});

describe('the control API', () => {
  const order = (path: string, body: object, extra: Record<string, string> = {}) =>
    fetch(`${hubspot.url}/_sandbox${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...extra },
      body: JSON.stringify(body),
    });

  test('does what the typed methods do', async () => {
    const seeded = await order('/portals/2/seed', { contacts: [{ firstname: 'Anna' }] });
    const [id = ''] = (await seeded.json()) as string[];
    await order('/portals/2/edit', { id, properties: { city: 'Bonn' } });
    expect(hubspot.portal(2).contact(id)?.values).toMatchObject({
      firstname: 'Anna',
      city: 'Bonn',
    });
    await order('/faults', { kind: 'status', status: 500 });
    expect((await list()).status).toBe(500);
  });

  test('refuses a web page of another origin', async () => {
    expect(
      (await order('/clock/advance', { milliseconds: 1 }, { origin: 'https://evil.example' }))
        .status,
    ).toBe(403);
  });
});
