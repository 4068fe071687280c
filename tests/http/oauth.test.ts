import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConnection } from '../../src/store/connections.ts';
import { testService, type TestService } from './service.ts';
import {
  admin,
  atRest,
  consentUrl,
  decide,
  eventually,
  installHubSpot,
  newWorkspace,
  sendWebhook,
} from './wire.ts';

const [A, B, C] = [5_801_001, 5_801_002, 5_801_003];
const TOKEN = 'POST /oauth/2026-09/token';

let service: TestService;
let workspace: string;
beforeAll(async () => {
  service = await testService({
    hubspot: { portals: [{ portalId: A }, { portalId: B }, { portalId: C }] },
  });
  workspace = await newWorkspace(service);
});
afterAll(() => service.close());

const callback = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${service.url}/oauth/hubspot/callback${query}`, { headers });
const tokenCalls = () => total(service.emulator.stats.report().calls[TOKEN]);
const total = (byStatus: Readonly<Record<string, number>> = {}) =>
  Object.values(byStatus).reduce((sum, n) => sum + n, 0);

interface CrmState {
  readonly id: string;
  readonly state: string;
  readonly account: string;
}

async function crmOf(of: string): Promise<CrmState | undefined> {
  const { body } = await admin(service, 'GET', `/workspaces/${of}`);
  return (body as { connections: CrmState[] }).connections[0];
}

/** Makes many jobs that all call HubSpot. */
async function askForMirror(of: string): Promise<void> {
  const crm = await crmOf(of);
  await admin(service, 'POST', `/workspaces/${of}/connections/${crm?.id ?? ''}/mirror`);
}

async function waitForState(of: string, state: string): Promise<void> {
  await eventually(`a ${state} connection`, async () =>
    (await crmOf(of))?.state === state ? true : undefined,
  );
}

describe('an admin comes back from the consent page', () => {
  test.each([
    ['de-DE,de;q=0.9,en;q=0.8', 'Verbunden', 'de'],
    ['en-GB,en;q=0.9', 'Connected', 'en'],
    ['fr', 'Connected', 'en'],
    ['*', 'Connected', 'en'],
  ])('with Accept-Language %s: %s', async (language, title, lang) => {
    const back = await decide(await consentUrl(service, workspace), { portalId: A });
    const page = await fetch(back, { headers: { 'accept-language': language } });
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain(`<h1>${title}</h1>`);
    expect(html).toContain(`<html lang="${lang}">`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    expect(html).not.toContain(new URL(back).searchParams.get('code'));
  });

  test('the same state again: refused, and no token is asked for', async () => {
    const back = await decide(await consentUrl(service, workspace), { portalId: A });
    expect((await fetch(back)).status).toBe(200);
    const before = tokenCalls();
    const again = await fetch(back);
    expect(again.status).toBe(400);
    expect(await again.text()).toContain('Not connected');
    expect(tokenCalls()).toBe(before);
  });

  test('two at once with one state: one is connected', async () => {
    const back = await decide(await consentUrl(service, workspace), { portalId: A });
    const statuses = await Promise.all(
      [fetch(back), fetch(back), fetch(back)].map(async (page) => (await page).status),
    );
    expect(statuses.sort()).toEqual([200, 400, 400]);
  });

  test('a state of ten minutes ago: refused', async () => {
    const back = await decide(await consentUrl(service, workspace), { portalId: A });
    await service.database.query(
      "update oauth_states set expires_at = now() - interval '1 second'",
    );
    const before = tokenCalls();
    expect((await fetch(back)).status).toBe(400);
    expect(tokenCalls()).toBe(before);
    await consentUrl(service, workspace);
    const { rows } = await service.database.query(
      'select from oauth_states where expires_at < now()',
    );
    expect(rows).toHaveLength(0);
  });

  test('a state that was given for another connector: refused', async () => {
    const back = await decide(await consentUrl(service, workspace), { portalId: A });
    await service.database.query("update oauth_states set connector = 'salesforce'");
    expect((await fetch(back)).status).toBe(400);
    await service.database.query('delete from oauth_states');
  });

  test.each([
    ['a forged state', `?state=${'f'.repeat(43)}&code=abc`],
    ['no state', '?code=abc'],
    ['no code', `?state=${'f'.repeat(43)}`],
    ['two states', `?state=${'f'.repeat(43)}&state=${'g'.repeat(43)}&code=abc`],
    ['a script for a state', '?state=%3Cscript%3Ealert(1)%3C/script%3E&code=%3Cscript%3E'],
    ['a NUL for a state', `?state=${'%00'.repeat(40)}&code=a`],
  ])('%s: a page that says nothing of it', async (_, query) => {
    const before = tokenCalls();
    const page = await callback(query);
    expect(page.status).toBe(400);
    const html = await page.text();
    expect(html).toContain('Not connected');
    expect(html).not.toMatch(/<script|fffff|abc/);
    expect(tokenCalls()).toBe(before);
  });

  test('who declined is told so, in their language, and nothing is stored', async () => {
    const consent = await consentUrl(service, workspace);
    const before = await service.countRows();
    const back = await decide(consent, { decision: 'cancel' });
    const page = await fetch(back, { headers: { 'accept-language': 'de' } });
    expect(await page.text()).toContain('Sie haben den Zugriff nicht erteilt');
    expect(await service.countRows()).toEqual(before);
  });

  test('a code that was used: a page for people, not an error for programs', async () => {
    const used = new URL(await decide(await consentUrl(service, workspace), { portalId: A }));
    expect((await fetch(used)).status).toBe(200);
    const next = new URL(await decide(await consentUrl(service, workspace), { portalId: A }));
    next.searchParams.set('code', used.searchParams.get('code') ?? '');
    const page = await fetch(next);
    expect(page.status).toBe(400);
    expect(page.headers.get('content-type')).toContain('text/html');
  });

  test('HubSpot is away: a page that says to try again', async () => {
    const back = await decide(await consentUrl(service, workspace), { portalId: A });
    service.emulator.faults.add({ kind: 'status', status: 503, path: '/token' });
    const page = await fetch(back);
    expect(page.status).toBe(502);
    expect(await page.text()).toContain('Try again');
  });

  test('a CRM of another workspace: 409, and that workspace keeps it', async () => {
    const other = await newWorkspace(service);
    const page = await installHubSpot(service, other, A);
    expect(page.status).toBe(409);
    expect(await crmOf(other)).toBeUndefined();
    expect(await crmOf(workspace)).toMatchObject({ account: String(A), state: 'active' });
  });
});

describe('the access', () => {
  test('of a second installation replaces the first, in the same connection', async () => {
    const before = await crmOf(workspace);
    const sealed = () =>
      service.database.query('select secrets from connections where id = $1', [before?.id]);
    const { rows: old } = await sealed();
    await installHubSpot(service, workspace, A);
    expect(await crmOf(workspace)).toMatchObject({ id: before?.id, state: 'active' });
    expect((await sealed()).rows).not.toEqual(old);
  });

  test('ends with an uninstall: revoked, no further call, work kept; a new installation takes it up', async () => {
    const mine = await newWorkspace(service);
    await installHubSpot(service, mine, B);
    await atRest(service);
    service.emulator.portal(B).uninstall();
    await askForMirror(mine);
    await waitForState(mine, 'revoked');
    await atRest(service);
    const { rows: kept } = await service.database.query('select id from deliveries');
    const calls = service.emulator.stats.report().total;
    expect(
      (
        await sendWebhook(
          service,
          JSON.stringify([
            { portalId: B, subscriptionType: 'contact.creation', objectId: 1, occurredAt: 1 },
          ]),
        )
      ).status,
    ).toBe(204);
    await askForMirror(mine);
    await atRest(service);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(service.emulator.stats.report().total).toBe(calls);
    expect((await service.database.query('select id from deliveries')).rows).toEqual(kept);
    const health = (await (await fetch(`${service.url}/health`)).json()) as { status: string };
    expect(health.status).toBe('degraded');
    await installHubSpot(service, mine, B);
    await waitForState(mine, 'active');
    await atRest(service);
    expect(service.emulator.stats.report().total).toBeGreaterThan(calls);
  });

  test('is renewed by one call, however many jobs find it expired at once', async () => {
    const { app } = service.running;
    const { rows } = await service.database.query<{ id: string }>(
      'select id from connections where workspace_id = $1',
      [workspace],
    );
    await atRest(service);
    service.emulator.clock.advance(31 * 60_000);
    const before = tokenCalls();
    const connection = await app.database.inWorkspace(workspace, (tx) =>
      readConnection(tx, rows[0]?.id ?? ''),
    );
    if (connection === undefined) throw new Error('the connection is gone');
    const reads = Array.from({ length: 12 }, () =>
      app.openCrm(workspace, connection).readContacts(['email'], ['1']),
    );
    await Promise.all(reads);
    expect(tokenCalls()).toBe(before + 1);
  });
});

describe('our own app settings are wrong', () => {
  test('the work is parked, and no customer is taken for gone', async () => {
    const mine = await newWorkspace(service);
    await installHubSpot(service, mine, C);
    await atRest(service);
    service.emulator.clock.advance(31 * 60_000);
    const right = service.emulator.app.clientSecret;
    service.emulator.app.clientSecret = 'another-secret-of-the-app';
    await askForMirror(mine);
    const parked = await eventually('parked work', async () => {
      const { body } = await admin(service, 'GET', `/workspaces/${mine}/parked`);
      const { parked: list } = body as { parked: { id: string; what: string; reason: string }[] };
      return list.length > 0 ? list : undefined;
    });
    service.emulator.app.clientSecret = right;
    expect(parked[0]).toMatchObject({
      what: 'mirror',
      reason: expect.stringContaining('not set up'),
    });
    expect(await crmOf(mine)).toMatchObject({ state: 'active' });

    const path = `/workspaces/${mine}/parked/${parked[0]?.id ?? ''}/retry`;
    expect(
      (await admin(service, 'POST', `/workspaces/${workspace}/parked/${parked[0]?.id ?? ''}/retry`))
        .status,
    ).toBe(404);
    expect((await admin(service, 'POST', path)).status).toBe(202);
    expect((await admin(service, 'POST', path)).status).toBe(404);
    await atRest(service);
    expect((await admin(service, 'GET', `/workspaces/${mine}/parked`)).body).toEqual({
      parked: [],
    });
  });
});
