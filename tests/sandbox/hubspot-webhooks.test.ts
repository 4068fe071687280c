import { createHmac } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type HubSpotEmulator, startHubSpot } from '../../sandbox/hubspot/index.ts';
import { signV2, signV3 } from '../../sandbox/hubspot/webhooks/signature.ts';

interface Received {
  body: string;
  headers: Record<string, string | string[] | undefined>;
  events: Record<string, unknown>[];
}

let receiver: Server;
let url: string;
let received: Received[];
let answers: number[];
let hubspot: HubSpotEmulator;

beforeEach(async () => {
  received = [];
  answers = [];
  receiver = createServer((req, res) => {
    let body = '';
    req.on('data', (part: Buffer) => (body += part.toString()));
    req.on('end', () => {
      received.push({ body, headers: req.headers, events: JSON.parse(body) as Received['events'] });
      res.statusCode = answers.shift() ?? 200;
      res.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks?of=a%40b`;
  const lifecycle = ['creation', 'deletion', 'merge', 'restore', 'privacyDeletion'] as const;
  hubspot = await startHubSpot({
    webhooks: {
      targetUrl: url,
      batchDelayMs: 10,
      retryDelaysMs: [5, 5, 5],
      subscriptions: [
        ...lifecycle.map((one) => ({ subscriptionType: `contact.${one}` as const })),
        { subscriptionType: 'contact.propertyChange', propertyName: 'city' },
      ],
    },
  });
  hubspot.portal().install();
});

afterEach(async () => {
  await hubspot.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const types = () => received.flatMap(({ events }) => events.map((event) => event.subscriptionType));

test("signs as HubSpot's own vectors say", () => {
  type Vector = [secret: string, method: string, uri: string, body: string, at: string];
  const v3 = (...[secret, method, uri, body, at]: Vector) =>
    signV3({ secret, method, uri, body }, at);
  expect(
    v3(
      'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
      'POST',
      'https://www.example.com/webhook_uri',
      "{'example_field':'example_value'}",
      '1693657560000',
    ),
  ).toBe('K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=');
  expect(
    v3(
      'f6e94c08-85d0-4608-bcc6-e1850176e7b8',
      'POST',
      'https://www.hubspot.com/webhook',
      'REQUEST_BODY',
      '1632188626483',
    ),
  ).toBe('jf872r5vscVcxCiDRHA4rGrqe/8BPLNVkdJSHdMnGTU=');
  expect(
    v3(
      '12345678-aaaa-bbbb-cccc-ddddeeeeffff',
      'GET',
      'https://hubspot.com/?appId=1&portalId=2&userId=3',
      '',
      '1111111111',
    ),
  ).toBe('zTfXjo07jfzGouo4wvyAj3qEMUTVJ0PPYPACrluQtQI=');
});

test('signs the bytes it sends, over the un-escaped URI, in a layout nobody re-creates', async () => {
  hubspot.portal().createContact({ email: 'a@example.com', city: 'Bonn' });
  await hubspot.webhooks.idle();
  const [{ body, headers, events }] = received as [Received];
  const uri = url.replace('%40', '@');
  const timestamp = String(headers['x-hubspot-request-timestamp']);
  const sign = (text: string) =>
    createHmac('sha256', hubspot.app.clientSecret)
      .update(`POST${uri}${text}${timestamp}`)
      .digest('base64');
  expect(headers['x-hubspot-signature-v3']).toBe(sign(body));
  expect(headers['x-hubspot-signature-v3']).not.toBe(sign(JSON.stringify(events)));
  expect(headers['x-hubspot-signature']).toBe(
    signV2({ secret: hubspot.app.clientSecret, method: 'POST', uri: url, body }),
  );
});

describe('events', () => {
  test('tell a person from an app', async () => {
    const { access_token } = hubspot.portal().install();
    const [id = ''] = hubspot.portal().seedContacts([{ email: 'a@example.com' }]);
    hubspot.portal().edit(id, { city: 'Bonn' });
    await fetch(`${hubspot.url}/crm/objects/2026-09/contacts/${id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ properties: { city: 'Köln' } }),
    });
    await hubspot.webhooks.idle();
    expect(received.flatMap(({ events }) => events)).toMatchObject([
      { changeSource: 'CRM_UI', propertyName: 'city', propertyValue: 'Bonn', objectId: Number(id) },
      { changeSource: 'INTEGRATION', sourceId: String(hubspot.app.appId), propertyValue: 'Köln' },
    ]);
  });

  test('writing the value that is there is no event', async () => {
    const [id = ''] = hubspot.portal().seedContacts([{ city: 'Bonn' }]);
    hubspot.portal().edit(id, { city: 'Bonn' });
    await hubspot.webhooks.idle();
    expect(received).toEqual([]);
    expect(hubspot.stats.writes({ id })).toMatchObject([{ property: 'city', changed: false }]);
  });

  test('a privacy deletion is also a deletion', async () => {
    const [id = ''] = hubspot.portal().seedContacts([{ email: 'a@example.com' }]);
    hubspot.portal().addNote(id, 'private');
    hubspot.portal().privacyDelete(id);
    await hubspot.webhooks.idle();
    expect(types().sort()).toEqual(['contact.deletion', 'contact.privacyDeletion']);
    expect(hubspot.portal().notes()).toEqual([]);
  });

  test('a merge is a merge and a deletion of the loser, and no property change', async () => {
    const [a = '', b = ''] = hubspot.portal().seedContacts([{ firstname: 'A' }, { city: 'Bonn' }]);
    hubspot.portal().merge(a, b);
    await hubspot.webhooks.idle();
    expect(received.flatMap(({ events }) => events)).toMatchObject([
      {
        subscriptionType: 'contact.merge',
        primaryObjectId: Number(a),
        mergedObjectIds: [Number(b)],
      },
      { subscriptionType: 'contact.deletion', objectId: Number(b) },
    ]);
  });

  test('a restore is announced', async () => {
    const [id = ''] = hubspot.portal().seedContacts([{ firstname: 'A' }]);
    hubspot.portal().delete(id);
    hubspot.portal().restore(id);
    await hubspot.webhooks.idle();
    expect(types()).toEqual(['contact.deletion', 'contact.restore']);
  });

  test('stop with the uninstall', async () => {
    hubspot.portal().uninstall();
    hubspot.portal().createContact({ city: 'Bonn' });
    await hubspot.webhooks.idle();
    expect(received).toEqual([]);
  });
});

describe('delivery', () => {
  test('repeats the whole batch with a higher attemptNumber until it is taken', async () => {
    answers = [503, 500];
    hubspot.portal().createContact({ firstname: 'A' });
    await hubspot.webhooks.idle();
    expect(received.map(({ events }) => events[0]?.attemptNumber)).toEqual([0, 1, 2]);
  });

  test('gives up after the last repetition', async () => {
    answers = Array.from({ length: 9 }, () => 500);
    hubspot.portal().createContact({ firstname: 'A' });
    await hubspot.webhooks.idle();
    expect(received).toHaveLength(4);
  });

  test('carries at most 100 events', async () => {
    for (let n = 0; n < 130; n += 1) hubspot.portal().createContact({ firstname: 'A' });
    await hubspot.webhooks.idle();
    expect(received.map(({ events }) => events.length).sort()).toEqual([100, 30]);
  });

  test('loses, doubles and delays when told to', async () => {
    hubspot.webhooks.configure({ chaos: { lose: 1 } });
    hubspot.portal().createContact({ firstname: 'lost' });
    hubspot.webhooks.configure({ chaos: { lose: 0, duplicate: 1, late: 1, lateByMs: 20 } });
    hubspot.portal().createContact({ firstname: 'twice' });
    await hubspot.webhooks.idle();
    expect(hubspot.webhooks.lost()).toBe(1);
    const ids = received.flatMap(({ events }) => events.map((event) => event.eventId));
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
  });
});
