import { z } from 'zod';
import type { ActivityState, PollPage, SocialConnector } from '../../../src/contract/social.ts';
import { errorCode, getRest, shaped } from './client.ts';
import type { FeedPorts } from './client.ts';
import { rejected, unexpected } from './failures.ts';
import { sorted } from './feedSource.ts';
import { readPermalink } from './permalink.ts';
import type { FeedSettings, WordpressSettings } from './settings.ts';
import { brandProfile, itemOfComment } from './translate.ts';
import type { Translated } from './translate.ts';
import { wpComment, wpUser } from './wire.ts';
import type { WpUser } from './wire.ts';
import { nextPage, nextPass, readCursor } from './wordpressCursor.ts';

const PER_PAGE = 50;

/** The company's own WordPress, whose API tells the e-mail that a commenter gave. */
export function wordpressSource(
  settings: FeedSettings,
  wordpress: WordpressSettings,
  ports: FeedPorts,
): SocialConnector {
  let known: Promise<WpUser> | undefined;
  const brand = () => {
    known ??= readUser(wordpress, ports).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  const source = { settings, wordpress, ports, brand };
  return {
    async check() {
      known = undefined;
      return brandProfile(await brand(), new URL(wordpress.apiUrl).hostname);
    },
    poll: (cursor) => poll(source, cursor),
    recheck: (ids) => recheck(source, [...new Set(ids)]),
    profiles: (ids) => Promise.resolve(ids.map((nativeId) => ({ nativeId, state: 'unknown' }))),
  };
}

interface Source {
  readonly settings: FeedSettings;
  readonly wordpress: WordpressSettings;
  readonly ports: FeedPorts;
  readonly brand: () => Promise<WpUser>;
}

async function readUser(wordpress: WordpressSettings, ports: FeedPorts): Promise<WpUser> {
  const reply = await getRest(ports, wordpress, '/wp/v2/users/me?context=edit');
  if (reply.status === 404) throw rejected('wordpress.apiUrl', 'No WordPress API at this address');
  return shaped(wpUser, reply.json, 'users/me');
}

async function poll(source: Source, text: string | undefined): Promise<PollPage> {
  const now = source.ports.clock.now();
  const cursor = readCursor(text, now);
  const query = new URLSearchParams({
    context: 'edit',
    per_page: String(PER_PAGE),
    orderby: 'id',
    order: 'asc',
    page: String(cursor.page),
  });
  if (cursor.after !== undefined) query.set('after', cursor.after);
  const brand = await source.brand();
  const reply = await getRest(
    source.ports,
    source.wordpress,
    `/wp/v2/comments?${query.toString()}`,
  );
  if (reply.status === 404) throw rejected('wordpress.apiUrl', 'No comments at this address');
  const records = shaped(z.array(z.unknown()), reply.json, 'comments');
  const results = records.map((record, at) => translated(source, brand, record, at));
  const page = sorted(results);
  const newest = page.items
    .map(({ activity }) => activity.publishedAt)
    .reduce<Date | undefined>(
      (last, date) => (last === undefined || date > last ? date : last),
      undefined,
    );
  // A page past the end is 200 with []; the header may be missing behind a proxy.
  const pages = Number(reply.headers['x-wp-totalpages'] ?? Number.NaN);
  const more = records.length > 0 && (Number.isNaN(pages) || cursor.page < pages);
  const next = more ? nextPage(cursor, newest) : nextPass(cursor, newest, now);
  return { ...page, cursor: JSON.stringify(next), more };
}

function translated(source: Source, brand: WpUser, record: unknown, at: number): Translated {
  const comment = wpComment.safeParse(record);
  if (comment.success) return itemOfComment(comment.data, brand, source.settings);
  const id = z.object({ id: z.int() }).safeParse(record);
  const nativeId = id.success ? `comment ${id.data.id}` : `comment at ${at + 1}`;
  const fields = comment.error.issues.map((issue) => issue.path.join('.')).join(', ');
  return { kind: 'refused', refused: { nativeId, reason: `unexpected fields: ${fields}` } };
}

/** Approved comments in one call; what is missing there is asked for one by one, because only that names its state. */
async function recheck(
  source: Source,
  nativeIds: readonly string[],
): Promise<readonly ActivityState[]> {
  const brand = await source.brand();
  const site = new URL(source.settings.url).host;
  const states: ActivityState[] = [];
  const found = await approved(source, nativeIds);
  for (const nativeId of nativeIds) {
    const id = readPermalink(nativeId)?.commentId;
    if (id === undefined || URL.parse(nativeId)?.host !== site) {
      states.push({ nativeId, state: 'unknown' });
      continue;
    }
    const record = found.get(id) ?? (await one(source, id));
    states.push(
      record === undefined ? deleted(nativeId) : stateOf(source, brand, nativeId, record),
    );
  }
  return states;
}

async function approved(source: Source, nativeIds: readonly string[]) {
  const ids = nativeIds.map((id) => readPermalink(id)?.commentId).filter((id) => id !== undefined);
  const found = new Map<string, unknown>();
  if (ids.length < 2) return found;
  const query = new URLSearchParams({
    context: 'edit',
    per_page: '100',
    include: [...new Set(ids)].join(','),
  });
  const reply = await getRest(
    source.ports,
    source.wordpress,
    `/wp/v2/comments?${query.toString()}`,
  );
  for (const record of shaped(z.array(z.unknown()), reply.json, 'comments')) {
    const comment = wpComment.safeParse(record);
    if (comment.success) found.set(String(comment.data.id), record);
  }
  return found;
}

async function one(source: Source, id: string): Promise<unknown> {
  const reply = await getRest(source.ports, source.wordpress, `/wp/v2/comments/${id}?context=edit`);
  if (reply.status === 200) return reply.json;
  // A 404 of another kind is a moved or switched-off API, and nobody's deletion.
  if (errorCode(reply.json) !== 'rest_comment_invalid_id') throw unexpected('comments/id');
  return undefined;
}

function deleted(nativeId: string): ActivityState {
  return { nativeId, state: 'gone', reason: 'deleted' };
}

function stateOf(source: Source, brand: WpUser, nativeId: string, record: unknown): ActivityState {
  const comment = shaped(wpComment, record, 'comments/id');
  if (comment.status === 'trash') return deleted(nativeId);
  if (comment.status === 'spam') return { nativeId, state: 'gone', reason: 'taken_down' };
  if (comment.status !== 'approved') return { nativeId, state: 'gone', reason: 'hidden' };
  const result = itemOfComment(comment, brand, source.settings);
  if (result.kind !== 'item') return { nativeId, state: 'unknown' };
  // The post may have got another address since; we go on calling its comment by the name it had.
  const activity = { ...result.item.activity, nativeId };
  return { nativeId, state: 'live', item: { ...result.item, activity } };
}
