import { z } from 'zod';
import type {
  ActivityState,
  PollPage,
  RefusedItem,
  SocialConnector,
} from '../../../src/contract/social.ts';
import type { SocialItem } from '../../../src/domain/social.ts';
import { FEED_TYPES, get } from './client.ts';
import type { FeedPorts } from './client.ts';
import { readEntries } from './entries.ts';
import { failureOfStatus } from './failures.ts';
import { readPermalink } from './permalink.ts';
import type { FeedSettings } from './settings.ts';
import { itemOfEntry } from './translate.ts';
import type { Translated } from './translate.ts';

const FEED = { field: 'url', bucket: 'requests' } as const;

const cursorShape = z.object({
  etag: z.string().max(500).optional(),
  modified: z.string().max(100).optional(),
});
type FeedCursor = z.infer<typeof cursorShape>;

/** Any feed: what it holds now, asked for only when it changed. A feed shows its newest entries and no others. */
export function feedSource(settings: FeedSettings, ports: FeedPorts): SocialConnector {
  return {
    async check() {
      await poll(settings, ports, undefined);
      return undefined;
    },
    poll: (cursor) => poll(settings, ports, cursor),
    recheck: (ids) => recheckPages(ids, ports),
    profiles: (ids) => Promise.resolve(ids.map((nativeId) => ({ nativeId, state: 'unknown' }))),
  };
}

async function poll(
  settings: FeedSettings,
  ports: FeedPorts,
  cursor: string | undefined,
): Promise<PollPage> {
  const last = readCursor(cursor);
  const headers: Record<string, string> = { accept: FEED_TYPES };
  if (last.etag !== undefined) headers['if-none-match'] = last.etag;
  if (last.modified !== undefined) headers['if-modified-since'] = last.modified;
  const reply = await get(ports, { url: settings.url, headers }, FEED);
  if (reply.status === 304) {
    return { items: [], refused: [], cursor: JSON.stringify(last), more: false };
  }
  if (reply.status !== 200) throw failureOfStatus(reply, 'url', ports.clock.now());
  const entries = readEntries(reply.body, reply.headers['content-type']);
  const next: FeedCursor = {
    etag: reply.headers.etag?.slice(0, 500),
    modified: reply.headers['last-modified']?.slice(0, 100),
  };
  const results = entries.map((entry, at) => itemOfEntry(entry, `entry ${at + 1}`, settings));
  return { ...sorted(results), cursor: JSON.stringify(next), more: false };
}

export function sorted(results: readonly Translated[]) {
  const items: SocialItem[] = [];
  const refused: RefusedItem[] = [];
  for (const result of results) {
    if (result.kind === 'item') items.push(result.item);
    else if (result.kind === 'refused') refused.push(result.refused);
  }
  return { items, refused };
}

/** A cursor that is not ours begins from the beginning: items may repeat. */
function readCursor(cursor: string | undefined): FeedCursor {
  try {
    return cursorShape.parse(JSON.parse(cursor ?? '{}'));
  } catch {
    return {};
  }
}

/** A page that is gone takes its comments with it. A page that is there proves nothing: comments are paged and hidden. */
async function recheckPages(
  ids: readonly string[],
  ports: FeedPorts,
): Promise<readonly ActivityState[]> {
  const gone = new Map<string, boolean>();
  const states: ActivityState[] = [];
  for (const nativeId of new Set(ids)) {
    const page = readPermalink(nativeId)?.threadId;
    if (page !== undefined && !gone.has(page)) gone.set(page, await isGone(page, ports));
    states.push(
      page !== undefined && gone.get(page) === true
        ? { nativeId, state: 'gone', reason: 'deleted' }
        : { nativeId, state: 'unknown' },
    );
  }
  return states;
}

async function isGone(page: string, ports: FeedPorts): Promise<boolean> {
  const { status } = await get(ports, { url: page, method: 'HEAD' }, FEED);
  // Some sites answer HEAD with an error that GET would not give.
  if (status !== 404 && status !== 410) return false;
  const again = await get(ports, { url: page }, FEED);
  return again.status === 404 || again.status === 410;
}
