import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Clock, createClock } from '../../sandbox/clock.ts';
import { type HubSpotEmulator, startHubSpot } from '../../sandbox/hubspot/index.ts';

const REDIRECT = 'http://127.0.0.1:9/oauth/hubspot';

let clock: Clock;
let hubspot: HubSpotEmulator;
let headers: Record<string, string>;

beforeEach(async () => {
  clock = createClock({ frozen: true });
  hubspot = await startHubSpot({
    clock,
    app: {
      redirectUris: [REDIRECT],
      eventTypes: [
        {
          uid: 'mention',
          objectType: 'CONTACT',
          headerTemplate: 'Mentioned',
          detailTemplate: '{{text}}',
        },
      ],
    },
  });
  const { access_token } = hubspot.portal().install();
  headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
});

afterEach(async () => {
  await hubspot.close();
});

async function call(method: string, path: string, body?: object) {
  const answer = await fetch(hubspot.url + path, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    body: (text === '' ? {} : JSON.parse(text)) as { category?: string },
  };
}

const post = (path: string, body: object) => call('POST', path, body);

describe('properties', () => {
  const path = '/crm/properties/2026-09/contacts';
  const score = {
    name: 'echo_score',
    label: 'Score',
    type: 'number',
    fieldType: 'number',
    groupName: 'contactinformation',
  };

  test('are created once, archived, and come back by the same creation', async () => {
    expect((await post(path, score)).status).toBe(201);
    const again = await post(path, score);
    expect([again.status, again.body]).toMatchObject([
      409,
      { category: 'OBJECT_ALREADY_EXISTS', subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS' },
    ]);
    expect((await call('DELETE', `${path}/echo_score`)).status).toBe(204);
    expect((await call('GET', `${path}/echo_score`)).status).toBe(404);
    expect((await post(path, score)).status).toBe(201);
  });
});

describe('app events', () => {
  const path = '/integrators/timeline/2026-03/events';

  test('are taken once per id, and a batch is all or nothing', async () => {
    const [objectId = ''] = hubspot.portal().seedContacts([{ email: 'a@example.com' }]);
    const event = (id: string) => ({
      eventTypeName: 'mention',
      id,
      objectId,
      properties: { text: 'hi' },
    });
    expect((await post(path, event('1'))).status).toBe(201);
    expect((await post(`${path}/batch`, { inputs: [event('2'), event('1')] })).status).toBe(409);
    expect(
      hubspot
        .portal()
        .timelineOf(objectId)
        .map(({ id }) => id),
    ).toEqual(['1']);
  });

  test('are refused to an app without approval', async () => {
    hubspot.portal().switches.appEventsApproved = false;
    expect((await post(path, {})).status).toBe(403);
  });
});

describe('OAuth', () => {
  const form = (fields: Record<string, string>) =>
    fetch(`${hubspot.url}/oauth/2026-09/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: hubspot.app.clientId,
        client_secret: hubspot.app.clientSecret,
        ...fields,
      }),
    });

  const approve = async (scope: string) => {
    const answer = await fetch(`${hubspot.url}/oauth/authorize`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        client_id: hubspot.app.clientId,
        redirect_uri: REDIRECT,
        scope,
        state: 's1',
        decision: 'install',
      }),
    });
    return { status: answer.status, location: answer.headers.get('location') };
  };

  test('consent answers a code that works once', async () => {
    const { location } = await approve(hubspot.app.requiredScopes.join(' '));
    const back = new URL(location ?? '');
    expect(back.searchParams.get('state')).toBe('s1');
    const code = back.searchParams.get('code') ?? '';
    const redeem = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
    const first = await form(redeem);
    expect(await first.json()).toMatchObject({
      expires_in: 1_800,
      hub_id: hubspot.portal().portalId,
    });
    expect((await form(redeem)).status).toBe(400);
  });

  test('consent refuses a URL without a required scope', async () => {
    expect((await approve('oauth')).status).toBe(400);
  });

  test('an access token ends after 1800 seconds', async () => {
    clock.advance(1_800_000);
    const { status, body } = await call('GET', '/account-info/2026-09/details');
    expect([status, body.category]).toEqual([401, 'EXPIRED_AUTHENTICATION']);
  });

  test("a revoked token and a wrong client are told apart: the customer's matter, and ours", async () => {
    const refresh = (client_id: string) =>
      form({ grant_type: 'refresh_token', refresh_token: 'x', client_id });
    expect(await (await refresh(hubspot.app.clientId)).json()).toMatchObject({
      error: 'invalid_grant',
      status: 'BAD_REFRESH_TOKEN',
    });
    expect(await (await refresh('other')).json()).toMatchObject({
      error: 'invalid_client',
      status: 'BAD_CLIENT_ID',
    });
  });

  test('after an uninstall by API every token of the account is dead', async () => {
    expect((await call('DELETE', '/appinstalls/2026-09/external-install')).status).toBe(204);
    expect((await call('GET', '/account-info/2026-09/details')).status).toBe(401);
  });
});
