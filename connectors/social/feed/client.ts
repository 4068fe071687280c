import { parse } from 'secure-json-parse';
import type { z } from 'zod';
import type { ConnectorPorts, PublicReply, PublicRequest } from '../../../src/contract/ports.ts';
import { failed, failureOfCall, failureOfStatus, unexpected } from './failures.ts';
import type { FeedSecrets, WordpressSettings } from './settings.ts';
import { wpError } from './wire.ts';

/** Full-text feeds of busy sites reach a megabyte. */
const FEED_BYTES = 2_000_000;
const REST_BYTES = 4_000_000;
const TIMEOUT_MS = 10_000;

export const FEED_TYPES =
  'application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8';

export type FeedPorts = ConnectorPorts<FeedSecrets>;

/** Gets an address that a setting named; the caller reads the status. */
export async function get(
  ports: FeedPorts,
  request: PublicRequest,
  { field, bucket }: { readonly field: string; readonly bucket: 'requests' | 'rest' },
): Promise<PublicReply> {
  await ports.pace(bucket);
  try {
    return await ports.fetchPublic({ maxBytes: FEED_BYTES, timeoutMs: TIMEOUT_MS, ...request });
  } catch (error) {
    throw failureOfCall(error, field);
  }
}

export interface RestReply {
  readonly status: number;
  readonly json: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** One GET of WordPress' REST API as the configured user. 404 is an answer; every other failure is thrown. */
export async function getRest(
  ports: FeedPorts,
  settings: WordpressSettings,
  path: string,
): Promise<RestReply> {
  const { applicationPassword } = await ports.secrets.read();
  if (applicationPassword === undefined) throw failed({ code: 'AUTH_EXPIRED' });
  const field = 'wordpress.apiUrl';
  const credentials = Buffer.from(`${settings.user}:${applicationPassword}`).toString('base64');
  const reply = await get(
    ports,
    {
      url: `${settings.apiUrl.replace(/\/+$/, '')}${path}`,
      headers: { authorization: `Basic ${credentials}`, accept: 'application/json' },
      maxBytes: REST_BYTES,
    },
    { field, bucket: 'rest' },
  );
  // A wrong, revoked or weakened password is answered like none at all, 401 rest_not_logged_in or 403.
  if (reply.status === 401 || reply.status === 403) throw failed({ code: 'AUTH_EXPIRED' });
  if (reply.status !== 200 && reply.status !== 404) {
    throw failureOfStatus(reply, field, ports.clock.now());
  }
  return { status: reply.status, json: jsonOf(reply, path), headers: reply.headers };
}

/** The code of WordPress' error object, as "rest_comment_invalid_id". */
export function errorCode(json: unknown): string | undefined {
  const error = wpError.safeParse(json);
  return error.success ? error.data.code : undefined;
}

export function shaped<T>(schema: z.ZodType<T>, json: unknown, where: string): T {
  const result = schema.safeParse(json);
  if (!result.success) throw unexpected(where);
  return result.data;
}

function jsonOf(reply: PublicReply, path: string): unknown {
  try {
    return parse(Buffer.from(reply.body).toString('utf8'), undefined, {
      protoAction: 'remove',
      constructorAction: 'remove',
    });
  } catch {
    // A 404 page in HTML is as good as one in JSON: there is no such thing here.
    if (reply.status === 404) return undefined;
    throw unexpected(path.replace(/[?/]\d.*|\?.*/, ''));
  }
}
