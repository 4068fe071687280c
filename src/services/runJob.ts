import { z } from 'zod';
import { ConnectorError, type Failure } from '../contract/errors.ts';
import { backoff, MAX_ATTEMPTS } from '../domain/retry.ts';
import { blockCalls } from '../store/budgets.ts';
import { readConnection, setConnectionState } from '../store/connections.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { deleteParkedJobs, enqueue, insertParkedJob, type Jobs, type Task } from '../store/jobs.ts';
import { networkOf, type App } from './app.ts';
import { tasks } from './tasks.ts';

/** A vendor that is away for a working day comes back; only then is a person asked. */
const UNAVAILABLE_ATTEMPTS = 40;

const envelope = z.looseObject({
  workspace: z.string(),
  connection: z.string().optional(),
  attempts: z.number().int().default(0),
});

export interface RunningJob {
  readonly task: Task;
  readonly payload: unknown;
  /** As given when it was added, without the workspace. */
  readonly key: string | undefined;
}

/**
 * Runs one job and decides what its failure means: wait, back off, ask a person, or give up the connection. One of the two
 * places where failures are caught. It never throws what a job threw: the next try is stored before this one is let go.
 */
export async function runJob(app: App, job: RunningJob): Promise<void> {
  const { workspace, connection, attempts } = envelope.parse(job.payload);
  const started = performance.now();
  try {
    await tasks[job.task].run(app, workspace, job.payload);
    if (connection !== undefined) await unpark(app, workspace, { task: job.task, connection });
    app.count('jobs', { task: job.task, outcome: 'done' });
  } catch (error) {
    const outcome = await app.database.inWorkspace(workspace, (tx) =>
      handleFailure(app, tx, { ...job, workspace, connection, attempts }, error),
    );
    app.count('jobs', { task: job.task, outcome });
    app.logger[outcome === 'parked' ? 'error' : 'warn'](
      {
        event: 'job_failed',
        workspace,
        connection,
        task: job.task,
        outcome,
        reason: error instanceof ConnectorError ? error.failure.code : undefined,
        attempts: attempts + 1,
        ms: Math.round(performance.now() - started),
        error,
      },
      'a job did not get done',
    );
  }
}

/** Work that comes again by itself, as polling, needs no person once it has succeeded again. */
async function unpark(
  app: App,
  workspace: string,
  done: { readonly task: Task; readonly connection: string },
): Promise<void> {
  if (!COMES_AGAIN.has(done.task)) return;
  await app.database.inWorkspace(workspace, (tx) =>
    deleteParkedJobs(tx, { connection: done.connection }, done.task),
  );
}

const COMES_AGAIN: ReadonlySet<Task> = new Set([
  'poll',
  'recheck',
  'follow',
  'mirror',
  'refresh',
  'push',
  'provision',
]);

type Outcome = 'retry' | 'parked' | 'revoked';

interface Failed extends RunningJob {
  readonly workspace: string;
  readonly connection: string | undefined;
  readonly attempts: number;
}

async function handleFailure(
  app: App,
  tx: WorkspaceTx,
  job: Failed,
  error: unknown,
): Promise<Outcome> {
  const failure = error instanceof ConnectorError ? error.failure : undefined;
  if (error instanceof ConnectorError) {
    app.count('vendor_failures', { connector: error.connector, code: error.failure.code });
  }
  switch (failure?.code) {
    case 'RATE_LIMITED':
      await blockConnection(app, tx, job.connection, failure.retryAfterMs);
      return retry(tx, job, { delayMs: failure.retryAfterMs, attempts: job.attempts });
    case 'UNAVAILABLE':
      return retryOrPark(app, tx, job, { most: UNAVAILABLE_ATTEMPTS, failure });
    case 'AUTH_EXPIRED':
      return revoke(app, tx, job);
    case 'MISCONFIGURED':
    case 'REJECTED':
      return park(tx, job, reasonOf(failure));
    case 'UNEXPECTED_SHAPE':
      return retryOrPark(app, tx, job, { most: 3, failure });
    case undefined:
      return retryOrPark(app, tx, job, { most: MAX_ATTEMPTS, failure });
  }
}

async function retry(
  tx: WorkspaceTx,
  job: Failed,
  next: { readonly delayMs: number; readonly attempts: number },
): Promise<Outcome> {
  const payload = { ...(job.payload as Jobs[Task]), attempts: next.attempts };
  await enqueue(tx, job.task, payload, {
    ...(job.key === undefined ? {} : { key: job.key }),
    delayMs: next.delayMs,
    // Fresh work of the same key that came in meanwhile does not have to wait for this one's delay.
    keepTime: true,
  });
  return 'retry';
}

async function retryOrPark(
  app: App,
  tx: WorkspaceTx,
  job: Failed,
  { most, failure }: { readonly most: number; readonly failure: Failure | undefined },
): Promise<Outcome> {
  const attempts = job.attempts + 1;
  if (attempts < most) {
    return retry(tx, job, { delayMs: backoff(attempts, app.random()), attempts });
  }
  return park(tx, job, reasonOf(failure));
}

async function park(tx: WorkspaceTx, job: Failed, reason: string): Promise<Outcome> {
  await insertParkedJob(tx, {
    task: job.task,
    payload: { ...(job.payload as object), attempts: 0 },
    reason,
    attempts: job.attempts + 1,
  });
  return 'parked';
}

/** The customer took the access away. Nothing calls that vendor for them any more; what is planned waits for a new grant. */
async function revoke(app: App, tx: WorkspaceTx, job: Failed): Promise<Outcome> {
  if (job.connection === undefined) return park(tx, job, 'AUTH_EXPIRED');
  const changed = await setConnectionState(
    tx,
    job.connection,
    'revoked',
    'the access was withdrawn or has expired; connect again',
  );
  if (changed) {
    app.logger.warn(
      { event: 'connection_revoked', workspace: job.workspace, connection: job.connection },
      'the access was withdrawn; nothing is sent until it is connected again',
    );
  }
  return 'revoked';
}

async function blockConnection(
  app: App,
  tx: WorkspaceTx,
  id: string | undefined,
  forMs: number,
): Promise<void> {
  const connection = id === undefined ? undefined : await readConnection(tx, id);
  if (connection === undefined) return;
  const { budgets } =
    connection.kind === 'crm'
      ? (app.crms.get(connection.connector)?.definition.capabilities ?? { budgets: {} })
      : networkOf(app, connection.connector).capabilities;
  for (const bucket of Object.keys(budgets)) await blockCalls(tx, connection.id, bucket, forMs);
}

function reasonOf(failure: Failure | undefined): string {
  switch (failure?.code) {
    case 'REJECTED':
      return failure.reason;
    case 'MISCONFIGURED':
      return `our app is not set up correctly: ${failure.hint}`;
    case 'UNEXPECTED_SHAPE':
      return `the vendor answered in an unknown form (${failure.where})`;
    case 'UNAVAILABLE':
      return 'the vendor was not available for too long';
    case 'RATE_LIMITED':
    case 'AUTH_EXPIRED':
    case undefined:
      return 'an internal error; the log says where';
  }
}
