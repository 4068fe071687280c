import { ConnectorError, type Failure } from '../../../src/contract/errors.ts';
import { oauthError, wireError } from './wire.ts';

export interface Reply {
  readonly status: number;
  /** As the header says it; undefined when absent. */
  readonly retryAfter: string | undefined;
  /** Parsed JSON, undefined where the body was empty or not JSON. */
  readonly body: unknown;
}

export interface Occasion {
  readonly where: string;
  readonly now: Date;
  /** The portal's zone, in which daily limits begin anew. */
  readonly timeZone: string | undefined;
}

const DAY_MS = 86_400_000;
const POLICY_WAIT_MS: Readonly<Record<string, number>> = {
  TEN_SECONDLY_ROLLING: 10_000,
  SECONDLY: 1_000,
};

export function hubspotError(failure: Failure, options?: ErrorOptions): ConnectorError {
  return new ConnectorError('hubspot', failure, options);
}

/** What an unsuccessful reply means for the whole connection; undefined where only the records sent are meant. */
export function connectionFailure(reply: Reply, occasion: Occasion): Failure | undefined {
  const { status } = reply;
  if (status === 400 || status === 404 || status === 409) return undefined;
  if (status === 401) return { code: 'AUTH_EXPIRED' };
  if (status === 403) return { code: 'MISCONFIGURED', hint: forbiddenHint(reply) };
  if (status === 423) return { code: 'RATE_LIMITED', retryAfterMs: lockedWait(reply, occasion) };
  if (status === 429) return { code: 'RATE_LIMITED', retryAfterMs: limitWait(reply, occasion) };
  if (status === 477)
    return { code: 'RATE_LIMITED', retryAfterMs: retryAfterMs(reply, occasion.now) ?? 60_000 };
  if (status >= 500 || status === 408) return { code: 'UNAVAILABLE' };
  return { code: 'UNEXPECTED_SHAPE', where: `${occasion.where}: status ${status}` };
}

/** For the token endpoint, which speaks OAuth's words and not the API's. */
export function grantFailure(
  reply: Reply,
  grant: 'authorization_code' | 'refresh_token',
  occasion: Occasion,
): Failure {
  const said = oauthError.safeParse(reply.body);
  const words = said.success ? [said.data.error, said.data.status] : [];
  // Our own credentials first: HubSpot pairs BAD_CLIENT_* with differing OAuth codes, and mistaking
  // our fault for a withdrawn grant would park every customer at once (BEHAVIOR 5).
  const ours = words.find((w) => w !== undefined && OUR_FAULT.test(w));
  if (ours !== undefined) return { code: 'MISCONFIGURED', hint: `OAuth: ${ours}` };
  if (words.some((w) => w !== undefined && WITHDRAWN.has(w)))
    return grant === 'refresh_token'
      ? { code: 'AUTH_EXPIRED' }
      : { code: 'REJECTED', fields: ['code'], reason: 'The code is wrong, used or too old.' };
  const failure = connectionFailure(reply, occasion);
  if (failure === undefined || failure.code === 'AUTH_EXPIRED')
    return { code: 'UNEXPECTED_SHAPE', where: `${occasion.where}: status ${reply.status}` };
  return failure;
}

const OUR_FAULT =
  /^(invalid_client|unauthorized_client|invalid_scope|unsupported_grant_type|BAD_CLIENT_[A-Z_]+|BAD_REDIRECT_URI|MISMATCH_REDIRECT_URI[A-Z_]*)$/;
const WITHDRAWN: ReadonlySet<string> = new Set([
  'invalid_grant',
  'access_denied',
  'BAD_REFRESH_TOKEN',
  'BAD_HUB',
  'BAD_AUTH_CODE',
]);

/** True for a 401 whose token only ran out, so that a new one may be tried once. */
export function tokenRanOut(reply: Reply): boolean {
  if (reply.status !== 401) return false;
  const error = wireError.safeParse(reply.body);
  return error.success && error.data.category === 'EXPIRED_AUTHENTICATION';
}

function forbiddenHint(reply: Reply): string {
  const error = wireError.safeParse(reply.body);
  const category = error.success ? error.data.category : undefined;
  return category !== undefined && /^[A-Z_]+$/.test(category)
    ? `HubSpot forbids the call: ${category}`
    : 'HubSpot forbids the call';
}

function lockedWait(reply: Reply, { now }: Occasion): number {
  return Math.max(2_000, retryAfterMs(reply, now) ?? 0);
}

function limitWait(reply: Reply, { now, timeZone }: Occasion): number {
  const asked = retryAfterMs(reply, now);
  if (asked !== undefined) return asked;
  const error = wireError.safeParse(reply.body);
  const policy = error.success ? (error.data.policyName ?? '') : '';
  if (policy === 'DAILY') return untilMidnight(now, timeZone ?? 'UTC');
  return POLICY_WAIT_MS[policy] ?? 10_000;
}

function retryAfterMs({ retryAfter }: Reply, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  const text = retryAfter.trim();
  const waitMs = /^\d+(\.\d+)?$/.test(text)
    ? Number(text) * 1_000
    : Date.parse(text) - now.getTime();
  if (Number.isNaN(waitMs)) return undefined;
  // A wrong header must not put a connection to sleep for ever.
  return Math.min(Math.max(Math.ceil(waitMs), 0), DAY_MS);
}

export function untilMidnight(now: Date, timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: knownZone(timeZone),
    hourCycle: 'h23',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const [hours = 0, minutes = 0, seconds = 0] = clock.format(now).split(':').map(Number);
  return DAY_MS - ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}

function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
