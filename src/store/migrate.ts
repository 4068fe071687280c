import { readdir, readFile } from 'node:fs/promises';
import { runMigrations } from 'graphile-worker';
import type pg from 'pg';
import type { Database } from './database.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Any fixed number: the lock that lets one process at a time migrate. */
const LOCK = 7_306_001;

/** Brings the database to this version of the code. Forward only; each file once, in the order of its number. */
export async function migrate(database: Database, folder = FOLDER): Promise<number> {
  await runMigrations({ pgPool: database.pool });
  const client = await database.pool.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query('create schema if not exists echofile');
    await client.query(
      'create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())',
    );
    const applied = await client.query<{ name: string }>('select name from migrations');
    const done = new Set(applied.rows.map((row) => row.name));
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
    const unknown = [...done].filter((name) => !files.includes(name));
    if (unknown.length > 0) {
      throw new Error(
        `The database was migrated by a newer version (${unknown.join(', ')}). Start that version, or restore a backup.`,
      );
    }
    const missing = files.filter((name) => !done.has(name));
    for (const name of missing) await apply(client, new URL(name, folder), name);
    return missing.length;
  } finally {
    // Ends the session and with it the lock, also when a migration broke the connection.
    client.release(true);
  }
}

async function apply(client: pg.PoolClient, file: URL, name: string): Promise<void> {
  const sql = await readFile(file, 'utf8');
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into migrations (name) values ($1)', [name]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw new Error(`Migration ${name} failed; the database is as it was before it.`, {
      cause: error,
    });
  }
}
