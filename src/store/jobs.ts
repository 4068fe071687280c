import type { WorkspaceTx } from './database.ts';

/** Every kind of durable work, with what it needs to know. All ids are text. */
export interface Jobs {
  /** Full read of a CRM, page after page. */
  readonly mirror: { readonly connection: string; readonly purpose: 'first' | 'daily' | 'asked' };
  /** Contacts that changed in a CRM since the last look. */
  readonly follow: { readonly connection: string };
  /** Contacts that a webhook pointed at, read again in batches. */
  readonly refresh: { readonly connection: string };
  /** One stored webhook request. */
  readonly reconcile: { readonly inbox: string };
  /** One round of a social source. */
  readonly poll: { readonly connection: string };
  /** Deletions, edits and profile changes that a network does not announce. */
  readonly recheck: { readonly connection: string };
  /** Whether a contact's website links back to the profile that names it. */
  readonly verify: { readonly account: string; readonly host: string };
  /** Pair one account and plan what follows from it. */
  readonly attribute: { readonly account: string };
  /** Everything looked at again: new rules, other keys, or a person's wish. */
  readonly repair: { readonly run: string };
  /** Send what is planned to a CRM. */
  readonly push: { readonly connection: string };
  /** Values that change by the passing of time alone. */
  readonly recount: { readonly day: string };
  /** Every multiplier score, computed again. */
  readonly rescore: { readonly run: string };
  /** What people who are no contact said too long ago. */
  readonly prune: { readonly day: string };
  /** Pairings that are taken back together. */
  readonly undo: { readonly undo: string };
  /** Set up our fields in a CRM. */
  readonly provision: { readonly connection: string };
  /** Everything that a disconnected source brought. */
  readonly forget: { readonly connection: string };
  /** Everything about a person, for good. */
  readonly erase: { readonly connection: string; readonly externalId: string };
}

export type Task = keyof Jobs;

export interface EnqueueOptions {
  /** Jobs of one key coalesce into one; a running one is followed by at most one more. */
  readonly key?: string;
  readonly delayMs?: number;
  /** Leave a waiting job of the same key at its own time. */
  readonly keepTime?: boolean;
}

/** Adds a job in the caller's transaction: it runs if and only if that commits. */
export async function enqueue<T extends Task>(
  tx: WorkspaceTx,
  task: T,
  payload: Jobs[T] & { readonly attempts?: number },
  options: EnqueueOptions = {},
): Promise<void> {
  await tx.rows(
    `select enqueue($1, $2, $3, case when $4::int > 0 then clock_timestamp() + make_interval(secs => $4::int / 1000.0) end,
      $5)`,
    [
      task,
      JSON.stringify({ ...payload, workspace: tx.workspace }),
      options.key === undefined ? null : `${options.key}@${tx.workspace}`,
      Math.ceil(options.delayMs ?? 0),
      options.keepTime ?? false,
    ],
  );
}

/**
 * The lanes of these accounts: many activities of one account are one job. Always in the order of ids, and last in a
 * transaction, so that two transactions that wake the same lanes never wait for each other.
 */
export async function enqueueAttribute(tx: WorkspaceTx, accounts: Iterable<string>): Promise<void> {
  const inOrder = [...new Set(accounts)].sort((a, b) => Number(BigInt(a) - BigInt(b)));
  for (const account of inOrder) {
    await enqueue(tx, 'attribute', { account }, { key: `attribute:${account}` });
  }
}

/** One round of sending per connection at a time. */
export async function enqueuePush(tx: WorkspaceTx, connection: string): Promise<void> {
  await enqueue(tx, 'push', { connection }, { key: `push:${connection}` });
}

export interface ParkedJob {
  readonly id: string;
  readonly task: Task;
  readonly payload: Readonly<Record<string, string>>;
  readonly reason: string;
  readonly attempts: number;
  readonly parkedAt: Date;
}

/** The same work that stops again is one row: it says how often by now, and since when. */
export async function insertParkedJob(
  tx: WorkspaceTx,
  job: Pick<ParkedJob, 'task' | 'reason' | 'attempts'> & { readonly payload: unknown },
): Promise<void> {
  await tx.rows(
    `insert into parked_jobs as p (workspace_id, task, payload, reason, attempts)
      values ($1, $2, $3, $4, $5)
      on conflict (workspace_id, task, payload) do update
        set reason = excluded.reason, attempts = p.attempts + excluded.attempts`,
    [tx.workspace, job.task, JSON.stringify(job.payload), job.reason, job.attempts],
  );
}

/** Work whose payload has these members needs nobody any more: it got done after all, or what it was about is gone. */
export async function deleteParkedJobs(
  tx: WorkspaceTx,
  about: Readonly<Record<string, string>>,
  task?: Task,
): Promise<void> {
  await tx.rows(
    'delete from parked_jobs where payload @> $1::jsonb and ($2::text is null or task = $2)',
    [JSON.stringify(about), task ?? null],
  );
}

export async function listParkedJobs(tx: WorkspaceTx): Promise<readonly ParkedJob[]> {
  return tx.rows<ParkedJob>(
    `select id, task, payload, reason, attempts, parked_at as "parkedAt"
      from parked_jobs order by id limit 1000`,
  );
}

export async function takeParkedJob(tx: WorkspaceTx, id: string): Promise<ParkedJob | undefined> {
  const rows = await tx.rows<ParkedJob>(
    `delete from parked_jobs where id = $1
      returning id, task, payload, reason, attempts, parked_at as "parkedAt"`,
    [id],
  );
  return rows[0];
}
