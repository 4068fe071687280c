import type { App } from '../../src/services/app.ts';
import { createWorkspace } from '../../src/services/createWorkspace.ts';

/**
 * Contacts with a linked Bluesky account each, every third with a blog too; two posts each, every fifth of them answered. The
 * same numbers each time.
 */
const STATEMENTS = [
  `insert into contacts (workspace_id, connection_id, external_id, fields)
    select $1, (select id from connections where workspace_id = $1 and kind = 'crm'), n,
      jsonb_build_object('firstname', 'Person', 'lastname', n::text, 'email', n || '@company.example')
        || case when n % 10 = 0 then '{"echofile_role": "journalist"}'::jsonb else '{}' end
    from generate_series(1, $2::int) n`,
  `insert into accounts (workspace_id, connection_id, network, native_id, profile, counters)
    select $1, (select id from connections where workspace_id = $1 and kind = 'social'), network, network || ':' || n,
      jsonb_build_object('nativeId', network || ':' || n, 'handle', 'p' || n || '.example', 'websites', '[]'::jsonb,
        'handleIsDomain', false),
      case when network = 'bluesky' then jsonb_build_object('followers', (n::bigint * 7919) % 50000,
        'following', (n::bigint * 104729) % 2000, 'posts', n % 3000, 'observedAt', $3::text) end
    from generate_series(1, $2::int) n, unnest(case when n % 3 = 0 then '{bluesky,blog}' else '{bluesky}' end::text[]) network`,
  `insert into links (workspace_id, account_id, contact_id, state, evidence, rule, rule_version, basis, decided_by,
      decided_at)
    select $1, a.id, c.id, 'active', '[]', 'handle_in_crm', 1, 'handle_recorded_by_company', 'rules@1', now()
    from accounts a join contacts c on c.workspace_id = a.workspace_id
      and c.external_id = split_part(a.native_id, ':', 2)
    where a.workspace_id = $1 and $2::int > 0`,
  `insert into activities (workspace_id, account_id, connection_id, network, native_id, kind, text, published_at, revision,
      thread_id)
    select $1, id, connection_id, network, native_id || '/' || post, 'mention', 'A post about the train this morning.',
      $3::timestamptz - make_interval(days => (id % 60)::int), '1', native_id
    from accounts, generate_series(1, 2) post where workspace_id = $1 and $2::int > 0`,
  `insert into activities (workspace_id, account_id, connection_id, network, native_id, kind, text, published_at, revision,
      thread_id, in_reply_to)
    select $1, answering.id, x.connection_id, x.network, x.native_id || '/answer', 'reply', 'Same here.', x.published_at, '1',
      x.thread_id, x.native_id
    from activities x join accounts answering on answering.workspace_id = x.workspace_id
      and answering.network = x.network and answering.native_id = x.network || ':' || (1 + x.id * 31 % $2::int)
    where x.workspace_id = $1 and x.id % 5 = 0`,
];

/** Returns the workspace. */
export async function fillWorkspace(app: App, contacts: number): Promise<string> {
  const workspace = await createWorkspace(app, { name: 'Bench', language: 'de' });
  const now = app.clock.now().toISOString();
  await app.database.asOwner(async (owner) => {
    for (const [kind, connector] of [
      ['crm', 'hubspot'],
      ['social', 'bluesky'],
    ]) {
      await owner.rows(
        `insert into connections (workspace_id, kind, connector, account_id, title, settings, secrets)
          values ($1, $2, $3, 'bench', 'Bench', '{}', '\\x00')`,
        [workspace, kind, connector],
      );
    }
    for (const statement of STATEMENTS) {
      const given = [workspace, contacts, now].slice(0, statement.includes('$3') ? 3 : 2);
      await owner.rows(statement, given);
    }
  });
  await app.database.pool.query('vacuum analyze');
  return workspace;
}
