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
/** Events are flat. A JSON tower would be parsed, and then overflow whoever walks it. */
const MAX_DEPTH = 64;

const envelopes = z.array(webhookEnvelope).max(MAX_EVENTS);
type Envelope = z.infer<typeof webhookEnvelope>;

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
  if (isDeep(text)) return malformed('nested too deeply');
  const events = envelopes.safeParse(parse(text));
  if (!events.success) return malformed('not a list of events');
  return { verdict: 'accepted', parcels: parcels(events.data) };
}

function malformed(reason: string): WebhookVerdict {
  return { verdict: 'malformed', reason };
}

function parcels(events: readonly Envelope[]): WebhookParcel[] {
  return [...Map.groupBy(events, (event) => event.portalId)].map(([accountId, own]) => ({
    accountId,
    body: JSON.stringify(own),
    count: own.length,
  }));
}

function events(parcelBody: string): readonly CrmEvent[] {
  const all = envelopes.safeParse(parse(parcelBody));
  if (!all.success) throw unexpected('parcel');
  return all.data.flatMap((envelope) => {
    const kind = kindOf({ ...envelope, objectTypeId: envelope.objectTypeId });
    if (kind === undefined) return [];
    const wire = webhookEvent.safeParse(envelope);
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
    return parseSecurely(text, keepDigits) as unknown;
  } catch {
    return undefined;
  }
}

/** A whole number that a double cannot hold stays the digits it was written with, or two event ids could become one. */
function keepDigits(_: string, value: unknown, ...rest: unknown[]): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value))
    return value;
  const [context] = rest as [{ readonly source?: string } | undefined];
  return context?.source ?? value;
}

function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (inString) {
      if (sign === '\\') i++;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === '[' || sign === '{') depth++;
    else if (sign === ']' || sign === '}') depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
