import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toItem, toProfile } from '../../../connectors/social/bluesky/translate.ts';
import * as wire from '../../../connectors/social/bluesky/wire.ts';
import { startBluesky } from '../../../sandbox/bluesky/emulator.ts';
import { loadStory } from '../../../sandbox/story/story.ts';
import { pollToEnd } from '../../conformance/social-arrivals.ts';
import { fileDatabase } from '../../fixtures/lifetime.ts';
import { pairedContact } from '../../fixtures/paired.ts';
import { appPassword, blueskyConnector, identifier } from './bluesky-parts.ts';
import { rss, Site, TARIFF } from './feedSite.ts';

describe('direct messages (R22)', () => {
  /** Each reads what anybody may see, or opens the session. */
  const PUBLIC_METHODS = new Set([
    'com.atproto.server.createSession',
    'com.atproto.server.refreshSession',
    'app.bsky.notification.listNotifications',
    'app.bsky.feed.searchPosts',
    'app.bsky.feed.getPosts',
    'app.bsky.feed.getPostThread',
    'app.bsky.actor.getProfile',
    'app.bsky.actor.getProfiles',
    'com.atproto.sync.getRepoStatus',
    'com.atproto.repo.getRecord',
  ]);

  test('are not asked for: all that is called on Bluesky is public', async () => {
    const time = Date.parse('2026-11-21T12:00:00Z');
    const network = await startBluesky({
      story: loadStory({ impersonators: false }),
      credentials: { identifier, password: appPassword },
      clock: { now: () => time },
    });
    try {
      network.advanceTo('p4');
      const connector = blueskyConnector({
        service: network.url,
        now: () => new Date(time),
        searchTerms: ['Nordlicht'],
      });
      const { items } = await pollToEnd(connector);
      const first = items[0];
      expect(first).toBeDefined();
      await connector.recheck(items.slice(0, 5).map(({ activity }) => activity.nativeId));
      await connector.profiles([first?.author.nativeId ?? '']);
      await connector.thread?.(first?.activity.threadId ?? '');
      const called = [...network.calls.keys()];
      expect(called.length).toBeGreaterThan(4);
      expect(called.filter((method) => !PUBLIC_METHODS.has(method))).toEqual([]);
    } finally {
      await network.close();
    }
  });

  test('are named by no connector: no address of theirs, and no permission to read them', async () => {
    const folder = new URL('../../../connectors/', import.meta.url);
    const files = (await readdir(folder, { recursive: true })).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(files.length).toBeGreaterThan(30);
    const manifest = await readFile(new URL('../../../manifest.json', import.meta.url), 'utf8');
    const sources = await Promise.all(files.map((name) => readFile(new URL(name, folder), 'utf8')));
    for (const text of [...sources, manifest])
      expect(text).not.toMatch(
        /chat\.bsky|atproto-proxy|direct_messages?|conversations\.(read|write)/i,
      );
  });

  const { database } = fileDatabase();
  test('have no form in which they could be stored', async () => {
    const at = await pairedContact(database);
    const store = at.inWorkspace((tx) => tx.rows(`update activities set kind = 'message'`));
    await expect(store).rejects.toMatchObject({ code: '23514' });
  });
});

describe('where somebody is (R24)', () => {
  const PLACE = /52\.5200|13\.4050|Alexanderplatz/;

  test('is not read from a post or a profile of Bluesky', () => {
    const geo = {
      $type: 'community.lexicon.location.geo',
      latitude: '52.5200',
      longitude: '13.4050',
    };
    const place = { location: geo, geo, locations: [geo], place: { name: 'Alexanderplatz' } };
    const author = { did: 'did:plc:gsoq5el6akba7cgxty43wlwp', handle: 'hannah.example', ...place };
    const post = wire.post.parse({
      uri: `at://${author.did}/app.bsky.feed.post/3n2tvelmlsc2v`,
      cid: 'bafy1',
      author,
      record: { text: 'no signal', createdAt: '2026-11-02T06:41:00.000Z', ...place },
      ...place,
    });
    const item = toItem(post, 'mention');
    expect(item?.activity.text).toBe('no signal');
    expect(JSON.stringify([item, toProfile(wire.actor.parse(author))])).not.toMatch(PLACE);
  });

  const site = new Site();
  beforeAll(() => site.start());
  afterAll(() => {
    site.stop();
  });

  test('is not read from a feed', async () => {
    const place =
      '<georss:point>52.5200 13.4050</georss:point><geo:lat>52.5200</geo:lat><geo:long>13.4050</geo:long>' +
      '<georss:featurename>Alexanderplatz</georss:featurename>';
    const item =
      `<item><link>${TARIFF}#comment-1</link><author>a@b.example (Bernd)</author>${place}` +
      '<pubDate>Sat, 21 Nov 2026 20:11:30 +0000</pubDate><description>no signal</description></item>';
    const names =
      '<rss version="2.0" xmlns:georss="http://www.georss.org/georss" xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"';
    const body = String(rss(item).body).replace('<rss version="2.0"', names);
    site.on('/', { body });
    const url = 'http://blog.nordlicht.example:8920/comments/feed/';
    const { items } = await site.source({ url, own: true }).poll(undefined);
    expect(items.map(({ activity }) => activity.text)).toEqual(['no signal']);
    expect(JSON.stringify(items)).not.toMatch(PLACE);
  });
});
