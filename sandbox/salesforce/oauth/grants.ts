import { createHmac } from 'node:crypto';
import type { Org } from '../org.ts';
import { type World, tenantOf } from '../world.ts';
import type { Grant } from './sessions.ts';

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const refusal = (error: string, error_description: string, status = 400): Answer => ({
  status,
  body: { error, error_description },
});

/** The token endpoint. */
export async function grantTokens(world: World, form: URLSearchParams): Promise<Answer> {
  const { app } = world;
  if (form.get('client_id') !== app.consumerKey)
    return refusal('invalid_client_id', 'client identifier invalid');
  if (form.get('client_secret') !== app.consumerSecret)
    return refusal('invalid_client', 'invalid client credentials');
  const kind = form.get('grant_type');
  if (kind === 'authorization_code') return byCode(world, form);
  if (kind === 'refresh_token') return byRefresh(world, form.get('refresh_token') ?? '');
  if (kind === 'client_credentials') return byClient(world, form);
  return refusal('unsupported_grant_type', 'grant type not supported');
}

function byCode(world: World, form: URLSearchParams): Answer {
  const used = world.sessions.useCode(form.get('code') ?? '', {
    redirectUri: form.get('redirect_uri') ?? '',
    verifier: form.get('code_verifier') ?? undefined,
    needsPkce: world.app.requiresPkce,
  });
  if ('error' in used) return refusal(used.error, used.error_description);
  const withRefresh =
    used.scopes.includes('refresh_token') || used.scopes.includes('offline_access');
  return opened(world, used, world.sessions.open(used, withRefresh));
}

async function byRefresh(world: World, token: string): Promise<Answer> {
  const begun = world.sessions.beginRefresh(token);
  if (begun === 'busy') return refusal('invalid_grant', 'token request is already being processed');
  if (begun !== 'begun') return refusal('invalid_grant', 'expired access/refresh token');
  if (world.settings.refreshTakesMs > 0) {
    await new Promise((resolve) => setTimeout(resolve, world.settings.refreshTakesMs));
  }
  const done = world.sessions.finishRefresh(token, world.app.rotatesRefreshTokens);
  if (done === undefined) return refusal('invalid_grant', 'expired access/refresh token');
  const { grant, accessToken, refreshToken } = done;
  return opened(world, grant, {
    accessToken,
    // Without rotation the answer names no refresh token: the old one stays.
    refreshToken: world.app.rotatesRefreshTokens ? refreshToken : undefined,
  });
}

/** `org` is no parameter of Salesforce's: the address of the org's own domain says it there. */
function byClient(world: World, form: URLSearchParams): Answer {
  const tenant = tenantOf(world, form.get('org') ?? undefined);
  if (tenant === undefined || world.app.runAs === undefined) {
    return refusal('invalid_grant', 'no client credentials user enabled');
  }
  const user = tenant.org.user(world.app.runAs);
  if (user === undefined || !tenant.org.installed) {
    return refusal('invalid_client', 'app must be installed into org');
  }
  const grant = {
    orgId: tenant.org.id,
    userId: user.id,
    scopes: world.app.scopes.filter((one) => one !== 'refresh_token'),
  };
  return opened(world, grant, world.sessions.open(grant, false));
}

function opened(
  world: World,
  { orgId, userId, scopes }: Grant,
  { accessToken, refreshToken }: { accessToken: string; refreshToken: string | undefined },
): Answer {
  const id = identityUrl(world, orgId, userId);
  const issued = String(world.clock.now());
  const signature = createHmac('sha256', world.app.consumerSecret)
    .update(id + issued)
    .digest('base64');
  return {
    status: 200,
    body: {
      access_token: accessToken,
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
      signature,
      scope: scopes.join(' '),
      instance_url: `http://${world.host}`,
      id,
      token_type: 'Bearer',
      issued_at: issued,
    },
  };
}

export const identityUrl = (world: World, orgId: string, userId: string): string =>
  `http://${world.host}/id/${orgId}/${userId}`;

export function introspect(world: World, token: string): Record<string, unknown> {
  const access = world.sessions.session(token);
  const grant = access ?? world.sessions.refreshGrant(token);
  const org: Org | undefined = grant && tenantOf(world, grant.orgId)?.org;
  if (grant === undefined || org === undefined) return { active: false };
  const seconds = (at: number) => Math.floor(at / 1_000);
  return {
    active: true,
    scope: grant.scopes.join(' '),
    client_id: world.app.consumerKey,
    username: org.users.get(grant.userId)?.username,
    sub: identityUrl(world, grant.orgId, grant.userId),
    token_type: access === undefined ? 'refresh_token' : 'access_token',
    iat: seconds(world.clock.now()),
    nbf: seconds(world.clock.now()),
    ...(access !== undefined && { exp: seconds(world.sessions.endOf(token)) }),
  };
}
