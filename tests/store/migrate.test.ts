import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { insertWorkspace, readWorkspace } from '../../src/store/workspaces.ts';
import { fileDatabase } from '../fixtures/lifetime.ts';

const MIGRATIONS = new URL('../../src/store/migrations/', import.meta.url);

const { database: server, opened } = fileDatabase();
let name: string;
let path: string;
/** A copy of the migrations, to be tampered with. */
let folder: URL;
let processes: Database[];

beforeEach(async () => {
  name = `empty_${randomBytes(6).toString('hex')}`;
  await server.pool.query(`create database ${name}`);
  path = await mkdtemp(join(tmpdir(), 'echofile-migrations-'));
  await cp(MIGRATIONS, path, { recursive: true });
  folder = pathToFileURL(`${path}/`);
  const poolConfig = { ...opened.poolConfig, database: name };
  processes = [1, 2, 3].map(() => openDatabase({ poolConfig, onError: () => undefined }));
});
afterEach(async () => {
  for (const database of processes) await database.close();
  await server.pool.query(`drop database ${name} with (force)`);
  await rm(path, { recursive: true });
});

function one(): Database {
  const [database] = processes;
  if (database === undefined) throw new Error('no database');
  return database;
}

/** Everything that has a name in the database, with the migrations that are said to be done. */
async function everything(): Promise<readonly unknown[]> {
  const { rows } = await one().pool.query<object>(
    `select c.oid::int, relname as name from pg_class c
        where relnamespace = to_regnamespace('echofile')
      union all select oid::int, proname from pg_proc where pronamespace = to_regnamespace('echofile')
      union all select 0, name from migrations order by 1, 2`,
  );
  return rows;
}

async function refusal(work: Promise<unknown>): Promise<Error> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error('was not refused');
  return outcome;
}

describe('migrations', () => {
  test('of processes that start together on an empty database are done once', async () => {
    const counts = await Promise.all(processes.map((database) => migrate(database)));
    const { rows } = await one().pool.query<{ n: number }>(
      'select count(*)::int as n from migrations',
    );
    expect(counts.toSorted()).toEqual([0, 0, rows[0]?.n].toSorted());
    expect(rows[0]?.n).toBeGreaterThan(5);
    const id = await one().asOwner((owner) =>
      insertWorkspace(owner, { name: 'First', language: 'de' }),
    );
    expect(await one().inWorkspace(id, readWorkspace)).toMatchObject({ name: 'First' });
  });

  test('that are done are not done again', async () => {
    await migrate(one());
    const before = await everything();
    expect(await migrate(one())).toBe(0);
    expect(await everything()).toEqual(before);
  });

  test('of a newer version are refused by name, and nothing is touched', async () => {
    await migrate(one());
    await one().pool.query(`insert into migrations values ('9999_from_the_future.sql')`);
    await writeFile(join(path, '0900_ours.sql'), 'create table ours ()');
    const before = await everything();
    const error = await refusal(migrate(one(), folder));
    expect(error.message).toMatch(/newer version \(9999_from_the_future\.sql\)/);
    expect(await everything()).toEqual(before);
  });

  test('that fail leave the database as before, those before them stand, and a mended one goes on', async () => {
    await migrate(one());
    await writeFile(join(path, '0900_good.sql'), 'create table good ()');
    await writeFile(
      join(path, '0901_bad.sql'),
      'create table half (); drop table budgets; select no_such_thing;',
    );
    await writeFile(join(path, '0902_later.sql'), 'create table later ()');
    const before = await everything();
    const error = await refusal(migrate(one(), folder));
    expect(error.message).toMatch(/0901_bad\.sql failed/);
    expect((error.cause as Error).message).toMatch(/no_such_thing/);
    const added = (await everything()).filter(
      (row) => !before.some((old) => JSON.stringify(old) === JSON.stringify(row)),
    );
    expect(added).toMatchObject([{ name: '0900_good.sql' }, { name: 'good' }]);
    expect(await everything()).toHaveLength(before.length + 2);

    await writeFile(join(path, '0901_bad.sql'), 'create table whole ()');
    // The lock went with the failed session: another process is not kept waiting.
    expect(await migrate(processes[1] ?? one(), folder)).toBe(2);
  });

  test('are done in the order of their numbers', async () => {
    await migrate(one());
    await writeFile(join(path, '0911_uses.sql'), 'insert into made default values');
    await writeFile(join(path, '0910_makes.sql'), 'create table made (id int)');
    await rename(join(path, '0910_makes.sql'), join(path, '0905_makes.sql'));
    expect(await migrate(one(), folder)).toBe(2);
  });
});
