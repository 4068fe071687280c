import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { putAccount } from '../../src/store/accounts.ts';
import { putActivity } from '../../src/store/activities.ts';
import { putConnection } from '../../src/store/connections.ts';
import { addressOf, nameOf, ROUTES } from './routes.ts';
import { testService, type TestService } from './service.ts';
import { admin, newWorkspace } from './wire.ts';

let service: TestService;
let workspace: string;
beforeAll(async () => {
  service = await testService();
  workspace = await newWorkspace(service);
});
afterAll(() => service.close());

describe('a network whose rules forbid it (R11)', () => {
  test.each([
    ['linkedin', 'LinkedIn', /CRM/, /Restricted Use Cases/],
    ['LinkedIn', 'LinkedIn', /CRM/, /Restricted Use Cases/],
    ['reddit', 'Reddit', /contract/, /Responsible Builder Policy/],
  ])(
    '%s: who wants to connect it is told why not, and where that stands',
    async (connector, title, reason, clause) => {
      const draft = { connector, settings: {} };
      for (const reply of [
        await admin(service, 'POST', `/workspaces/${workspace}/sources`, draft),
        await admin(service, 'POST', `/workspaces/${workspace}/crm/${connector}`),
      ]) {
        expect(reply.status).toBe(422);
        const { error } = reply.body as { error: { code: string; message: string; next: string } };
        expect(error.code).toBe('network_not_permitted');
        expect(error.message).toContain(title);
        expect(error.message).toMatch(reason);
        expect(error.next).toMatch(clause);
      }
    },
  );

  test('has no connector', async () => {
    const folders = await readdir(new URL('../../connectors/social/', import.meta.url));
    const offered = [...service.running.app.networks.keys(), ...service.running.app.crms.keys()];
    for (const name of [...folders, ...offered]) expect(name).not.toMatch(/linkedin|reddit/i);
  });

  test('is told from one that nobody has heard of', async () => {
    const draft = { connector: 'friendster', settings: {} };
    const reply = await admin(service, 'POST', `/workspaces/${workspace}/sources`, draft);
    expect(reply.status).toBe(404);
  });
});

describe('the rules of the networks (R83)', () => {
  test('are listed with their clauses, sources and age', async () => {
    const { status, body } = await admin(service, 'GET', '/policies');
    expect(status).toBe(200);
    const { policies } = body as { policies: readonly { network: string }[] };
    expect(policies.map(({ network }) => network)).toEqual(
      'blog bluesky linkedin mastodon meta reddit reviews wiki x youtube'.split(' '),
    );
    const of = (name: string) => policies.find(({ network }) => network === name);
    expect(of('x')).toMatchObject({
      freshness: 'current',
      connectable: false,
      pair: { E1: 'allow', E3: { needs: 'human', clause: 'off_x_matching' } },
      store: { text: { deny: 'content_stays_on_x' } },
      clauses: { off_x_matching: { source: 'restricted' } },
    });
    expect(of('bluesky')).toMatchObject({ connectable: true });
    expect(of('linkedin')).toMatchObject({ connectable: false });
  });

  test('cannot be changed by a request, nor by a word for what has none (R01)', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const reply = await admin(service, method, '/policies', {
        network: 'x',
        pair: { E6: 'allow' },
      });
      expect(reply.status).toBe(404);
    }
  });
});

describe('the list of employees (R12)', () => {
  const path = () => `/workspaces/${workspace}/employees`;

  test('is added to, taken from and counted', async () => {
    const add = ['ada@company.example', 'Ada@Company.example', 'bo@company.example'];
    expect(await admin(service, 'POST', path(), { add })).toEqual({
      status: 200,
      body: { employees: 2 },
    });
    const reply = await admin(service, 'POST', path(), { remove: ['BO@company.example'] });
    expect(reply.body).toEqual({ employees: 1 });
    expect((await admin(service, 'GET', path())).body).toEqual({ employees: 1 });
    const stored = await service.database.query('select t::text from employees t');
    expect(JSON.stringify(stored.rows)).not.toMatch(/ada|company/);
  });

  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /names nobody/],
    ['two empty lists', { add: [], remove: [] }, /names nobody/],
    ['what is no address', { add: ['ada@company.example', 'ada'] }, /^add\.1: is no e-mail/],
    ['no list', { add: 'ada@company.example' }, /^add: /],
    ['a hash', { hashes: ['k1:00'] }, /hashes/],
  ])('refuses %s', async (_, body, fault) => {
    const reply = await admin(service, 'POST', path(), body);
    expect(reply.status).toBe(422);
    const { error } = reply.body as { error: { fields: readonly string[] } };
    expect(error.fields.join('\n')).toMatch(fault);
  });
});

describe('posts of Bluesky that ask for signed-in readers (R10)', () => {
  test('are on no page that is open to everybody, as no post is', async () => {
    const { app } = service.running;
    const connection = await app.database.inWorkspace(workspace, async (tx) => {
      const draft = { kind: 'social', connector: 'bluesky', accountId: 'did:plc:brand' } as const;
      const id = await putConnection(tx, { ...draft, title: 'B', settings: {} }, () =>
        Uint8Array.of(1),
      );
      const profile = {
        nativeId: 'did:plc:shy',
        handle: 'shy.example',
        displayName: 'Shy Person',
        url: 'https://bsky.app/profile/shy.example',
        bio: '!no-unauthenticated',
        websites: [],
        email: undefined,
        handleIsDomain: false,
      };
      const seen = {
        network: 'bluesky',
        connectionId: id,
        profile,
        isBrand: false,
        complete: true,
      };
      const account = await putAccount(tx, seen);
      const source = { connectionId: id, network: 'bluesky', accountId: account.id };
      await putActivity(tx, source, {
        nativeId: 'at://did:plc:shy/app.bsky.feed.post/1',
        kind: 'mention',
        text: 'for signed-in eyes',
        url: undefined,
        publishedAt: new Date(),
        editedAt: undefined,
        revision: '1',
        language: undefined,
        threadId: 't',
        inReplyTo: undefined,
      });
      return id;
    });
    const values = { workspace, connection, connector: 'hubspot', id: 'job-1' };
    for (const route of [...ROUTES, { method: 'GET', path: '/', kind: 'open' } as const]) {
      const reply = await fetch(`${service.url}${addressOf(route, values)}`, {
        method: route.method,
        redirect: 'manual',
      });
      const text = `${nameOf(route)} ${reply.status} ${await reply.text()}`;
      expect(text).not.toMatch(/shy|signed-in eyes|no-unauthenticated/i);
      if (route.kind === 'admin') expect(reply.status).toBe(401);
    }
    const stored = await service.database.query('select text from activities');
    expect(stored.rows).toEqual([{ text: 'for signed-in eyes' }]);
  });
});
