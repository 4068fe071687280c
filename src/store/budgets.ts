import type { Tx, WorkspaceTx } from './database.ts';
import { only } from './database.ts';

export interface BudgetRate {
  /** Milliseconds from one call to the next in the long run. */
  readonly intervalMs: number;
  /** Calls that may be made at once after a pause. */
  readonly burst: number;
}

/**
 * Takes one call out of a connection's budget, which all processes share, and returns how many milliseconds to wait before
 * making it. The generic cell rate algorithm: one row, one statement, no window that could be filled twice at its edge.
 */
export async function takeCall(
  tx: WorkspaceTx,
  connectionId: string,
  bucket: string,
  rate: BudgetRate,
): Promise<number> {
  const rows = await tx.rows<{ waitMs: number }>(
    `insert into budgets as b (workspace_id, connection_id, bucket, tat)
      values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4 / 1000.0))
      on conflict (workspace_id, connection_id, bucket) do update set
        tat = greatest(b.tat, b.blocked_until, clock_timestamp()) + make_interval(secs => $4 / 1000.0)
      -- A burst may run ahead of the pace, but never into the time that the vendor blocked.
      returning greatest(0, extract(epoch from
        greatest(tat - make_interval(secs => $4 * $5 / 1000.0), blocked_until)
          - clock_timestamp()) * 1000)::float8 as "waitMs"`,
    [tx.workspace, connectionId, bucket, rate.intervalMs, rate.burst],
  );
  return only(rows).waitMs;
}

/** After a 429: nobody calls before the vendor said we may. */
export async function blockCalls(
  tx: WorkspaceTx,
  connectionId: string,
  bucket: string,
  forMs: number,
): Promise<void> {
  await tx.rows(
    `insert into budgets as b (workspace_id, connection_id, bucket, blocked_until)
      values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4 / 1000.0))
      on conflict (workspace_id, connection_id, bucket) do update
        set blocked_until = greatest(b.blocked_until, excluded.blocked_until)`,
    [tx.workspace, connectionId, bucket, forMs],
  );
}

export interface BudgetState {
  readonly connectionId: string;
  readonly bucket: string;
  readonly blockedUntil: Date | null;
}

export async function blockedBudgets(owner: Tx): Promise<readonly BudgetState[]> {
  return owner.rows(
    `select connection_id as "connectionId", bucket, blocked_until as "blockedUntil" from budgets
      where blocked_until > now()`,
  );
}
