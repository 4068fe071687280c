import { createHash, createHmac } from 'node:crypto';

export interface Signed {
  secret: string;
  method: string;
  uri: string;
  body: string;
}

/** The characters HubSpot un-escapes in a URI before it signs; all others stay as they were sent. */
const UNESCAPED: Readonly<Record<string, string>> = {
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

const unescaped = (uri: string): string =>
  uri.replace(/%[0-9a-f]{2}/gi, (code) => UNESCAPED[code.toUpperCase()] ?? code);

/** base64 HMAC-SHA256 over method, URI, body and timestamp. */
export const signV3 = ({ secret, method, uri, body }: Signed, timestamp: string): string =>
  createHmac('sha256', secret)
    .update(`${method}${unescaped(uri)}${body}${timestamp}`)
    .digest('base64');

/** hex SHA-256 over secret, method, URI and body. */
export const signV2 = ({ secret, method, uri, body }: Signed): string =>
  createHash('sha256').update(`${secret}${method}${uri}${body}`).digest('hex');

export const signatureHeaders = (signed: Signed, now: number): Record<string, string> => ({
  'X-HubSpot-Signature': signV2(signed),
  'X-HubSpot-Signature-Version': 'v2',
  'X-HubSpot-Signature-v3': signV3(signed, String(now)),
  'X-HubSpot-Request-Timestamp': String(now),
});
