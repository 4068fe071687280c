import { ConnectorError, type Failure } from '../../../src/contract/errors.ts';

export const connectorId = 'bluesky';

/** Where a 429 does not say when it ends; the limits count in windows of five minutes (BEHAVIOR 6). */
const unknownWaitMs = 60_000;

export function fail(failure: Failure, cause?: unknown): ConnectorError {
  return new ConnectorError(connectorId, failure, cause === undefined ? undefined : { cause });
}

/** `reset` is `ratelimit-reset`, epoch seconds: the only hint, as Bluesky sends no `retry-after`. */
export function rateLimited(reset: string | null, now: Date): ConnectorError {
  const resetAt = reset === null || reset.trim() === '' ? NaN : Number(reset) * 1000;
  const wait = Number.isNaN(resetAt) ? unknownWaitMs : resetAt - now.getTime();
  return fail({ code: 'RATE_LIMITED', retryAfterMs: Math.max(1_000, Math.ceil(wait)) });
}
