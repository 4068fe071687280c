import { z } from 'zod';
import type { Task } from '../store/jobs.ts';
import type { App } from './app.ts';
import { attribute } from './attribute.ts';
import { provision } from './connect.ts';
import { erase } from './erase.ts';
import { forgetSource } from './forgetSource.ts';
import { poll } from './ingest.ts';
import { follow, mirror, refresh } from './mirror.ts';
import { prune } from './prune.ts';
import { push } from './push.ts';
import { reconcile } from './reconcile.ts';
import { recheck } from './recheck.ts';
import { recount } from './recount.ts';
import { repair } from './repair.ts';
import { rescore } from './rescore.ts';
import { runUndo } from './undoBatch.ts';
import { verifyBacklink } from './verifyBacklink.ts';

interface TaskRunner {
  run(app: App, workspace: string, payload: unknown): Promise<void>;
}

function task<T>(
  payload: z.ZodType<T>,
  work: (app: App, workspace: string, payload: T) => Promise<void>,
): TaskRunner {
  return { run: (app, workspace, raw) => work(app, workspace, payload.parse(raw)) };
}

const onConnection = z.object({ connection: z.string() });

/** Every kind of job, and the use case that does it. */
export const tasks: Readonly<Record<Task, TaskRunner>> = {
  provision: task(onConnection, (app, workspace, job) => provision(app, workspace, job.connection)),
  mirror: task(
    onConnection.extend({ purpose: z.enum(['first', 'daily', 'asked']) }),
    (app, workspace, job) => mirror(app, workspace, job),
  ),
  follow: task(onConnection, (app, workspace, job) => follow(app, workspace, job.connection)),
  refresh: task(onConnection, (app, workspace, job) => refresh(app, workspace, job.connection)),
  reconcile: task(z.object({ inbox: z.string() }), (app, workspace, job) =>
    reconcile(app, workspace, job.inbox),
  ),
  poll: task(onConnection, (app, workspace, job) => poll(app, workspace, job.connection)),
  recheck: task(onConnection, (app, workspace, job) => recheck(app, workspace, job.connection)),
  verify: task(z.object({ account: z.string(), host: z.string() }), (app, workspace, job) =>
    verifyBacklink(app, workspace, job),
  ),
  attribute: task(z.object({ account: z.string() }), async (app, workspace, job) => {
    await attribute(app, workspace, job.account);
  }),
  repair: task(z.object({ run: z.string() }), (app, workspace) => repair(app, workspace)),
  push: task(onConnection, (app, workspace, job) => push(app, workspace, job.connection)),
  recount: task(z.object({ day: z.string() }), (app, workspace) => recount(app, workspace)),
  rescore: task(z.object({ run: z.string() }), (app, workspace, job) =>
    rescore(app, workspace, job.run),
  ),
  prune: task(z.object({ day: z.string() }), (app, workspace) => prune(app, workspace)),
  undo: task(z.object({ undo: z.string() }), (app, workspace, job) =>
    runUndo(app, workspace, job.undo),
  ),
  forget: task(onConnection, (app, workspace, job) => forgetSource(app, workspace, job.connection)),
  erase: task(z.object({ connection: z.string(), externalId: z.string() }), (app, workspace, job) =>
    erase(app, workspace, job),
  ),
};
