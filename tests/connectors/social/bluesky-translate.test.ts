import { describe, expect, test } from '@jest/globals';
import { bluesky } from '../../../connectors/social/bluesky/index.ts';
import { kindFor, toItem, toProfile } from '../../../connectors/social/bluesky/translate.ts';
import { websitesIn } from '../../../connectors/social/bluesky/websites.ts';
import * as wire from '../../../connectors/social/bluesky/wire.ts';
import { workOf } from '../../fixtures/work.ts';

const brand = 'did:plc:kforrhfejflseek3bnlnnovu';
const author = { did: 'did:plc:gsoq5el6akba7cgxty43wlwp', handle: 'hannah.example' };
const brandPost = `at://${brand}/app.bsky.feed.post/3n2tven6lfs2v`;
const otherPost = `at://${author.did}/app.bsky.feed.post/3n2tvelmlsc2v`;

function post(record: object, indexedAt = '2026-11-02T06:41:00.000Z'): wire.WirePost {
  const whole = { text: 'hello', createdAt: '2026-11-02T06:41:00.000Z', ...record };
  return wire.post.parse({ uri: otherPost, cid: 'bafy1', author, record: whole, indexedAt });
}

describe('kind of a post', () => {
  const facets = [{ features: [{ $type: 'app.bsky.richtext.facet#mention', did: brand }] }];
  const replyTo = (uri: string, root = uri) => ({
    reply: { root: { uri }, parent: { uri: root } },
  });
  test.each([
    ['names nobody', {}, 'post'],
    ['mentions the brand', { facets }, 'mention'],
    ['answers and mentions the brand', { facets, ...replyTo(brandPost) }, 'mention'],
    ['answers the brand', replyTo(brandPost), 'reply'],
    ['answers in a thread of the brand', replyTo(brandPost, otherPost), 'reply'],
    ['answers someone else', replyTo(otherPost), 'post'],
    ['quotes the brand', { embed: { record: { uri: brandPost } } }, 'quote'],
    [
      'quotes the brand with a picture',
      { embed: { record: { record: { uri: brandPost } } } },
      'quote',
    ],
    ['has a link and a broken facet', { facets: [{ features: [{ uri: 'x' }] }, 5] }, 'post'],
  ])('that %s', (_, record, kind) => {
    expect(kindFor(post(record), brand)).toBe(kind);
  });
});

describe('time of publication', () => {
  const arrival = '2026-11-02T06:41:00.000Z';
  test.each([
    ['as the author says', '2026-11-01T06:00:00.000Z', '2026-11-01T06:00:00.000Z'],
    ['not later than its arrival', '2036-01-01T00:00:00.000Z', arrival],
    ['its arrival where the author says nonsense', 'soon', arrival],
    ['its arrival where the author says nothing', undefined, arrival],
  ])('%s', (_, createdAt, publishedAt) => {
    const item = toItem(post({ createdAt }, arrival), 'post');
    expect(item?.activity.publishedAt.toISOString()).toBe(publishedAt);
  });

  test('is needed', () => {
    expect(toItem(post({ createdAt: 'soon' }, 'later'), 'post')).toBeUndefined();
  });
});

describe('websites in a description', () => {
  test.each([
    ['', []],
    ['Pendler Stuttgart-Ulm', []],
    ['Berlin. Hertha, Hunde, z.B. node.js', []],
    ['Impressum: https://nordlicht.example', ['https://nordlicht.example']],
    ['(https://firma.example/ueber-uns).', ['https://firma.example/ueber-uns']],
    [
      'Blog: example.org/path, mehr auf www.example.com!',
      ['https://example.org/path', 'https://www.example.com'],
    ],
    ['„example.org“', ['https://example.org']],
    ['mail me@example.org or @me.bsky.social', []],
    ['https://brand.com@evil.example', []],
    ['javascript:alert(1) ftp://example.org', []],
    [
      'http://a.example https://b.example http://a.example',
      ['http://a.example', 'https://b.example'],
    ],
    ['127.0.0.1 localhost 10.0.0.1/x', []],
  ])('%j', (bio, websites) => {
    expect(websitesIn(bio)).toEqual(websites);
  });

  test('are found in linear time in hostile text', () => {
    for (const bio of ['https://'.repeat(20_000), 'a.'.repeat(50_000), '.'.repeat(100_000)]) {
      expect(workOf(() => websitesIn(bio))).toBeLessThan(200);
    }
  });
});

describe('a handle', () => {
  test.each([
    ['hannah.example', true],
    ['social.firma.de', true],
    ['hannah.bsky.social', false],
    ['hannah.BSKY.social', false],
    ['hannah.mastodon.social.ap.brid.gy', false],
    ['notbsky.social', true],
  ])('%s proves a domain: %s', (handle, proves) => {
    expect(toProfile({ ...author, handle }).handleIsDomain).toBe(proves);
  });

  test('that no longer resolves is none, and the page goes by the id', () => {
    expect(toProfile({ ...author, handle: 'handle.invalid' })).toMatchObject({
      handle: undefined,
      handleIsDomain: false,
      url: `https://bsky.app/profile/${author.did}`,
    });
  });
});

describe('an account that asks for signed-in readers (R10)', () => {
  const marks = (more: object) => toProfile(wire.actor.parse({ ...author, ...more })).marks;
  const asks = { src: author.did, val: '!no-unauthenticated', cts: '2026-11-02T06:41:00.000Z' };
  test.each([
    ['says so', { labels: [asks] }, ['signed_in_only']],
    ['says so among others', { labels: [{ val: 'bot' }, asks] }, ['signed_in_only']],
    ['says so beside what nobody can read', { labels: [7, asks] }, ['signed_in_only']],
    ['took it back', { labels: [{ ...asks, neg: true }] }, []],
    ['never said so', { labels: [{ val: 'bot' }] }, []],
    ['has no labels', { labels: [] }, []],
    ['is seen in a view without labels', {}, undefined],
    ['is seen in a view that nobody can read', { labels: 'x' }, undefined],
  ])('%s', (_, more, expected) => {
    expect(marks(more)).toEqual(expected);
  });
});

describe('settings', () => {
  const parse = (service: string) =>
    bluesky.settings.safeParse({ service, identifier: 'brand.example' }).success;
  test.each([
    ['https://bsky.social', true],
    ['https://morel.us-east.host.bsky.network', true],
    ['http://bsky.social', false],
    ['https://bsky.social.evil.example', false],
    ['http://127.0.0.1:2583', false],
    ['http://169.254.169.254', false],
  ])('lead to a server of Bluesky only: %s %s', (service, allowed) => {
    expect(parse(service)).toBe(allowed);
  });

  test('name the source by its account', () => {
    const settings = bluesky.settings.parse({ identifier: '@Brand.Example' });
    expect(bluesky.sourceId(settings)).toBe('brand.example');
  });
});
