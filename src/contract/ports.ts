/** What a connector is given by the house. Types only; src/wiring.ts puts the real things in. */

export interface Clock {
  now(): Date;
}

/**
 * Where a connection's secrets lie, encrypted. `renew` is the single flight: it runs `change` on the newest value while no
 * other process can, and has stored the result before it resolves. If `change` throws, nothing is stored.
 */
export interface SecretSlot<Secrets> {
  read(): Promise<Secrets>;
  renew(change: (newest: Secrets) => Promise<Secrets>): Promise<Secrets>;
}

export interface PublicRequest {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of decoded body; a longer one fails the request. */
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
}

export interface PublicReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** After redirects. */
  readonly url: string;
}

/**
 * Reads an address that a user or a stranger named. Guarded: no private networks, every redirect checked again.
 * Throws platform/http's `OutboundError`, named by what happened (refused, timeout, too_large, unreachable).
 */
export type FetchPublic = (request: PublicRequest) => Promise<PublicReply>;

export interface ConnectorPorts<Secrets> {
  readonly clock: Clock;
  readonly secrets: SecretSlot<Secrets>;
  readonly fetchPublic: FetchPublic;
  /** Resolves when the connection may make one more call from this bucket of `capabilities.budgets`. Call it before each call. */
  readonly pace: (bucket: string) => Promise<void>;
}

/** Calls per interval that the vendor grants one connection, as documented. */
export interface Budget {
  readonly calls: number;
  readonly perMs: number;
}
