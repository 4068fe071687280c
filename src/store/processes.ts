import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Database, Tx } from './database.ts';
import { only } from './database.ts';

/** First key of the two-part advisory locks by which processes show that they live. */
const ALIVE = 7_306_002;
/** Between tries to show life again. */
const RETURN_MS = 500;

export interface LivingProcess {
  readonly id: string;
  /** A name in which graphile-worker locks jobs for this process, so that what it had locked can be freed if the process is killed. */
  registerWorker(workerId: string): Promise<void>;
  leave(): Promise<void>;
}

/**
 * Joins the processes on this database. The lock ends with the database session, and so with the process, however it ends.
 * If only the session breaks, as when the server restarts, the process shows itself again under the same id.
 */
export async function joinProcesses(
  database: Database,
  onLost: (error: unknown) => void,
): Promise<LivingProcess> {
  const { rows } = await database.pool.query<{ id: string }>(
    `select nextval(pg_get_serial_sequence('processes', 'id')) as id`,
  );
  const { id } = only(rows);
  const workers = new Set<string>();
  let left = false;
  let session: pg.PoolClient | undefined;
  let returning = Promise.resolve();

  const show = async () => {
    const client = await showLife(database, id, workers);
    session = client;
    client.once('error', (error) => {
      session = undefined;
      client.release(true);
      onLost(error);
      returning = comeBack();
    });
  };
  const comeBack = async () => {
    // A database that is being closed gives no session any more.
    while (!left && session === undefined && !database.pool.ending) {
      await show().catch(async (error: unknown) => {
        onLost(error);
        await sleep(RETURN_MS);
      });
    }
  };
  await show();
  return {
    id,
    registerWorker: async (workerId) => {
      workers.add(workerId);
      await database.pool.query(REGISTER, [id, [workerId]]);
    },
    leave: async () => {
      left = true;
      await returning;
      session?.removeAllListeners('error').on('error', () => undefined);
      session?.release(true);
      await database.pool.query('delete from processes where id = $1', [id]);
    },
  };
}

const REGISTER = `insert into process_workers (process_id, worker_id)
  select $1, worker from unnest($2::text[]) as worker on conflict do nothing`;

/** A session that holds the lock. Should the row have been cleared away meanwhile, it is made again. */
async function showLife(
  database: Database,
  id: string,
  workers: ReadonlySet<string>,
): Promise<pg.PoolClient> {
  const client = await database.pool.connect();
  try {
    // One statement: nobody ever sees the row without the lock, however long this process is held up.
    await client.query(
      `with shown as (
          insert into processes (id) overriding system value values ($2)
          on conflict (id) do update set started_at = now() returning id),
        registered as (
          insert into process_workers (process_id, worker_id)
          select id, worker from shown, unnest($3::text[]) as worker on conflict do nothing)
        select pg_advisory_lock($1, id::int) from shown`,
      [ALIVE, id, [...workers]],
    );
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/**
 * Frees what processes that are no more had in hand: jobs and deliveries go back to the queue at once. Returns how many
 * processes were found dead.
 */
export async function reclaimFromDead(owner: Tx): Promise<number> {
  const dead = await owner.rows<{ id: string; workers: readonly string[] }>(
    `select p.id, coalesce(array_agg(w.worker_id) filter (where w.worker_id is not null), '{}') as workers
      from processes p left join process_workers w on w.process_id = p.id
      where not exists (select from pg_locks where locktype = 'advisory' and classid = $1
        and objid = p.id::int::oid and database = (select oid from pg_database where datname = current_database()))
        and p.started_at < now() - interval '1 second'
      group by p.id`,
    [ALIVE],
  );
  for (const { id, workers } of dead) {
    await owner.rows('select graphile_worker.force_unlock_workers($1::text[])', [workers]);
    await owner.rows(
      `update deliveries set state = 'planned', claimed_by = null, due_at = now() where claimed_by = $1`,
      [id],
    );
    await owner.rows('delete from processes where id = $1', [id]);
  }
  return dead.length;
}

/**
 * Deliveries that nobody has in hand any more, although the process that took them lives: how they ended could not be stored.
 * They are sent again, and may be sent twice: what the CRM holds has a key, so it is never there twice. Returns how many.
 */
export async function reclaimForgotten(owner: Tx, minutes: number): Promise<number> {
  const rows = await owner.rows(
    `update deliveries set state = 'planned', claimed_by = null, due_at = now()
      where state = 'sent' and claimed_by is not null and sent_at < now() - make_interval(mins => $1)
      returning id`,
    [minutes],
  );
  return rows.length;
}

/** Jobs locked by nobody we know of: workers of a process that was killed before it could register them. */
export async function reclaimStrayJobs(owner: Tx): Promise<void> {
  await owner.rows(
    `select graphile_worker.force_unlock_workers(array_agg(distinct j.locked_by))
      from graphile_worker._private_jobs j
      where j.locked_at < now() - interval '2 seconds'
        and not exists (select from process_workers w where w.worker_id = j.locked_by)
      having count(*) > 0`,
  );
}
