import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, createClock } from '../clock.ts';
import { OrgControl } from './control/org-control.ts';
import { Faults } from './http/faults.ts';
import { Stats } from './http/stats.ts';
import { ApiUsage } from './http/usage.ts';
import { Callouts } from './messages/callouts.ts';
import { DEFAULT_MESSAGES, type MessageSettings, OutboundMessages } from './messages/outbound.ts';
import { SessionOffice } from './oauth/sessions.ts';
import { Org, type OrgOptions } from './org.ts';
import { Cursors } from './query/cursors.ts';
import { createRandom } from './random.ts';
import { BulkJobs } from './rest/bulk-jobs.ts';
import { createServer } from './server.ts';
import { type AppOptions, DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { type Tenant, type World, tenantOf } from './world.ts';

export type { OrgControl } from './control/org-control.ts';
export type { OrgOptions } from './org.ts';

export interface SalesforceOptions {
  /** Default: 0, any free port. */
  port?: number;
  /** Default: a clock of its own, in step with real time. */
  clock?: Clock;
  app?: Partial<AppOptions>;
  /** Default: one org, 00D000000000001EAA. */
  orgs?: OrgOptions[];
  settings?: Partial<Settings>;
  messages?: Partial<MessageSettings>;
  /** The same seed plays the same faults again. Default: 1. */
  seed?: number;
}

export interface SalesforceEmulator {
  /** Login host, instance URL and record pages in one. */
  readonly url: string;
  readonly clock: Clock;
  readonly app: AppOptions;
  readonly settings: Settings;
  readonly faults: Faults;
  readonly stats: Stats;
  readonly messages: OutboundMessages;
  readonly callouts: Callouts;
  /** By id of 15 or 18 characters. Default: the first org. */
  org(id?: string): OrgControl;
  close(): Promise<void>;
}

const DEFAULT_APP: AppOptions = {
  name: 'Echofile',
  consumerKey: '3MVG9sandboxConsumerKey.0001',
  consumerSecret: 'sandbox-consumer-secret-0001',
  redirectUris: [],
  scopes: ['api', 'refresh_token', 'id'],
  rotatesRefreshTokens: true,
  requiresPkce: true,
};

/** Starts an in-memory Salesforce on 127.0.0.1. */
export async function startSalesforce(
  options: SalesforceOptions = {},
): Promise<SalesforceEmulator> {
  const world = createWorld(options);
  // Node's own limit on headers would strike before Salesforce's on the URI.
  const server = createHttpServer({ maxHeaderSize: 65_536 }, createServer(world));
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1');
  });
  // A client that keeps a connection for its next call must not meet one that is just being closed.
  server.keepAliveTimeout = 60_000;
  world.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { clock, app, settings, faults, stats, messages, callouts } = world;
  return {
    url: `http://${world.host}`,
    clock,
    app,
    settings,
    faults,
    stats,
    messages,
    callouts,
    org(id) {
      const tenant = tenantOf(world, id);
      if (tenant === undefined) throw new Error(`There is no org ${id ?? 'at all'}.`);
      return new OrgControl(world, tenant);
    },
    async close() {
      messages.close();
      callouts.close();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}

function createWorld(options: SalesforceOptions): World {
  const clock = options.clock ?? createClock();
  const random = createRandom(options.seed ?? 1);
  const settings = { ...DEFAULT_SETTINGS, ...options.settings };
  const messages = new OutboundMessages({
    clock,
    random,
    settings: { ...DEFAULT_MESSAGES, ...options.messages },
    host: () => world.host,
  });
  const world: World = {
    clock,
    random,
    app: { ...DEFAULT_APP, ...options.app },
    settings,
    tenants: new Map(),
    sessions: new SessionOffice({ clock, random, settings }),
    stats: new Stats(),
    faults: new Faults(random),
    messages,
    callouts: new Callouts(clock),
    host: '127.0.0.1',
  };
  for (const one of options.orgs ?? [{}]) {
    const tenant = createTenant(world, one);
    world.tenants.set(tenant.org.id, tenant);
  }
  return world;
}

function createTenant(world: World, options: OrgOptions): Tenant {
  const org = new Org(options, world.clock, world.random);
  org.transaction.listen((changes) => {
    if (org.quiet) return;
    for (const change of changes) {
      world.stats.logWrites(org.id, change);
      world.messages.take(org, change);
    }
    world.callouts.take(org, changes);
  });
  return {
    org,
    cursors: new Cursors(org),
    bulk: new BulkJobs(org),
    usage: new ApiUsage(org.options.dailyApiRequests),
  };
}
