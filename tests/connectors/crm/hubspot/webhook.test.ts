import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { isSigned, sign } from '../../../../connectors/crm/hubspot/signature.ts';
import { app as appSchema } from '../../../../connectors/crm/hubspot/settings.ts';
import { webhook } from '../../../../connectors/crm/hubspot/webhook.ts';
import { startHubSpot } from '../../../../sandbox/hubspot/index.ts';
import type { CrmEvent } from '../../../../src/contract/crm.ts';
import { manifest } from '../../../../src/contract/manifest.ts';

const app = appSchema.parse({
  appId: '9318066',
  clientId: 'id',
  clientSecret: 'current-secret',
  previousClientSecret: 'previous-secret',
});
const at = new Date('2026-11-02T10:00:00Z');
const timestamp = String(at.getTime());
const url = 'https://echofile.example/webhooks/hubspot';

function signed(secret: string, body: Uint8Array, as: { url: string; timestamp: string }) {
  const signature = sign(secret, { method: 'POST', body, ...as });
  return { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': as.timestamp };
}

function receive(body: string, change: { secret?: string; url?: string; timestamp?: string } = {}) {
  const bytes = Buffer.from(body);
  const as = { url, timestamp, ...change };
  const headers = signed(change.secret ?? app.clientSecret, bytes, as);
  return webhook(app).receive({ method: 'POST', url, headers, body: bytes }, at);
}

describe('the signature', () => {
  test.each([
    {
      secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
      method: 'POST',
      url: 'https://www.example.com/webhook_uri',
      body: "{'example_field':'example_value'}",
      timestamp: '1693657560000',
      signature: 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
    },
    {
      secret: 'f6e94c08-85d0-4608-bcc6-e1850176e7b8',
      method: 'POST',
      url: 'https://www.hubspot.com/webhook',
      body: 'REQUEST_BODY',
      timestamp: '1632188626483',
      signature: 'jf872r5vscVcxCiDRHA4rGrqe/8BPLNVkdJSHdMnGTU=',
    },
    {
      secret: 'f6e94c08-85d0-4608-bcc6-e1850176e7b8',
      method: 'POST',
      url: 'https://www.hubspot.com/webhook',
      body: '',
      timestamp: '1632188626483',
      signature: 'csXgk7UbrE9F8ZmMvbpuKBxqIvTSqU1EX9pI/SJtxSE=',
    },
    {
      secret: '12345678-aaaa-bbbb-cccc-ddddeeeeffff',
      method: 'GET',
      url: 'https://hubspot.com/?appId=1&portalId=2&userId=3',
      body: '',
      timestamp: '1111111111',
      signature: 'zTfXjo07jfzGouo4wvyAj3qEMUTVJ0PPYPACrluQtQI=',
    },
  ])('of HubSpot’s own examples: $signature', ({ secret, signature, body, ...request }) => {
    const bytes = Buffer.from(body);
    expect(sign(secret, { ...request, body: bytes })).toBe(signature);
    expect(isSigned([secret], { ...request, body: bytes }, signature)).toBe(true);
    expect(isSigned(['another'], { ...request, body: bytes }, signature)).toBe(false);
  });

  test.each([
    ['as called', '?mail=a%40b.de&to=%2Fx', '?mail=a%40b.de&to=%2Fx'],
    ['decoded by the documented table', '?mail=a%40b.de&to=%2Fx%20y', '?mail=a@b.de&to=/x%20y'],
  ])('is believed over the address %s', (_, called, hashed) => {
    const body = Buffer.from('[]');
    const signature = sign('s', { method: 'POST', url: url + hashed, body, timestamp });
    const request = { method: 'POST', url: url + called, body, timestamp };
    expect(isSigned(['s'], request, signature)).toBe(true);
  });

  test.each([
    ['', 'accepted', 'current-secret'],
    ['', 'accepted', 'previous-secret'],
    ['not ', 'refused', 'older-secret'],
  ])('is %sbelieved: %s under the %s', (_, verdict, secret) => {
    expect(receive(' [ ]\n', { secret }).verdict).toBe(verdict);
  });

  test.each(['soon', '', '1e12', '-1', ' 1793613600000', `${timestamp}.0`])(
    'with the timestamp %j is refused, though signed',
    (odd) => {
      expect(receive('[]', { timestamp: odd }).verdict).toBe('refused');
    },
  );

  test.each(['', 'short', 'A'.repeat(44), 'A'.repeat(5_000)])(
    'is refused without a fault when it is %j',
    (signature) => {
      const headers = {
        'x-hubspot-signature-v3': signature,
        'x-hubspot-request-timestamp': timestamp,
      };
      const request = { method: 'POST', url, headers, body: Buffer.from('[]') };
      expect(webhook(app).receive(request, at).verdict).toBe('refused');
    },
  );

  test('of an older version alone is refused', () => {
    const headers = { 'x-hubspot-signature': 'abc', 'x-hubspot-signature-version': 'v1' };
    const request = { method: 'POST', url, headers, body: Buffer.from('[]') };
    expect(webhook(app).receive(request, at)).toEqual({ verdict: 'refused', reason: 'unsigned' });
  });
});

describe('the parcels', () => {
  const event = (portalId: number, more = ''): string =>
    `{"portalId":${portalId},"subscriptionType":"contact.creation","objectId":5,"occurredAt":9${more}}`;

  test('hold the events of one portal each', () => {
    const verdict = receive(`[${event(1)},${event(2)},${event(1)}]`);
    expect(verdict).toMatchObject({
      verdict: 'accepted',
      parcels: [
        { accountId: '1', count: 2 },
        { accountId: '2', count: 1 },
      ],
    });
  });

  test('keep ids that a number cannot hold', () => {
    const bodies = ['12345678901234567890', '12345678901234567891'].map((id) => {
      const verdict = receive(`[${event(1, `,"eventId":${id}`)}]`);
      return verdict.verdict === 'accepted'
        ? (verdict.parcels[0]?.body ?? Buffer.of())
        : Buffer.of();
    });
    const keys = bodies.map((body) => webhook(app).events(body)[0]?.key);
    expect(keys[0]).toContain('12345678901234567890');
    expect(keys[1]).toContain('12345678901234567891');
  });

  test('of more than a thousand events are malformed', () => {
    const many = Array.from({ length: 1_001 }, () => event(1)).join();
    expect(receive(`[${many}]`).verdict).toBe('malformed');
  });

  test('that are not UTF-8 are malformed', () => {
    const body = Buffer.from([0x5b, 0xff, 0x5d]);
    const headers = signed(app.clientSecret, body, { url, timestamp });
    const request = { method: 'POST', url, headers, body };
    expect(webhook(app).receive(request, at).verdict).toBe('malformed');
  });
});

describe('what the emulator sends', () => {
  test('is believed and understood, from creation to erasure', async () => {
    const received: CrmEvent[] = [];
    const verdicts: string[] = [];
    const emulator = await startHubSpot();
    const own = webhook({ ...app, clientSecret: emulator.app.clientSecret });
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const verdict = own.receive(
          {
            method: request.method ?? '',
            url: `${target}${request.url?.slice(1) ?? ''}`,
            headers: request.headers as Record<string, string | undefined>,
            body: Buffer.concat(chunks),
          },
          new Date(emulator.clock.now()),
        );
        verdicts.push(verdict.verdict);
        if (verdict.verdict === 'accepted')
          for (const parcel of verdict.parcels) received.push(...own.events(parcel.body));
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { lifecycle, fields } = manifest.crm.hubspot.webhooks;
    emulator.webhooks.configure({
      targetUrl: `${target}hook?of=a%40b`,
      batchDelayMs: 10,
      subscriptions: [
        ...lifecycle.map((what) => ({ subscriptionType: `contact.${what}` as const })),
        ...fields.map((propertyName) => ({
          subscriptionType: 'contact.propertyChange' as const,
          propertyName,
        })),
      ],
    });
    const portal = emulator.portal();
    portal.install();
    const [winner, loser] = [
      portal.createContact({ email: 'a@example.com' }).id,
      portal.createContact({ email: 'b@example.com' }).id,
    ];
    portal.edit(winner, { email: 'c@example.com' });
    const survivor = portal.merge(winner, loser).id;
    portal.delete(survivor);
    portal.restore(survivor);
    portal.privacyDelete(survivor);
    await emulator.webhooks.idle();
    await emulator.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));

    expect(new Set(verdicts)).toEqual(new Set(['accepted']));
    const kinds = new Set(received.map((e) => e.kind));
    for (const kind of ['created', 'changed', 'merged', 'deleted', 'restored', 'erased'] as const)
      expect(kinds).toContain(kind);
    expect(received.find((e) => e.kind === 'merged')).toMatchObject({
      contactId: survivor,
      mergedIds: expect.arrayContaining([loser]),
    });
    expect(received.findLast((e) => e.change?.field === 'email')?.change?.value).toBe(
      'c@example.com',
    );
    expect(new Set(received.map((e) => e.key)).size).toBe(received.length);
  });
});
