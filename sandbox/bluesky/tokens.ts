import { createHmac, randomUUID } from 'node:crypto';

import { XrpcError } from './xrpc.ts';

export interface TokenOptions {
  now: () => number;
  did: string;
  accessTtlMs: number;
  refreshTtlMs: number;
  /** For this long after a rotation the old refresh token still works, so that a lost answer can be asked for again. */
  refreshGraceMs: number;
}

interface Payload {
  scope: string;
  sub: string;
  aud: string;
  iat: number;
  exp: number;
  jti?: string;
}

const SCOPES = { access: 'com.atproto.access', refresh: 'com.atproto.refresh' } as const;
const TYPES = { access: 'at+jwt', refresh: 'refresh+jwt' } as const;

/** Session tokens in the form of a PDS: signed JWTs, told apart by their scope, refresh tokens good for one rotation. */
export class Tokens {
  readonly #options: TokenOptions;
  readonly #secret = randomUUID();
  /** jti of a rotated refresh token, with its successor and the time from which it is dead. */
  readonly #rotated = new Map<string, { next: string; deadAt: number }>();
  readonly #revoked = new Set<string>();

  constructor(options: TokenOptions) {
    this.#options = options;
  }

  issue(): { accessJwt: string; refreshJwt: string } {
    return { accessJwt: this.#sign('access'), refreshJwt: this.#sign('refresh', randomUUID()) };
  }

  verify(kind: 'access' | 'refresh', token: string): Payload {
    const payload = this.#read(token);
    if (payload.exp * 1000 <= this.#options.now()) {
      throw new XrpcError(400, 'ExpiredToken', 'Token has expired');
    }
    if (payload.scope !== SCOPES[kind]) {
      throw new XrpcError(400, 'InvalidToken', 'Invalid token type');
    }
    return payload;
  }

  rotate(token: string): { accessJwt: string; refreshJwt: string } {
    const { jti = '' } = this.verify('refresh', token);
    const before = this.#rotated.get(jti);
    const isDead = before !== undefined && before.deadAt <= this.#options.now();
    if (isDead || this.#revoked.has(jti)) {
      throw new XrpcError(400, 'ExpiredToken', 'Token has been revoked');
    }
    const next = before?.next ?? randomUUID();
    if (before === undefined) {
      this.#rotated.set(jti, { next, deadAt: this.#options.now() + this.#options.refreshGraceMs });
    }
    return { accessJwt: this.#sign('access'), refreshJwt: this.#sign('refresh', next) };
  }

  revoke(token: string): void {
    const { jti = '' } = this.verify('refresh', token);
    this.#revoked.add(jti);
  }

  #sign(kind: 'access' | 'refresh', jti?: string): string {
    const { now, did, accessTtlMs, refreshTtlMs } = this.#options;
    const iat = Math.floor(now() / 1000);
    const ttl = kind === 'access' ? accessTtlMs : refreshTtlMs;
    const payload: Payload = {
      scope: SCOPES[kind],
      sub: did,
      aud: 'did:web:localhost',
      iat,
      exp: iat + Math.floor(ttl / 1000),
      ...(jti === undefined ? {} : { jti }),
    };
    const head = `${encode({ typ: TYPES[kind], alg: 'HS256' })}.${encode(payload)}`;
    return `${head}.${this.#signature(head)}`;
  }

  #read(token: string): Payload {
    const [header = '', payload = '', signature = ''] = token.split('.');
    if (signature === '' || signature !== this.#signature(`${header}.${payload}`)) {
      throw new XrpcError(400, 'InvalidToken', 'Token could not be verified');
    }
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Payload;
  }

  #signature(head: string): string {
    return createHmac('sha256', this.#secret).update(head).digest('base64url');
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
