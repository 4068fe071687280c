import { ConnectorError } from '../../../src/contract/errors.ts';
import type { Failure } from '../../../src/contract/errors.ts';
import type { PublicReply } from '../../../src/contract/ports.ts';
import { OutboundError } from '../../../src/platform/http/outboundError.ts';

const DEFAULT_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 24 * 3_600_000;
const PASSING = new Set([408, 425]);

export function failed(failure: Failure): ConnectorError {
  return new ConnectorError('feed', failure);
}

export function rejected(field: string, reason: string): ConnectorError {
  return failed({ code: 'REJECTED', fields: [field], reason });
}

export function unexpected(where: string): ConnectorError {
  return failed({ code: 'UNEXPECTED_SHAPE', where });
}

/** A request that got no answer. `field` is the setting that named the address. */
export function failureOfCall(error: unknown, field: string): unknown {
  if (!(error instanceof OutboundError)) return error;
  switch (error.code) {
    case 'refused':
      return rejected(field, 'The address is not a public web address');
    case 'too_large':
      return rejected(field, 'The answer is too large');
    case 'too_many_redirects':
      return rejected(field, 'The address redirects too often');
    case 'timeout':
    case 'unreachable':
      return failed({ code: 'UNAVAILABLE' });
  }
}

/** An answer that is neither content nor "unchanged", whoever gave it. */
export function failureOfStatus(reply: PublicReply, field: string, now: Date): ConnectorError {
  const { status } = reply;
  if (status === 429) {
    return failed({
      code: 'RATE_LIMITED',
      retryAfterMs: waitOf(reply.headers['retry-after'], now),
    });
  }
  if (status >= 500 || PASSING.has(status)) return failed({ code: 'UNAVAILABLE' });
  if (status === 404 || status === 410) {
    return rejected(field, `There is nothing at this address any more (${status})`);
  }
  if (status === 401 || status === 403) {
    return rejected(field, `The site does not let us read this address (${status})`);
  }
  return rejected(field, `The site answers ${status}`);
}

/** Retry-After is seconds or an HTTP date (RFC 9110). */
function waitOf(header: string | undefined, now: Date): number {
  if (header === undefined) return DEFAULT_WAIT_MS;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isNaN(wait) ? DEFAULT_WAIT_MS : Math.min(Math.max(wait, 0), LONGEST_WAIT_MS);
}
