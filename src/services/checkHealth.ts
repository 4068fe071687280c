import { listStates } from '../store/directory.ts';
import { queueDepths, type QueueDepths } from '../store/depths.ts';
import type { App } from './app.ts';

export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly parts: Readonly<
    Record<string, { readonly status: string; readonly [fact: string]: unknown }>
  >;
  readonly depths: Readonly<Record<string, number>>;
}

/** Jobs that wait longer than this, although they are due, mean that nobody works them. */
const LAG_SECONDS = 120;

/** The state of each part, in counts and states: no names, nothing of any customer. */
export async function checkHealth(app: App): Promise<HealthReport> {
  let depths: QueueDepths;
  let states: Readonly<Record<string, number>>;
  try {
    depths = await app.database.asOwner(queueDepths);
    states = await app.database.asOwner(listStates);
  } catch (error) {
    app.logger.error({ event: 'health_failed', error }, 'the database does not answer');
    return { status: 'down', parts: { database: { status: 'down' } }, depths: {} };
  }
  const jobs = depths.oldestJobSeconds > LAG_SECONDS ? 'lagging' : 'ok';
  const revoked = states.revoked ?? 0;
  const parked = depths.parkedJobs + depths.parkedDeliveries;
  return {
    status: jobs === 'ok' && revoked === 0 && parked === 0 ? 'ok' : 'degraded',
    parts: {
      database: { status: 'ok' },
      jobs: { status: jobs, waiting: depths.jobs, oldestSeconds: depths.oldestJobSeconds },
      deliveries: {
        status: depths.parkedDeliveries === 0 ? 'ok' : 'parked',
        planned: depths.deliveries,
        parked: depths.parkedDeliveries,
      },
      parked: { status: parked === 0 ? 'ok' : 'attention', count: parked },
      connections: { status: revoked === 0 ? 'ok' : 'attention', ...states },
    },
    depths: {
      jobs: depths.jobs,
      deliveries: depths.deliveries,
      parked,
      inbox: depths.inbox,
    },
  };
}
