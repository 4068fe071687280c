import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { startBlog, type BlogSandbox } from '../../sandbox/blog/emulator.ts';
import { loadStory } from '../../sandbox/story/story.ts';

let now: number;
let blog: BlogSandbox;

beforeEach(async () => {
  now = Date.parse('2026-11-21T20:30:00Z');
  blog = await startBlog({
    story: loadStory(),
    credentials: { username: 'nordlichtmobil', applicationPassword: 'secret' },
    clock: { now: () => now },
  });
  blog.advanceTo('C15');
});

afterEach(() => blog.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${blog.url}${path}`, { headers });

describe('conditional requests', () => {
  const PATHS = ['/feed/', '/feed/atom/', '/comments/feed/', '/comments/feed/atom/'];

  test.each(PATHS)('%s answers 304 to its ETag, its date or both', async (path) => {
    const first = await get(path);
    const etag = first.headers.get('etag') ?? '';
    const modified = first.headers.get('last-modified') ?? '';
    const both = { 'if-none-match': etag, 'if-modified-since': modified };
    for (const headers of [both, { 'if-none-match': etag }, { 'if-modified-since': modified }]) {
      const again = await get(path, headers);
      expect([again.status, await again.text()]).toEqual([304, '']);
    }
    const stale = { 'if-none-match': '"other"', 'if-modified-since': modified };
    expect((await get(path, stale)).status).toBe(200);
  });

  test('a new comment changes the feed, an edit does not, a deletion does', async () => {
    const path = '/comments/feed/atom/';
    const tag = async () => (await get(path)).headers.get('etag');
    const before = await tag();
    const id = blog.controls.comment({ author: 'Bernd', email: 'b@post.example', text: 'Neu' });
    const written = await tag();
    expect(written).not.toBe(before);
    now += 60_000;
    blog.controls.edit(id, 'Anders');
    expect(await tag()).toBe(written);
    expect(await (await get(path)).text()).toContain('Anders');
    blog.controls.delete(id);
    expect(await tag()).toBe(before);
  });
});

test('a comment that was marked as spam, trashed or deleted leaves the page and the feed', async () => {
  const seen = async () => {
    const feed = await (await get('/comments/feed/')).text();
    const page = await (await get('/was-am-17-november-geschah/')).text();
    return [feed.includes('Versuch'), page.includes('Versuch')];
  };
  for (const leave of ['spam', 'trash', 'delete'] as const) {
    const id = blog.controls.comment({ author: 'X', email: 'x@post.example', text: 'Versuch' });
    expect(await seen()).toEqual([true, true]);
    blog.controls[leave](id);
    expect(await seen()).toEqual([false, false]);
  }
});

test('what a visitor writes is escaped', async () => {
  blog.controls.comment({
    author: 'X',
    email: 'x@post.example',
    text: '<script>alert(1)</script>',
  });
  const feed = await (await get('/comments/feed/atom/')).text();
  expect(feed).not.toContain('<script>');
});

test('the Latin-1 feed says its charset in the XML declaration only', async () => {
  const response = await get('/latin1.xml');
  expect(response.headers.get('content-type')).toBe('text/xml');
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = new TextDecoder('iso-8859-1').decode(bytes);
  expect(text).toContain('encoding="ISO-8859-1"');
  expect(text).toContain('Größere Änderungen für Fahrgäste');
  expect(text).toContain('Berlin&#8211;Köln');
  expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow();
});

test('a JSON Feed, a feed that is gone, and an error page', async () => {
  const feed = (await (await get('/feed.json')).json()) as { items: { url: string }[] };
  expect(feed.items).toHaveLength(3);
  expect((await get('/gone.xml')).status).toBe(410);
  blog.faults.add({ path: '/feed/', fault: { kind: 'html', status: 503 } });
  expect((await get('/feed/')).status).toBe(503);
  expect((await get('/feed/')).status).toBe(200);
});

test('`after` without an offset means the time of the blog', async () => {
  // C12 was written at 09:00 in Berlin, 08:00 UTC.
  const count = async (after: string) =>
    (await get(`/wp-json/wp/v2/comments?after=${after}`)).headers.get('x-wp-total');
  expect(await count('2026-11-18T08:59:59')).toBe('4');
  expect(await count('2026-11-18T09:00:00')).toBe('3');
  expect(await count('2026-11-18T08:00:00Z')).toBe('3');
});
