import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Random } from '../random.ts';
import type { Settings } from '../settings.ts';

/** What a user has granted to the app. Refresh tokens of one grant are a family. */
export interface Grant {
  readonly orgId: string;
  readonly userId: string;
  readonly scopes: readonly string[];
}

interface Family extends Grant {
  refreshToken: string | undefined;
  /** Tokens that have been replaced. Whoever shows one has stolen it, or lost the new one. */
  readonly spent: Set<string>;
  readonly sessions: Set<string>;
  usedAt: number;
  busy: boolean;
}

interface Session {
  readonly family: Family;
  usedAt: number;
}

interface Code {
  grant: Grant;
  redirectUri: string;
  challenge: string | undefined;
  expiresAt: number;
}

/** Five live grants of one user at most: a sixth ends the oldest. */
const MOST_GRANTS = 5;
const CODE_LIFETIME = 15 * 60_000;

/** Issues and ends codes, sessions and refresh tokens. */
export class SessionOffice {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #settings: Settings;
  readonly #codes = new Map<string, Code>();
  readonly #sessions = new Map<string, Session>();
  readonly #families: Family[] = [];

  constructor({ clock, random, settings }: { clock: Clock; random: Random; settings: Settings }) {
    this.#clock = clock;
    this.#random = random;
    this.#settings = settings;
  }

  issueCode(grant: Grant, redirectUri: string, challenge: string | undefined): string {
    const code = `aPrx${this.#random.hex(60)}==`;
    this.#codes.set(code, {
      grant,
      redirectUri,
      challenge,
      expiresAt: this.#clock.now() + CODE_LIFETIME,
    });
    return code;
  }

  /** A code works once; what is wrong with it, or the grant. */
  useCode(
    code: string,
    {
      redirectUri,
      verifier,
      needsPkce,
    }: { redirectUri: string; verifier: string | undefined; needsPkce: boolean },
  ): Grant | { error: string; error_description: string } {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    if (found === undefined)
      return { error: 'invalid_grant', error_description: 'invalid authorization code' };
    if (found.expiresAt <= this.#clock.now())
      return { error: 'invalid_grant', error_description: 'expired authorization code' };
    if (found.redirectUri !== redirectUri) {
      return {
        error: 'redirect_uri_mismatch',
        error_description: 'redirect_uri must match configuration',
      };
    }
    if (found.challenge === undefined && !needsPkce) return found.grant;
    if (verifier === undefined)
      return { error: 'invalid_request', error_description: 'missing required code verifier' };
    const right =
      /^[A-Za-z0-9._~-]{43,128}$/.test(verifier) &&
      createHash('sha256').update(verifier).digest('base64url') === found.challenge;
    return right
      ? found.grant
      : { error: 'invalid_grant', error_description: 'invalid code verifier' };
  }

  /** A new session, and a refresh token where the scopes allow one. */
  open(
    grant: Grant,
    withRefresh: boolean,
  ): { accessToken: string; refreshToken: string | undefined } {
    const mine = this.#families.filter(
      (one) =>
        one.userId === grant.userId && one.orgId === grant.orgId && one.refreshToken !== undefined,
    );
    const [oldest] = mine;
    if (withRefresh && mine.length >= MOST_GRANTS && oldest !== undefined) this.#end(oldest);
    const family: Family = {
      ...grant,
      refreshToken: withRefresh ? this.#refreshToken() : undefined,
      spent: new Set(),
      sessions: new Set(),
      usedAt: this.#clock.now(),
      busy: false,
    };
    this.#families.push(family);
    return { accessToken: this.#session(family), refreshToken: family.refreshToken };
  }

  /** The grant behind a live session; each use keeps it alive. */
  session(token: string): Grant | undefined {
    const session = this.#sessions.get(token);
    if (session === undefined) return undefined;
    const now = this.#clock.now();
    if (now - session.usedAt >= this.#settings.sessionIdleMs) {
      this.#sessions.delete(token);
      return undefined;
    }
    session.usedAt = now;
    return session.family;
  }

  /** When a session will end if nobody uses it, in milliseconds since 1970. */
  endOf(token: string): number {
    return (this.#sessions.get(token)?.usedAt ?? 0) + this.#settings.sessionIdleMs;
  }

  refreshGrant(token: string): Grant | undefined {
    return this.#families.find(({ refreshToken }) => refreshToken === token);
  }

  /** Marks a refresh as under way. 'spent' has just ended the whole family. */
  beginRefresh(token: string): 'begun' | 'busy' | 'spent' | 'unknown' {
    const family = this.#families.find(
      ({ refreshToken, spent }) => refreshToken === token || spent.has(token),
    );
    if (family === undefined) return 'unknown';
    if (family.busy) return 'busy';
    const idle = this.#clock.now() - family.usedAt > this.#settings.refreshIdleMs;
    if (family.refreshToken !== token || idle) {
      this.#end(family);
      return 'spent';
    }
    family.busy = true;
    return 'begun';
  }

  finishRefresh(
    token: string,
    rotate: boolean,
  ): { grant: Grant; accessToken: string; refreshToken: string } | undefined {
    const family = this.#families.find(({ refreshToken }) => refreshToken === token);
    if (family === undefined) return undefined;
    family.busy = false;
    family.usedAt = this.#clock.now();
    if (rotate) {
      family.spent.add(token);
      family.refreshToken = this.#refreshToken();
    }
    return {
      grant: family,
      accessToken: this.#session(family),
      refreshToken: family.refreshToken ?? token,
    };
  }

  /** A refresh token takes its whole grant along, an access token only itself. */
  revoke(token: string): boolean {
    const family = this.#families.find(({ refreshToken }) => refreshToken === token);
    if (family !== undefined) this.#end(family);
    return this.#sessions.delete(token) || family !== undefined;
  }

  /** All sessions end now; refresh tokens live on. */
  expireSessions(orgId: string): void {
    for (const [token, { family }] of this.#sessions) {
      if (family.orgId === orgId) this.#sessions.delete(token);
    }
  }

  /** The app is gone from the org, or an admin has revoked everything. */
  endAccess(orgId: string): void {
    for (const family of this.#families) if (family.orgId === orgId) this.#end(family);
  }

  #end(family: Family): void {
    if (family.refreshToken !== undefined) family.spent.add(family.refreshToken);
    family.refreshToken = undefined;
    for (const token of family.sessions) this.#sessions.delete(token);
  }

  /** Begins with the org's id, as Salesforce's do. */
  #session(family: Family): string {
    const token = `${family.orgId.slice(0, 15)}!AQ${this.#random.hex(80)}`;
    this.#sessions.set(token, { family, usedAt: this.#clock.now() });
    family.sessions.add(token);
    return token;
  }

  #refreshToken(): string {
    return `5Aep861${this.#random.hex(70)}`;
  }
}
