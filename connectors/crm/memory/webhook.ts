import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { CrmEvent } from '../../../src/contract/crm.ts';
import type { CrmWebhook, RawRequest, WebhookVerdict } from '../../../src/contract/definition.ts';
import { ConnectorError } from '../../../src/contract/errors.ts';
import type { App } from './settings.ts';

const WINDOW_MS = 300_000;

const event = z.strictObject({
  key: z.string().min(1),
  kind: z.enum(['created', 'changed', 'deleted', 'restored', 'merged', 'erased']),
  contactId: z.string().min(1),
  occurredAt: z.iso.datetime().transform((text) => new Date(text)),
  mergedIds: z.array(z.string()),
  change: z.strictObject({ field: z.string(), value: z.string() }).optional(),
});
const announcement = z.strictObject({ accountId: z.string().min(1), events: z.array(z.unknown()) });

export function sign(secret: string, request: Omit<RawRequest, 'headers'>, at: Date): RawRequest {
  const timestamp = String(at.getTime());
  const signature = digest(secret, request, timestamp).toString('hex');
  return {
    ...request,
    headers: { 'x-memory-timestamp': timestamp, 'x-memory-signature': signature },
  };
}

export function announce(accountId: string, events: readonly CrmEvent[]): Uint8Array {
  return Buffer.from(JSON.stringify({ accountId, events }));
}

export function webhook({ signingSecret }: App): CrmWebhook {
  return {
    receive(request, now) {
      const timestamp = request.headers['x-memory-timestamp'] ?? '';
      const given = Buffer.from(request.headers['x-memory-signature'] ?? '', 'hex');
      const expected = digest(signingSecret, request, timestamp);
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        return { verdict: 'refused', reason: 'wrong signature' };
      if (!(Math.abs(now.getTime() - Number(timestamp)) <= WINDOW_MS))
        return { verdict: 'refused', reason: 'outside the time window' };
      return open(request.body, given);
    },
    events(parcelBody) {
      const parsed = z.array(event).safeParse(parse(Buffer.from(parcelBody).toString('utf8')));
      if (parsed.success) return parsed.data.map((e) => ({ ...e, change: e.change }));
      throw new ConnectorError('memory', { code: 'UNEXPECTED_SHAPE', where: 'webhook' });
    },
  };
}

function open(body: Uint8Array, fingerprint: Uint8Array): WebhookVerdict {
  const parsed = announcement.safeParse(parse(Buffer.from(body).toString('utf8')));
  if (!parsed.success) return { verdict: 'malformed', reason: 'not an announcement' };
  const { accountId, events } = parsed.data;
  if (events.length === 0) return { verdict: 'accepted', fingerprint, parcels: [] };
  const parcel = { accountId, body: Buffer.from(JSON.stringify(events)), count: events.length };
  return { verdict: 'accepted', fingerprint, parcels: [parcel] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function digest(secret: string, request: Omit<RawRequest, 'headers'>, timestamp: string): Buffer {
  return createHmac('sha256', secret)
    .update(`${request.method}\n${request.url}\n${timestamp}\n`)
    .update(request.body)
    .digest();
}
