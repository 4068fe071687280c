import type { z } from 'zod';
import type { OAuthInstall } from '../../../src/contract/definition.ts';
import { manifest } from '../../../src/contract/manifest.ts';
import type { Clock } from '../../../src/contract/ports.ts';
import { transmit, type Line } from './client.ts';
import { grantFailure, hubspotError, type Occasion } from './failures.ts';
import { ACCOUNT, REVOKE, TOKEN } from './paths.ts';
import type { App, Secrets, Settings } from './settings.ts';
import { account, token } from './wire.ts';

type Grant =
  | { readonly grant_type: 'authorization_code'; readonly code: string; redirect_uri: string }
  | { readonly grant_type: 'refresh_token'; readonly refresh_token: string };

export function oauthInstall(app: App, clock: Clock): OAuthInstall<Settings, Secrets> {
  return {
    authorizeUrl: ({ state, redirectUri }) => authorizeUrl(app, state, redirectUri),
    async exchange({ code, redirectUri }) {
      const now = clock.now();
      const granted = await requestToken(
        app,
        { grant_type: 'authorization_code', code, redirect_uri: redirectUri },
        now,
      );
      const { hub_id: hubId, refresh_token: refreshToken } = granted;
      if (hubId === undefined || refreshToken === undefined)
        throw hubspotError({ code: 'UNEXPECTED_SHAPE', where: `POST ${TOKEN}` });
      const portalId = String(hubId);
      return {
        accountId: portalId,
        title: `HubSpot ${portalId}`,
        settings: {
          portalId,
          ...(app.appEventType === undefined
            ? { entries: 'notes' as const }
            : { entries: 'app_events' as const, appEventType: app.appEventType }),
          ...(await portalDetails(app, granted.access_token)),
        },
        secrets: toSecrets(granted, refreshToken, now),
      };
    },
  };
}

function authorizeUrl(app: App, state: string, redirectUri: string): string {
  const url = new URL(app.authorizeUrl);
  // encodeURIComponent and not URLSearchParams: HubSpot wants the spaces between scopes as %20.
  url.search = Object.entries({
    client_id: app.clientId,
    redirect_uri: redirectUri,
    scope: manifest.crm.hubspot.scopes.join(' '),
    state,
  })
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  return url.href;
}

/** Trades the refresh token for new tokens. Call it only within the secret slot's `renew`. */
export async function refresh(app: App, old: Secrets, now: Date): Promise<Secrets> {
  const grant = { grant_type: 'refresh_token', refresh_token: old.refreshToken } as const;
  const granted = await requestToken(app, grant, now);
  return toSecrets(granted, granted.refresh_token ?? old.refreshToken, now);
}

/** Makes a refresh token useless. One that already is counts as success. */
export async function revoke(app: App, refreshToken: string, now: Date): Promise<void> {
  const form = {
    client_id: app.clientId,
    client_secret: app.clientSecret,
    token_type_hint: 'refresh_token',
    token: refreshToken,
  };
  const reply = await transmit(openLine(app), { method: 'POST', path: REVOKE, form });
  if (reply.status < 400 || reply.status === 404) return;
  const failure = grantFailure(reply, 'refresh_token', occasion(REVOKE, now));
  if (failure.code !== 'AUTH_EXPIRED') throw hubspotError(failure);
}

async function requestToken(app: App, grant: Grant, now: Date): Promise<z.infer<typeof token>> {
  const form = { ...grant, client_id: app.clientId, client_secret: app.clientSecret };
  const reply = await transmit(openLine(app), { method: 'POST', path: TOKEN, form });
  if (reply.status >= 400)
    throw hubspotError(grantFailure(reply, grant.grant_type, occasion(TOKEN, now)));
  const granted = token.safeParse(reply.body);
  if (granted.success) return granted.data;
  throw hubspotError({ code: 'UNEXPECTED_SHAPE', where: `POST ${TOKEN}` });
}

/** Comfort for links and daily limits. The code is spent by now, so a failure here must not cost the admin the grant. */
async function portalDetails(
  app: App,
  accessToken: string,
): Promise<Pick<Settings, 'uiDomain' | 'timeZone'>> {
  const call = { method: 'GET', path: ACCOUNT } as const;
  const reply = await transmit({ ...openLine(app), accessToken }, call).catch(() => undefined);
  const details = account.safeParse(reply?.body);
  if (reply?.status !== 200 || !details.success) return {};
  const { timeZone, uiDomain } = details.data;
  return { timeZone, ...(uiDomain === undefined ? {} : { uiDomain }) };
}

function toSecrets(granted: z.infer<typeof token>, refreshToken: string, now: Date): Secrets {
  const expiresAt = new Date(now.getTime() + granted.expires_in * 1_000).toISOString();
  return { accessToken: granted.access_token, refreshToken, expiresAt };
}

function openLine(app: App): Line {
  return { baseUrl: app.apiBaseUrl, timeoutMs: app.timeoutMs, accessToken: undefined };
}

function occasion(path: string, now: Date): Occasion {
  return { where: `POST ${path}`, now, timeZone: undefined };
}
