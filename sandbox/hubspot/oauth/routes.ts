import express, { type Request, type Response, type Router } from 'express';
import type { World } from '../world.ts';
import { grantTokens } from './grants.ts';
import { consentPage, refusalPage } from './consent.ts';
import { SUPER_ADMIN } from './install.ts';

interface Ask {
  clientId: string;
  redirectUri: string;
  scopes: string[];
  optionalScopes: string[];
  state: string | undefined;
  challenge: string | undefined;
}

const OAUTH = '/oauth/2026-09';

/** The consent page, and the token endpoint with its introspection and revocation. */
export function oauthRoutes(world: World, router: Router): void {
  const form = express.urlencoded({ extended: false });
  router.get('/oauth/authorize', (req, res) => {
    const ask = askOf(new URL(req.originalUrl, 'http://localhost').searchParams);
    const refusal = refusalOf(world, ask);
    const html =
      refusal === undefined ? consentPage(world, ask, req.originalUrl) : refusalPage(refusal);
    page(res, refusal === undefined ? 200 : 400, html, ask);
  });
  router.post('/oauth/authorize', form, (req, res) => {
    const fields = formOf(req);
    const ask = askOf(fields);
    const refusal = refusalOf(world, ask);
    if (refusal !== undefined) {
      page(res, 400, refusalPage(refusal), ask);
      return;
    }
    res.redirect(302, decide(world, ask, fields));
  });
  router.post(`${OAUTH}/token`, form, (req, res) => {
    const { status, body } = grantTokens(world, formOf(req));
    res.status(status).set('Cache-Control', 'no-store').json(body);
  });
  router.post(`${OAUTH}/token/introspect`, form, (req, res) => {
    res.status(200).json(introspect(world, formOf(req).get('token') ?? ''));
  });
  router.post(`${OAUTH}/token/revoke`, form, (req, res) => {
    world.tokens.revoke(formOf(req).get('token') ?? '');
    res.status(200).end();
  });
}

function formOf(req: Request): URLSearchParams {
  const fields = (req.body ?? {}) as Record<string, string | string[]>;
  return new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
  );
}

function askOf(fields: URLSearchParams): Ask {
  const scopes = (name: string) =>
    (fields.get(name) ?? '').split(/[ ,]+/).filter((one) => one !== '');
  return {
    clientId: fields.get('client_id') ?? '',
    redirectUri: fields.get('redirect_uri') ?? '',
    scopes: scopes('scope'),
    optionalScopes: scopes('optional_scope'),
    state: fields.get('state') ?? undefined,
    challenge: fields.get('code_challenge') ?? undefined,
  };
}

/** What is wrong with the authorize URL, in words for the developer who built it. */
function refusalOf({ app }: World, ask: Ask): string | undefined {
  if (ask.clientId !== app.clientId) return 'No app has this client_id.';
  if (!app.redirectUris.includes(ask.redirectUri)) {
    return 'The redirect_uri is not one of the redirect URLs of the app.';
  }
  const missing = app.requiredScopes.filter((scope) => !ask.scopes.includes(scope));
  if (missing.length > 0) return `The install URL lacks required scopes: ${missing.join(' ')}`;
  const known = [...app.requiredScopes, ...app.optionalScopes];
  const foreign = ask.scopes.filter((scope) => !known.includes(scope));
  return foreign.length > 0
    ? `The app does not declare these scopes: ${foreign.join(' ')}`
    : undefined;
}

function decide(world: World, ask: Ask, fields: URLSearchParams): string {
  const target = new URL(ask.redirectUri);
  if (ask.state !== undefined) target.searchParams.set('state', ask.state);
  const portalId = Number(fields.get('portal_id') ?? [...world.portals.keys()][0]);
  if (fields.get('decision') === 'cancel' || !world.portals.has(portalId)) {
    target.searchParams.set('error', 'access_denied');
    return target.href;
  }
  const grantable = ask.optionalScopes.filter((scope) => world.app.optionalScopes.includes(scope));
  const scopes = [...new Set([...ask.scopes, ...grantable])];
  const grant = { portalId, userId: SUPER_ADMIN, scopes };
  target.searchParams.set('code', world.tokens.issueCode(grant, ask.redirectUri, ask.challenge));
  return target.href;
}

function introspect(world: World, token: string): Record<string, unknown> {
  const access = world.tokens.access(token);
  const grant = access?.grant ?? world.tokens.refreshGrant(token);
  const expiresIn = access && Math.floor((access.expiresAt - world.clock.now()) / 1_000);
  if (grant === undefined || (expiresIn !== undefined && expiresIn <= 0)) return { active: false };
  return {
    active: true,
    token_type: 'bearer',
    token_use: access === undefined ? 'refresh_token' : 'access_token',
    client_id: world.app.clientId,
    app_id: world.app.appId,
    hub_id: grant.portalId,
    user_id: grant.userId,
    scopes: grant.scopes,
    ...(expiresIn !== undefined && { expires_in: expiresIn }),
  };
}

/** The form's answer leads away from here, so the redirect target belongs to form-action. */
function page(res: Response, status: number, html: string, { redirectUri }: Ask): void {
  const target = URL.parse(redirectUri)?.origin ?? '';
  res.status(status).type('html');
  res.set(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${target}; frame-ancestors 'none'; base-uri 'none'`,
  );
  res.send(html);
}
