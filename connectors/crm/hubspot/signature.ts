import { createHmac, timingSafeEqual } from 'node:crypto';

/** The only escapes HubSpot undoes in the address before it signs (BEHAVIOR 14); %20, %26 and others stay. */
const UNDONE: Readonly<Record<string, string>> = {
  '%3A': ':',
  '%2F': '/',
  '%3F': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2A': '*',
  '%2C': ',',
  '%3B': ';',
};

export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly body: Uint8Array;
  readonly timestamp: string;
}

/** HubSpot's signature v3: base64 of an HMAC-SHA256 over method, address, body and timestamp. */
export function sign(secret: string, request: SignedRequest): string {
  return createHmac('sha256', secret)
    .update(request.method.toUpperCase() + request.url)
    .update(request.body)
    .update(request.timestamp)
    .digest('base64');
}

/** HubSpot's documents say it decodes the address, its SDKs do not: either form is believed, each under the key. */
export function isSigned(
  secrets: readonly string[],
  request: SignedRequest,
  signature: string,
): boolean {
  const urls = [...new Set([request.url, decoded(request.url)])];
  return secrets.some((secret) =>
    urls.some((url) => equal(sign(secret, { ...request, url }), signature)),
  );
}

function decoded(url: string): string {
  return url.replace(/%[0-9A-F]{2}/gi, (escape) => UNDONE[escape.toUpperCase()] ?? escape);
}

function equal(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
