import { only, type Tx } from './database.ts';

// What waits, over all workspaces: numbers for the operator. One question per part, so that a table that is locked hides its
// own numbers only.

export interface JobDepth {
  readonly due: number;
  /** Of those that nobody works. */
  readonly oldestSeconds: number;
}

export async function jobDepth(owner: Tx): Promise<JobDepth> {
  return only(
    await owner.rows<JobDepth>(
      `select count(*)::int as due,
          coalesce(extract(epoch from now() - min(run_at) filter (where locked_at is null)), 0)::int as "oldestSeconds"
        from graphile_worker._private_jobs where run_at <= now()`,
    ),
  );
}

export interface DeliveryDepth {
  readonly planned: number;
  readonly parked: number;
}

export async function deliveryDepth(owner: Tx): Promise<DeliveryDepth> {
  return only(
    await owner.rows<DeliveryDepth>(
      `select count(*) filter (where state in ('planned', 'sent'))::int as planned,
          count(*) filter (where state = 'parked')::int as parked
        from deliveries where state in ('planned', 'sent', 'parked')`,
    ),
  );
}

/** Work of any kind that waits for a person. */
export async function parkedDepth(owner: Tx): Promise<number> {
  return only(
    await owner.rows<{ n: number }>(
      `select (select count(*) from parked_jobs)::int
          + (select count(*) from deliveries where state = 'parked')::int as n`,
    ),
  ).n;
}

export async function inboxDepth(owner: Tx): Promise<number> {
  return only(
    await owner.rows<{ n: number }>('select count(*)::int as n from inbox where done_at is null'),
  ).n;
}

/** Throws where the database is out of reach or is not ours. */
export async function touchDatabase(owner: Tx): Promise<void> {
  await owner.rows('select from migrations limit 1');
}
