import express, { type NextFunction, type Request, type Response } from 'express';

import type { Audience } from '../story/audience.ts';
import { createFaults, type Faults } from '../story/faults.ts';
import { listen } from '../story/listen.ts';
import { stepsUntil } from '../story/player.ts';
import type { Story } from '../story/story.ts';
import type { BlueskyStep } from '../story/types.ts';
import { actorMethods } from './actor-methods.ts';
import { createControls, type BlueskyControls } from './controls.ts';
import { feedMethods } from './feed-methods.ts';
import { createTids } from './identifiers.ts';
import { Network } from './network.ts';
import { notificationMethods } from './notification-methods.ts';
import { createRateLimit } from './rate-limits.ts';
import { repoMethods } from './repo-methods.ts';
import type { SearchMode } from './search.ts';
import { serverMethods, type Credentials } from './server-methods.ts';
import { Tokens } from './tokens.ts';
import { Views } from './views.ts';
import { dispatch } from './dispatch.ts';

export interface BlueskyOptions {
  story: Story;
  /** The company's sign-in. */
  credentials: Credentials;
  /** Default 0: the system chooses. */
  port?: number;
  /** Default: the time of the machine. */
  clock?: { now(): number };
  /** The rest of the network, as numbers by DID. Default: there is none, as recorded. */
  audiences?: ReadonlyMap<string, Audience>;
  /** Default `recorded`. */
  search?: SearchMode;
  /** Default two hours, as on a PDS. */
  accessTtlMs?: number;
  /** Default 90 days. */
  refreshTtlMs?: number;
  /** Default two hours. */
  refreshGraceMs?: number;
}

export interface BlueskySandbox {
  url: string;
  controls: BlueskyControls;
  faults: Faults;
  /** Requests so far by method name. */
  calls: ReadonlyMap<string, number>;
  apply(step: BlueskyStep): void;
  /** Plays this network's steps up to and including a step, or to the end of a phase; steps already played are skipped. */
  advanceTo(target: string): void;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** A PDS with its AppView, as recorded, behind one address. */
export async function startBluesky(options: BlueskyOptions): Promise<BlueskySandbox> {
  const { story } = options;
  const clock = options.clock ?? { now: () => Date.now() };
  const now = () => clock.now();
  const network = new Network(story.brand.did);
  for (const change of story.opening) network.apply(change);

  let url = '';
  const { methods, tokens, nextTid } = assemble(options, network, now, () => url);
  const calls = new Map<string, number>();
  const faults = createFaults();
  const app = express();
  app.use(countCalls(calls), faults.middleware);
  app.use(
    dispatch({
      methods,
      tokens,
      signIns: createRateLimit(30, now),
      requests: createRateLimit(3000, now),
      repoRev: () => network.account(network.brandDid).rev,
    }),
  );

  const server = await listen(app, options.port);
  url = server.url;
  const played = new Set<string>();
  const apply = (step: BlueskyStep) => {
    if (played.has(step.id)) return;
    played.add(step.id);
    network.apply(step.change);
  };
  return {
    url,
    controls: createControls(network, nextTid, now),
    faults,
    calls,
    apply,
    advanceTo(target) {
      for (const step of stepsUntil(story.steps, target))
        if (step.server === 'bluesky') apply(step);
    },
    close: server.close,
  };
}

function assemble(
  options: BlueskyOptions,
  network: Network,
  now: () => number,
  serviceEndpoint: () => string,
) {
  const { story, credentials, search = 'recorded' } = options;
  const views = new Views(network, options.audiences);
  const nextTid = createTids(now);
  const tokens = new Tokens({
    now,
    did: story.brand.did,
    accessTtlMs: options.accessTtlMs ?? 2 * HOUR_MS,
    refreshTtlMs: options.refreshTtlMs ?? 90 * 24 * HOUR_MS,
    refreshGraceMs: options.refreshGraceMs ?? 2 * HOUR_MS,
  });
  const methods = {
    ...serverMethods({
      network,
      tokens,
      credentials,
      email: story.brand.email,
      serviceEndpoint,
    }),
    ...notificationMethods(network, views),
    ...feedMethods(network, views, search),
    ...actorMethods(network, views),
    ...repoMethods(network, nextTid, now),
  };
  return { methods, tokens, nextTid };
}

function countCalls(calls: Map<string, number>) {
  return (request: Request, _response: Response, next: NextFunction) => {
    const name = request.path.replace('/xrpc/', '');
    calls.set(name, (calls.get(name) ?? 0) + 1);
    next();
  };
}
