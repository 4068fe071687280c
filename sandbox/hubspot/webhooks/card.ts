import { SUPER_ADMIN } from '../oauth/install.ts';
import type { World } from '../world.ts';
import { signatureHeaders } from './signature.ts';

export interface CardCall {
  portalId: number;
  /** The backend's address as the card names it; query parameters stay. */
  url: string;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  userEmail?: string;
  userId?: number;
}

/** What a card may wait at most by default, in milliseconds. */
const CARD_TIMEOUT_MS = 15_000;

/** Calls an app's backend as `hubspot.fetch` in a card does: HubSpot adds who asks, and signs the result. */
export async function callFromCard({ app, clock }: World, call: CardCall): Promise<Response> {
  const { portalId, method = 'GET', userId = SUPER_ADMIN, userEmail = 'agent@example.com' } = call;
  const url = new URL(call.url);
  const who = { appId: app.appId, portalId, userId, userEmail };
  for (const [name, value] of Object.entries(who)) url.searchParams.set(name, String(value));
  const body = method === 'GET' || call.body === undefined ? '' : JSON.stringify(call.body);
  const signed = { secret: app.clientSecret, method, uri: url.href, body };
  return fetch(url, {
    method,
    headers: { 'Content-Type': 'application/json', ...signatureHeaders(signed, clock.now()) },
    signal: AbortSignal.timeout(CARD_TIMEOUT_MS),
    ...(body !== '' && { body }),
  });
}
