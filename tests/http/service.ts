import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import pg from 'pg';
import {
  startHubSpot,
  type HubSpotEmulator,
  type HubSpotOptions,
} from '../../sandbox/hubspot/index.ts';
import { freePort } from '../../sandbox/service.ts';
import { readConfig, type Config } from '../../src/config.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { start, type Running } from '../../src/start.ts';
import { testDatabase } from '../fixtures/database.ts';

export const ADMIN_TOKEN = 'admin-token-of-these-tests-0123456789';

export interface TestService {
  readonly running: Running;
  readonly config: Config;
  readonly emulator: HubSpotEmulator;
  readonly url: string;
  readonly port: number;
  /** Address of the webhook as HubSpot signs it. */
  readonly webhookUrl: string;
  /** Past row-level security and past the service. */
  readonly database: pg.Pool;
  /** Every line the service logged. */
  readonly log: readonly string[];
  /** Number of rows of each table, jobs included. */
  countRows(): Promise<Readonly<Record<string, number>>>;
  /** Stops the service and starts it again, on the same database. */
  restart(environment?: Readonly<Record<string, string>>): Promise<TestService>;
  close(): Promise<void>;
}

export interface TestServiceOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly hubspot?: HubSpotOptions;
}

export function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}

/** The real service as its operator starts it, in this process, with an emulated HubSpot on the other side. */
export async function testService(options: TestServiceOptions = {}): Promise<TestService> {
  const own = await testDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const emulator = await startHubSpot({
    limits: { calls: 100_000 },
    ...options.hubspot,
    app: { redirectUris: [`${url}/oauth/hubspot/callback`], ...options.hubspot?.app },
  });
  const environment = {
    PUBLIC_URL: url,
    PORT: String(port),
    ADMIN_TOKEN,
    DATABASE_URL: own.url,
    SECRET_KEYS: newKey('k1'),
    LOG_LEVEL: 'debug',
    HUBSPOT_APP_ID: String(emulator.app.appId),
    HUBSPOT_CLIENT_ID: emulator.app.clientId,
    HUBSPOT_CLIENT_SECRET: emulator.app.clientSecret,
    HUBSPOT_API_URL: emulator.url,
    HUBSPOT_AUTHORIZE_URL: `${emulator.url}/oauth/authorize`,
    ...options.environment,
  };
  const database = new pg.Pool({ ...own.poolConfig, max: 3, options: '-c search_path=echofile' });
  database.on('error', () => undefined);
  const log: string[] = [];
  const launch = async (more: Readonly<Record<string, string>>): Promise<TestService> => {
    const config = readConfig({ ...environment, ...more });
    const running = await start(config, createLogger({ level: 'debug', destination: lines(log) }));
    checkPolicies(running);
    return {
      running,
      config,
      emulator,
      url,
      port,
      webhookUrl: `${url}/webhooks/hubspot`,
      database,
      log,
      countRows: () => countRows(database),
      restart: async (changed = {}) => {
        await running.stop();
        return launch({ ...more, ...changed });
      },
      close: async () => {
        await running.stop();
        await database.end();
        await emulator.close();
        await own.close();
      },
    };
  };
  return launch({});
}

/** As if somebody had read every network's rules today: how these tests go must not depend on when that was. */
function checkPolicies({ app }: Running): void {
  const checked = new Date().toISOString().slice(0, 10);
  const policies = [...app.policies].map(
    ([network, pack]) => [network, { ...pack, checked }] as const,
  );
  Object.assign(app, { policies: new Map(policies) });
}

function lines(log: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      log.push(
        ...chunk
          .toString('utf8')
          .split('\n')
          .filter((line) => line !== ''),
      );
      done();
    },
  });
}

/** Tables whose rows come and go by the clock, whatever is asked of the service. */
const OF_THE_CLOCK = new Set(['budgets']);

async function countRows(database: pg.Pool): Promise<Readonly<Record<string, number>>> {
  const { rows: tables } = await database.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'echofile' order by 1`,
  );
  const counts = tables
    .filter(({ name }) => !OF_THE_CLOCK.has(name))
    .map(({ name }) => `select '${name}' as name, count(*)::int as n from echofile.${name}`);
  const { rows } = await database.query<{ name: string; n: number }>(
    `${counts.join(' union all ')} union all
      select 'jobs of requests', count(*)::int from graphile_worker._private_jobs j
        join graphile_worker._private_tasks t on t.id = j.task_id
        where t.identifier in ('reconcile', 'erase', 'provision')`,
  );
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}
