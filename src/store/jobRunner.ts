import { Logger, run, type Runner, type TaskList } from 'graphile-worker';
import { EventEmitter } from 'node:events';
import type { Database } from './database.ts';
import type { Task } from './jobs.ts';
import type { LivingProcess } from './processes.ts';

export interface JobRunnerOptions {
  readonly database: Database;
  readonly process: LivingProcess;
  readonly tasks: readonly Task[];
  /** Must not throw: a failure's next step is stored by the one who runs it. */
  readonly work: (task: Task, payload: unknown, key: string | undefined) => Promise<void>;
  /** Every minute. */
  readonly everyMinute: () => Promise<void>;
  readonly concurrency: number;
  readonly onError: (error: unknown) => void;
}

const TICK = 'every_minute';

/** Runs jobs until stopped; stopping lets those in hand finish. */
export async function startJobs(options: JobRunnerOptions): Promise<Runner> {
  const taskList: TaskList = Object.fromEntries(
    options.tasks.map((task) => [
      task,
      (payload: unknown, helpers: { job: { key: string | null } }) =>
        options.work(task, payload, rawKey(helpers.job.key)),
    ]),
  );
  taskList[TICK] = options.everyMinute;
  const events = new EventEmitter();
  // Jobs are locked in the name of the pool, not of the worker that runs them (graphile-worker 0.18, main.js).
  events.on('pool:create', ({ workerPool }: { workerPool: { id: string } }) => {
    options.process.registerWorker(workerPool.id).catch(options.onError);
  });
  return run({
    pgPool: options.database.pool,
    taskList,
    events,
    concurrency: options.concurrency,
    crontab: `* * * * * ${TICK} ?jobKey=${TICK}`,
    noHandleSignals: true,
    // A safety net only: new jobs announce themselves.
    pollInterval: 1_000,
    // Its messages quote payloads; what matters is told through `onError` and the outcome of each job.
    logger: new Logger(() => () => undefined),
  });
}

/** Keys carry the workspace after the @; see enqueue. */
function rawKey(key: string | null): string | undefined {
  return key?.slice(0, Math.max(0, key.lastIndexOf('@'))) ?? undefined;
}
