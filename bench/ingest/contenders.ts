import { fork } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import type { Connection } from '../../src/store/postgres/index.ts';

export interface Bare {
  readonly connection: Connection;
  readonly secret: string;
  /** Stands in what is signed. */
  readonly publicUrl: string;
}

const DATABASE = 'bare';

/** The bare handler in a process of its own, with a database of its own on the same server. */
export async function startBare(options: Bare) {
  const admin = new pg.Client(options.connection);
  await admin.connect();
  await admin.query(`create database ${DATABASE}`);
  await admin.end();
  const connection = { ...options.connection, database: DATABASE };
  const rows = new pg.Client(connection);
  await rows.connect();
  await rows.query(
    'create table raw_requests (id bigint generated always as identity primary key, body text)',
  );
  await rows.query('alter table raw_requests alter column body set storage external');
  const child = fork(new URL('./bare.ts', import.meta.url));
  child.send({ ...options, connection });
  const [port] = (await once(child, 'message')) as [number];
  return {
    port,
    count: () => countRows(rows, 'raw_requests'),
    stop: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      await rows.end();
    },
  };
}

export async function countRows(client: pg.Client, table: string): Promise<number> {
  const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]?.n ?? 0;
}
