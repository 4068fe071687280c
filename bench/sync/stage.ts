import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Admin } from '../../sandbox/admin.ts';
import type { HubSpotEmulator } from '../../sandbox/hubspot/index.ts';
import { waitFor } from '../../sandbox/quiet.ts';
import { freePort, startService } from '../../sandbox/service.ts';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/platform/logger.ts';
import type { Opened } from '../../src/platform/opened.ts';
import type { App } from '../../src/services/app.ts';
import { start } from '../../src/start.ts';
import { startEmbedded } from '../../src/store/postgres/index.ts';
import { environmentFor, startCrm } from '../company.ts';

export interface Stage {
  readonly hubspot: HubSpotEmulator;
  readonly url: string;
  readonly database: pg.Client;
  /** Runs `work` while the service with its workers runs beside it, as a process of its own. */
  withService<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  /** Runs `work` with the real services at hand and no worker anywhere: what they plan stays planned. */
  withoutWorkers<T>(work: (app: App) => Promise<T>): Promise<T>;
}

/** How many jobs the service works at a time: its default. */
const WORKERS = 6;

export async function setStage(opened: Opened, onLog: (line: string) => void): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'echofile-bench-'));
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const hubspot = await startCrm(url);
  opened.defer(() => hubspot.close());
  const logger = createLogger({ level: 'warn' });
  const server = await startEmbedded({ dataDir, logger });
  opened.defer(() => server.stop());
  const database = new pg.Client(server.connection);
  await database.connect();
  opened.defer(() => database.end());
  // The periodic look for changes is a phase of its own; it is not what is measured.
  const environment = (workers: number) => ({
    ...environmentFor(hubspot, workers),
    FOLLOW_SECONDS: '86400',
  });
  return {
    hubspot,
    url,
    database,
    withService: async (work) => {
      const service = await startService({
        port,
        dataDir,
        environment: environment(WORKERS),
        onLog,
      });
      try {
        return await work(new Admin(url));
      } finally {
        await service.stop();
      }
    },
    withoutWorkers: async (work) => {
      const config = readConfig({
        ...environment(0),
        PUBLIC_URL: url,
        PORT: String(port),
        DATA_DIR: dataDir,
        ADMIN_TOKEN: 'bench-admin-token-000000',
      });
      const running = await start(config, logger);
      try {
        return await work(running.app);
      } finally {
        await running.stop();
      }
    },
  };
}

/** Installs the app, and waits for the first full read. */
export async function connectCrm(admin: Admin): Promise<string> {
  const workspace = await admin.createWorkspace('Bench');
  await admin.installHubSpot(workspace);
  await waitFor(
    'the first full read',
    async () => {
      const { connections } = await admin.overview(workspace);
      return connections[0]?.mirror?.finishedAt != null;
    },
    600_000,
  );
  return workspace;
}

/** Deliveries that are not done; 0 once all are confirmed. */
export async function unfinished(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ n: number }>(
    `select count(*)::int as n from echofile.deliveries where state <> 'confirmed'`,
  );
  return rows[0]?.n ?? 0;
}
