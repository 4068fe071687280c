import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Scene, openScene } from './salesforce-org.ts';

const ACK =
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>' +
  '<notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse>' +
  '</soapenv:Body></soapenv:Envelope>';

interface Received {
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

let scene: Scene;
let server: Server;
let received: Received[];
let reply: { status: number; body: string };
let url: string;

beforeEach(async () => {
  received = [];
  reply = { status: 200, body: ACK };
  server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      received.push({ body: Buffer.concat(parts).toString(), headers: req.headers });
      res.writeHead(reply.status, { 'content-type': 'text/xml' }).end(reply.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  scene = await openScene();
  scene.org.setMessages([
    {
      name: 'Contact to Echofile',
      object: 'Contact',
      fields: ['Email', 'LastName'],
      endpointUrl: url,
    },
  ]);
});

afterEach(async () => {
  await scene.salesforce.close();
  server.closeAllConnections();
  server.close();
});

const idle = () => scene.salesforce.messages.idle();
const idsIn = ({ body }: Received) =>
  [...body.matchAll(/<Id>(04l\w{15})<\/Id>/g)].map(([, id]) => id);

describe('outbound messages', () => {
  test('carry the record as it is now, without null fields and without a session', async () => {
    const { id } = scene.org.create('Contact', { LastName: 'A<b> & "c"' });
    await idle();
    const [{ body, headers } = { body: '', headers: {} }] = received;
    expect(headers['content-type']).toBe('text/xml; charset=utf-8');
    expect(body).toContain('<OrganizationId>00D000000000001EAA</OrganizationId>');
    expect(body).toContain('<SessionId xsi:nil="true"/>');
    expect(body).toContain(`/services/Soap/u/66.0/00D000000000001</PartnerUrl>`);
    expect(body).toContain(`<sf:Id>${id}</sf:Id>`);
    expect(body).toContain('<sf:LastName>A&lt;b&gt; &amp; &quot;c&quot;</sf:LastName>');
    expect(body).not.toContain('sf:Email');
    scene.org.edit('Contact', { id, values: { Email: 'old@example.com' } });
    scene.org.edit('Contact', { id, values: { Email: 'new@example.com' } });
    await idle();
    expect(received[1]?.body).toContain('new@example.com');
    expect(received[1]?.body).not.toContain('old@example.com');
  });

  test('come a hundred at most in one envelope', async () => {
    for (let n = 0; n < 120; n += 1) scene.org.create('Contact', { LastName: `C${n}` });
    await idle();
    expect(received.map((one) => idsIn(one).length).toSorted((a, b) => b - a)).toEqual([100, 20]);
  });

  test.each([
    ['JSON', 200, '{"Ack":true}'],
    ['a false Ack', 200, ACK.replace('true', 'false')],
    ['the wrong wrapper', 200, ACK.replaceAll('notificationsResponse', 'notifications')],
    ['no namespace', 200, ACK.replace(' xmlns="http://soap.sforce.com/2005/09/outbound"', '')],
    ['500', 500, ACK],
  ])(
    'are sent again after %s, with the same id, and given up after a day',
    async (_, status, body) => {
      reply = { status, body };
      scene.org.create('Contact', { LastName: 'A' });
      await idle();
      expect(received).toHaveLength(1);
      scene.clock.advance(14_000);
      await idle();
      expect(received).toHaveLength(1);
      scene.clock.advance(1_000);
      await idle();
      expect(received).toHaveLength(2);
      expect(idsIn(received[0] ?? { body: '', headers: {} })).toEqual(
        idsIn(received[1] ?? { body: '', headers: {} }),
      );
      for (let hours = 0; hours < 26; hours += 2) {
        scene.clock.advance(2 * 3_600_000);
        await idle();
      }
      expect(received.length).toBeLessThan(20);
      const { dropped } = scene.salesforce.messages;
      expect([dropped, scene.salesforce.messages.waiting()]).toEqual([1, []]);
    },
  );

  test('of a deleted record hold no data; deletions themselves send nothing', async () => {
    reply = { status: 500, body: '' };
    const { id } = scene.org.create('Contact', { LastName: 'A' });
    await idle();
    scene.org.delete('Contact', id);
    reply = { status: 200, body: ACK };
    scene.clock.advance(60_000);
    await idle();
    expect(received).toHaveLength(2);
    expect(received[1]?.body).not.toContain('sf:Id');
  });

  test('can come twice and out of order, and not at all from a user who sends none', async () => {
    Object.assign(scene.salesforce.messages.settings, { duplicate: 0.5, reorder: true });
    for (let n = 0; n < 40; n += 1) scene.org.create('Contact', { LastName: `C${n}` });
    await idle();
    const ids = received.flatMap(idsIn);
    expect(new Set(ids).size).toBe(40);
    expect(ids.length).toBeGreaterThan(40);
    expect(ids.slice(0, 40)).not.toEqual(ids.slice(0, 40).toSorted());
    received = [];
    scene.org.user().sendsOutboundMessages = false;
    scene.org.create('Contact', { LastName: 'Z' });
    await idle();
    expect(received).toEqual([]);
  });
});

test('a callout is signed over its bytes, tells of merges, and Apex repeats it', async () => {
  scene.org.setMessages([]);
  scene.org.setCallout({ url, secret: 'whsec', objects: ['Contact'] });
  const [winner = '', loser = ''] = scene.org.seed('Contact', [
    { LastName: 'A' },
    { LastName: 'B' },
  ]);
  reply = { status: 503, body: '' };
  scene.org.merge({ type: 'Contact', masterId: winner, losers: [loser] });
  await scene.salesforce.callouts.idle();
  expect(received).toHaveLength(3);
  const [{ body, headers } = { body: '', headers: {} }] = received;
  const timestamp = String(headers['x-signature-timestamp']);
  const expected = createHmac('sha256', 'whsec').update(`${timestamp}.${body}`).digest('hex');
  expect(headers['x-signature']).toBe(expected);
  expect(body).not.toBe(JSON.stringify(JSON.parse(body)));
  expect(JSON.parse(body)).toMatchObject({
    organizationId: scene.org.id,
    events: [
      { id: loser, change: 'deleted', masterRecordId: winner },
      { id: winner, change: 'updated' },
    ],
  });
});
