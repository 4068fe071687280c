import { afterEach, describe, expect, test } from '@jest/globals';
import { hubspot } from '../../../../connectors/crm/hubspot/index.ts';
import type { App, Secrets } from '../../../../connectors/crm/hubspot/settings.ts';
import type { CrmConnector } from '../../../../src/contract/crm.ts';
import { manifest } from '../../../../src/contract/manifest.ts';
import { createClock } from '../../../../sandbox/clock.ts';
import { startHubSpot, type HubSpotOptions } from '../../../../sandbox/hubspot/index.ts';
import { testPorts, type TestPorts } from '../ports.ts';
import { scriptedVendor, type Answer, type Asked } from '../scripted-vendor.ts';
import { appOf, installedPortal, type InstalledPortal } from './portal.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function installed(options: HubSpotOptions = {}): Promise<InstalledPortal> {
  const made = await installedPortal({ clock: createClock({ frozen: true }), ...options });
  closing.push(() => made.emulator.close());
  return made;
}

const TOKEN_CALL = 'POST /oauth/2026-09/token';

function refreshes({ emulator }: InstalledPortal): number {
  const answers = emulator.stats.report().calls[TOKEN_CALL] ?? {};
  return Object.values(answers).reduce((sum, n) => sum + n, 0);
}

describe('the grant', () => {
  test('asks for exactly the scopes of the manifest, with spaces as %20', async () => {
    const { app, ports } = await installed();
    const href = hubspot.oauth?.(app, ports.clock).authorizeUrl({
      state: 's t&',
      redirectUri: 'https://echofile.example/oauth/hubspot',
    });
    const url = new URL(href ?? '');
    expect(url.searchParams.get('scope')?.split(' ')).toEqual(manifest.crm.hubspot.scopes);
    expect(url.searchParams.get('state')).toBe('s t&');
    expect(url.searchParams.get('client_id')).toBe(app.clientId);
    expect(href).not.toContain('+');
  });

  test('through the consent page ends in a connection that works', async () => {
    const redirectUri = 'http://localhost/oauth/hubspot';
    const emulator = await startHubSpot({
      app: { redirectUris: [redirectUri] },
      portals: [{ portalId: 77, timeZone: 'Europe/Berlin', uiDomain: 'app-eu1.hubspot.com' }],
    });
    closing.push(() => emulator.close());
    const clock = { now: () => new Date(emulator.clock.now()) };
    const app = appOf(emulator, emulator.url);
    const oauth = hubspot.oauth?.(app, clock);
    const again = () => consent(oauth?.authorizeUrl({ state: 'abc', redirectUri }) ?? '');
    const withEvents = hubspot.oauth?.({ ...app, appEventType: 'ae1_social' }, clock);
    const approved = await withEvents?.exchange({ code: await again(), redirectUri });
    expect(approved?.settings).toMatchObject({ entries: 'app_events', appEventType: 'ae1_social' });
    const code = await again();
    const connection = await oauth?.exchange({ code, redirectUri });
    const details = { timeZone: 'Europe/Berlin', uiDomain: 'app-eu1.hubspot.com' };
    expect(connection).toMatchObject({
      accountId: '77',
      settings: { portalId: '77', entries: 'notes', ...details },
    });
    if (connection === undefined) throw new Error('HubSpot has OAuth.');
    const ports = testPorts(connection.secrets, clock);
    const crm = hubspot.create({ app, settings: connection.settings, ports });
    expect((await crm.check()).accountId).toBe('77');
    expect(hubspot.settings.parse(connection.settings)).toEqual(connection.settings);
    expect(hubspot.secrets.parse(connection.secrets)).toEqual(connection.secrets);
    await expect(oauth?.exchange({ code, redirectUri })).rejects.toMatchObject({
      failure: { code: 'REJECTED' },
    });
    await expect(
      hubspot.oauth?.({ ...app, clientSecret: 'wrong' }, clock).exchange({ code, redirectUri }),
    ).rejects.toMatchObject({ failure: { code: 'MISCONFIGURED' } });
  });
});

/** Clicks through the emulator's consent page as a browser would. */
async function consent(authorizeUrl: string): Promise<string> {
  const page = await fetch(authorizeUrl);
  const html = await page.text();
  const action = /<form[^>]*action="([^"]*)"/.exec(html)?.[1] ?? authorizeUrl;
  const fields = [...html.matchAll(/<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)];
  const unescape = (text: string): string => text.replaceAll('&amp;', '&').replaceAll('&#39;', "'");
  const form = new URLSearchParams(
    fields.map(([, name = '', value = '']): [string, string] => [name, unescape(value)]),
  );
  const target = new URL(unescape(action), authorizeUrl);
  const answer = await fetch(target, { method: 'POST', body: form, redirect: 'manual' });
  const code = new URL(answer.headers.get('location') ?? 'missing:').searchParams.get('code');
  if (code === null) throw new Error(`The consent page answered ${answer.status}.`);
  return code;
}

describe('the token', () => {
  test('is renewed once for twenty callers, five minutes before it ends', async () => {
    const made = await installed();
    made.emulator.clock.advance(24 * 60_000);
    await made.connector.check();
    expect(refreshes(made)).toBe(0);
    made.emulator.clock.advance(2 * 60_000);
    const before = made.ports.stored().accessToken;
    await Promise.all(Array.from({ length: 20 }, () => made.connector.check()));
    expect(refreshes(made)).toBe(1);
    expect(made.ports.stored().accessToken).not.toBe(before);
    const calls = made.emulator.stats.report().calls['GET /account-info/2026-09/details'];
    expect(calls).toEqual({ '200': 21 });
  });

  test('that ran out early is renewed once, also for twenty callers', async () => {
    const { connector, asked, stop } = await early();
    closing.push(stop);
    await Promise.all(Array.from({ length: 20 }, () => connector.check()));
    expect(asked.filter((a) => a.path === '/oauth/2026-09/token')).toHaveLength(1);
  });

  test('is renewed where our clock was wrong about its end', async () => {
    const made = await installed();
    const expiresAt = '2999-01-01T00:00:00.000Z';
    await made.ports.secrets.renew((held) => Promise.resolve({ ...held, expiresAt }));
    made.emulator.clock.advance(40 * 60_000);
    await made.connector.check();
    expect(refreshes(made)).toBe(1);
    expect(made.ports.stored().expiresAt).not.toBe(expiresAt);
  });

  test('that runs out again at once is told, not tried for ever', async () => {
    const { connector, asked, stop } = await early({ never: true });
    closing.push(stop);
    await expect(connector.check()).rejects.toMatchObject({ failure: { code: 'AUTH_EXPIRED' } });
    expect(asked).toHaveLength(3);
  });

  test('to renew with is stored when HubSpot changes it', async () => {
    const made = await installed({ app: { rotatesRefreshTokens: true } });
    for (let n = 0; n < 3; n++) {
      const before = made.ports.stored().refreshToken;
      made.emulator.clock.advance(29 * 60_000);
      await made.connector.check();
      expect(made.ports.stored().refreshToken).not.toBe(before);
    }
  });

  test.each<[string, (made: InstalledPortal) => void]>([
    [
      'uninstalled',
      (made) => {
        made.portal.uninstall();
      },
    ],
    [
      'closed',
      (made) => {
        made.portal.closeAccount();
      },
    ],
  ])('of a portal that was %s parks the connection', async (_, leave) => {
    const made = await installed();
    leave(made);
    made.emulator.clock.advance(40 * 60_000);
    await expect(made.connector.check()).rejects.toMatchObject({
      failure: { code: 'AUTH_EXPIRED' },
    });
  });

  test('refused because of our own secret alarms us and changes nothing', async () => {
    const made = await installed();
    const app: App = { ...made.app, clientSecret: 'wrong' };
    const settings = { portalId: '1', entries: 'notes' as const };
    const crm = hubspot.create({ app, settings, ports: made.ports });
    const before = made.ports.stored();
    made.emulator.clock.advance(40 * 60_000);
    await expect(crm.check()).rejects.toMatchObject({ failure: { code: 'MISCONFIGURED' } });
    expect(made.ports.stored()).toEqual(before);
    await made.connector.check();
  });
});

describe('disconnecting', () => {
  test('takes the app out of the portal and ends its tokens', async () => {
    const made = await installed();
    await made.connector.disconnect();
    expect(made.portal.isInstalled()).toBe(false);
    made.emulator.clock.advance(40 * 60_000);
    await expect(made.connector.check()).rejects.toMatchObject({
      failure: { code: 'AUTH_EXPIRED' },
    });
  });

  test('is no failure where the admin was quicker', async () => {
    const made = await installed();
    made.portal.uninstall();
    await made.connector.disconnect();
    await made.connector.disconnect();
    expect(made.portal.isInstalled()).toBe(false);
  });
});

/** A vendor whose tokens end long before the time they were given for. */
async function early({ never = false } = {}): Promise<{
  readonly connector: CrmConnector;
  readonly ports: TestPorts<Secrets>;
  readonly asked: readonly Asked[];
  readonly stop: () => Promise<void>;
}> {
  const vendor = await scriptedVendor((asked): Answer => {
    if (asked.path.endsWith('/token'))
      return { body: { access_token: 'second', expires_in: 1_800, hub_id: 1 } };
    return asked.headers.authorization === 'Bearer first' || never
      ? { status: 401, body: { status: 'error', category: 'EXPIRED_AUTHENTICATION' } }
      : { body: { portalId: 1, timeZone: 'UTC' } };
  });
  const app = { ...hubspotApp, apiBaseUrl: vendor.url };
  const ports = testPorts<Secrets>({
    accessToken: 'first',
    refreshToken: 'refresh',
    expiresAt: new Date(Date.now() + 1_800_000).toISOString(),
  });
  const settings = { portalId: '1', entries: 'notes' as const };
  const connector = hubspot.create({ app, settings, ports });
  return { connector, ports, asked: vendor.asked, stop: vendor.stop };
}

const hubspotApp = {
  appId: '1',
  clientId: 'id',
  clientSecret: 'secret',
  authorizeUrl: 'http://localhost/authorize',
  timeoutMs: 5_000,
};

describe('the limits', () => {
  test('of calls and of searches are told with their own wait', async () => {
    const made = await installed({ limits: { calls: 2, searchesPerSecond: 1 } });
    const search = () => made.connector.changedContacts([], new Date(0));
    await search();
    await expect(search()).rejects.toMatchObject({
      failure: { code: 'RATE_LIMITED', retryAfterMs: 1_000 },
    });
    await made.connector.check();
    await made.connector.check();
    await expect(made.connector.check()).rejects.toMatchObject({
      failure: { code: 'RATE_LIMITED', retryAfterMs: 10_000 },
    });
    expect(made.ports.paced).toEqual(['search', 'search', 'standard', 'standard', 'standard']);
  });
});
