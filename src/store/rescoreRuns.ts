import { only, type WorkspaceTx } from './database.ts';

export interface RescoreRun {
  readonly id: string;
  /** Contacts that have a score or may have one, counted when the run was asked for. */
  readonly total: number;
  readonly done: number;
  /** Those whose fields in the CRM change because of it. */
  readonly changed: number;
  /** The last contact that was done. */
  readonly after: string;
  readonly finishedAt: Date | null;
}

/** A run for the day, the one that there is already if there is; without a day a further one. */
export async function insertRescoreRun(tx: WorkspaceTx, day: string | undefined): Promise<string> {
  const rows = await tx.rows<{ id: string }>(
    `insert into rescore_runs (workspace_id, day, total)
      select $1, $2, count(distinct contact_id) from (
        select contact_id from links where state = 'active' union select contact_id from scores) as scored
      on conflict (workspace_id, day) do update set day = excluded.day
      returning id`,
    [tx.workspace, day ?? null],
  );
  return only(rows).id;
}

/** Locked, so that two workers do one batch after the other. */
export async function lockRescoreRun(tx: WorkspaceTx, id: string): Promise<RescoreRun | undefined> {
  return (await select(tx, id, 'for update'))[0];
}

export async function readRescoreRun(tx: WorkspaceTx, id: string): Promise<RescoreRun | undefined> {
  return (await select(tx, id, ''))[0];
}

function select(tx: WorkspaceTx, id: string, lock: '' | 'for update') {
  return tx.rows<RescoreRun>(
    `select id, total, done, changed, after, finished_at as "finishedAt" from rescore_runs
      where id = $1 ${lock}`,
    [id],
  );
}

/** `after` undefined: nothing is left, and the run is finished. */
export async function advanceRescoreRun(
  tx: WorkspaceTx,
  id: string,
  step: { readonly done: number; readonly changed: number; readonly after: string | undefined },
): Promise<void> {
  await tx.rows(
    `update rescore_runs set done = done + $2, changed = changed + $3, after = coalesce($4, after),
        finished_at = case when $4::bigint is null then now() end where id = $1`,
    [id, step.done, step.changed, step.after ?? null],
  );
}
