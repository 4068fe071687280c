import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BACK, type Scene, V, approve, codeOf, openScene, pkce } from './salesforce-org.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});

afterEach(async () => {
  await scene.salesforce.close();
});

const asked = (challenge: string) => ({ code_challenge: challenge, code_challenge_method: 'S256' });

async function connect(more: Record<string, string> = {}) {
  const { verifier, challenge } = pkce();
  const back = await approve(scene.salesforce, { ...asked(challenge), ...more });
  const reply = await scene.token({
    grant_type: 'authorization_code',
    code: back.get('code') ?? '',
    redirect_uri: BACK,
    code_verifier: verifier,
  });
  return { back, reply };
}

const callWith = (accessToken: unknown) =>
  scene.call('GET', `${V}/limits`, undefined, { authorization: `Bearer ${String(accessToken)}` });
const refresh = (token: unknown) =>
  scene.token({ grant_type: 'refresh_token', refresh_token: String(token) });

describe('the web server flow', () => {
  test('leads through the approval page to a token that names org, user and instance', async () => {
    const { back, reply } = await connect();
    expect(back.get('state')).toBe('xyz');
    expect(reply.body).toMatchObject({
      token_type: 'Bearer',
      instance_url: scene.salesforce.url,
      scope: 'api refresh_token',
    });
    expect(String(reply.body.access_token)).toMatch(/^00D000000000001!/);
    const who = await fetch(reply.body.id, {
      headers: { authorization: `Bearer ${String(reply.body.access_token)}` },
    });
    expect(await who.json()).toMatchObject({ organization_id: '00D000000000001EAA' });
    expect((await callWith(reply.body.access_token)).status).toBe(200);
  });

  test('takes a code once, with its own verifier and redirect address', async () => {
    const { verifier, challenge } = pkce();
    const code = async () => (await approve(scene.salesforce, asked(challenge))).get('code') ?? '';
    const base = { grant_type: 'authorization_code', redirect_uri: BACK };
    const wrong = await scene.token({
      ...base,
      code: await code(),
      code_verifier: pkce().verifier,
    });
    expect([wrong.status, wrong.body.error]).toEqual([400, 'invalid_grant']);
    const long = await scene.token({ ...base, code: await code(), code_verifier: 'x'.repeat(171) });
    expect(long.body.error).toBe('invalid_grant');
    const none = await scene.token({ ...base, code: await code() });
    expect(none.body.error).toBe('invalid_request');
    const used = await code();
    expect((await scene.token({ ...base, code: used, code_verifier: verifier })).status).toBe(200);
    expect((await scene.token({ ...base, code: used, code_verifier: verifier })).status).toBe(400);
  });

  test('refuses an address without S256, an unknown redirect and a wrong secret', async () => {
    const page = (more: Record<string, string>) =>
      fetch(
        `${scene.salesforce.url}/services/oauth2/authorize?${new URLSearchParams({
          response_type: 'code',
          client_id: scene.salesforce.app.consumerKey,
          redirect_uri: BACK,
          ...more,
        }).toString()}`,
      );
    expect((await page({ code_challenge: 'x' })).status).toBe(400);
    expect((await page({ ...asked('x'), redirect_uri: 'http://evil.example' })).status).toBe(400);
    expect((await page(asked('x'))).status).toBe(200);
    const wrong = await scene.token({ grant_type: 'refresh_token', client_secret: 'no' });
    expect(wrong.body.error).toBe('invalid_client');
  });

  test('sends end users away while the package is not installed, and admins through', async () => {
    scene.org.uninstall();
    const agent = scene.org.user('agent@sample.example');
    const denied = await connect({ user: `${scene.org.id}/${agent.id}` });
    expect(denied.back.get('error')).toBe('OAUTH_APPROVAL_ERROR_GENERIC');
    expect((await connect()).back.get('code')).not.toBeNull();
    expect((await connect({ decision: 'deny' })).back.get('error')).toBe('access_denied');
  });
});

describe('refreshing', () => {
  test('gives a new refresh token each time', async () => {
    const { reply } = await connect();
    const first = await refresh(reply.body.refresh_token);
    expect(first.body.refresh_token).not.toBe(reply.body.refresh_token);
    expect((await refresh(first.body.refresh_token)).status).toBe(200);
  });

  test('with a token that has been replaced ends the whole family', async () => {
    const { reply } = await connect();
    const first = await refresh(reply.body.refresh_token);
    const stolen = await refresh(reply.body.refresh_token);
    expect(stolen.body).toEqual({
      error: 'invalid_grant',
      error_description: 'expired access/refresh token',
    });
    expect((await refresh(first.body.refresh_token)).status).toBe(400);
    expect(codeOf(await callWith(first.body.access_token))).toBe('INVALID_SESSION_ID');
  });

  test('twice at once is refused, and the grant survives', async () => {
    scene.salesforce.settings.refreshTakesMs = 60;
    const { reply } = await connect();
    const both = await Promise.all([
      refresh(reply.body.refresh_token),
      refresh(reply.body.refresh_token),
    ]);
    const [won, lost] = both.toSorted((a, b) => a.status - b.status);
    expect([won?.status, lost?.body.error_description]).toEqual([
      200,
      'token request is already being processed',
    ]);
    expect((await refresh(won?.body.refresh_token)).status).toBe(200);
  });

  test('ends after 30 days without use', async () => {
    const { reply } = await connect();
    scene.clock.advance(31 * 86_400_000);
    expect((await refresh(reply.body.refresh_token)).status).toBe(400);
  });
});

test('a session ends two hours after its last use, and the client credentials flow opens one without a person', async () => {
  scene.salesforce.app.runAs = 'integration@sample.example';
  const reply = await scene.token({ grant_type: 'client_credentials' });
  expect(reply.body.refresh_token).toBeUndefined();
  scene.clock.advance(7_000_000);
  expect((await callWith(reply.body.access_token)).status).toBe(200);
  scene.clock.advance(7_200_000);
  const late = await callWith(reply.body.access_token);
  expect([late.status, codeOf(late)]).toEqual([401, 'INVALID_SESSION_ID']);
});

test('introspection and revocation: an access token ends alone, a refresh token with its sessions', async () => {
  const { reply } = await connect();
  const { consumerKey, consumerSecret } = scene.salesforce.app;
  const post = (what: string, token: unknown) =>
    fetch(`${scene.salesforce.url}/services/oauth2/${what}`, {
      method: 'POST',
      body: new URLSearchParams({
        token: String(token),
        client_id: consumerKey,
        client_secret: consumerSecret,
      }),
    });
  const active = async (token: unknown) =>
    ((await (await post('introspect', token)).json()) as { active: boolean }).active;
  const again = await refresh(reply.body.refresh_token);
  expect(await active(reply.body.access_token)).toBe(true);
  await post('revoke', reply.body.access_token);
  expect(await active(reply.body.access_token)).toBe(false);
  expect(await active(again.body.access_token)).toBe(true);
  await post('revoke', again.body.refresh_token);
  expect(await active(again.body.access_token)).toBe(false);
});
