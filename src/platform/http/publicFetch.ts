import { Client } from 'undici';
import type { Dispatcher } from 'undici';
import { ACCEPTED_ENCODINGS, readBody } from './body.ts';
import { guardedConnector, systemConnect, systemLookup } from './dial.ts';
import type { Connect, Lookup } from './dial.ts';
import { OutboundError } from './outboundError.ts';
import { checkTarget, readTestHosts } from './target.ts';
import type { Target } from './target.ts';

export interface PublicRequest {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of decoded body; default 1,000,000. */
  readonly maxBytes?: number;
  /** For everything from the first lookup to the last byte, redirects included; default 5,000. */
  readonly timeoutMs?: number;
}

export interface PublicReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly url: string;
}

export interface PublicFetchOptions {
  readonly userAgent: string;
  /** `host` or `*.suffix`, with or without `:port` -> loopback origin. For the sandbox; opens nothing but this machine. */
  readonly testHosts?: ReadonlyMap<string, string>;
  readonly lookup?: Lookup;
  readonly connect?: Connect;
}

const DEFAULT_BYTES = 1_000_000;
const DEFAULT_TIMEOUT_MS = 5_000;
const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const WITHOUT_BODY = new Set([204, 304]);
const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization'];
/** Set by us or by the protocol. */
const NOT_THE_CALLERS = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
];

type Headers = Readonly<Record<string, string>>;

interface Journey {
  readonly method: 'GET' | 'HEAD';
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

type Hop =
  { readonly redirect: string } | { readonly redirect: undefined; readonly reply: PublicReply };

/**
 * The only door to addresses that users or strangers name. http(s) on ports 80 and 443, public addresses only, checked at
 * the moment of connecting and again for each of at most three redirects; no proxy settings are read.
 */
export function createPublicFetch(
  options: PublicFetchOptions,
): (request: PublicRequest) => Promise<PublicReply> {
  const testHosts = readTestHosts(options.testHosts ?? new Map());
  const lookup = options.lookup ?? systemLookup;

  async function travel(request: PublicRequest, journey: Journey): Promise<PublicReply> {
    let headers = ownHeaders(request.headers ?? {}, options.userAgent);
    let target = checkTarget(request.url, testHosts);
    for (let redirects = 0; ; redirects += 1) {
      const connect = options.connect ?? systemConnect(journey.timeoutMs);
      const dialer = target.loopback
        ? systemConnect(journey.timeoutMs)
        : guardedConnector(lookup, connect);
      const hop = await visit(target, headers, journey, dialer);
      if (hop.redirect === undefined) return hop.reply;
      if (redirects === MAX_REDIRECTS) {
        throw new OutboundError('too_many_redirects', target.url.hostname);
      }
      const next = checkTarget(hop.redirect, testHosts);
      headers = headersAfter(headers, target.url, next.url);
      target = next;
    }
  }

  return async (request) => {
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const signal = AbortSignal.timeout(timeoutMs);
    const maxBytes = request.maxBytes ?? DEFAULT_BYTES;
    const method = request.method ?? 'GET';
    const host = URL.parse(request.url)?.hostname ?? 'unreadable address';
    const { promise: late, reject } = Promise.withResolvers<never>();
    const onLate = () => {
      reject(new OutboundError('timeout', host));
    };
    signal.addEventListener('abort', onLate, { once: true });
    try {
      // A lookup cannot be stopped, so the clock runs beside it.
      return await Promise.race([travel(request, { method, maxBytes, timeoutMs, signal }), late]);
    } catch (error) {
      throw asOutbound(error, host, signal);
    } finally {
      signal.removeEventListener('abort', onLate);
    }
  };
}

async function visit(
  target: Target,
  headers: Headers,
  journey: Journey,
  connect: Connect,
): Promise<Hop> {
  // One client for one request: no connection outlives the check that allowed it.
  const client = new Client(target.origin, { connect, pipelining: 0, maxHeaderSize: 16_384 });
  try {
    const answer = await client.request({
      method: journey.method,
      path: target.url.pathname + target.url.search,
      headers: { ...headers, host: target.url.host },
      signal: journey.signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return await read(answer, target.url, journey);
  } finally {
    // Destroying does not wait for anything that matters to the caller.
    void client.destroy().catch(() => undefined);
  }
}

async function read(answer: Dispatcher.ResponseData, url: URL, journey: Journey): Promise<Hop> {
  const headers = plainHeaders(answer.headers);
  const location = headers.location;
  if (REDIRECTS.has(answer.statusCode) && location !== undefined) {
    const next = URL.parse(location, url.href);
    if (next === null) throw new OutboundError('refused', url.hostname, 'redirect');
    return { redirect: next.href };
  }
  const empty = journey.method === 'HEAD' || WITHOUT_BODY.has(answer.statusCode);
  const limits = { host: url.hostname, maxBytes: journey.maxBytes };
  const body = empty
    ? new Uint8Array()
    : await readBody(answer.body, headers['content-encoding'], limits);
  return {
    redirect: undefined,
    reply: { status: answer.statusCode, headers, body, url: url.href },
  };
}

function ownHeaders(given: Headers, userAgent: string): Headers {
  const headers: Record<string, string> = { 'user-agent': userAgent, accept: '*/*' };
  for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = value;
  for (const name of NOT_THE_CALLERS) Reflect.deleteProperty(headers, name);
  return { ...headers, 'accept-encoding': ACCEPTED_ENCODINGS };
}

function headersAfter(headers: Headers, from: URL, to: URL): Headers {
  if (from.origin === to.origin) return headers;
  const secret = CREDENTIALS.some((name) => name in headers);
  if (secret && from.protocol === 'https:' && to.protocol === 'http:') {
    throw new OutboundError('refused', from.hostname, 'redirect from https to http');
  }
  const kept: Record<string, string> = { ...headers };
  for (const name of CREDENTIALS) Reflect.deleteProperty(kept, name);
  return kept;
}

function plainHeaders(raw: Readonly<Record<string, string | string[] | undefined>>) {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined && name !== 'set-cookie') {
      headers[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
    }
  }
  return headers;
}

function asOutbound(error: unknown, host: string, signal: AbortSignal): OutboundError {
  if (error instanceof OutboundError) return error;
  if (signal.aborted) return new OutboundError('timeout', host);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return new OutboundError('unreachable', host, typeof code === 'string' ? code : undefined);
}
