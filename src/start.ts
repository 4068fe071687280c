import type { Server } from 'node:http';
import { resolve } from 'node:path';
import type { Config } from './config.ts';
import { createMetrics } from './http/metrics.ts';
import { createHttp, listen } from './http/server.ts';
import type { Logger } from './platform/logger.ts';
import { Opened } from './platform/opened.ts';
import { loadKeyRing } from './platform/secrets/index.ts';
import type { App } from './services/app.ts';
import { checkHealth } from './services/checkHealth.ts';
import { rewrapSecrets } from './services/rewrapSecrets.ts';
import { startDispatch } from './services/dispatchInbox.ts';
import { runJob } from './services/runJob.ts';
import { schedule } from './services/schedule.ts';
import { tasks } from './services/tasks.ts';
import { openDatabase } from './store/database.ts';
import type { Task } from './store/jobs.ts';
import { startJobs } from './store/jobRunner.ts';
import { migrate } from './store/migrate.ts';
import { startEmbedded } from './store/postgres/index.ts';
import { joinProcesses } from './store/processes.ts';
import { buildApp } from './wiring.ts';

const ANSWERS_MS = 5_000;

export interface Running {
  readonly app: App;
  readonly port: number;
  /** Takes no more requests, lets jobs in hand finish, then closes what it opened. */
  stop(): Promise<void>;
}

/** Brings the whole service up, in the order in which the parts need each other; what was opened is closed if one fails. */
export async function start(config: Config, logger: Logger): Promise<Running> {
  return Opened.during((opened) => open(config, logger, opened));
}

async function open(config: Config, logger: Logger, opened: Opened): Promise<Running> {
  const keys = await loadKeyRing({ fromConfig: config.SECRET_KEYS, dataDir: config.DATA_DIR });
  if (keys.created) {
    logger.warn(
      { event: 'key_created', path: keys.keyFile },
      'a key for stored secrets was made; back it up, without it every connection must be made again',
    );
  }
  const poolConfig = await connectionFor(config, logger, opened);
  const onError = (error: unknown) => {
    logger.error({ event: 'database_error', error }, 'a database connection broke');
  };
  const database = openDatabase({
    poolConfig: { ...poolConfig, max: config.WORKERS + 8 },
    onError,
  });
  opened.defer(() => database.close());
  await migrate(database);
  const alive = await joinProcesses(database, onError);
  opened.defer(() => alive.leave());

  const metrics = createMetrics();
  const dispatch = config.WORKERS > 0 ? startDispatch(database, logger) : undefined;
  opened.defer(() => dispatch?.stop());
  const app = await buildApp({
    config,
    database,
    logger,
    keyRing: keys.ring,
    processId: alive.id,
    count: metrics.count,
    wakeDispatch: () => dispatch?.wake(),
  });
  await rewrapSecrets(app);
  await schedule(app);
  if (config.WORKERS > 0) {
    const jobs = await startJobs({
      database,
      process: alive,
      tasks: Object.keys(tasks) as Task[],
      concurrency: config.WORKERS,
      work: (task, payload, key) => runJob(app, { task, payload, key }),
      everyMinute: () => schedule(app),
      onError,
    });
    opened.defer(() => jobs.stop());
  }

  const http = createHttp({
    app,
    adminToken: config.ADMIN_TOKEN,
    health: () => checkHealth(app),
    metrics,
  });
  const { server, port } = await listen(http, { host: config.HOST, port: config.PORT });
  opened.defer(() => close(server));
  logger.info({ event: 'ready', host: config.HOST, port }, 'Echofile is ready');
  return { app, port, stop: () => opened.close() };
}

/** Answers in hand get out; who is still sending a request by then is cut off, or one of them could hold up the end. */
async function close(server: Server): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  server.closeIdleConnections();
  const cutOff = setTimeout(() => {
    server.closeAllConnections();
  }, ANSWERS_MS);
  await closed;
  clearTimeout(cutOff);
}

async function connectionFor(config: Config, logger: Logger, opened: Opened) {
  if (config.DATABASE_URL !== undefined) return { connectionString: config.DATABASE_URL };
  const embedded = await startEmbedded({ dataDir: resolve(config.DATA_DIR), logger });
  opened.defer(() => embedded.stop());
  return embedded.connection;
}
