import { Agent, XRPCError } from '@atproto/api';
import type { z } from 'zod';
import { ConnectorError } from '../../../src/contract/errors.ts';
import type { ConnectorPorts } from '../../../src/contract/ports.ts';
import { fail } from './failures.ts';
import { createSessions, type Sessions } from './session.ts';
import type { Secrets, Session, Settings } from './settings.ts';
import { createTransport, type Send } from './transport.ts';
import * as wire from './wire.ts';

const limits = { timeoutMs: 15_000, maxBytes: 8_000_000 };
const pageSize = 100;
export const batchSize = 25;
/** These carry the password or the refresh token instead of the session's token. */
const sessionPaths = '/xrpc/com.atproto.server.';

/** The network's own words for why it did not answer as asked; what they mean depends on the question. */
export interface Refusal {
  readonly outcome: 'refused';
  readonly status: number;
  readonly error: string;
  readonly message: string;
}
export type Answer<Body> = { readonly outcome: 'answered'; readonly body: Body } | Refusal;

export type BlueskyClient = ReturnType<typeof createClient>;

/** Bluesky's XRPC methods as we use them, all for the brand's session. */
export function createClient(settings: Settings, ports: ConnectorPorts<Secrets>) {
  const send = createTransport(new URL(settings.service), ports.clock, limits);
  const paced: Send = async (path, init) => {
    await ports.pace('xrpc');
    return send(path, init);
  };
  // One agent for both kinds of calls: it builds an index of all lexicons, 30 ms each time (measured).
  const { app, com } = new Agent({
    fetchHandler: (path, init) =>
      (path.startsWith(sessionPaths) ? paced : sendAuthorised)(path, init),
  });
  const calls = sessionCalls(com.atproto.server, settings, ports);
  const sessions = createSessions(ports.secrets, calls);
  const sendAuthorised = authorised(paced, sessions);

  return {
    brandDid: async () => (await sessions.current()).did,
    notifications: (cursor?: string) =>
      ask('listNotifications', wire.notificationPage, () =>
        app.bsky.notification.listNotifications({
          reasons: [...wire.directedReasons],
          limit: pageSize,
          ...(cursor !== undefined && { cursor }),
        }),
      ),
    search: (q: string, cursor?: string) =>
      ask('searchPosts', wire.searchPage, () =>
        app.bsky.feed.searchPosts({
          q,
          sort: 'latest',
          limit: pageSize,
          ...(settings.language !== undefined && { lang: settings.language }),
          ...(cursor !== undefined && { cursor }),
        }),
      ),
    posts: (uris: readonly string[]) =>
      ask('getPosts', wire.postList, () => app.bsky.feed.getPosts({ uris: [...uris] })),
    thread: (uri: string, depth: number) =>
      ask('getPostThread', wire.thread, () => app.bsky.feed.getPostThread({ uri, depth })),
    profile: (did: string) =>
      ask('getProfile', wire.actor, () => app.bsky.actor.getProfile({ actor: did })),
    profiles: (dids: readonly string[]) =>
      ask('getProfiles', wire.actorList, () => app.bsky.actor.getProfiles({ actors: [...dids] })),
  };
}

function sessionCalls(
  server: Agent['com']['atproto']['server'],
  settings: Settings,
  ports: ConnectorPorts<Secrets>,
) {
  return {
    async create(password: string): Promise<Session> {
      await ports.pace('session');
      const answer = await ask('createSession', wire.sessionReply, () =>
        server.createSession({ identifier: settings.identifier, password }),
      );
      if (answer.outcome === 'answered') return answer.body;
      throw fail({ code: answer.status >= 500 ? 'UNAVAILABLE' : 'AUTH_EXPIRED' });
    },
    async refresh({ refreshJwt }: Session): Promise<Session | undefined> {
      const answer = await ask('refreshSession', wire.sessionReply, () =>
        server.refreshSession(undefined, {
          headers: { authorization: `Bearer ${refreshJwt}` },
        }),
      );
      if (answer.outcome === 'answered') return answer.body;
      if (answer.status >= 500) throw fail({ code: 'UNAVAILABLE' });
      return undefined;
    },
  };
}

/** Sends with the session's token, once more with a new one where the network no longer takes the first. */
function authorised(paced: Send, sessions: Sessions): Send {
  const sendAs = async (session: Session, path: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${session.accessJwt}`);
    const reply = await paced(path, { ...init, headers });
    return { reply, refused: await refusesToken(reply) };
  };
  return async (path, init) => {
    const session = await sessions.current();
    const first = await sendAs(session, path, init);
    if (!first.refused) return first.reply;
    const second = await sendAs(await sessions.replace(session), path, init);
    if (second.refused) throw fail({ code: 'AUTH_EXPIRED' });
    return second.reply;
  };
}

/** An expired token is 400, not 401 (BEHAVIOR 4). */
async function refusesToken(reply: Response): Promise<boolean> {
  if (reply.status === 401 || reply.status === 403) return true;
  if (reply.status !== 400) return false;
  const body: unknown = await reply.clone().json();
  const name = typeof body === 'object' && body !== null && 'error' in body ? body.error : '';
  return name === 'ExpiredToken' || name === 'InvalidToken';
}

async function ask<Body>(
  where: string,
  schema: z.ZodType<Body>,
  send: () => Promise<{ readonly data: unknown }>,
): Promise<Answer<Body>> {
  let data: unknown;
  try {
    ({ data } = await send());
  } catch (error) {
    // The SDK checks a whole page against its lexicon, and one odd record fails all. Our own schemas judge one by one.
    if (error instanceof XRPCError && 'responseBody' in error) data = error.responseBody;
    else return refusal(error);
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return { outcome: 'answered', body: parsed.data };
  throw fail({ code: 'UNEXPECTED_SHAPE', where });
}

function refusal(error: unknown): Refusal {
  if (!(error instanceof XRPCError)) throw error;
  if (error.cause instanceof ConnectorError) throw error.cause;
  // Below 100 are the SDK's own codes for a broken line and an unreadable body.
  const status: number = error.status;
  if (status < 100) throw fail({ code: 'UNAVAILABLE' });
  return { outcome: 'refused', status, error: error.error, message: error.message };
}
