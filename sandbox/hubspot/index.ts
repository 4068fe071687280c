import type { AddressInfo } from 'node:net';
import { type Clock, createClock } from '../clock.ts';
import { PortalControl } from './control/portal-control.ts';
import { Faults } from './http/faults.ts';
import { DEFAULT_LIMITS, type LimitOptions } from './http/limits.ts';
import { Stats } from './http/stats.ts';
import { TokenOffice } from './oauth/tokens.ts';
import { Portal, type PortalOptions } from './portal.ts';
import { createRandom } from './random.ts';
import { type CardCall, callFromCard } from './webhooks/card.ts';
import { createServer } from './server.ts';
import { DEFAULT_WEBHOOKS, type WebhookChaos, type WebhookSettings } from './webhooks/settings.ts';
import { Webhooks } from './webhooks/webhooks.ts';
import type { AppOptions, World } from './world.ts';

export type { PortalControl } from './control/portal-control.ts';

export interface HubSpotOptions {
  /** Default: 0, any free port. */
  port?: number;
  /** Default: a clock of its own, in step with real time. */
  clock?: Clock;
  app?: Partial<AppOptions>;
  /** Default: one account, 4801001. */
  portals?: PortalOptions[];
  limits?: Partial<LimitOptions>;
  webhooks?: Partial<Omit<WebhookSettings, 'chaos'>> & { chaos?: Partial<WebhookChaos> };
  /** The same seed plays the same faults again. Default: 1. */
  seed?: number;
}

export interface HubSpotEmulator {
  /** Where the API, the consent page and the CRM pages live. */
  readonly url: string;
  readonly clock: Clock;
  readonly app: AppOptions;
  readonly faults: Faults;
  readonly stats: Stats;
  readonly webhooks: Webhooks;
  readonly limits: LimitOptions;
  /** Default: the first account. */
  portal(portalId?: number): PortalControl;
  /** Calls the app's backend as a card in the CRM would, with HubSpot's query parameters and signature. */
  callFromCard(call: CardCall): Promise<Response>;
  close(): Promise<void>;
}

const DEFAULT_APP: AppOptions = {
  appId: 9_318_066,
  clientId: '6a1c0c5e-4c1e-4d5a-9c5f-000000000001',
  clientSecret: '6a1c0c5e-4c1e-4d5a-9c5f-00000000cafe',
  redirectUris: [],
  requiredScopes: [
    'oauth',
    'crm.objects.contacts.read',
    'crm.objects.contacts.write',
    'crm.schemas.contacts.read',
    'crm.schemas.contacts.write',
  ],
  optionalScopes: ['timeline', 'timeline.write', 'crm.objects.owners.read', 'tickets'],
  name: 'Echofile',
  projectName: 'echofile',
  eventTypes: [],
  rotatesRefreshTokens: false,
};

const DEFAULT_PORTALS: PortalOptions[] = [{ portalId: 4_801_001, name: 'Sample company' }];

/** Starts an in-memory HubSpot on 127.0.0.1. */
export async function startHubSpot(options: HubSpotOptions = {}): Promise<HubSpotEmulator> {
  const world = createWorld(options);
  const server = createServer(world).listen(options.port ?? 0, '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  // A client that keeps a connection for its next call must not meet one that is just being closed.
  server.keepAliveTimeout = 60_000;
  world.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { clock, app, faults, stats, webhooks, limits } = world;
  return {
    url: `http://${world.host}`,
    clock,
    app,
    faults,
    stats,
    webhooks,
    limits,
    portal(portalId) {
      const portal =
        portalId === undefined ? [...world.portals.values()][0] : world.portals.get(portalId);
      if (portal === undefined) throw new Error(`There is no account ${portalId ?? 'at all'}.`);
      return new PortalControl(world, portal);
    },
    callFromCard: (call) => callFromCard(world, call),
    async close() {
      webhooks.close();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}

function createWorld(options: HubSpotOptions): World {
  const clock = options.clock ?? createClock();
  const random = createRandom(options.seed ?? 1);
  const app = { ...DEFAULT_APP, ...options.app };
  const portals = new Map(
    (options.portals ?? DEFAULT_PORTALS).map((one) => [one.portalId, new Portal(one, clock)]),
  );
  const chaos = { ...DEFAULT_WEBHOOKS.chaos, ...options.webhooks?.chaos };
  const settings = { ...DEFAULT_WEBHOOKS, ...options.webhooks, chaos };
  const stats = new Stats();
  const webhooks = new Webhooks({ settings, app, clock, random });
  for (const portal of portals.values()) {
    portal.transaction.listen((change) => {
      if (!portal.quiet) stats.logWrite(portal.portalId, change);
      webhooks.take(portal, change);
    });
  }
  return {
    clock,
    random,
    app,
    portals,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    limiters: new Map(),
    tokens: new TokenOffice(clock, random),
    stats,
    faults: new Faults(random),
    webhooks,
    host: '127.0.0.1',
  };
}
