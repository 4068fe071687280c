import express, { type Request, type Response, type Router } from 'express';
import type { Org } from '../org.ts';
import { type User, nameOf } from '../users.ts';
import { type World, tenantOf } from '../world.ts';
import { consentPage, refusalPage } from './consent.ts';
import { grantTokens, identityUrl, introspect } from './grants.ts';

const OAUTH = '/services/oauth2';

/** Login and approval, tokens, and who somebody is. */
export function oauthRoutes(world: World, router: Router): void {
  const form = express.urlencoded({ extended: false });
  router.get(`${OAUTH}/authorize`, (req, res) => {
    authorize(world, res, new URL(req.originalUrl, 'http://localhost').searchParams);
  });
  router.post(`${OAUTH}/authorize`, form, (req, res) => {
    authorize(world, res, formOf(req));
  });
  router.post(`${OAUTH}/token`, form, async (req, res) => {
    const fields = formOf(req);
    const basic = /^Basic (.+)$/.exec(req.headers.authorization ?? '')?.[1];
    if (basic !== undefined) {
      const [key = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
      fields.set('client_id', key);
      fields.set('client_secret', secret);
    }
    const { status, body } = await grantTokens(world, fields);
    res.status(status).set('Cache-Control', 'no-store').json(body);
  });
  router.post(`${OAUTH}/introspect`, form, (req, res) => {
    const fields = formOf(req);
    const known =
      fields.get('client_id') === world.app.consumerKey &&
      fields.get('client_secret') === world.app.consumerSecret;
    if (!known)
      res
        .status(401)
        .json({ error: 'invalid_client', error_description: 'invalid client credentials' });
    else res.json(introspect(world, fields.get('token') ?? ''));
  });
  router.post(`${OAUTH}/revoke`, form, (req, res) => {
    const found = world.sessions.revoke(formOf(req).get('token') ?? '');
    if (found) res.status(200).end();
    else
      res.status(400).json({
        error: 'unsupported_token_type',
        error_description: 'this token type is not supported',
      });
  });
  router.get(`${OAUTH}/userinfo`, (req, res) => {
    identity(world, req, res);
  });
  router.get('/id/:orgId/:userId', (req, res) => {
    identity(world, req, res);
  });
}

export function formOf(req: Request): URLSearchParams {
  const fields = (req.body ?? {}) as Record<string, string | string[]>;
  return new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    ),
  );
}

function authorize(world: World, res: Response, fields: URLSearchParams): void {
  const redirectUri = fields.get('redirect_uri') ?? '';
  const refusal = refusalOf(world, fields);
  if (refusal !== undefined) {
    page(res, { status: 400, html: refusalPage(...refusal), redirectUri });
    return;
  }
  if (!fields.has('decision')) {
    page(res, { status: 200, html: consentPage(world, fields), redirectUri });
    return;
  }
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(decide(world, fields)))
    target.searchParams.set(name, value);
  const state = fields.get('state');
  if (state !== null) target.searchParams.set('state', state);
  res.redirect(302, target.href);
}

function refusalOf({ app }: World, fields: URLSearchParams): [string, string] | undefined {
  if (fields.get('client_id') !== app.consumerKey)
    return ['invalid_client_id', 'client identifier invalid'];
  if (!app.redirectUris.includes(fields.get('redirect_uri') ?? '')) {
    return ['redirect_uri_mismatch', 'redirect_uri must match configuration'];
  }
  if (fields.get('response_type') !== 'code')
    return ['unsupported_response_type', 'response type not supported'];
  if (!app.requiresPkce) return undefined;
  if (fields.get('code_challenge') === null)
    return ['invalid_request', 'missing required code challenge'];
  return fields.get('code_challenge_method') === 'S256'
    ? undefined
    : ['invalid_request', 'code_challenge_method must be S256'];
}

/** What the redirect carries: a code, or why there is none. */
function decide(world: World, fields: URLSearchParams): Record<string, string> {
  const denied = { error: 'access_denied', error_description: 'end-user denied authorization' };
  if (fields.get('decision') !== 'allow') return denied;
  const [orgId, userId] = (fields.get('user') ?? '').split('/');
  const tenant = tenantOf(world, orgId === '' ? undefined : orgId);
  if (tenant === undefined) return denied;
  const user = tenant.org.user(userId ?? '') ?? tenant.org.admin();
  if (!tenant.org.installed && !user.admin) {
    return {
      error: 'OAUTH_APPROVAL_ERROR_GENERIC',
      error_description: 'invalid_client: app must be installed into org',
    };
  }
  return issue(world, fields, { orgId: tenant.org.id, userId: user.id });
}

function issue(
  { app, sessions }: World,
  fields: URLSearchParams,
  who: { orgId: string; userId: string },
): Record<string, string> {
  const scopes = (fields.get('scope') ?? app.scopes.join(' ')).split(/[ +]+/);
  if (scopes.some((one) => !app.scopes.includes(one))) {
    return { error: 'invalid_scope', error_description: 'the requested scope is not allowed' };
  }
  const challenge = fields.get('code_challenge') ?? undefined;
  const redirectUri = fields.get('redirect_uri') ?? '';
  return { code: sessions.issueCode({ ...who, scopes }, redirectUri, challenge) };
}

function identity(world: World, req: Request, res: Response): void {
  const found = askedBy(world, req);
  if (found === undefined) {
    res.status(403).type('text').send('Bad_OAuth_Token');
    return;
  }
  const { org, user } = found;
  const { orgId = org.id, userId = user.id } = req.params;
  if (userId !== user.id || orgId !== org.id) {
    res.status(403).type('text').send('Wrong_Org');
    return;
  }
  const origin = `http://${world.host}`;
  res.json({
    id: identityUrl(world, org.id, user.id),
    sub: identityUrl(world, org.id, user.id),
    asserted_user: true,
    user_id: user.id,
    organization_id: org.id,
    username: user.username,
    preferred_username: user.username,
    display_name: nameOf(user),
    name: nameOf(user),
    email: user.email,
    urls: {
      rest: `${origin}/services/data/v{version}/`,
      sobjects: `${origin}/services/data/v{version}/sobjects/`,
    },
    active: true,
    user_type: 'STANDARD',
    language: 'de',
    locale: 'de_DE',
  });
}

/** Whose token the request carries, in its header or, as old clients do, in the address. */
function askedBy(world: World, req: Request): { org: Org; user: User } | undefined {
  const { access_token: inQuery } = req.query;
  const token = /^(?:Bearer|OAuth) (.+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? inQuery;
  const grant = typeof token === 'string' ? world.sessions.session(token) : undefined;
  if (grant === undefined) return undefined;
  const org = tenantOf(world, grant.orgId)?.org;
  const user = org?.users.get(grant.userId);
  return org === undefined || user === undefined ? undefined : { org, user };
}

/** The form's answer leads away from here, so the redirect target belongs to form-action. */
function page(
  res: Response,
  { status, html, redirectUri }: { status: number; html: string; redirectUri: string },
): void {
  const target = URL.parse(redirectUri)?.origin ?? '';
  res.status(status).type('html');
  res.set(
    'Content-Security-Policy',
    `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${target}; frame-ancestors 'none'; base-uri 'none'`,
  );
  res.send(html);
}
