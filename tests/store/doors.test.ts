import { describe, expect, test } from '@jest/globals';
import { openDatabase, type Tx, type WorkspaceTx } from '../../src/store/database.ts';
import { testWorkspace } from '../fixtures/database.ts';
import { fileDatabase } from '../fixtures/lifetime.ts';
import { dump, twoWorkspaces } from './two-workspaces.ts';

const { database, opened } = fileDatabase();
const { own, foreign, tables } = twoWorkspaces(database);

const undone = new Error('undone on purpose');

/** In a transaction that is taken back. */
async function probe<T>(work: (tx: WorkspaceTx) => Promise<T>, workspace = own.workspace) {
  let result: { readonly value: T } | undefined;
  await database
    .inWorkspace(workspace, async (tx) => {
      result = { value: await work(tx) };
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  if (result === undefined) throw new Error('did not run');
  return result.value;
}

/** As the service's role, but without a workspace, as if somebody forgot to name one. */
const asNobody = <T>(work: (tx: Tx) => Promise<T>) =>
  database.asOwner(async (tx) => {
    await tx.rows('set local role echofile_app');
    return work(tx);
  });

describe('the catalogue', () => {
  /** What a table lacks, of what keeps workspaces apart. */
  const lacking = (tx: Tx) =>
    tx.rows<{ name: string }>(
      `select c.relname as name from pg_class c
        where c.relnamespace = 'echofile'::regnamespace and c.relkind in ('r', 'p')
          and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id')
          and (not c.relrowsecurity or c.relowner = 'echofile_app'::regrole
            or (select array_agg(concat_ws('|', p.policyname, p.permissive, p.roles, p.cmd, p.qual, p.with_check))
              from pg_policies p where p.schemaname = 'echofile' and p.tablename = c.relname)
            is distinct from array['own_workspace|PERMISSIVE|{echofile_app}|ALL|'
              || '(workspace_id = current_workspace())|(workspace_id = current_workspace())'])`,
    );

  test('every table with a workspace has row-level security and exactly the one policy', async () => {
    expect(tables.length).toBeGreaterThanOrEqual(20);
    expect(await database.asOwner(lacking)).toEqual([]);
  });

  test.each([
    ['no guard', 'create table notes (workspace_id uuid)'],
    ['its security off', 'alter table links disable row level security'],
    ['its policy gone', 'drop policy own_workspace on links'],
    ['a second, wider policy', 'create policy support on links using (true)'],
    ['an open policy', 'alter policy own_workspace on links using (true)'],
  ])('a planted table with %s is found', async (_, sql) => {
    const found = database.asOwner(async (tx) => {
      await tx.rows(sql);
      const names = (await lacking(tx)).map((row) => row.name);
      throw new Error(`found ${names.join()}`);
    });
    await expect(found).rejects.toThrow(/^found (notes|links)$/);
  });

  test('the role of the service has no power over its own chains', async () => {
    const [role] = await database.asOwner((tx) =>
      tx.rows(
        `select rolsuper, rolbypassrls, rolcreaterole, rolcanlogin,
            (select count(*)::int from pg_auth_members where member = r.oid) as "memberOf",
            (select count(*)::int from pg_class where relowner = r.oid) as owns
          from pg_roles r where rolname = 'echofile_app'`,
      ),
    );
    const no = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcanlogin: false };
    expect(role).toEqual({ ...no, memberOf: 0, owns: 0 });
  });
});

describe('each table by itself, from inside another workspace', () => {
  test('shows, changes and deletes only its own rows, with no condition in the statement', async () => {
    for (const table of tables) {
      const { visible, changed } = await probe(async (tx) => ({
        visible: await tx.rows<{ id: string }>(`select distinct workspace_id as id from ${table}`),
        changed: await tx.rows<{ id: string }>(
          `update ${table} set workspace_id = workspace_id returning workspace_id as id`,
        ),
      }));
      expect([table, visible]).toEqual([table, [{ id: own.workspace }]]);
      expect([table, new Set(changed.map((row) => row.id))]).toEqual([
        table,
        new Set([own.workspace]),
      ]);
    }
    const kept = await probe(async (tx) => {
      await tx.rows('delete from activities');
      await tx.rows('delete from accounts');
      await tx.rows('delete from connections');
      await tx.rows('set local role none');
      return dump(tx, tables, foreign.workspace);
    });
    expect(kept).toEqual(await database.asOwner((tx) => dump(tx, tables, foreign.workspace)));
  });

  test('takes no row for another workspace, neither new nor moved there', async () => {
    for (const table of tables) {
      const move = probe((tx) =>
        tx.rows(`update ${table} set workspace_id = $1`, [foreign.workspace]),
      );
      await expect(move).rejects.toMatchObject({ code: '42501' });
      const columns = `insert into ${table} select (jsonb_populate_record(t, jsonb_build_object('workspace_id', $1::text))).*
        from ${table} t limit 1`;
      const insert = probe((tx) =>
        tx.rows(columns.replace(' select', ' overriding system value select'), [foreign.workspace]),
      );
      await expect(insert).rejects.toMatchObject({ code: '42501' });
    }
  });
});

describe('outside of any workspace', () => {
  test('the role of the service sees nothing', async () => {
    for (const table of tables) {
      const rows = await asNobody((tx) => tx.rows(`select from ${table}`));
      expect([table, rows]).toEqual([table, []]);
    }
  });

  test.each([
    'select from processes',
    'select from process_workers',
    'select from migrations',
    'select from graphile_worker._private_jobs',
    'select from graphile_worker.jobs',
    `select graphile_worker.add_job('poll')`,
    `call guard('processes')`,
    'create table echofile.mine ()',
    'alter table links disable row level security',
  ])('the role of the service may not: %s', async (sql) => {
    await expect(asNobody((tx) => tx.rows(sql))).rejects.toMatchObject({ code: '42501' });
    await expect(probe((tx) => tx.rows(sql))).rejects.toMatchObject({ code: '42501' });
  });

  test('a job for another workspace, or for none, is refused', async () => {
    const add = (payload: object) =>
      probe((tx) =>
        tx.rows(`select enqueue('poll', $1, null, null, false)`, [JSON.stringify(payload)]),
      );
    await expect(add({ workspace: foreign.workspace })).rejects.toThrow(/belongs to the workspace/);
    await expect(add({})).rejects.toThrow(/belongs to the workspace/);
    await expect(add({ workspace: own.workspace })).resolves.toHaveLength(1);
  });
});

describe('transactions', () => {
  test('a connection given back to the pool carries no workspace and no role over', async () => {
    const { poolConfig } = opened;
    const single = openDatabase({
      poolConfig: { ...poolConfig, max: 1 },
      onError: () => undefined,
    });
    const state = () =>
      single.pool.query(
        `select current_workspace() as workspace, current_user <> session_user as changed, pg_backend_pid() as pid`,
      );
    const { pid } = (await state()).rows[0] as { pid: number };
    const clean = [{ workspace: null, changed: false, pid }];
    await single.inWorkspace(own.workspace, (tx) => tx.rows('select from contacts'));
    expect((await state()).rows).toEqual(clean);
    await single
      .inWorkspace(own.workspace, (tx) => tx.rows('select no_such_thing'))
      .catch(() => undefined);
    expect((await state()).rows).toEqual(clean);
    const seen = await single.inWorkspace(foreign.workspace, (tx) =>
      tx.rows('select distinct workspace_id as id from contacts'),
    );
    expect(seen).toEqual([{ id: foreign.workspace }]);
    await single.close();
  });

  test.each([
    '',
    "'; reset role; --",
    `00000000-0000-0000-0000-000000000000'; set local role none; --`,
    `00000000-0000-0000-0000-000000000000\n`,
    '00000000-0000-0000-0000-00000000000G',
    '{00000000-0000-0000-0000-000000000000}',
    `x00000000-0000-0000-0000-000000000000`,
  ])('a workspace id that is none is refused before it meets SQL: %j', async (id) => {
    const open = async () => database.inWorkspace(id, (tx) => tx.rows('select 1'));
    await expect(open()).rejects.toThrow(/not a workspace id/);
  });

  test('work that hides a failed statement is not taken for stored', async () => {
    const workspace = await testWorkspace(database);
    const work = database.inWorkspace(workspace, async (tx) => {
      await tx.rows(`update workspaces set name = 'lost'`);
      await tx.rows('select no_such_thing').catch(() => undefined);
    });
    await expect(work).rejects.toThrow(/rolled back/);
  });
});
