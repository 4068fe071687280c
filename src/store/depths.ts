import { only, type Tx } from './database.ts';

export interface QueueDepths {
  readonly jobs: number;
  readonly oldestJobSeconds: number;
  readonly deliveries: number;
  readonly inbox: number;
  readonly parkedJobs: number;
  readonly parkedDeliveries: number;
}

/** What waits, over all workspaces: numbers for the operator. */
export async function queueDepths(owner: Tx): Promise<QueueDepths> {
  return only(
    await owner.rows<QueueDepths>(
      `select
          (select count(*)::int from graphile_worker._private_jobs where run_at <= now()) as jobs,
          (select coalesce(extract(epoch from now() - min(run_at)), 0)::int
            from graphile_worker._private_jobs where run_at <= now() and locked_at is null) as "oldestJobSeconds",
          (select count(*)::int from deliveries where state in ('planned', 'sent')) as deliveries,
          (select count(*)::int from inbox where done_at is null) as inbox,
          (select count(*)::int from parked_jobs) as "parkedJobs",
          (select count(*)::int from deliveries where state = 'parked') as "parkedDeliveries"`,
    ),
  );
}
