import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import type { Counted } from '../services/app.ts';

export interface Metrics {
  readonly count: (event: Counted, labels: Readonly<Record<string, string>>, by?: number) => void;
  /** Prometheus text. */
  readonly text: (depths: Readonly<Record<string, number>>) => Promise<string>;
  readonly contentType: string;
}

const COUNTERS: Readonly<Record<Counted, { readonly help: string; readonly labels: string[] }>> = {
  activities_stored: { help: 'New or changed public activities.', labels: ['connector'] },
  deliveries: { help: 'Records sent to CRMs, by outcome.', labels: ['connector', 'outcome'] },
  webhook_parcels: { help: 'Webhook requests stored.', labels: ['connector'] },
  echoes_stopped: {
    help: 'Webhook events that only repeated our own writes or fields we do not follow.',
    labels: ['connector'],
  },
  jobs: { help: 'Jobs run, by outcome.', labels: ['task', 'outcome'] },
  vendor_failures: { help: 'Failed calls to vendors.', labels: ['connector', 'code'] },
};

export function createMetrics(): Metrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const counters = new Map(
    Object.entries(COUNTERS).map(([name, { help, labels }]) => [
      name,
      new Counter({
        name: `echofile_${name}_total`,
        help,
        labelNames: labels,
        registers: [register],
      }),
    ]),
  );
  const depth = new Gauge({
    name: 'echofile_queue_depth',
    help: 'What waits, by kind.',
    labelNames: ['queue'],
    registers: [register],
  });
  return {
    count: (event, labels, by = 1) => {
      if (by > 0) counters.get(event)?.inc(labels, by);
    },
    text: async (depths) => {
      // Without this, what cannot be asked for just now would keep its last number.
      depth.reset();
      for (const [queue, value] of Object.entries(depths)) depth.set({ queue }, value);
      return register.metrics();
    },
    contentType: register.contentType,
  };
}
