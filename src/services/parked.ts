import { enqueue, enqueuePush, listParkedJobs, takeParkedJob } from '../store/jobs.ts';
import { listParkedDeliveries, retryDelivery } from '../store/sending.ts';
import type { App } from './app.ts';

export interface ParkedWork {
  /** `job-7`, `delivery-12`: what `retryParked` takes. */
  readonly id: string;
  readonly what: string;
  /** The CRM's id of the contact it is about, where it is about one. */
  readonly contact: string | undefined;
  readonly reason: string;
  readonly attempts: number;
  readonly since: Date;
}

/** Everything that waits for a person, oldest first. */
export async function listParked(app: App, workspace: string): Promise<readonly ParkedWork[]> {
  return app.database.inWorkspace(workspace, async (tx) => {
    const jobs = await listParkedJobs(tx);
    const deliveries = await listParkedDeliveries(tx);
    const all: ParkedWork[] = [
      ...jobs.map((job) => ({
        id: `job-${job.id}`,
        what: job.task,
        contact: undefined,
        reason: job.reason,
        attempts: job.attempts,
        since: job.parkedAt,
      })),
      ...deliveries.map((delivery) => ({
        id: `delivery-${delivery.id}`,
        what: delivery.kind === 'fields' ? 'contact fields' : 'timeline entry',
        contact: delivery.externalId,
        reason: delivery.reason,
        attempts: delivery.attempts,
        since: delivery.plannedAt,
      })),
    ];
    return all.sort((a, b) => a.since.getTime() - b.since.getTime());
  });
}

/** False when nothing of that id is parked (any more). */
export async function retryParked(app: App, workspace: string, id: string): Promise<boolean> {
  const [, kind, number] = /^(job|delivery)-(\d{1,18})$/.exec(id) ?? [];
  if (number === undefined) return false;
  return app.database.inWorkspace(workspace, async (tx) => {
    if (kind === 'delivery') {
      const connection = await retryDelivery(tx, number);
      if (connection === undefined) return false;
      await enqueuePush(tx, connection);
      return true;
    }
    const job = await takeParkedJob(tx, number);
    if (job === undefined) return false;
    await enqueue(tx, job.task, job.payload as never);
    return true;
  });
}
