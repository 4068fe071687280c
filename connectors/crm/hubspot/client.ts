import { Client } from '@hubspot/api-client';
import { hubspotError, type Reply } from './failures.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent form-encoded, as the OAuth endpoints want it, instead of `body`. */
  readonly form?: Readonly<Record<string, string>>;
}

export interface Line {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly accessToken: string | undefined;
}

/** One call over HubSpot's SDK. Throws UNAVAILABLE where no whole answer came; the outcome is then unknown. */
export async function transmit(line: Line, call: Call): Promise<Reply> {
  const response = await inTime(line.timeoutMs, send(line, call), (late) => late.body?.cancel());
  const text = await inTime(line.timeoutMs, response.text(), () => undefined);
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after') ?? undefined,
    body: parse(text, response.ok, call),
  };
}

/**
 * A client for each call, and the call in the same tick: the SDK keeps limiter and retry in one list for the whole
 * process, which every constructor overwrites (BEHAVIOR 2). This way the list is always our own empty one, and no call
 * can go out with the token of another portal.
 */
function send({ baseUrl, accessToken }: Line, call: Call): Promise<Response> {
  const client = new Client({
    basePath: baseUrl.replace(/\/$/, ''),
    numberOfApiCallRetries: 0,
    ...(accessToken === undefined ? {} : { accessToken }),
  });
  return client.apiRequest({
    method: call.method,
    path: call.path,
    ...(call.query === undefined ? {} : { qs: call.query }),
    ...(call.form === undefined
      ? { body: call.body }
      : { body: new URLSearchParams(call.form), defaultJson: false, authType: 'none' }),
  });
}

/** The SDK takes no AbortSignal (BEHAVIOR 3): we stop waiting, and cut the line should the answer still begin. */
async function inTime<T>(
  timeoutMs: number,
  answer: Promise<T>,
  abandon: (late: T) => unknown,
): Promise<T> {
  const abort = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    abort.reject(hubspotError({ code: 'UNAVAILABLE' }));
    answer.then(abandon, () => undefined);
  }, timeoutMs);
  const settled = answer.catch((fault: unknown) => {
    throw hubspotError({ code: 'UNAVAILABLE' }, { cause: fault });
  });
  try {
    return await Promise.race([settled, abort.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function parse(text: string, ok: boolean, call: Call): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Without the cause: a SyntaxError quotes the text, which may hold personal data.
    if (ok) throw hubspotError({ code: 'UNEXPECTED_SHAPE', where: `${whereOf(call)}: not JSON` });
    return undefined;
  }
}

/** Names a call in failures and logs, without query or body. */
export function whereOf(call: Call): string {
  return `${call.method} ${call.path}`;
}
