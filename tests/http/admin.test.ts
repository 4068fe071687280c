import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testService, type TestService } from './service.ts';
import { admin, atRest, installHubSpot, newWorkspace } from './wire.ts';

let service: TestService;
let mine: string;
let theirs: string;
let connection: string;
beforeAll(async () => {
  service = await testService();
  mine = await newWorkspace(service, 'de');
  theirs = await newWorkspace(service);
  await installHubSpot(service, mine);
  await atRest(service);
  const { rows } = await service.database.query<{ id: string }>('select id from connections');
  connection = rows[0]?.id ?? '';
});
afterAll(() => service.close());

const call = (method: string, path: string, body?: unknown) => admin(service, method, path, body);

async function fieldsOf(path: string, body: unknown): Promise<string> {
  const reply = await call('POST', path, body);
  expect(reply.status).toBe(422);
  const { error } = reply.body as { error: { code: string; fields: string[] } };
  expect(error.code).toBe('invalid');
  return error.fields.join('\n');
}

describe('a value that is missing or wrong is named:', () => {
  test.each<[string, unknown, RegExp]>([
    ['no body', undefined, /^name: /],
    ['an empty name', { name: '  ' }, /^name: /],
    ['a long name', { name: 'a'.repeat(201) }, /^name: /],
    ['control characters', { name: 'a\u0000b' }, /^name: no control characters/],
    ['an unknown language', { name: 'a', language: 'fr' }, /^language: /],
    ['something unasked', { name: 'a', role: 'admin' }, /role/],
    ['everything at once', { name: 7, language: 7 }, /name: [^]*language: /],
    ['a list', [], /expected object/],
  ])('workspaces, %s', async (_, body, named) => {
    expect(await fieldsOf('/workspaces', body)).toMatch(named);
  });

  test.each<[string, unknown, RegExp]>([
    ['no connector', { settings: {} }, /^connector: /],
    ['no settings', { connector: 'feed' }, /^settings: /],
    [
      'an address that is none',
      { connector: 'feed', settings: { url: 'x', title: 'x' } },
      /^url: /,
    ],
    [
      'a file',
      { connector: 'feed', settings: { url: 'file:///etc/passwd', title: 'x' } },
      /^url: /,
    ],
    ['no identifier', { connector: 'bluesky', settings: {} }, /^identifier: /],
    [
      'unknown settings',
      { connector: 'bluesky', settings: { identifier: 'a.example', x: 1 } },
      /x/,
    ],
  ])('sources, %s', async (_, body, named) => {
    const before = await service.countRows();
    expect(await fieldsOf(`/workspaces/${mine}/sources`, body)).toMatch(named);
    expect(await service.countRows()).toEqual(before);
  });

  test.each([
    'http://127.0.0.1:1/feed',
    'http://169.254.169.254/latest/meta-data',
    'http://[::1]/feed',
    'http://localhost/feed',
    'http://0x7f.1/feed',
  ])('a source inside our own network: %s', async (url) => {
    const before = await service.countRows();
    const settings = { url, title: 'x', own: true };
    const reply = await call('POST', `/workspaces/${mine}/sources`, {
      connector: 'feed',
      settings,
    });
    expect(reply.status).toBe(422);
    expect(await service.countRows()).toEqual(before);
  });
});

describe('each route, as meant:', () => {
  test('a workspace begins empty', async () => {
    const made = await call('POST', '/workspaces', { name: 'Müller & Söhne 🚲', language: 'de' });
    expect(made.status).toBe(201);
    const { workspace } = made.body as { workspace: string };
    expect(await call('GET', `/workspaces/${workspace}`)).toMatchObject({
      status: 200,
      body: { connections: [], contacts: 0, links: [], deliveries: [] },
    });
    const { rows } = await service.database.query(
      'select name from workspaces where workspace_id = $1',
      [workspace],
    );
    expect(rows).toEqual([{ name: 'Müller & Söhne 🚲' }]);
  });

  test('the overview shows the connection and no secret of it', async () => {
    const { status, body } = await call('GET', `/workspaces/${mine}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ connections: [{ id: connection, kind: 'crm', state: 'active' }] });
    expect(JSON.stringify(body)).not.toMatch(/secret|token/i);
  });

  test('a mirror can be asked for, of an active connection', async () => {
    expect(
      (await call('POST', `/workspaces/${mine}/connections/${connection}/mirror`)).status,
    ).toBe(202);
    await atRest(service);
  });

  test('links and parked work are lists', async () => {
    expect(await call('GET', `/workspaces/${mine}/links`)).toEqual({
      status: 200,
      body: { links: [] },
    });
    expect(await call('GET', `/workspaces/${mine}/parked`)).toEqual({
      status: 200,
      body: { parked: [] },
    });
  });
});

describe('another workspace’s things', () => {
  test.each([
    ['DELETE', (id: string) => `/connections/${id}`],
    ['POST', (id: string) => `/connections/${id}/mirror`],
  ] as const)('%s: 404, and nothing is changed', async (method, path) => {
    const before = await service.countRows();
    const calls = service.emulator.stats.report().total;
    const reply = await call(method, `/workspaces/${theirs}${path(connection)}`);
    expect(reply.status).toBe(404);
    expect(await service.countRows()).toEqual(before);
    expect(service.emulator.stats.report().total).toBe(calls);
    expect(await call('GET', `/workspaces/${mine}`)).toMatchObject({
      body: { connections: [{ state: 'active' }] },
    });
  });

  test.each(['job', 'delivery'])('a parked %s: 404, and it stays parked', async (kind) => {
    await service.database.query(
      `insert into parked_jobs (workspace_id, task, payload, reason, attempts)
        values ($1, 'mirror', '{"connection":"x","purpose":"asked"}', 'a reason', 3)`,
      [mine],
    );
    const { body } = await call('GET', `/workspaces/${mine}/parked`);
    const [parked] = (body as { parked: { id: string }[] }).parked;
    const number = parked?.id.replace(/\D/g, '') ?? '';
    const reply = await call('POST', `/workspaces/${theirs}/parked/${kind}-${number}/retry`);
    expect(reply.status).toBe(404);
    expect((await call('GET', `/workspaces/${mine}/parked`)).body).toEqual(body);
    await service.database.query('delete from parked_jobs');
  });
});

test('a disconnected CRM is uninstalled over there, and its connection ends', async () => {
  const path = `/workspaces/${mine}/connections/${connection}`;
  expect((await call('DELETE', path)).status).toBe(204);
  expect(service.emulator.portal().isInstalled()).toBe(false);
  expect(await call('GET', `/workspaces/${mine}`)).toMatchObject({
    body: { connections: [{ state: 'removed' }] },
  });
  expect((await call('POST', `${path}/mirror`)).status).toBe(404);
  expect((await call('DELETE', path)).status).toBe(204);
});
