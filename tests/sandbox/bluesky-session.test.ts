import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AtpAgent } from '@atproto/api';

import { startBluesky, type BlueskySandbox } from '../../sandbox/bluesky/emulator.ts';
import { readCapture } from '../../sandbox/story/captures.ts';
import { loadStory } from '../../sandbox/story/story.ts';

const credentials = { identifier: 'nordlichtmobil.test', password: 'nordlicht-sandbox' };
const HOUR = 3_600_000;

let now: number;
let bluesky: BlueskySandbox;

beforeEach(async () => {
  now = Date.parse('2026-11-21T20:30:00Z');
  bluesky = await startBluesky({ story: loadStory(), credentials, clock: { now: () => now } });
});

afterEach(() => bluesky.close());

async function signedIn(): Promise<AtpAgent> {
  const agent = new AtpAgent({ service: bluesky.url });
  await agent.login(credentials);
  return agent;
}

function call(path: string, init: RequestInit = {}) {
  return fetch(`${bluesky.url}/xrpc/${path}`, init);
}

function bearer(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } };
}

function signIn(password: string) {
  return call('com.atproto.server.createSession', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...credentials, password }),
  });
}

describe('the public client library works unchanged', () => {
  test('signs in, reads every page of notifications, searches, reads posts, threads and profiles', async () => {
    bluesky.advanceTo('p4');
    const agent = await signedIn();
    const uris: string[] = [];
    let cursor: string | undefined;
    do {
      const { data } = await agent.listNotifications({ limit: 50, ...(cursor ? { cursor } : {}) });
      uris.push(...data.notifications.map(({ uri }) => uri));
      cursor = data.cursor;
    } while (cursor !== undefined);
    // 73 recorded items and the one of the sandbox-only account.
    expect(uris).toHaveLength(74);

    const { data: found } = await agent.app.bsky.feed.searchPosts({ q: 'Nordlicht Mobil' });
    expect(found.posts).toHaveLength(4);
    const { data: thread } = await agent.getPostThread({ uri: uris.at(-1) ?? '' });
    expect(thread.thread.$type).toBe('app.bsky.feed.defs#threadViewPost');
    const { data: posts } = await agent.getPosts({ uris: uris.slice(0, 25) });
    expect(posts.posts).toHaveLength(25);
    const { data: profile } = await agent.getProfile({ actor: 'katrin-steuer.test' });
    expect(profile.displayName).toBe('Katrin Oßwald');
    await agent.updateSeenNotifications('2026-11-21T00:00:00.000Z');
    expect((await agent.countUnreadNotifications()).data.count).toBe(0);
  });

  test('posts an answer with rich text and takes it back', async () => {
    bluesky.advanceTo('A001');
    const agent = await signedIn();
    const { uri } = await agent.post({ text: 'Guten Morgen' });
    expect((await agent.getPosts({ uris: [uri] })).data.posts).toHaveLength(1);
    await agent.deletePost(uri);
    expect((await agent.getPosts({ uris: [uri] })).data.posts).toHaveLength(0);
  });

  test('renews the session by itself when the access token has expired', async () => {
    const agent = await signedIn();
    const before = agent.session?.accessJwt;
    now += 3 * HOUR;
    await agent.listNotifications();
    expect(agent.session?.accessJwt).not.toBe(before);
    expect(bluesky.calls.get('com.atproto.server.refreshSession')).toBe(1);
  });
});

describe('tokens', () => {
  async function tokens() {
    const response = await signIn(credentials.password);
    return (await response.json()) as { accessJwt: string; refreshJwt: string };
  }

  test('expired, unreadable, missing and misused tokens are refused as recorded', async () => {
    const { accessJwt, refreshJwt } = await tokens();
    const path = 'app.bsky.notification.listNotifications';
    const refused = async (init: RequestInit, number: string) => {
      const response = await call(path, init);
      const recorded = readCapture('bluesky', number).response;
      expect(response.status).toBe(recorded.status);
      expect(await response.json()).toEqual(recorded.body);
    };
    await refused({}, '073');
    await refused(bearer('garbage'), '074');
    await refused(bearer(refreshJwt), '076');
    now += 3 * HOUR;
    await refused(bearer(accessJwt), '075');
  });

  test('a rotated refresh token works again for a while, then never', async () => {
    const { refreshJwt } = await tokens();
    const refresh = () =>
      call('com.atproto.server.refreshSession', { method: 'POST', ...bearer(refreshJwt) });
    expect((await refresh()).status).toBe(200);
    expect((await refresh()).status).toBe(200);
    now += 3 * HOUR;
    const late = await refresh();
    expect(late.status).toBe(400);
    expect(await late.json()).toEqual({
      error: 'ExpiredToken',
      message: 'Token has been revoked',
    });
  });

  test('the 31st sign-in in five minutes is refused as recorded, without retry-after', async () => {
    for (let attempt = 0; attempt < 30; attempt += 1) await signIn('wrong');
    const response = await signIn(credentials.password);
    const recorded = readCapture('bluesky', '089').response;
    expect(response.status).toBe(recorded.status);
    expect(await response.json()).toEqual(recorded.body);
    expect(response.headers.get('retry-after')).toBeNull();
    expect(response.headers.get('ratelimit-remaining')).toBe('0');
    now += 301_000;
    expect((await signIn(credentials.password)).status).toBe(200);
  });
});

describe('controls and faults', () => {
  test('a post, its edit and its deletion show in notifications', async () => {
    const agent = await signedIn();
    const items = async () => (await agent.listNotifications()).data.notifications;
    const { uri, cid } = bluesky.controls.post('mkaya.test', 'Hallo @nordlichtmobil.test, Gruß');
    expect(await items()).toMatchObject([{ uri, cid, reason: 'mention' }]);
    const edited = bluesky.controls.editPost(uri, 'Hallo @nordlichtmobil.test, schönen Gruß');
    expect(edited.uri).toBe(uri);
    expect(edited.cid).not.toBe(cid);
    expect(await items()).toMatchObject([
      { uri, record: { text: expect.stringContaining('schön') } },
    ]);
    bluesky.controls.deletePost(uri);
    expect(await items()).toEqual([]);
  });

  test('a late arrival sorts by the clock of its writer, a future date by the clock of the network', async () => {
    const agent = await signedIn();
    const { controls } = bluesky;
    const future = controls.post('mkaya.test', '@nordlichtmobil.test 1', {
      createdAt: '2027-01-01T00:00:00Z',
    });
    now += 1000;
    const middle = controls.post('mkaya.test', '@nordlichtmobil.test 2');
    now += 1000;
    const late = controls.post('mkaya.test', '@nordlichtmobil.test 3', {
      createdAt: '2026-11-01T00:00:00Z',
    });
    const { data } = await agent.listNotifications();
    expect(data.notifications.map(({ uri }) => uri)).toEqual([middle.uri, future.uri, late.uri]);
  });

  test('replies and quotes without a mention arrive with the post they mean', async () => {
    bluesky.advanceTo('A003');
    const agent = await signedIn();
    const statement = await agent.post({ text: 'Eine Mitteilung' });
    bluesky.controls.post('mkaya.test', 'Danke', { replyTo: statement.uri });
    bluesky.controls.post('ice651.test', 'Schaut her', { quote: statement.uri });
    const { data } = await agent.listNotifications({ reasons: ['reply', 'quote'] });
    expect(data.notifications.map(({ reason, reasonSubject }) => [reason, reasonSubject])).toEqual(
      expect.arrayContaining([
        ['reply', statement.uri],
        ['quote', statement.uri],
      ]),
    );
  });

  test('faults hit as often as asked and then stop', async () => {
    const path = 'com.atproto.server.describeServer';
    bluesky.faults.add({ path, fault: { kind: 'html', status: 502 } });
    bluesky.faults.add({ path, fault: { kind: 'json', status: 500, body: { error: 'X' } } });
    bluesky.faults.add({ path, fault: { kind: 'reset' } });
    const html = await call(path);
    expect([html.status, html.headers.get('content-type')]).toEqual([
      502,
      'text/html; charset=utf-8',
    ]);
    expect((await call(path)).status).toBe(500);
    await expect(call(path)).rejects.toThrow();
    expect((await call(path)).status).toBe(200);
    expect(bluesky.calls.get(path)).toBe(4);
  });

  test('the documented search finds words in any case and honours its filters', async () => {
    const other = await startBluesky({ story: loadStory(), credentials, search: 'documented' });
    other.advanceTo('p3');
    const agent = new AtpAgent({ service: other.url });
    await agent.login(credentials);
    const find = async (params: Parameters<typeof agent.app.bsky.feed.searchPosts>[0]) =>
      (await agent.app.bsky.feed.searchPosts(params)).data.posts.map(({ record }) => record.text);
    expect(await find({ q: '"nordlicht mobil"', since: '2026-11-17T16:00:00Z' })).toHaveLength(2);
    expect(await find({ q: 'funkloch', mentions: 'railconnect24.test' })).toHaveLength(0);
    await other.close();
  });
});
