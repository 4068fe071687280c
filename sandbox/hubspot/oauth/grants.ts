import type { World } from '../world.ts';
import type { Grant } from './tokens.ts';

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const failed = (error: string, status: string, description: string): Answer => ({
  status: 400,
  body: { error, error_description: description, status, message: description },
});

/** The token endpoint's three grants. Secrets are read from the form only, never from the query. */
export function grantTokens(world: World, form: URLSearchParams): Answer {
  const { app } = world;
  if (form.get('client_id') !== app.clientId) {
    return failed('invalid_client', 'BAD_CLIENT_ID', 'missing or unknown client id');
  }
  if (form.get('client_secret') !== app.clientSecret) {
    return failed('invalid_client', 'BAD_CLIENT_SECRET', 'missing or invalid client secret');
  }
  const grant = GRANTS.get(form.get('grant_type') ?? '');
  return grant === undefined
    ? failed('unsupported_grant_type', 'BAD_GRANT_TYPE', 'missing or unknown grant type')
    : grant(world, form);
}

const GRANTS = new Map([
  ['authorization_code', fromCode],
  ['refresh_token', fromRefreshToken],
  ['client_credentials', fromCredentials],
]);

function fromCode(world: World, form: URLSearchParams): Answer {
  const grant = world.tokens.redeemCode(
    form.get('code') ?? '',
    form.get('redirect_uri') ?? '',
    form.get('code_verifier') ?? undefined,
  );
  if (grant === undefined) {
    return failed('invalid_grant', 'BAD_AUTH_CODE', 'missing or unknown auth code');
  }
  const portal = world.portals.get(grant.portalId);
  if (portal === undefined) return failed('access_denied', 'BAD_HUB', 'the account does not exist');
  portal.installed = true;
  return granted(world, grant, world.tokens.issueRefresh(grant));
}

function fromRefreshToken(world: World, form: URLSearchParams): Answer {
  const token = form.get('refresh_token') ?? '';
  const grant = world.tokens.refreshGrant(token);
  if (grant === undefined) {
    const description = 'refresh token is invalid, expired or revoked';
    return failed('invalid_grant', 'BAD_REFRESH_TOKEN', description);
  }
  const portal = world.portals.get(grant.portalId);
  if (portal === undefined || portal.closed) {
    return failed('access_denied', 'BAD_HUB', 'the account is not available');
  }
  if (!world.app.rotatesRefreshTokens) return granted(world, grant, token);
  world.tokens.revoke(token);
  return granted(world, grant, world.tokens.issueRefresh(grant));
}

function fromCredentials(world: World, form: URLSearchParams): Answer {
  const scopes = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (scopes.length === 0 || scopes.some((scope) => !scope.startsWith('developer.'))) {
    return failed('invalid_scope', 'BAD_SCOPE', 'client credentials carry developer scopes only');
  }
  return {
    status: 200,
    body: {
      access_token: world.tokens.issueAccess(scopes),
      expires_in: 1_800,
      token_type: 'bearer',
      token_use: 'access_token',
      scopes,
    },
  };
}

function granted(world: World, grant: Grant, refreshToken: string): Answer {
  return {
    status: 200,
    body: {
      access_token: world.tokens.issueAccess(grant.scopes, grant),
      refresh_token: refreshToken,
      expires_in: 1_800,
      token_type: 'bearer',
      token_use: 'access_token',
      hub_id: grant.portalId,
      user_id: grant.userId,
      scopes: grant.scopes,
    },
  };
}
