import type pg from 'pg';
import type { Database, Tx } from './database.ts';
import { only } from './database.ts';

/** First key of the two-part advisory locks by which processes show that they live. */
const ALIVE = 7_306_002;

export interface LivingProcess {
  readonly id: string;
  /** A graphile-worker worker of this process, so that what it had locked can be freed if the process is killed. */
  registerWorker(workerId: string): Promise<void>;
  leave(): Promise<void>;
}

/** Joins the processes on this database. The lock ends with the database session, and so with the process, however it ends. */
export async function joinProcesses(
  database: Database,
  onLost: (error: Error) => void,
): Promise<LivingProcess> {
  const session: pg.PoolClient = await database.pool.connect();
  session.on('error', onLost);
  const { rows } = await session.query<{ id: string }>(
    'insert into processes default values returning id',
  );
  const { id } = only(rows);
  await session.query('select pg_advisory_lock($1, $2::int)', [ALIVE, id]);
  return {
    id,
    registerWorker: async (workerId) => {
      await database.pool.query(
        'insert into process_workers (process_id, worker_id) values ($1, $2) on conflict do nothing',
        [id, workerId],
      );
    },
    leave: async () => {
      await session.query('delete from processes where id = $1', [id]);
      session.release(true);
    },
  };
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
