import { readCapture, readTable } from '../../../sandbox/story/captures.ts';
import { serve, type Answer } from './bluesky-parts.ts';

/** The recorded answers, word for word what a real network sent, replayed by method and parameter. */
export interface Replay {
  readonly url: string;
  /** Captures of the notification list in order; after the last comes the recorded empty page. */
  pages: readonly string[];
  /** By method, or by method and the post or account it asks about. */
  readonly replies: Map<string, Answer>;
  asked: URL[];
  close(): Promise<void>;
}

const truth = new Map(readTable('truth.csv').map((row) => [row('id'), row('native_id')]));

/** Of an activity in the story, as `A001`. */
export function uriOf(id: string): string {
  const uri = truth.get(id);
  if (uri === undefined) throw new RangeError(`The story has no ${id}`);
  return uri;
}

export function bodyOf(number: string): unknown {
  return readCapture('bluesky', number).response.body;
}

/** Without the headers that belong to the recorded connection. */
export function recorded(number: string): Answer {
  const { status, headers, body } = readCapture('bluesky', number).response;
  const ofTheLine = ['content-length', 'connection', 'keep-alive'];
  return {
    status,
    headers: Object.fromEntries(
      Object.entries(headers).filter(([name]) => !ofTheLine.includes(name)),
    ),
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export async function startReplay(): Promise<Replay> {
  const line = await serve((_, url) => {
    replay.asked.push(url);
    return answer(replay, url);
  });
  const replay: Replay = {
    url: line.url,
    pages: [],
    replies: new Map([['com.atproto.server.createSession', recorded('002')]]),
    asked: [],
    close: () => line.close(),
  };
  return replay;
}

function answer({ replies, pages }: Replay, url: URL): Answer {
  const method = url.pathname.replace('/xrpc/', '');
  const about = url.searchParams.get('uri') ?? url.searchParams.get('actor') ?? '';
  const reply = replies.get(`${method} ${about}`) ?? replies.get(method);
  if (reply) return reply;
  if (method !== 'app.bsky.notification.listNotifications') return recorded('081');
  return notificationPage(pages, url.searchParams.get('cursor'));
}

/** The connector asks one millisecond later than the recorded cursor says. */
function notificationPage(pages: readonly string[], cursor: string | null): Answer {
  if (cursor === 'kein-cursor') return recorded('078');
  if (cursor === null) return recorded(pages[0] ?? '018');
  const given = new Date(Date.parse(cursor) - 1).toISOString();
  const before = pages.findIndex((number) => {
    const { cursor: next } = bodyOf(number) as { cursor?: string };
    return next === given || next === cursor;
  });
  return recorded(pages[before + 1] ?? '018');
}
