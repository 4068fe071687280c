import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SocialConnector } from '../../../src/contract/social.ts';
import { pollToEnd } from '../../conformance/social-arrivals.ts';
import { blueskyConnector } from './bluesky-parts.ts';
import { bodyOf, recorded, startReplay, uriOf, type Replay } from './bluesky-replay.ts';

const brandDid = 'did:plc:kforrhfejflseek3bnlnnovu';

interface WireNotification {
  readonly uri: string;
  readonly cid: string;
  readonly reason: string;
  readonly record: { readonly text: string };
  readonly author: { readonly did: string };
}
interface WirePost {
  readonly uri: string;
  readonly author: { readonly did: string };
}

let now: Date;
let replay: Replay;
let connector: SocialConnector;

beforeEach(async () => {
  now = new Date('2026-11-21T12:00:00Z');
  replay = await startReplay();
  connector = blueskyConnector({ service: replay.url, now: () => now });
});
afterEach(() => replay.close());

function notificationsOf(numbers: readonly string[]): WireNotification[] {
  return numbers.flatMap(
    (number) => (bodyOf(number) as { notifications: WireNotification[] }).notifications,
  );
}

describe('notifications', () => {
  test.each([
    ['the empty list', ['008']],
    ['the first two', ['009']],
    ['the first phase', ['015', '016', '017', '018']],
    ['a list filtered by reason', ['019']],
    ['after they were marked as seen', ['021']],
    ['the second phase', ['037', '038']],
    ['after a deletion', ['046']],
    ['while the crisis grew', ['048', '049']],
    ['the crisis', ['051', '052']],
    ['pages shorter than asked for, and an empty last one', ['090', '091', '092']],
  ])('%s come in whole', async (_, pages) => {
    replay.pages = pages;
    const { items, refused } = await pollToEnd(connector);
    const wanted = notificationsOf(pages).filter(({ reason }) => reason === 'mention');
    expect(refused).toEqual([]);
    const brought = items.map(({ activity: { nativeId, revision, text }, author }) => ({
      nativeId,
      revision,
      text,
      author: author.nativeId,
    }));
    expect(brought).toEqual(
      wanted.map(({ uri, cid, record, author }) => ({
        nativeId: uri,
        revision: cid,
        text: record.text,
        author: author.did,
      })),
    );
  });

  test('a late arrival far down the list is found by the next deep sweep', async () => {
    replay.pages = ['015', '016', '017', '018'];
    const before = await pollToEnd(connector);
    replay.pages = ['051', '052'];
    now = new Date(now.getTime() + 3_600_000);
    const after = await pollToEnd(connector, before.last.cursor);
    const ids = (found: typeof before) => found.items.map(({ activity }) => activity.nativeId);
    expect(ids(before)).not.toContain(uriOf('A041'));
    expect(ids(after)).toContain(uriOf('A041'));
  });

  test('a quick sweep stops above what it knows', async () => {
    replay.pages = ['051', '052'];
    const before = await pollToEnd(connector);
    replay.asked = [];
    now = new Date(now.getTime() + 60_000);
    await pollToEnd(connector, before.last.cursor);
    expect(replay.asked.map(({ searchParams }) => searchParams.get('cursor'))).toEqual([
      null,
      '2026-11-12T08:15:00.001Z',
    ]);
  });

  test('an item holds what the network says, in our words', async () => {
    replay.pages = ['009'];
    const { items } = await pollToEnd(connector);
    expect(items.at(-1)).toEqual({
      activity: {
        nativeId: uriOf('A001'),
        kind: 'mention',
        text: '@nordlichtmobil.test seit Wolfsburg kein Netz mehr. ICE Berlin–Köln, Wagen 7, jede Woche dasselbe Funkloch.',
        url: 'https://bsky.app/profile/hannah-mueller.test/post/3n2tvelmlsc2v',
        publishedAt: new Date('2026-11-02T06:41:00.000Z'),
        editedAt: undefined,
        revision: 'bafyreic4gtawkrronkk52bsbqpc2r5himo5sgyvcgqf3265mifrebfkwyy',
        language: 'de',
        threadId: uriOf('A001'),
        inReplyTo: undefined,
      },
      author: {
        nativeId: 'did:plc:gsoq5el6akba7cgxty43wlwp',
        handle: 'hannah-mueller.test',
        displayName: 'Hannah Müller',
        url: 'https://bsky.app/profile/hannah-mueller.test',
        bio: 'Organisationsberatung, meist im ICE. https://mueller-beratung.example',
        websites: ['https://mueller-beratung.example'],
        email: undefined,
        handleIsDomain: true,
        marks: [],
      },
    });
  });

  test.each([
    '"__proto__":{"polluted":true}',
    '"\\u005f_proto__":{}',
    '"constructor":{"prototype":{}}',
  ])('a record with the key %s is read like any other', async (poison) => {
    const { status, headers, body } = recorded('009');
    replay.replies.set('app.bsky.notification.listNotifications', {
      status,
      headers: headers ?? {},
      body: body
        .replace(/"\$type":"app\.bsky\.feed\.post"/, `$&,${poison}`)
        .replace(/,"cursor":"[^"]*"/, ''),
    });
    const { items, refused } = await pollToEnd(connector);
    expect({ items: items.length, refused }).toEqual({ items: 2, refused: [] });
  });

  test('a cursor that the network does not know starts the sweep again, once', async () => {
    replay.pages = ['015', '016', '017', '018'];
    const first = await connector.poll(undefined);
    const bad = first.cursor.replace(/"page":"[^"]+"/, '"page":"kein-cursor"');
    replay.pages = ['015'];
    replay.asked = [];
    const again = await connector.poll(bad);
    expect(replay.asked.map(({ searchParams }) => searchParams.get('cursor'))).toEqual([
      'kein-cursor',
      null,
    ]);
    expect(again.items).toHaveLength(15);
    const worse = again.cursor.replace(/"page":"[^"]+"/, '"page":"kein-cursor"');
    const { items, refused, more } = await connector.poll(worse);
    expect({ items, refused: refused.length, more }).toEqual({
      items: [],
      refused: 1,
      more: false,
    });
  });
});

describe('searches', () => {
  test('bring posts besides the notifications, and mentions as such', async () => {
    const searching = blueskyConnector({
      service: replay.url,
      now: () => now,
      searchTerms: ['nordlicht', 'kommtnichtvorxyz'],
    });
    const pages = ['022', '023', '028'];
    const method = 'app.bsky.feed.searchPosts';
    const brought = [];
    const { cursor: start } = await searching.poll(undefined);
    let cursor = start;
    for (const page of pages) {
      replay.replies.set(method, recorded(page));
      const { items, cursor: next } = await searching.poll(cursor);
      brought.push(...items);
      cursor = next;
    }
    const wanted = ['022', '023'].flatMap(
      (number) => (bodyOf(number) as { posts: WirePost[] }).posts,
    );
    const foreign = wanted.filter(({ author }) => author.did !== brandDid);
    expect(brought.map(({ activity }) => activity.nativeId)).toEqual(foreign.map(({ uri }) => uri));
    for (const { activity } of brought)
      if (activity.text.includes('@nordlichtmobil.test')) expect(activity.kind).toBe('mention');
  });

  test('that are refused do not hold up what comes after', async () => {
    const searching = blueskyConnector({
      service: replay.url,
      now: () => now,
      searchTerms: ['?', 'kommtnichtvorxyz'],
    });
    replay.replies.set('app.bsky.feed.searchPosts', recorded('079'));
    const { refused, last } = await pollToEnd(searching);
    expect(refused.map(({ nativeId }) => nativeId)).toEqual(['source 2', 'source 3']);
    expect(last.more).toBe(false);
  });
});
