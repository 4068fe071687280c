import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Random } from '../random.ts';

const ACCESS_TOKEN_SECONDS = 1_800;
const CODE_LIFE_MS = 600_000;

export interface Grant {
  portalId: number;
  userId: number;
  scopes: string[];
}

interface Code extends Grant {
  redirectUri: string;
  expiresAt: number;
  challenge?: string;
}

export interface AccessToken {
  /** Absent on an app's own client-credentials token, which belongs to no account. */
  grant?: Grant;
  scopes: string[];
  expiresAt: number;
}

export interface IssuedTokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
}

/** Codes, access tokens and refresh tokens of the app, by the emulator's clock. */
export class TokenOffice {
  readonly #codes = new Map<string, Code>();
  readonly #access = new Map<string, AccessToken>();
  readonly #refresh = new Map<string, Grant>();
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  issueCode(grant: Grant, redirectUri: string, challenge?: string): string {
    const code = `na1-${this.#random.uuid()}`;
    const expiresAt = this.#clock.now() + CODE_LIFE_MS;
    this.#codes.set(code, { ...grant, redirectUri, expiresAt, ...(challenge && { challenge }) });
    return code;
  }

  /** A code works once, for ten minutes, with the redirect URI it was asked for. */
  redeemCode(code: string, redirectUri: string, verifier?: string): Grant | undefined {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    if (found === undefined || found.expiresAt <= this.#clock.now()) return undefined;
    if (found.redirectUri !== redirectUri) return undefined;
    if (found.challenge !== undefined) {
      const proof = createHash('sha256')
        .update(verifier ?? '')
        .digest('base64url');
      if (proof !== found.challenge) return undefined;
    }
    const { portalId, userId, scopes } = found;
    return { portalId, userId, scopes };
  }

  issueAccess(scopes: string[], grant?: Grant): string {
    // Real tokens are long enough to overflow a varchar(255).
    const token = `C${this.#random.hex(299)}`;
    const expiresAt = this.#clock.now() + ACCESS_TOKEN_SECONDS * 1_000;
    this.#access.set(token, { scopes, expiresAt, ...(grant && { grant }) });
    return token;
  }

  issueRefresh(grant: Grant): string {
    const token = `na1-${this.#random.uuid()}`;
    this.#refresh.set(token, grant);
    return token;
  }

  issue(grant: Grant): IssuedTokens {
    return {
      access_token: this.issueAccess(grant.scopes, grant),
      refresh_token: this.issueRefresh(grant),
      expires_in: ACCESS_TOKEN_SECONDS,
    };
  }

  access(token: string): AccessToken | undefined {
    return this.#access.get(token);
  }

  refreshGrant(token: string): Grant | undefined {
    return this.#refresh.get(token);
  }

  /** Ends a refresh token; access tokens that were already issued live on until they expire. */
  revoke(token: string): void {
    this.#refresh.delete(token);
  }

  endPortalAccess(portalId: number): void {
    for (const [token, { grant }] of this.#access) {
      if (grant?.portalId === portalId) this.#access.delete(token);
    }
  }

  /** An uninstall ends everything the account ever granted. */
  endPortal(portalId: number): void {
    this.endPortalAccess(portalId);
    for (const [token, grant] of this.#refresh) {
      if (grant.portalId === portalId) this.#refresh.delete(token);
    }
  }
}
