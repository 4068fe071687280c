import { z } from 'zod';
import type { CrmEvent } from '../../../src/contract/crm.ts';
import type {
  CrmWebhook,
  RawRequest,
  WebhookParcel,
  WebhookVerdict,
} from '../../../src/contract/definition.ts';
import { hubspotError } from './failures.ts';
import type { App } from './settings.ts';
import { isSigned } from './signature.ts';
import { kindOf, toEvent } from './translate.ts';
import { webhookEnvelope, webhookEvent } from './wire.ts';

const WINDOW_MS = 300_000;
/** HubSpot sends up to 100; ten times that is no HubSpot. */
const MAX_EVENTS = 1_000;
/** Events are flat. A JSON tower would overflow whoever walks it. */
const MAX_DEPTH = 64;

/** Only what tells whose an event is and what it is about: the rest of it is read when it is worked. */
const envelopes = z.array(webhookEnvelope).max(MAX_EVENTS);

export function webhook(app: App): CrmWebhook {
  const secrets = [app.clientSecret, app.previousClientSecret ?? []].flat();
  return {
    receive(request, now) {
      const distrust = refuse(secrets, request, now);
      if (distrust !== undefined) return { verdict: 'refused', reason: distrust };
      return open(request.body, request.headers['x-hubspot-signature-v3'] ?? '');
    },
    events,
  };
}

/** Why the request is not believed; undefined when it is. */
function refuse(secrets: readonly string[], request: RawRequest, now: Date): string | undefined {
  const signature = request.headers['x-hubspot-signature-v3'];
  const timestamp = request.headers['x-hubspot-request-timestamp'];
  // No fall-back to v1 and v2, which HubSpot also sends: they know no time and could be replayed.
  if (signature === undefined || timestamp === undefined) return 'unsigned';
  if (!/^\d{1,15}$/.test(timestamp)) return 'timestamp is not a number';
  if (Math.abs(now.getTime() - Number(timestamp)) > WINDOW_MS) return 'outside the time window';
  return isSigned(secrets, { ...request, timestamp }, signature) ? undefined : 'wrong signature';
}

function open(body: Uint8Array, signature: string): WebhookVerdict {
  const text = decode(body);
  if (text === undefined) return malformed('not UTF-8');
  const value = parse(text);
  const heads = envelopes.safeParse(value);
  if (!heads.success) return malformed('not a list of events');
  const accounts = heads.data.map((head) => head.portalId);
  return {
    verdict: 'accepted',
    fingerprint: Buffer.from(signature, 'base64'),
    parcels: parcels(body, value as unknown[], accounts),
  };
}

function malformed(reason: string): WebhookVerdict {
  return { verdict: 'malformed', reason };
}

/** One parcel per account. Where there is but one, as nearly always, it is the bytes as they came: nothing is spelled anew. */
function parcels(
  received: Uint8Array,
  events: readonly unknown[],
  accounts: readonly string[],
): WebhookParcel[] {
  const byAccount = Map.groupBy(events.keys(), (index) => accounts[index] ?? '');
  return [...byAccount].map(([accountId, own]) => ({
    accountId,
    body:
      byAccount.size === 1
        ? received
        : Buffer.from(JSON.stringify(own.map((index) => events[index]))),
    count: own.length,
  }));
}

function events(parcelBody: Uint8Array): readonly CrmEvent[] {
  const raw = parse(decode(parcelBody) ?? '');
  const all = envelopes.safeParse(raw);
  if (!all.success) throw unexpected('parcel');
  return all.data.flatMap((envelope, index) => {
    const kind = kindOf(envelope);
    if (kind === undefined) return [];
    const wire = webhookEvent.safeParse((raw as unknown[])[index]);
    const event = wire.success ? toEvent(wire.data, kind) : undefined;
    if (event === undefined) throw unexpected(envelope.subscriptionType);
    return [event];
  });
}

function unexpected(what: string): Error {
  const named = /^[\w.]{1,60}$/.test(what) ? what : 'event';
  return hubspotError({ code: 'UNEXPECTED_SHAPE', where: `webhook ${named}` });
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** Undefined where the text is not JSON, is a tower, or carries a prototype key. */
function parse(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    const trait = inspect(value, 0);
    if (trait === 'refused') return undefined;
    // A reviver makes parsing six times as slow, on the path that HubSpot waits for: only where it has something to do.
    return trait === 'large numbers' ? (JSON.parse(text, keepDigits) as unknown) : value;
  } catch {
    return undefined;
  }
}

/**
 * One walk for all that could hurt later. V8 parses towers without recursion, but whoever walks them recurses; and a key
 * that names a prototype is never an event's.
 */
function inspect(value: unknown, depth: number): 'plain' | 'large numbers' | 'refused' {
  if (typeof value === 'number') {
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? 'large numbers' : 'plain';
  }
  if (typeof value !== 'object' || value === null) return 'plain';
  if (depth >= MAX_DEPTH) return 'refused';
  let trait: 'plain' | 'large numbers' = 'plain';
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor') return 'refused';
    const found = inspect(inner, depth + 1);
    if (found === 'refused') return found;
    if (found === 'large numbers') trait = found;
  }
  return trait;
}

/** A whole number that a double cannot hold stays the digits it was written with, or two event ids could become one. */
function keepDigits(_: string, value: unknown, ...rest: unknown[]): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value))
    return value;
  const [context] = rest as [{ readonly source?: string } | undefined];
  return context?.source ?? value;
}
