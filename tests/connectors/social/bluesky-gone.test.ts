import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SocialConnector } from '../../../src/contract/social.ts';
import { readCapture } from '../../../sandbox/story/captures.ts';
import { blueskyConnector } from './bluesky-parts.ts';
import { bodyOf, recorded, startReplay, uriOf, type Replay } from './bluesky-replay.ts';

let replay: Replay;
let connector: SocialConnector;

beforeEach(async () => {
  replay = await startReplay();
  connector = blueskyConnector({
    service: replay.url,
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
});
afterEach(() => replay.close());

describe('conversations', () => {
  test.each([
    ['029', 'A001'],
    ['030', 'A030'],
    ['042', 'A045'],
    ['047', 'A047'],
    ['093', 'A046'],
  ])('capture %s comes flat, parents first', async (number, id) => {
    replay.replies.set('app.bsky.feed.getPostThread', recorded(number));
    const items = (await connector.thread?.(uriOf(id))) ?? [];
    const ids = items.map(({ activity }) => activity.nativeId);
    expect(ids).toContain(uriOf(id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const { activity } of items)
      if (activity.inReplyTo !== undefined && ids.includes(activity.inReplyTo))
        expect(ids.indexOf(activity.inReplyTo)).toBeLessThan(ids.indexOf(activity.nativeId));
  });

  test.each(['043', '063', '064', '065'])('capture %s has none any more', async (number) => {
    replay.replies.set('app.bsky.feed.getPostThread', recorded(number));
    expect(await connector.thread?.(uriOf('A001'))).toEqual([]);
  });
});

const dids = {
  hannah: 'did:plc:gsoq5el6akba7cgxty43wlwp',
  deleted: 'did:plc:n2biie3tn5fc2q6ykjh7pfka',
  takenDown: 'did:plc:i3jzp7ntrtg7lnifodwuu7xv',
  deactivated: 'did:plc:jbmr45tywnob5mfdtojakjty',
  blocks: 'did:plc:kohjjmuxdpw6v5lv2aa5umhc',
  renamed: 'did:plc:fhoasum73bmtkhctuxpjqh6t',
  stranger: 'did:plc:5eiibb22jwzmqyso2r7nygbo',
};

function replaySingleProfiles(): void {
  const profile = 'app.bsky.actor.getProfile';
  replay.replies.set(`${profile} ${dids.deleted}`, recorded('057'));
  replay.replies.set(`${profile} ${dids.takenDown}`, recorded('058'));
  replay.replies.set(`${profile} ${dids.deactivated}`, recorded('059'));
  replay.replies.set(`${profile} ${dids.renamed}`, recorded('060'));
  replay.replies.set(`${profile} ${dids.blocks}`, recorded('062'));
  replay.replies.set(`${profile} ${dids.hannah}`, recorded('032'));
  const { profiles } = bodyOf('033') as { profiles: { did: string }[] };
  const stranger = profiles.find(({ did }) => did === dids.stranger);
  replay.replies.set(`${profile} ${dids.stranger}`, {
    ...recorded('032'),
    body: JSON.stringify(stranger),
  });
}

describe('accounts', () => {
  test('25 come at once, with what their owners show', async () => {
    replay.replies.set('app.bsky.actor.getProfiles', recorded('033'));
    const { profiles } = bodyOf('033') as { profiles: { did: string; handle: string }[] };
    const states = await connector.profiles(profiles.map(({ did }) => did));
    expect(states).toHaveLength(25);
    expect(states).toMatchObject(
      profiles.map(({ did, handle }) => ({
        nativeId: did,
        state: 'live',
        profile: { handle, handleIsDomain: true, email: undefined },
      })),
    );
  });

  test('that are gone say why; a renamed one is live under its new name', async () => {
    replay.replies.set('app.bsky.actor.getProfiles', {
      ...recorded('033'),
      body: '{"profiles":[]}',
    });
    replaySingleProfiles();
    const { deleted, takenDown, deactivated, blocks, renamed } = dids;
    const asked = [deleted, takenDown, deactivated, blocks, renamed, 'katrin-osswald.test'];
    expect(await connector.profiles(asked)).toMatchObject([
      { nativeId: deleted, state: 'gone', reason: 'deleted' },
      { nativeId: takenDown, state: 'gone', reason: 'taken_down' },
      { nativeId: deactivated, state: 'gone', reason: 'deactivated' },
      { nativeId: blocks, state: 'gone', reason: 'blocked' },
      { nativeId: renamed, state: 'live', profile: { handle: 'katrin-steuer.test' } },
      { nativeId: 'katrin-osswald.test', state: 'unknown' },
    ]);
  });
});

describe('looking again', () => {
  test('learns why each post is missing', async () => {
    replay.replies.set('app.bsky.feed.getPosts', recorded('066'));
    const uris = new URLSearchParams(
      readCapture('bluesky', '066').request.path.split('?')[1],
    ).getAll('uris');
    const [live, deletedAccount, blocked, takenDown, deactivated, deletedPost] = uris;
    const thread = 'app.bsky.feed.getPostThread';
    replay.replies.set(`${thread} ${deletedAccount ?? ''}`, recorded('063'));
    replay.replies.set(`${thread} ${blocked ?? ''}`, recorded('064'));
    replay.replies.set(`${thread} ${takenDown ?? ''}`, recorded('065'));
    replay.replies.set(`${thread} ${deactivated ?? ''}`, recorded('065'));
    replay.replies.set(`${thread} ${deletedPost ?? ''}`, recorded('043'));
    replaySingleProfiles();
    expect(await connector.recheck(uris)).toMatchObject([
      { nativeId: live, state: 'live' },
      { nativeId: deletedAccount, state: 'gone', reason: 'deleted' },
      { nativeId: blocked, state: 'gone', reason: 'blocked' },
      { nativeId: takenDown, state: 'gone', reason: 'taken_down' },
      { nativeId: deactivated, state: 'gone', reason: 'deactivated' },
      { nativeId: deletedPost, state: 'gone', reason: 'deleted' },
    ]);
  });

  test('sees an edit as a new revision of the same activity', async () => {
    const look = async (number: string) => {
      replay.replies.set('app.bsky.feed.getPosts', recorded(number));
      return (await connector.recheck([uriOf('A046')]))[0];
    };
    const [before, after] = [await look('039'), await look('040')];
    expect(before).toMatchObject({ state: 'live' });
    expect(after).toMatchObject({
      state: 'live',
      item: {
        activity: { revision: 'bafyreibgkvmg3nxkpitvbmbtonebpm3k7a5l6nwxtqls5pyb72enhmwbay' },
      },
    });
    expect(after).not.toEqual(before);
  });

  test('an address that is none is unknown, and not asked for', async () => {
    expect(await connector.recheck(['at://nope'])).toEqual([
      { nativeId: 'at://nope', state: 'unknown' },
    ]);
    expect(replay.asked.filter(({ pathname }) => pathname.includes('feed'))).toEqual([]);
  });

  test('a post that makes the network fail stays unknown', async () => {
    replay.replies.set('app.bsky.feed.getPosts', { ...recorded('066'), body: '{"posts":[]}' });
    replay.replies.set('app.bsky.feed.getPostThread', recorded('080'));
    expect(await connector.recheck([uriOf('A001')])).toMatchObject([{ state: 'unknown' }]);
  });
});
