import type { LogEvent } from '../platform/logger.ts';
import { listActive, listWorkspaces, type Address } from '../store/directory.ts';
import { pruneInbox } from '../store/inbox.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { enqueue } from '../store/jobs.ts';
import { latestRun } from '../store/mirrorRuns.ts';
import { reclaimForgotten, reclaimFromDead, reclaimStrayJobs } from '../store/processes.ts';
import { countUnfinished } from '../store/deliveries.ts';
import type { App } from './app.ts';
import { isFrozen, standings } from './policies.ts';
import { checkPopulation, ensureRepair } from './repair.ts';
import { requestRescore } from './rescore.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Whoever has deliveries in hand shows it five times in this time; see holdDeliveries. */
const FORGOTTEN_MINUTES = 10;

/**
 * The safety net, every minute and at start: each active connection has its periodic jobs waiting, whatever was lost, and
 * what killed processes had in hand is free again. A job that waits already is left at its time.
 */
export async function schedule(app: App): Promise<void> {
  const dead = await app.database.asOwner(reclaimFromDead);
  warn(
    app,
    { event: 'processes_reclaimed', count: dead },
    'work of processes that ended without a goodbye is queued again',
  );
  await app.database.asOwner(reclaimStrayJobs);
  const forgotten = await app.database.asOwner((owner) =>
    reclaimForgotten(owner, FORGOTTEN_MINUTES),
  );
  warn(
    app,
    { event: 'deliveries_reclaimed', count: forgotten },
    'deliveries whose outcome was never stored are sent again',
  );
  const connections = await app.database.asOwner(listActive);
  for (const address of connections) await scheduleConnection(app, address);
  const day = app.clock.now().toISOString().slice(0, 10);
  warnOfOldPacks(app, day);
  for (const workspace of await app.database.asOwner(listWorkspaces)) {
    await app.database.inWorkspace(workspace, async (tx) => {
      await enqueueDaily(app, workspace, day, tx);
      await ensureRepair(app, tx);
      const expired = await pruneInbox(tx);
      warn(
        app,
        { event: 'webhooks_expired', workspace, count: expired },
        'webhook requests that nobody could read were deleted after 30 days',
      );
    });
  }
}

function warn(app: App, found: LogEvent & { readonly count: number }, message: string): void {
  if (found.count > 0) app.logger.warn(found, message);
}

const warned = new WeakMap<App, string>();

/** Once a day and process. */
function warnOfOldPacks(app: App, day: string): void {
  if (warned.get(app) === day) return;
  warned.set(app, day);
  for (const { network, freshness, version } of standings(app)) {
    if (freshness === 'current') continue;
    app.logger.warn(
      { event: 'policy_old', network, state: freshness, version },
      freshness === 'frozen'
        ? "the network's rules were last read too long ago: its sources bring nothing new until they are"
        : "the network's rules should be read again soon",
    );
  }
}

const counted = new Map<string, string>();

/** Once a day and process; a second process's turn plans the same again, and plans nothing. */
async function enqueueDaily(
  app: App,
  workspace: string,
  day: string,
  tx: WorkspaceTx,
): Promise<void> {
  const last = counted.get(workspace);
  counted.set(workspace, day);
  if (last === day) return;
  await checkPopulation(app, tx);
  await enqueue(tx, 'recount', { day }, { key: `recount:${day}`, keepTime: true });
  await requestRescore(tx, day);
  await enqueue(tx, 'prune', { day }, { key: `prune:${day}`, keepTime: true });
  app.logger.debug({ event: 'day_planned', workspace }, 'what is due by time alone is planned');
}

async function scheduleConnection(app: App, { workspace, connection, connector, kind }: Address) {
  await app.database.inWorkspace(workspace, async (tx) => {
    // Not at once: the one that runs just now adds its successor itself, and two chains of one kind would do all work twice.
    const keep = (key: string, delayMs = 0) => ({
      key: `${key}:${connection}`,
      keepTime: true,
      delayMs,
    });
    const { pollMs, recheckMs, followMs } = app.timing;
    if (kind === 'social') {
      if (!isFrozen(app, connector)) {
        await enqueue(tx, 'poll', { connection }, keep('poll', pollMs));
      }
      await enqueue(tx, 'recheck', { connection }, keep('recheck', recheckMs));
      return;
    }
    const run = await latestRun(tx, connection);
    if (run === undefined) {
      await enqueue(tx, 'provision', { connection }, keep('provision'));
      return;
    }
    if (run.finishedAt === null) {
      await enqueue(tx, 'mirror', { connection, purpose: run.purpose }, keep('mirror', MINUTE_MS));
    } else if (Date.now() - run.finishedAt.getTime() > DAY_MS) {
      await enqueue(tx, 'mirror', { connection, purpose: 'daily' }, keep('mirror'));
    }
    await enqueue(tx, 'follow', { connection }, keep('follow', followMs));
    await enqueue(tx, 'refresh', { connection }, keep('refresh'));
    if ((await countUnfinished(tx, connection)) > 0) {
      await enqueue(tx, 'push', { connection }, keep('push'));
    }
  });
}
