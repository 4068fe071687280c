import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createMetrics } from '../../src/http/metrics.ts';
import { createHttp } from '../../src/http/server.ts';
import { BODY_ATTACKS, HEAD_ATTACKS, HOSTILE_IDS } from './attacks.ts';
import { addressOf, nameOf, nowhere, ROUTES, routesOf, type RouteUnderTest } from './routes.ts';
import { ADMIN_TOKEN, testService, type TestService } from './service.ts';
import { atRest, installHubSpot, newWorkspace, raw, request, type Answer } from './wire.ts';

let service: TestService;
let workspace: string;
beforeAll(async () => {
  service = await testService();
  workspace = await newWorkspace(service);
  await installHubSpot(service, workspace);
  await atRest(service);
});
afterAll(() => service.close());

let before: Readonly<Record<string, number>>;
let logged = 0;
beforeEach(async () => {
  logged = service.log.length;
  before = await service.countRows();
});
// Whatever was asked: nothing is stored, and the next caller is served.
afterEach(async () => {
  expect(await service.countRows()).toEqual(before);
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
  expect(service.log.slice(logged).filter((line) => line.includes('request_failed'))).toEqual([]);
});

const AUTHORISED = `Authorization: Bearer ${ADMIN_TOKEN}`;
const routes = ROUTES.map((route) => [nameOf(route), route] as const);
const ofKind = (...kinds: RouteUnderTest['kind'][]) =>
  ROUTES.filter(({ kind }) => kinds.includes(kind)).map((route) => [nameOf(route), route] as const);

/** HubSpot's signature over any bytes, where the emulator's own takes text. */
function signed(target: string, body: Buffer): string[] {
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', service.emulator.app.clientSecret)
    .update(`POST${service.url}${target}`)
    .update(body)
    .update(timestamp)
    .digest('base64');
  return [`X-HubSpot-Signature-v3: ${signature}`, `X-HubSpot-Request-Timestamp: ${timestamp}`];
}

function send(
  route: RouteUnderTest,
  change: { target?: string; headers?: readonly string[]; body?: Buffer; method?: string } = {},
): Promise<Answer> {
  const target = change.target ?? addressOf(route, nowhere(route, workspace));
  const credentials = route.kind === 'admin' ? [AUTHORISED] : [];
  const signature =
    route.kind === 'webhook' && change.body !== undefined ? signed(target, change.body) : [];
  return raw(service.port, [
    request({
      method: change.method ?? route.method,
      target,
      headers: [...credentials, ...signature, ...(change.headers ?? [])],
      ...(change.body === undefined ? {} : { body: change.body }),
    }),
  ]);
}

/** A refusal says what is wrong in a form programs can read, and nothing about our inside. */
function expectRefusal(answer: Answer, statuses: readonly number[] = [400, 499]): void {
  const [from = 400, to = from] = statuses;
  expect(answer.status).toBeGreaterThanOrEqual(from);
  expect(answer.status).toBeLessThanOrEqual(to);
  expectDiscretion(answer);
  const type = answer.headers['content-type'];
  // Node's own parser answers what is not HTTP without a body; people get a page.
  if (type === undefined) expect(answer.body).toBe('');
  else if (!type.startsWith('text/html')) {
    expect(JSON.parse(answer.body)).toMatchObject({
      error: { code: expect.stringMatching(/^[a-z_]+$/), message: expect.stringMatching(/.{5,}/) },
    });
  }
}

function expectDiscretion({ body }: Answer): void {
  const { clientSecret, clientId } = service.emulator.app;
  for (const secret of [ADMIN_TOKEN, clientSecret, clientId, service.config.SECRET_KEYS ?? '-']) {
    expect(body).not.toContain(secret);
  }
  expect(body).not.toMatch(/\n\s+at |node_modules|\.ts:\d|select |<script/i);
}

test('every route of the service is attacked here', () => {
  const http = createHttp({
    app: service.running.app,
    adminToken: ADMIN_TOKEN,
    health: () => Promise.reject(new Error('not asked')),
    metrics: createMetrics(),
  });
  expect(routesOf(http)).toEqual(ROUTES.map(nameOf).sort());
});

describe.each(ofKind('webhook', 'admin'))('%s refuses the body', (_, route) => {
  test.each(BODY_ATTACKS.map((attack) => [attack.name, attack] as const))(
    '%s',
    async (_, attack) => {
      const { body, headers = [], fault } = attack;
      const answer = await send(route, { body, headers });
      if (route.kind === 'webhook') expectRefusal(answer, [attack.webhook]);
      else if (fault === 'shape' && route.method === 'GET')
        expect(answer.status).toBe(route.ofOne === true ? 404 : 200);
      else expectRefusal(answer);
    },
  );

  test('cut off in the middle, and the caller gone', async () => {
    const target = addressOf(route, nowhere(route, workspace));
    const head = request({
      method: route.method,
      target,
      headers: [AUTHORISED, 'Content-Type: application/json', 'Content-Length: 500'],
      body: '{"name":',
    });
    expect((await raw(service.port, [head], 200)).status).toBe(0);
  });
});

describe.each(ofKind('open', 'page'))('%s ignores the body', (_, route) => {
  test.each(BODY_ATTACKS.map((attack) => [attack.name, attack] as const))(
    '%s',
    async (_, attack) => {
      const { body, headers = [] } = attack;
      const answer = await send(route, { body, headers });
      expect(answer.status).toBeLessThan(500);
      expectDiscretion(answer);
    },
  );
});

describe.each(routes)('%s refuses the request with', (_, route) => {
  test.each(HEAD_ATTACKS)('$name', async ({ headers }) => {
    const answer = await send(route, { headers });
    expectRefusal(answer);
    expect(answer.headers).not.toHaveProperty('injected');
  });

  test('a method it does not know', async () => {
    for (const method of ['PATCH', 'PUT', 'TRACE', 'PROPFIND', 'QUERY', 'BREW', 'post']) {
      expectRefusal(await send(route, { method }));
    }
  });

  test('HEAD and OPTIONS do nothing', async () => {
    for (const method of ['HEAD', 'OPTIONS']) {
      expect((await send(route, { method })).status).toBeLessThan(500);
    }
  });

  test('a path of 10,000 characters, and steps upwards', async () => {
    const target = addressOf(route, nowhere(route, workspace));
    for (const tail of ['/'.repeat(10_000), `/${'a'.repeat(10_000)}`, '/../../health', '/%2e%2e/x'])
      expectRefusal(await send(route, { target: `${target}${tail}` }), [400, 499]);
  });

  test('a query of 10,000 characters, repeated and nested names', async () => {
    const target = addressOf(route, nowhere(route, workspace));
    for (const query of [
      'a'.repeat(10_000),
      'a=1&'.repeat(2_500),
      'state[]=a&code[x]=b&%=%',
      '__proto__=1',
    ]) {
      const answer = await send(route, { target: `${target}?${query}` });
      expect(answer.status).toBeLessThan(500);
      expectDiscretion(answer);
    }
  });
});

describe.each(ROUTES.filter(({ path }) => path.includes(':')).map((r) => [nameOf(r), r] as const))(
  '%s finds nothing under',
  (_, route) => {
    const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
    test.each(HOSTILE_IDS)('%.60s', async (hostile) => {
      for (const name of names) {
        const values = { ...nowhere(route, workspace), [name]: hostile };
        const answer = await send(route, { target: addressOf(route, values) });
        expectRefusal(answer, [400, 404]);
      }
    });
  },
);

describe.each(ofKind('admin'))('%s needs the token:', (_, route) => {
  test.each([
    ['none', []],
    ['an empty one', ['Authorization: Bearer ']],
    ['a wrong one', [`Authorization: Bearer ${ADMIN_TOKEN.replace('a', 'b')}`]],
    ['a longer one', [`Authorization: Bearer ${ADMIN_TOKEN}x`]],
    ['another scheme', [`Authorization: Basic ${ADMIN_TOKEN}`]],
    ['another case', [`Authorization: Bearer ${ADMIN_TOKEN.toUpperCase()}`]],
    ['in a cookie', [`Cookie: authorization=Bearer ${ADMIN_TOKEN}`]],
    ['of 8,000 characters', [`Authorization: Bearer ${'x'.repeat(8_000)}`]],
  ])('%s', async (_, headers) => {
    const target = addressOf(route, nowhere(route, workspace));
    for (const at of [target, `${target}?access_token=${ADMIN_TOKEN}`]) {
      const bytes = request({ method: route.method, target: at, headers, body: '{"name":"a"}' });
      const answer = await raw(service.port, [bytes]);
      expectRefusal(answer, [401]);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
  });
});

test('something that is not HTTP at all is answered and closed', async () => {
  for (const bytes of [
    '\x16\x03\x01\x02\x00\x01\x00',
    'GET / HTTP/9.9\r\n\r\n',
    '\r\n\r\n\0\0\0\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  ]) {
    const { status } = await raw(service.port, [Buffer.from(bytes, 'latin1')], 7_000);
    expect([0, 400, 405, 408, 505]).toContain(status);
  }
});

test('a caller who sends a body a byte at a time is sent away', async () => {
  const began = performance.now();
  const head = request({
    method: 'POST',
    target: '/webhooks/hubspot',
    headers: ['Content-Length: 5000'],
    body: '[',
  });
  const { status } = await raw(service.port, [head]);
  expect(status).toBe(408);
  expect(performance.now() - began).toBeLessThan(14_000);
});
