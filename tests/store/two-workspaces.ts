import { beforeAll } from '@jest/globals';
import { only, type Database, type Tx, type WorkspaceTx } from '../../src/store/database.ts';
import { madeOnce } from '../fixtures/lifetime.ts';

/** What stands in one workspace. Everything recognisable carries the tag; what two companies may share is the same in both. */
export interface Filled {
  readonly tag: string;
  readonly workspace: string;
  readonly connection: string;
  readonly source: string;
  readonly contact: string;
  readonly account: string;
  readonly activity: string;
  readonly link: string;
  readonly run: string;
  readonly repair: string;
  readonly inbox: string;
  readonly parkedJob: string;
  readonly sent: string;
  readonly planned: string;
  readonly parked: string;
  readonly conflict: string;
  readonly undo: string;
  readonly rescore: string;
}

export const SHARED_KEY = 'n:ada byron';
export const SHARED_EMAIL = 'ada@shared.example';
export const SHARED_NATIVE_ID = 'did:shared:ada';
export const SHARED_HASH = 'k1:0badcafe';

/** At least one row in every table, in the states in which the store's statements would touch it. */
async function fillWorkspace(database: Database, tag: string): Promise<Filled> {
  return database.asOwner(async (owner) => {
    const id = async (sql: string, params: readonly unknown[]) =>
      only(await owner.rows<{ id: string }>(sql, params)).id;
    const workspace = await id(
      'insert into workspaces (name) values ($1) returning workspace_id as id',
      [`name ${tag}`],
    );
    const connect = (kind: string, accountId: string) =>
      id(
        `insert into connections (workspace_id, kind, connector, account_id, title, settings, secrets)
          values ($1, $2, 'memory', $3, $4, '{}', '\\x00') returning id`,
        [workspace, kind, accountId, `title ${tag}`],
      );
    const connection = await connect('crm', `crm ${tag}`);
    const source = await connect('social', 'the same source');
    const people = await fillPeople(owner, { tag, workspace, connection, source });
    const work = await fillWork(owner, { ...people, tag, workspace, connection });
    return { tag, workspace, connection, source, ...people, ...work };
  });
}

async function fillPeople(
  owner: Tx,
  at: { tag: string; workspace: string; connection: string; source: string },
) {
  const { tag, workspace, connection, source } = at;
  const id = async (sql: string, params: readonly unknown[]) =>
    only(await owner.rows<{ id: string }>(sql, [workspace, ...params])).id;
  const contact = await id(
    `insert into contacts (workspace_id, connection_id, external_id, fields)
      values ($1, $2, $3, '{"handle": "ada"}') returning id`,
    [connection, `contact ${tag}`],
  );
  const account = await id(
    `insert into accounts (workspace_id, connection_id, network, native_id, profile, checked_at)
      values ($1, $2, 'memory', $3, $4, '2026-01-01') returning id`,
    [source, SHARED_NATIVE_ID, JSON.stringify({ nativeId: SHARED_NATIVE_ID, handle: tag })],
  );
  const activity = await id(
    `insert into activities (workspace_id, account_id, connection_id, network, native_id, kind, text,
        published_at, revision, thread_id, checked_at)
      values ($1, $2, $3, 'memory', 'the same post', 'post', $4, '2026-01-01', '1', 't', '2026-01-01') returning id`,
    [account, source, `text ${tag}`],
  );
  const link = await id(
    `insert into links (workspace_id, account_id, contact_id, state, evidence, rule, rule_version, basis,
        decided_by, decided_at, batch)
      values ($1, $2, $3, 'active', '[]', 'two_way_link', 1, 'basis', $4, '2026-01-01', $5) returning id`,
    [account, contact, `person ${tag}`, `batch ${tag}`],
  );
  await owner.rows(
    `insert into link_decisions (workspace_id, account_id, contact_id, action, state, actor, rule, rule_version,
        evidence, basis, batch, note, at)
      values ($1, $2, $3, 'link', 'active', 'rules@1', 'two_way_link', 1, '[]', 'basis', '', $4, '2026-01-01')`,
    [workspace, account, contact, `note ${tag}`],
  );
  await owner.rows(`insert into contact_identifiers values ($1, $2, 'email', '${SHARED_EMAIL}')`, [
    workspace,
    contact,
  ]);
  await owner.rows(`insert into contact_blocks values ($1, $2, '${SHARED_KEY}')`, [
    workspace,
    contact,
  ]);
  await owner.rows(`insert into account_blocks values ($1, $2, '${SHARED_KEY}')`, [
    workspace,
    account,
  ]);
  await owner.rows(`insert into account_identifiers values ($1, $2, 'email', '${SHARED_EMAIL}')`, [
    workspace,
    account,
  ]);
  await owner.rows(`insert into backlinks values ($1, $2, $3, true, '2026-01-01')`, [
    workspace,
    account,
    `${tag}.example`,
  ]);
  return { contact, account, activity, link };
}

async function fillWork(
  owner: Tx,
  at: { tag: string; workspace: string; connection: string; contact: string; activity: string },
) {
  const { tag, workspace, connection, contact, activity } = at;
  const put = (sql: string, params: readonly unknown[]) =>
    owner.rows<{ id: string }>(sql, [workspace, ...params]);
  const id = async (sql: string, params: readonly unknown[]) => only(await put(sql, params)).id;
  const deliver = (kind: string, wanted: string | null, state: string) =>
    id(
      `insert into deliveries (workspace_id, connection_id, kind, key, contact_id, activity_id, wanted, state,
          maybe_written, reason)
        values ($1, $2, $3, $4, $5, $6, $7, $8, true, $9) returning id`,
      [
        connection,
        kind,
        `${kind} ${state} ${String(wanted)}`,
        contact,
        activity,
        wanted,
        state,
        tag,
      ],
    );
  const planned = await deliver('fields', '{"handle": "ada"}', 'planned');
  await deliver('entry', '{}', 'planned');
  await deliver('entry', null, 'planned');
  const sent = await deliver('entry', '{}', 'sent');
  const parked = await deliver('entry', '{}', 'parked');
  const open = [connection, `open ${tag}`, `body ${tag}`] as const;
  const inbox = await id(
    'insert into inbox (workspace_id, connection_id, digest, body) values ($1, $2, $3, $4) returning id',
    open,
  );
  await put(
    `insert into inbox (workspace_id, connection_id, digest, done_at) values ($1, $2, 'old', '2026-01-01')`,
    [connection],
  );
  await put(`insert into inbox_events values ($1, $2, 'the same event', '2026-01-01')`, [
    connection,
  ]);
  await put(`insert into refreshes values ($1, $2, $3, '2026-01-01')`, [
    connection,
    `contact ${tag}`,
  ]);
  await put(`insert into budgets (workspace_id, connection_id, bucket) values ($1, $2, 'all')`, [
    connection,
  ]);
  await put(`insert into refused_items values ($1, $2, 'the same item', $3)`, [connection, tag]);
  await put(`insert into suppressions values ($1, 'email', '${SHARED_HASH} ${tag}')`, []);
  await put(`insert into employees values ($1, '${SHARED_HASH} ${tag}')`, []);
  await put(
    `insert into pairing_rules (workspace_id, version, text, published_by) values ($1, 7, $2, $2)`,
    [tag],
  );
  await put(
    `insert into shadow_runs (workspace_id, rules_version, reviewed, wrong) values ($1, $2, 0, 0)`,
    [tag === 'alpha' ? 1 : 2],
  );
  const repair = await id(
    `insert into repair_runs (workspace_id, reason, rules_version, keys_version, reckoned_contacts, phase)
      values ($1, $2, 1, 1, 1000, 'contacts') returning id`,
    [tag],
  );
  await put(`insert into oauth_states values ($1, 'hash', 'memory', '2030-01-01')`, []);
  await put(
    `insert into field_journal (workspace_id, connection_id, contact_id, field, value)
      values ($1, $2, $3, 'handle', 'ada')`,
    [connection, contact],
  );
  const conflict = await id(
    `insert into restore_conflicts (workspace_id, contact_id, field, journal_id, before, ours, current)
      values ($1, $2, 'handle', 9223372036854775807, $3, 'h', 'h') returning id`,
    [contact, `before ${tag}`],
  );
  const undo = await id(
    `insert into undo_runs (workspace_id, by, value, actor, total)
      values ($1, 'batch', $2, 'person:x', 1) returning id`,
    [`batch ${tag}`],
  );
  const run = await id(
    `insert into mirror_runs (workspace_id, connection_id, purpose) values ($1, $2, 'asked') returning id`,
    [connection],
  );
  const parkedJob = await id(
    `insert into parked_jobs (workspace_id, task, payload, reason, attempts)
      values ($1, 'poll', '{}', $2, 1) returning id`,
    [tag],
  );
  const rescore = await id(
    'insert into rescore_runs (workspace_id, total) values ($1, 1) returning id',
    [],
  );
  await put(
    `insert into scores (workspace_id, contact_id, purpose, value, band, coverage, parts, reasons, formula,
        weights_version, weights_hash, computed_at, expires_at, written)
      values ($1, $2, 'service_priority', 41, 2, 60, '{}', '[]', 1, 1, $3, '2026-01-01', '2030-01-01', '{"value": 41}')`,
    [contact, tag],
  );
  return { run, repair, inbox, parkedJob, sent, planned, parked, conflict, undo, rescore };
}

/** Tables of customer data, as the catalogue knows them. */
/** The workspace of the tests, another that it must never touch, and the tables that hold rows of both. */
export function twoWorkspaces(database: Database) {
  const tables: string[] = [];
  beforeAll(async () => {
    tables.push(...(await database.asOwner(guardedTables)));
  });
  return {
    tables,
    own: madeOnce(() => fillWorkspace(database, 'alpha')),
    foreign: madeOnce(() => fillWorkspace(database, 'beta')),
  };
}

async function guardedTables(owner: Tx): Promise<readonly string[]> {
  const rows = await owner.rows<{ name: string }>(
    `select table_name as name from information_schema.columns
      where table_schema = 'echofile' and column_name = 'workspace_id' order by 1`,
  );
  return rows.map((row) => row.name);
}

/** Every row of one workspace, as text. Past row-level security: for the owner, or in a transaction that left its role. */
export async function dump(
  tx: Tx,
  tables: readonly string[],
  workspace: string,
): Promise<readonly string[]> {
  const all = tables.map(
    (table) => `select '${table} ' || t::text as row from ${table} t where workspace_id = $1`,
  );
  const rows = await tx.rows<{ row: string }>(`${all.join(' union all ')} order by 1`, [workspace]);
  return rows.map(({ row }) => row);
}

export type Call = (tx: WorkspaceTx, own: Filled, foreign: Filled) => Promise<unknown>;
