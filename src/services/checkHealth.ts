import { NoAnswer, type Tx } from '../store/database.ts';
import {
  deliveryDepth,
  inboxDepth,
  jobDepth,
  parkedDepth,
  touchDatabase,
} from '../store/depths.ts';
import { listStates } from '../store/directory.ts';
import type { Freshness } from '../domain/policy/may.ts';
import type { App } from './app.ts';
import { standings } from './policies.ts';

interface Part {
  readonly status: string;
  readonly [fact: string]: unknown;
}

export interface HealthReport {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly parts: Readonly<Record<string, Part>>;
  readonly depths: Readonly<Record<string, number>>;
}

/** Jobs that wait longer than this, although they are due, mean that nobody works them. */
const LAG_SECONDS = 120;

/** Shorter than the patience of those who ask: load balancers and supervisors commonly give up after five seconds. */
const ANSWER_MS = 2_000;

/**
 * The state of each part, in counts and states: no names, nothing of any customer. A part that does not answer in time is named,
 * and the others are told all the same.
 */
export async function checkHealth(app: App): Promise<HealthReport> {
  const database = await ask(app, 'database', touchDatabase);
  if ('fault' in database) {
    return { status: 'down', parts: { database: database.fault }, depths: {} };
  }
  const [jobs, deliveries, parked, inbox, connections] = await Promise.all([
    ask(app, 'jobs', jobDepth),
    ask(app, 'deliveries', deliveryDepth),
    ask(app, 'parked', parkedDepth),
    ask(app, 'inbox', inboxDepth),
    ask(app, 'connections', listStates),
  ]);
  const parts = {
    database: { status: 'ok' },
    jobs: tell(jobs, ({ due, oldestSeconds }) => ({
      status: oldestSeconds > LAG_SECONDS ? 'lagging' : 'ok',
      waiting: due,
      oldestSeconds,
    })),
    deliveries: tell(deliveries, (depth) => ({
      status: depth.parked === 0 ? 'ok' : 'parked',
      ...depth,
    })),
    parked: tell(parked, (count) => ({
      status: count === 0 ? 'ok' : 'attention',
      count,
    })),
    inbox: tell(inbox, (waiting) => ({ status: 'ok', waiting })),
    connections: tell(connections, (states) => ({
      status: (states.revoked ?? 0) === 0 ? 'ok' : 'attention',
      ...states,
    })),
    policies: policies(app),
  };
  return {
    status: overall(Object.values(parts)),
    parts,
    depths: {
      ...known('jobs', jobs, ({ due }) => due),
      ...known('deliveries', deliveries, ({ planned }) => planned),
      ...known('parked', parked, (count) => count),
      ...known('inbox', inbox, (waiting) => waiting),
    },
  };
}

/** Networks whose rules nobody has read for long; `frozen` ones bring nothing new (R83). */
function policies(app: App): Part {
  const named = (state: Freshness) =>
    standings(app).flatMap(({ network, freshness }) => (freshness === state ? [network] : []));
  const [stale, frozen] = [named('stale'), named('frozen')];
  return { status: stale.length + frozen.length === 0 ? 'ok' : 'attention', stale, frozen };
}

type Answer<T> = { readonly value: T } | { readonly fault: Part };

async function ask<T>(app: App, part: string, work: (owner: Tx) => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await app.database.asOwnerWithin(ANSWER_MS, work) };
  } catch (error) {
    const state = error instanceof NoAnswer ? 'not answering' : 'down';
    app.logger.error({ event: 'health_failed', object: part, state, error }, 'a part is not well');
    return { fault: { status: state } };
  }
}

function tell<T>(answer: Answer<T>, describe: (value: T) => Part): Part {
  return 'fault' in answer ? answer.fault : describe(answer.value);
}

/** No number is better than an old or a guessed one. */
function known<T>(name: string, answer: Answer<T>, depth: (value: T) => number) {
  return 'value' in answer ? { [name]: depth(answer.value) } : {};
}

function overall(parts: readonly Part[]): HealthReport['status'] {
  if (parts.some(({ status }) => FAULTS.has(status))) return 'down';
  return parts.every(({ status }) => status === 'ok') ? 'ok' : 'degraded';
}

const FAULTS = new Set(['down', 'not answering']);
