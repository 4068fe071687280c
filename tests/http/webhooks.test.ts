import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { signV2 } from '../../sandbox/hubspot/webhooks/signature.ts';
import { testService, type TestService } from './service.ts';
import {
  atRest,
  eventually,
  installHubSpot,
  newWorkspace,
  raw,
  request,
  sendWebhook,
  signedHeaders,
} from './wire.ts';

const [OWN, OTHER, STRANGER] = [4_801_001, 4_801_002, 4_801_003];
const PREVIOUS = 'the-client-secret-before-this-one';

let service: TestService;
const workspaces = new Map<number, string>();
beforeAll(async () => {
  service = await testService({
    environment: { HUBSPOT_PREVIOUS_CLIENT_SECRET: PREVIOUS },
    hubspot: { portals: [{ portalId: OWN }, { portalId: OTHER }, { portalId: STRANGER }] },
  });
  for (const portalId of [OWN, OTHER]) {
    const workspace = await newWorkspace(service);
    await installHubSpot(service, workspace, portalId);
    workspaces.set(portalId, workspace);
  }
  await atRest(service);
});
afterAll(() => service.close());

let serial = 0;
const event = (portalId: number) => ({
  portalId,
  subscriptionType: 'contact.creation',
  objectId: 700_000 + (serial += 1),
  eventId: serial,
  occurredAt: Date.now(),
});

/** Rows of the inbox by workspace, done or not. */
async function inbox(): Promise<Readonly<Record<string, number>>> {
  const { rows } = await service.database.query<{ workspace: string; n: number }>(
    'select workspace_id as workspace, count(*)::int as n from inbox group by 1',
  );
  return Object.fromEntries(rows.map(({ workspace, n }) => [workspace, n]));
}
const total = (rows: Readonly<Record<string, number>>) =>
  Object.values(rows).reduce((sum, n) => sum + n, 0);

describe('refused with 401, and stored nowhere:', () => {
  const MINUTE = 60_000;
  const now = () => Date.now();
  type Change = (headers: Record<string, string>, body: Buffer) => Record<string, string>;
  const without =
    (...names: string[]): Change =>
    (headers) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
  const anew =
    (change: { secret?: string; at?: number; uri?: string }): Change =>
    (_, body) =>
      signedHeaders(service, body, change);
  const put =
    (name: string, value: string): Change =>
    (headers) => ({ ...headers, [name]: value });
  const V3 = 'X-HubSpot-Signature-v3';
  const TIME = 'X-HubSpot-Request-Timestamp';

  test.each<[string, Change]>([
    ['unsigned', without(V3, TIME, 'X-HubSpot-Signature', 'X-HubSpot-Signature-Version')],
    ['only with the older signature', without(V3)],
    ['only with the older signature and no time', without(V3, TIME)],
    ['without a time', without(TIME)],
    ['another secret', anew({ secret: 'not-the-secret' })],
    ['no secret', anew({ secret: '' })],
    ['for another address', anew({ uri: 'https://elsewhere.example/webhooks/hubspot' })],
    ['for another path', anew({ uri: 'https://echofile.example/webhooks/other' })],
    ['six minutes old', (_, body) => signedHeaders(service, body, { at: now() - 6 * MINUTE })],
    ['six minutes ahead', (_, body) => signedHeaders(service, body, { at: now() + 6 * MINUTE })],
    ['in seconds', (_, body) => signedHeaders(service, body, { at: Math.floor(now() / 1_000) })],
    ['with a time that is no number', put(TIME, 'soon')],
    ['with a time beyond all numbers', put(TIME, '9'.repeat(400))],
    ['with another time than was signed', put(TIME, String(Date.now() - 1_000))],
    ['with an empty signature', put(V3, '')],
    ['with a signature of 5,000 characters', put(V3, 'A'.repeat(5_000))],
    ['with two signatures in one', (headers) => ({ ...headers, [V3]: `${headers[V3] ?? ''}, x` })],
    [
      'with the older signature in the newer place',
      (headers, body) => ({
        ...headers,
        [V3]: signV2({
          secret: service.emulator.app.clientSecret,
          method: 'POST',
          uri: service.webhookUrl,
          body: body.toString(),
        }),
      }),
    ],
  ])('%s', async (_, change) => {
    const before = await service.countRows();
    const body = Buffer.from(JSON.stringify([event(OWN)]));
    const headers = change(signedHeaders(service, body), body);
    const answer = await fetch(service.webhookUrl, { method: 'POST', body, headers });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: 'refused' } });
    expect(await service.countRows()).toEqual(before);
  });

  test('any altered byte of the body', async () => {
    const before = await service.countRows();
    const body = Buffer.from(JSON.stringify([event(OWN)]));
    const headers = signedHeaders(service, body);
    for (let at = 0; at < body.length; at += 1) {
      const altered = Buffer.from(body);
      altered[at] = (altered[at] ?? 0) ^ 1;
      const answer = await fetch(service.webhookUrl, { method: 'POST', body: altered, headers });
      expect([at, answer.status]).toEqual([at, 401]);
      await answer.text();
    }
    expect(await service.countRows()).toEqual(before);
  });

  test('a time or a signature given twice', async () => {
    const before = await service.countRows();
    const body = Buffer.from(JSON.stringify([event(OWN)]));
    const lines = Object.entries(signedHeaders(service, body)).map(
      ([n, value]) => `${n}: ${value}`,
    );
    for (const twice of lines.filter((line) => /v3|Timestamp/.test(line))) {
      const headers = [...lines, twice];
      const bytes = request({ method: 'POST', target: '/webhooks/hubspot', headers, body });
      expect((await raw(service.port, [bytes])).status).toBe(401);
    }
    expect(await service.countRows()).toEqual(before);
  });

  test('a Host header of the caller’s choice changes nothing', async () => {
    const body = Buffer.from(JSON.stringify([event(STRANGER)]));
    const uri = 'http://evil.example/webhooks/hubspot';
    const lines = (change: { uri?: string }) =>
      Object.entries(signedHeaders(service, body, change)).map(([n, value]) => `${n}: ${value}`);
    const forwarded = ['X-Forwarded-Host: evil.example', 'X-Forwarded-Proto: http'];
    const headers = [...lines({ uri }), ...forwarded];
    for (const target of ['/webhooks/hubspot', uri]) {
      const bytes = request({ method: 'POST', target, headers, body });
      expect((await raw(service.port, [bytes])).status).toBe(401);
    }
    const bytes = request({
      method: 'POST',
      target: '/webhooks/hubspot',
      headers: [...lines({}), ...forwarded],
      body,
    });
    expect((await raw(service.port, [bytes])).status).toBe(204);
  });
});

describe('taken in:', () => {
  test('a body with odd spacing, once, however often it is replayed', async () => {
    const before = total(await inbox());
    const body = `\r\n [ ${JSON.stringify(event(OWN), null, 3).replaceAll('":', '"\t:  ')} ]\n\n `;
    const headers = signedHeaders(service, Buffer.from(body));
    for (let time = 0; time < 4; time += 1) {
      const answer = await fetch(service.webhookUrl, { method: 'POST', body, headers });
      expect(answer.status).toBe(204);
    }
    expect(total(await inbox())).toBe(before + 1);
  });

  test('a replay in another spelling is stored and causes nothing', async () => {
    const one = event(OWN);
    expect((await sendWebhook(service, JSON.stringify([one]))).status).toBe(204);
    await atRest(service);
    const read = readsOfContacts();
    const again = JSON.stringify([{ ...one, attemptNumber: 3 }], null, 2);
    expect((await sendWebhook(service, again)).status).toBe(204);
    await atRest(service);
    expect(read).toBeGreaterThan(0);
    expect(readsOfContacts()).toBe(read);
  });

  test('signed with the secret from before the change', async () => {
    const body = JSON.stringify([event(OWN)]);
    const headers = signedHeaders(service, Buffer.from(body), { secret: PREVIOUS });
    expect((await fetch(service.webhookUrl, { method: 'POST', body, headers })).status).toBe(204);
  });

  test('a batch of two customers: each workspace gets its own events and none of the other’s', async () => {
    const before = await inbox();
    const batch = [event(OWN), event(OTHER), event(STRANGER), event(OWN)];
    const answer = await sendWebhook(service, JSON.stringify(batch));
    expect(answer.status).toBe(204);
    const after = await inbox();
    for (const portal of [OWN, OTHER]) {
      const workspace = workspaces.get(portal) ?? '';
      expect(after[workspace]).toBe((before[workspace] ?? 0) + 1);
      await atRest(service);
      const { rows } = await service.database.query<{ key: string }>(
        'select event_key as key from inbox_events where workspace_id = $1',
        [workspace],
      );
      const portals = new Set(rows.map(({ key }) => key.split(':')[0]));
      expect(portals).toEqual(new Set([String(portal)]));
    }
    expect(total(after)).toBe(total(before) + 2);
  });

  test('events of a CRM that is not connected are answered and stored nowhere', async () => {
    const before = await service.countRows();
    expect((await sendWebhook(service, JSON.stringify([event(STRANGER)]))).status).toBe(204);
    expect((await sendWebhook(service, '[]')).status).toBe(204);
    expect(await service.countRows()).toEqual(before);
  });
});

describe('the answer', () => {
  test('waits until the request is stored', async () => {
    const lock = await service.database.connect();
    await lock.query('begin; lock table inbox in access exclusive mode');
    const answer = sendWebhook(service, JSON.stringify([event(OWN)])).then(({ status }) => status);
    const held = await eventually('a session that waits for the table', async () => {
      const { rows } = await service.database.query<{ query: string }>(
        `select query from pg_stat_activity where wait_event_type = 'Lock' and query like '%insert into inbox%'`,
      );
      return rows[0];
    }).catch(() => undefined);
    const first = await Promise.race([answer, Promise.resolve('no answer yet')]);
    // Before anything is expected: a lock that outlives a failure would hold up the end of the tests.
    await lock.query('commit');
    lock.release();
    expect(held).toBeDefined();
    expect(first).toBe('no answer yet');
    expect(await answer).toBe(204);
  });

  test('is a 5xx when it could not be stored, and the vendor’s retry is then taken in', async () => {
    const before = total(await inbox());
    const body = JSON.stringify([event(OWN)]);
    await service.database.query('alter table inbox rename to inbox_away');
    const refused = await sendWebhook(service, body);
    await service.database.query('alter table inbox_away rename to inbox');
    expect(refused.status).toBe(500);
    expect(await refused.json()).toMatchObject({ error: { code: 'internal' } });
    expect(total(await inbox())).toBe(before);
    expect((await sendWebhook(service, body)).status).toBe(204);
    expect(total(await inbox())).toBe(before + 1);
  });

  test('to random bytes is a refusal', async () => {
    for (let time = 0; time < 50; time += 1) {
      const body = randomBytes(200);
      const headers = { 'x-hubspot-signature-v3': 'x', 'x-hubspot-request-timestamp': '1' };
      const answer = await fetch(service.webhookUrl, { method: 'POST', body, headers });
      expect(answer.status).toBe(401);
      await answer.text();
    }
  });
});

function readsOfContacts(): number {
  const { calls } = service.emulator.stats.report();
  return Object.entries(calls)
    .filter(([call]) => call.includes('contacts/batch/read'))
    .reduce((sum, [, byStatus]) => sum + Object.values(byStatus).reduce((a, b) => a + b, 0), 0);
}

test('what was taken in is worked, and its body is emptied', async () => {
  await eventually('an empty inbox', async () => {
    const { rows } = await service.database.query<{ n: number }>(
      'select count(*)::int as n from inbox where body is not null',
    );
    return rows[0]?.n === 0 ? true : undefined;
  });
});
