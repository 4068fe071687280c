import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { conflicts, decide, list, show, undo, type Options } from '../../src/cli/commands.ts';
import { TEXTS } from '../../src/cli/texts.ts';
import { ownApi } from '../../src/platform/http/ownApi.ts';
import { testService, type TestService } from './service.ts';
import { admin, atRest, installHubSpot, newWorkspace } from './wire.ts';

let service: TestService;
let mine: string;
let theirs: string;
let link: string;
beforeAll(async () => {
  service = await testService();
  mine = await newWorkspace(service, 'de');
  theirs = await newWorkspace(service);
  await installHubSpot(service, mine);
  await atRest(service);
});
afterAll(() => service.close());

const call = (method: string, path: string, body?: unknown) => admin(service, method, path, body);

/** An account whose name is that of a contact. */
async function suggest(): Promise<string> {
  const { rows } = await service.database.query<{ id: string }>(
    `with crm as (select id from connections where workspace_id = $1 and kind = 'crm'),
      contact as (insert into contacts (workspace_id, connection_id, external_id, fields)
        select $1, id, '9001', '{"firstname":"Ada","lastname":"Berg"}' from crm returning id),
      account as (insert into accounts (workspace_id, network, native_id, connection_id, profile)
        select $1, 'bluesky', 'did:plc:ada', id,
          '{"nativeId":"did:plc:ada","handle":"ada.example","displayName":"Ada Berg","websites":[],"handleIsDomain":false}'
        from crm returning id)
      insert into links (workspace_id, account_id, contact_id, state, evidence, rule, rule_version, basis,
          decided_by, decided_at, families)
        select $1, a.id, c.id, 'suggested', '[{"class":"E5","rule":"same_name","source":"profile:name",
          "value":"ada berg","observedAt":"2026-11-01T00:00:00.000Z"}]', 'same_name', 1, 'suggestion', 'rules@1',
          now(), '{name}' from account a, contact c returning id`,
    [mine],
  );
  const id = rows[0]?.id ?? '';
  await service.database.query(
    `insert into link_decisions (workspace_id, account_id, contact_id, action, state, actor, rule, rule_version,
        evidence, basis, batch, at)
      select workspace_id, account_id, contact_id, 'suggest', state, decided_by, rule, rule_version, evidence,
        basis, batch, decided_at from links where id = $1`,
    [id],
  );
  return id;
}

function terminal(language: 'de' | 'en', options: Partial<Options> = {}) {
  const lines: string[] = [];
  const none = { note: undefined, basis: undefined, batch: undefined, limit: undefined };
  const session = {
    call: ownApi(service.url, service.config.ADMIN_TOKEN),
    options: { ...none, ruleVersion: undefined, value: undefined, do: false, ...options },
    language,
    text: TEXTS[language],
    print: (line: string) => void lines.push(line),
  };
  return {
    lines,
    session: { ...session, options: { workspace: mine, by: 'Kim', ...session.options } },
  };
}

test('an empty queue says so, at the terminal in both languages', async () => {
  expect(await call('GET', `/workspaces/${mine}/reviews`)).toEqual({
    status: 200,
    body: { total: 0, reviews: [] },
  });
  const { session, lines } = terminal('de');
  await list(session);
  await conflicts({ ...session, text: TEXTS.en });
  expect(lines).toEqual(['Nichts wartet auf eine Entscheidung.', 'No field waits for a decision.']);
});

describe('what is missing or wrong is named, and nothing is decided:', () => {
  beforeAll(async () => {
    link = await suggest();
  });

  test.each<[string, string, unknown, RegExp]>([
    ['no answer', 'decision', {}, /answer/],
    ['another answer', 'decision', { answer: 'maybe', by: 'Kim' }, /answer/],
    ['nobody', 'decision', { answer: 'no' }, /by: /],
    ['an empty name', 'decision', { answer: 'no', by: ' ' }, /by: /],
    ['a NUL', 'decision', { answer: 'no', by: 'a\u0000b' }, /by: no control characters/],
    ['yes without a ground', 'decision', { answer: 'yes', by: 'Kim' }, /basis: /],
    [
      'a ground that says nothing',
      'decision',
      { answer: 'yes', by: 'Kim', basis: 'because' },
      /basis: is /,
    ],
    [
      'consent that is nowhere',
      'decision',
      { answer: 'yes', by: 'Kim', basis: 'consent' },
      /basis: is /,
    ],
    [
      'the batch of the rules',
      'decision',
      { answer: 'no', by: 'Kim', batch: 'rules@1/x' },
      /batch: /,
    ],
    ['something unasked', 'decision', { answer: 'no', by: 'Kim', state: 'active' }, /state/],
    ['a long note', 'decision', { answer: 'no', by: 'Kim', note: 'a'.repeat(2_001) }, /note: /],
  ])('%s', async (_, what, body, named) => {
    const reply = await call('POST', `/workspaces/${mine}/reviews/${link}/${what}`, body);
    expect(reply.status).toBe(422);
    expect((reply.body as { error: { fields: string[] } }).error.fields.join('\n')).toMatch(named);
    expect((await call('GET', `/workspaces/${mine}/reviews`)).body).toMatchObject({ total: 1 });
  });

  test.each([
    ['GET', '/reviews?limit=0'],
    ['GET', '/reviews?limit=1e9'],
    ['GET', '/reviews?after=x'],
    ['GET', '/reviews?order=name'],
    ['POST', '/undo'],
    ['POST', '/links'],
  ])('%s %s', async (method, path) => {
    const reply = await call(
      method,
      `/workspaces/${mine}${path}`,
      method === 'POST' ? {} : undefined,
    );
    expect(reply).toMatchObject({ status: 422, body: { error: { code: 'invalid' } } });
  });

  test.each([
    ['POST', (id: string) => `/reviews/${id}/decision`],
    ['POST', (id: string) => `/links/${id}/unlink`],
    ['GET', (id: string) => `/links/${id}/explanation`],
  ] as const)(
    '%s of another workspace’s pair, and of an id that is none: 404',
    async (method, path) => {
      const body = method === 'POST' ? { by: 'Kim' } : undefined;
      const given = path('').includes('reviews') ? { ...body, answer: 'no' } : body;
      for (const [workspace, id] of [
        [theirs, link],
        [mine, '0'],
        [mine, '1;drop'],
        [mine, '9'.repeat(30)],
      ])
        expect(
          (await call(method, `/workspaces/${workspace ?? ''}${path(id ?? '')}`, given)).status,
        ).toBe(404);
    },
  );
});

test('at the terminal: what is listed is explained, refused and decided by its key, and undone', async () => {
  const { session, lines } = terminal('en');
  await list(session);
  expect(lines.join('\n')).toMatch(
    new RegExp(
      `1 of 1 that wait.*bluesky Ada Berg · ada\\.example.* ${link}  Ada Berg \\(9001\\)  same_name`,
      's',
    ),
  );
  const german = terminal('de');
  await show(german.session, link);
  expect(german.lines[0]).toMatch(
    /^Vorgeschlagen für Kontakt 9001: Gleicher Name\. Entschieden von den Regeln/,
  );
  expect(german.lines.join()).toContain('+NAME(likeness) => suggestion');

  await expect(decide(session, 'yes', link)).rejects.toThrow(`${link}: refused (422)`);
  await decide(terminal('en', { batch: 'monday' }).session, 'no', link);
  expect((await call('GET', `/workspaces/${mine}/reviews`)).body).toMatchObject({ total: 0 });

  const undoing = terminal('en', { batch: 'monday' });
  await undo(undoing.session);
  expect(undoing.lines.at(-1)).toBe(TEXTS.en.addDo);
  const done = terminal('en', { batch: 'monday', do: true });
  await undo(done.session);
  expect(done.lines.at(-1)).toBe('1 of 1');
  await expect(decide(session, 'no', '999999')).rejects.toThrow('999999: refused (404)');
}, 60_000);
