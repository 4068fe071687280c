import { z } from 'zod';
import { CREDENTIALS, type Company } from './company.ts';
import { ADMIN_TOKEN } from './service.ts';

const mirrorRun = z.object({ finishedAt: z.string().nullable(), contactsRead: z.number() });

const overview = z.object({
  contacts: z.number(),
  connections: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['crm', 'social']),
      connector: z.string(),
      state: z.string(),
      lastPoll: z.string().nullable(),
      lastRecheck: z.string().nullable(),
      mirror: mirrorRun.optional(),
    }),
  ),
  social: z.object({
    accounts: z.number(),
    activities: z.number(),
    activitiesGone: z.number(),
    refused: z.number(),
  }),
  links: z.array(z.object({ state: z.string(), rule: z.string(), count: z.number() })),
  scores: z.array(z.object({ band: z.number(), count: z.number() })),
  deliveries: z.array(z.object({ kind: z.string(), state: z.string(), count: z.number() })),
});
export type Overview = z.infer<typeof overview>;

const health = z.object({
  status: z.string(),
  parts: z.looseObject({
    jobs: z.object({ waiting: z.number(), oldestSeconds: z.number() }),
    deliveries: z.object({ planned: z.number() }),
  }),
});
export type Health = z.infer<typeof health>;

/** The service's admin API, used as an admin's screens use it. */
export class Admin {
  readonly #url: string;

  constructor(serviceUrl: string) {
    this.#url = serviceUrl;
  }

  async createWorkspace(name: string): Promise<string> {
    const reply = await this.call('POST', '/api/workspaces', { name, language: 'de' });
    return z.object({ workspace: z.string() }).parse(reply).workspace;
  }

  /** Installs the app as the company's HubSpot admin does: through the consent page, in the browser's place. */
  async installHubSpot(workspace: string): Promise<void> {
    const reply = await this.call('POST', `/api/workspaces/${workspace}/crm/hubspot`);
    const { authorizeUrl } = z.object({ authorizeUrl: z.string() }).parse(reply);
    const consent = new URL(authorizeUrl);
    const granted = await fetch(new URL(consent.pathname, consent), {
      method: 'POST',
      body: consent.searchParams,
      redirect: 'manual',
    });
    const back = granted.headers.get('location');
    if (back === null) throw new Error(`HubSpot did not grant the access (${granted.status})`);
    const arrived = await fetch(back);
    if (!arrived.ok) throw new Error(`The service did not take the grant (${arrived.status})`);
  }

  async connectSources(workspace: string, { networks }: Company): Promise<void> {
    const { bluesky, blog } = CREDENTIALS;
    await this.call('POST', `/api/workspaces/${workspace}/sources`, {
      connector: 'bluesky',
      settings: {
        service: networks.bluesky.url,
        identifier: bluesky.identifier,
        searchTerms: ['Nordlicht'],
        lateArrivalSeconds: 1,
      },
      secrets: { appPassword: bluesky.password },
    });
    await this.call('POST', `/api/workspaces/${workspace}/sources`, {
      connector: 'feed',
      settings: {
        url: 'http://blog.nordlicht.example:8920/comments/feed/atom/',
        title: 'Nordlicht Mobil Blog',
        own: true,
        wordpress: { apiUrl: 'http://blog.nordlicht.example:8920/wp-json', user: blog.username },
      },
      secrets: { applicationPassword: blog.applicationPassword },
    });
  }

  async overview(workspace: string): Promise<Overview> {
    return overview.parse(await this.call('GET', `/api/workspaces/${workspace}`));
  }

  async links(workspace: string): Promise<readonly Record<string, unknown>[]> {
    const reply = await this.call('GET', `/api/workspaces/${workspace}/links`);
    return z.object({ links: z.array(z.record(z.string(), z.unknown())) }).parse(reply).links;
  }

  async parked(workspace: string): Promise<readonly Record<string, unknown>[]> {
    const reply = await this.call('GET', `/api/workspaces/${workspace}/parked`);
    return z.object({ parked: z.array(z.record(z.string(), z.unknown())) }).parse(reply).parked;
  }

  async health(): Promise<Health> {
    const reply = await fetch(`${this.#url}/health`);
    return health.parse(await reply.json());
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const reply = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
