import type { Logger } from '../../platform/logger.ts';
import { prepareBinaries, type Binaries } from './binaries.ts';
import { connectionOf, ensureCluster, type Connection } from './cluster.ts';
import { EmbeddedPostgresFailed } from './failure.ts';
import { attach, ensureDatabase, isLastUser, type Lease } from './lease.ts';
import { disownStranger, holderOf, launch, stopServer, type Launched } from './postmaster.ts';
import { sleep } from './process.ts';
import { prepareSite, rememberHome, type Site, type SiteOptions } from './site.ts';

export interface EmbeddedOptions extends SiteOptions {
  readonly logger: Logger;
}

export interface EmbeddedPostgres {
  /** For `new Pool(...)`. Stays valid when the server is restarted. */
  readonly connection: Connection;
  /** True if the server was already running: left behind by a killed process, or shared with a living one. */
  readonly adopted: boolean;
  /** Where the data lies. */
  readonly cluster: string;
  /**
   * Leaves the server; the last process to leave stops it and waits for that. End pools first: the server cuts
   * off open sessions. Calling it again waits for the same end.
   */
  stop(): Promise<void>;
}

/** Without any answer for so long, a start has failed. Recovery after a crash does answer: "starting up". */
const SILENCE_MS = 60_000;
/** A just-killed server's memory and locks linger for a moment, so one failed launch proves nothing. */
const MOST_LAUNCHES = 10;
const LONGEST_PAUSE_MS = 5_000;

interface Setup {
  readonly site: Site;
  readonly binaries: Binaries;
  readonly connection: Connection;
  readonly logger: Logger;
}

/**
 * Makes, starts, adopts or joins the PostgreSQL server of a data folder, and brings it back if it dies.
 * @throws EmbeddedPostgresFailed
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const began = performance.now();
  const { logger } = options;
  const site = await prepareSite(options);
  const binaries = await prepareBinaries(site);
  const created = await ensureCluster(site, binaries);
  await rememberHome(site);
  const setup = { site, binaries, connection: await connectionOf(site), logger };
  const { lease, launched } = await acquire(setup);
  await ensureDatabase(lease, setup.connection.database).catch(async (error: unknown) => {
    await leave(setup, lease);
    throw error;
  });
  logger.info(
    {
      event: 'database_ready',
      kind: created ? 'created' : 'opened',
      adopted: !launched,
      path: site.cluster,
      ms: Math.round(performance.now() - began),
    },
    'Embedded PostgreSQL is ready',
  );
  const { connection } = setup;
  return { connection, adopted: !launched, cluster: site.cluster, stop: supervise(setup, lease) };
}

interface Acquired {
  readonly lease: Lease;
  readonly launched: boolean;
}

interface Attempt {
  launched: Launched | undefined;
  launches: number;
}

/** Tries until a server answers and lets us in, launching one whenever nobody holds the cluster. */
async function acquire(setup: Setup, given?: AbortSignal): Promise<Acquired> {
  const attempt: Attempt = { launched: undefined, launches: 0 };
  let lastSign = performance.now();
  for (let pause = 5; ; pause = Math.min(pause * 1.5, 100)) {
    // A server that we launched is first joined and then left: nobody else would stop it.
    if (attempt.launched === undefined) given?.throwIfAborted();
    const attached = await attach(setup.connection);
    if (typeof attached === 'object') {
      return { lease: attached, launched: await isHolder(setup, attempt.launched) };
    }
    if (attached === 'busy') lastSign = performance.now();
    else await launchIfFree(setup, attempt);
    if (performance.now() - lastSign > SILENCE_MS) await giveUp(setup, attempt.launched);
    await sleep(pause * Math.max(attempt.launches, 1));
  }
}

async function isHolder({ site }: Setup, launched: Launched | undefined): Promise<boolean> {
  const holder = await holderOf(site.cluster);
  return holder.state === 'alive' && holder.pid === launched?.child.pid;
}

/** If two processes launch at once, PostgreSQL's own lock file lets one live; the other attaches to it. */
async function launchIfFree(setup: Setup, attempt: Attempt): Promise<void> {
  const { site, binaries, connection } = setup;
  if (attempt.launched?.ended() === false) return;
  const holder = await holderOf(site.cluster);
  if (holder.state === 'alive') return;
  if (attempt.launches >= MOST_LAUNCHES) await giveUp(setup, attempt.launched);
  if (holder.state === 'stranger') await disownStranger(site.cluster, holder.pid);
  attempt.launched = await launch(site, binaries, connection);
  attempt.launches += 1;
}

async function giveUp({ site }: Setup, launched: Launched | undefined): Promise<never> {
  const holder = await holderOf(site.cluster);
  if (launched !== undefined) {
    if (!launched.ended()) launched.child.kill('SIGINT');
    throw new EmbeddedPostgresFailed(
      `PostgreSQL does not start; see ${site.log}`,
      await launched.output(),
    );
  }
  const who = holder.state === 'alive' ? `Process ${holder.pid}` : 'A process';
  throw new EmbeddedPostgresFailed(
    `${who} holds ${site.cluster} but does not answer on ${site.socketDir}; end it, or, if it is no ` +
      `PostgreSQL server, delete postmaster.pid there`,
  );
}

/** Watches the lease and takes a new one when the server is gone. Returns the function that ends the use. */
function supervise(setup: Setup, first: Lease): () => Promise<void> {
  const stopping = new AbortController();
  const asked = new Promise((resolve) => {
    stopping.signal.addEventListener('abort', resolve, { once: true });
  });
  const watch = async (): Promise<Lease | undefined> => {
    for (let held = first; ;) {
      await Promise.race([held.lost, asked]);
      if (stopping.signal.aborted) return held;
      const next = await bringBack(setup, stopping.signal);
      if (next === undefined) return undefined;
      held = next;
    }
  };
  const watching = watch();
  const stop = async () => {
    stopping.abort();
    const held = await watching;
    if (held !== undefined) await leave(setup, held);
  };
  let stopped: Promise<void> | undefined;
  return () => (stopped ??= stop());
}

async function bringBack(setup: Setup, stopping: AbortSignal): Promise<Lease | undefined> {
  setup.logger.warn({ event: 'database_lost' }, 'Embedded PostgreSQL went away; bringing it back');
  for (let pause = 100; !stopping.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const { lease, launched } = await acquire(setup, stopping);
      setup.logger.info(
        { event: 'database_back', adopted: !launched },
        'Embedded PostgreSQL is back',
      );
      return lease;
    } catch (error) {
      if (error === stopping.reason) break;
      setup.logger.error(
        { event: 'database_down', error },
        'Embedded PostgreSQL does not come back',
      );
      await sleep(pause);
    }
  }
  return undefined;
}

async function leave({ site, binaries, logger }: Setup, lease: Lease): Promise<void> {
  // If the session is gone, so is our lock: nothing is left for us to stop.
  const last = await isLastUser(lease).catch(() => false);
  if (last) await stopServer(site, binaries);
  await lease.client.end().catch(() => undefined);
  logger.info(
    { event: last ? 'database_stopped' : 'database_left' },
    last ? 'Embedded PostgreSQL has stopped' : 'Left the embedded PostgreSQL to its other users',
  );
}
