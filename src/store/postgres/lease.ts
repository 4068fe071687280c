import { Client } from 'pg';

import { hasCode } from '../../platform/system-error.ts';
import type { Connection } from './cluster.ts';

/*
 * Who uses the server is counted by the server: each process keeps one session with a shared advisory lock. The
 * lock ends with the session, however the process ends, so the count cannot go stale. Whoever leaves gives up
 * the shared lock and asks for the exclusive one: only the last user gets it, and while it is held or waited for
 * nobody new gets in. Of two that leave together one gets it, as neither holds a shared lock any more.
 */
const USERS_LOCK = '7305812394466201';

/** Advisory locks belong to one database; this one exists in each cluster. */
const LOCK_DATABASE = 'postgres';

const CONNECT_MS = 5_000;
const LAST_USER_MS = 1_000;
const LOCK_NOT_AVAILABLE = '55P03';

export interface Lease {
  readonly client: Client;
  /** Resolves when the session is gone, wanted or not. */
  readonly lost: Promise<void>;
}

/** `absent`: nobody answers. `busy`: a server answers, but is starting, stopping, or being stopped. */
export type Attached = Lease | 'absent' | 'busy';

const NOBODY_ANSWERS = ['ENOENT', 'ECONNREFUSED'];
/** cannot_connect_now, admin_shutdown, crash_shutdown, too_many_connections */
const NOT_NOW = ['57P03', '57P01', '57P02', '53300', 'ECONNRESET', 'EPIPE'];

export async function attach(connection: Connection): Promise<Attached> {
  const client = new Client({
    ...connection,
    database: LOCK_DATABASE,
    application_name: 'echofile lease',
    connectionTimeoutMillis: CONNECT_MS,
  });
  // Without a listener a terminated session would end our process. `end` follows in each case.
  client.on('error', () => undefined);
  const lost = new Promise<void>((resolve) =>
    client.once('end', () => {
      resolve();
    }),
  );
  try {
    await client.connect();
    const { rows } = await client.query<{ in: boolean }>(
      'select pg_try_advisory_lock_shared($1::bigint) as in',
      [USERS_LOCK],
    );
    if (rows[0]?.in === true) return { client, lost };
    await client.end();
    return 'busy';
  } catch (error) {
    await client.end().catch(() => undefined);
    if (hasCode(error, ...NOBODY_ANSWERS)) return 'absent';
    if (hasCode(error, ...NOT_NOW) || wasCutOff(error)) return 'busy';
    throw error;
  }
}

/** pg reports a connection closed in the middle of the handshake, or a handshake that hangs, without a code. */
function wasCutOff(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  return /connection terminated|timeout expired|not queryable/i.test(message);
}

/** True if nobody else uses the server. Then nobody can begin to, until this session ends. */
export async function isLastUser({ client }: Lease): Promise<boolean> {
  await client.query('select pg_advisory_unlock_shared($1::bigint)', [USERS_LOCK]);
  try {
    // Waits a little, because the server takes a moment to notice that a killed process is gone.
    await client.query(`set lock_timeout = ${LAST_USER_MS}`);
    await client.query('select pg_advisory_lock($1::bigint)', [USERS_LOCK]);
    return true;
  } catch (error) {
    if (hasCode(error, LOCK_NOT_AVAILABLE)) return false;
    throw error;
  }
}

export async function ensureDatabase({ client }: Lease, name: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
  if (rowCount !== 0) return;
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // duplicate_database, or unique_violation if two processes are truly at it together
    if (!hasCode(error, '42P04', '23505')) throw error;
  }
}
