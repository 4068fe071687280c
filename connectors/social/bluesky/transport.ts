import { request } from 'undici';
import type { Clock } from '../../../src/contract/ports.ts';
import { ACCEPTED_ENCODINGS, readBody } from '../../../src/platform/http/body.ts';
import { fail, rateLimited } from './failures.ts';

/** Whole calls are answered in well under a second; a page of 100 notifications is about 100 kB. */
export interface TransportLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export type Send = (path: string, init: RequestInit) => Promise<Response>;

/**
 * The socket under the SDK. Returns JSON answers only; everything that is no answer to our question (429, a proxy's HTML, a
 * broken line) is thrown as ConnectorError. No redirect is followed: it would carry the token to another host.
 */
export function createTransport(service: URL, clock: Clock, limits: TransportLimits): Send {
  return async (path, init) => {
    const { status, headers, body } = await exchange(new URL(path, service), init, limits);
    if (status === 429) throw rateLimited(headers.get('ratelimit-reset'), clock.now());
    const isJson = headers.get('content-type')?.includes('application/json') === true;
    if ((status >= 300 && status < 400) || !isJson) throw fail({ code: 'UNAVAILABLE' });
    return new Response(withoutPrototypeKeys(body), { status, headers });
  };
}

async function exchange(url: URL, init: RequestInit, limits: TransportLimits) {
  try {
    const reply = await request(url, {
      // The SDK writes the method in lower case.
      method: init.method?.toUpperCase() === 'POST' ? 'POST' : 'GET',
      headers: {
        ...Object.fromEntries(new Headers(init.headers)),
        'accept-encoding': ACCEPTED_ENCODINGS,
      },
      body: requestBody(init.body),
      signal: AbortSignal.timeout(limits.timeoutMs),
    });
    const headers = new Headers();
    for (const [name, value] of Object.entries(reply.headers))
      if (value !== undefined) headers.set(name, String(value));
    const body = await readBody(reply.body, headers.get('content-encoding') ?? undefined, {
      host: url.hostname,
      maxBytes: limits.maxBytes,
    });
    // The bytes are unpacked now, and as long as they are.
    headers.delete('content-encoding');
    headers.delete('content-length');
    return { status: reply.statusCode, headers, body: new TextDecoder().decode(body) };
  } catch (error) {
    throw fail({ code: 'UNAVAILABLE' }, error);
  }
}

/** The SDK encodes our few inputs as bytes and sends none with a query. */
function requestBody(body: RequestInit['body']): Uint8Array | string | null {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  return null;
}

/**
 * Anyone can post a record with a key named `__proto__`. The SDK's JSON reader throws at it, which would lose the whole page
 * and all its neighbours for as long as the record exists (BEHAVIOR 18).
 */
function withoutPrototypeKeys(text: string): string {
  if (!/__proto__|\\u00/i.test(text)) return text;
  try {
    const dropped = (key: string, value: unknown) => (key === '__proto__' ? undefined : value);
    return JSON.stringify(JSON.parse(text, dropped));
  } catch {
    throw fail({ code: 'UNAVAILABLE' });
  }
}
