import { request } from 'undici';

const TIMEOUT_MS = 30_000;

export interface ApiReply {
  readonly status: number;
  /** Undefined where the answer has no body or is not JSON. */
  readonly body: unknown;
}

export type CallApi = (
  method: 'GET' | 'POST',
  path: string,
  body?: Readonly<Record<string, unknown>>,
) => Promise<ApiReply>;

/** Calls of the admin API of a running Echofile, wherever it listens: its own address is no stranger's. */
export function ownApi(baseUrl: string, token: string): CallApi {
  return async (method, path, body) => {
    const answer = await request(`${baseUrl}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: parsed(text) };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
