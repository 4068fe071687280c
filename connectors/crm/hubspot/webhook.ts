import parseSecurely from 'secure-json-parse';
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
      return distrust === undefined ? open(request.body) : { verdict: 'refused', reason: distrust };
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

function open(body: Uint8Array): WebhookVerdict {
  const text = decode(body);
  if (text === undefined) return malformed('not UTF-8');
  const value = parse(text);
  if (isDeep(value)) return malformed('nested too deeply');
  const heads = envelopes.safeParse(value);
  if (!heads.success) return malformed('not a list of events');
  const accounts = heads.data.map((head) => head.portalId);
  return { verdict: 'accepted', parcels: parcels(text, value as unknown[], accounts) };
}

function malformed(reason: string): WebhookVerdict {
  return { verdict: 'malformed', reason };
}

/** One parcel per account. Where there is but one, as nearly always, it is the text as it came: nothing is spelled anew. */
function parcels(
  text: string,
  events: readonly unknown[],
  accounts: readonly string[],
): WebhookParcel[] {
  const byAccount = Map.groupBy(events.keys(), (index) => accounts[index] ?? '');
  return [...byAccount].map(([accountId, own]) => ({
    accountId,
    body: byAccount.size === 1 ? text : JSON.stringify(own.map((index) => events[index])),
    count: own.length,
  }));
}

function events(parcelBody: string): readonly CrmEvent[] {
  const raw = parse(parcelBody);
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

/** Undefined where the text is not JSON or carries a prototype key. */
function parse(text: string): unknown {
  try {
    const value = parseSecurely(text) as unknown;
    // A reviver makes parsing six times as slow, on the path that HubSpot waits for: only where it has something to do.
    return holdsLargeNumber(value) ? (parseSecurely(text, keepDigits) as unknown) : value;
  } catch {
    return undefined;
  }
}

function holdsLargeNumber(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false;
  return Object.values(value).some((inner) => holdsLargeNumber(inner, depth + 1));
}

/** A whole number that a double cannot hold stays the digits it was written with, or two event ids could become one. */
function keepDigits(_: string, value: unknown, ...rest: unknown[]): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value))
    return value;
  const [context] = rest as [{ readonly source?: string } | undefined];
  return context?.source ?? value;
}

/** V8 parses towers without recursion; whoever walks them recurses. */
function isDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth >= MAX_DEPTH) return true;
  return Object.values(value).some((inner) => isDeep(inner, depth + 1));
}
