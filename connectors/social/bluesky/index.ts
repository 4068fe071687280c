import { defineSocial } from '../../../src/contract/definition.ts';
import type { ConnectorPorts } from '../../../src/contract/ports.ts';
import type { SocialCapabilities, SocialConnector } from '../../../src/contract/social.ts';
import { assertApiHost } from '../../../src/platform/http/egress.ts';
import { batchSize, createClient } from './client.ts';
import { connectorId, fail } from './failures.ts';
import { createPoll } from './poll.ts';
import { createProfiles, createRecheck, createThread, standingOf } from './recheck.ts';
import { secrets, settings, type Secrets, type Settings } from './settings.ts';
import { toProfile } from './translate.ts';

const fiveMinutes = 300_000;

const capabilities: SocialCapabilities = {
  brings: ['mentions', 'search'],
  threads: true,
  edits: true,
  domainHandles: true,
  batchSize,
  budgets: {
    xrpc: { calls: 3_000, perMs: fiveMinutes },
    session: { calls: 30, perMs: fiveMinutes },
  },
};

/** Bluesky's entryway and the servers behind it. */
export const officialHosts = ['bsky.social', '*.host.bsky.network'];

/** `apiHosts`: where a connection's `service` may lead, as for `assertApiHost`; the sandbox adds its own origin. */
export function blueskyAt(apiHosts: readonly string[]) {
  return defineSocial<Settings, Secrets>({
    id: connectorId,
    network: 'bluesky',
    title: 'Bluesky',
    capabilities,
    settings: settings.refine(({ service }) => isAllowed(service, apiHosts), {
      path: ['service'],
      error: 'is not a server of Bluesky',
    }),
    secrets,
    sourceId: ({ identifier }) => identifier.replace(/^@/, '').toLowerCase(),
    create: ({ settings, ports }) => createConnector(settings, ports),
  });
}

export const bluesky = blueskyAt(officialHosts);

function createConnector(settings: Settings, ports: ConnectorPorts<Secrets>): SocialConnector {
  const client = createClient(settings, ports);
  return {
    async check() {
      const standing = await standingOf(client, await client.brandDid());
      if (standing.state === 'live') return toProfile(standing.actor);
      throw fail({ code: standing.state === 'gone' ? 'AUTH_EXPIRED' : 'UNAVAILABLE' });
    },
    poll: createPoll({ client, settings, ports }),
    recheck: createRecheck(client),
    profiles: createProfiles(client, ports.clock),
    thread: createThread(client),
  };
}

function isAllowed(service: string, apiHosts: readonly string[]): boolean {
  try {
    assertApiHost(service, apiHosts);
    return true;
  } catch {
    return false;
  }
}
