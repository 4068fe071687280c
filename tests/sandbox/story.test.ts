import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { AtpAgent } from '@atproto/api';

import { startNetworks, type Networks } from '../../sandbox/story/networks.ts';
import { playStory, stepsUntil } from '../../sandbox/story/player.ts';
import { loadStory } from '../../sandbox/story/story.ts';
import { expectedOutcome } from '../../sandbox/story/truth.ts';

const credentials = { identifier: 'nordlichtmobil.test', password: 'nordlicht-sandbox' };
const story = loadStory();

describe('the steps', () => {
  test('stand in the order of the story, each once, with a line in two languages', () => {
    const times = story.steps.map(({ at }) => Date.parse(at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(story.steps.map(({ id }) => id)).size).toBe(story.steps.length);
    for (const { title } of story.steps) {
      expect(title.en).toMatch(/^.+$/);
      expect(title.de).toMatch(/^.+$/);
    }
  });

  test('hold every activity of truth.csv on Bluesky and the blog', () => {
    const ids = new Set(story.steps.map(({ id }) => id));
    const covered = story.labels.activities.filter(({ server }) =>
      ['bluesky', 'wordpress'].includes(server),
    );
    expect(covered.length).toBe(115);
    expect(covered.filter(({ id }) => !ids.has(id))).toEqual([]);
  });

  test('answers come after what they answer', () => {
    const order = new Map(story.steps.map(({ id }, index) => [id, index]));
    for (const { id, replyTo } of story.labels.activities) {
      if (replyTo === '' || !order.has(id)) continue;
      expect(order.get(id)).toBeGreaterThan(order.get(replyTo) ?? Infinity);
    }
  });

  test('are the same each time they are read', () => {
    expect(JSON.stringify(loadStory())).toBe(JSON.stringify(story));
  });

  test('can be cut at a step or a phase; an unknown name is an error', () => {
    expect(stepsUntil(story.steps, 'A004').at(-1)?.id).toBe('A004');
    expect(stepsUntil(story.steps, 'p4')).toHaveLength(story.steps.length);
    expect(() => stepsUntil(story.steps, 'p9')).toThrow('p9');
  });
});

describe('the player', () => {
  let networks: Networks;
  beforeEach(async () => {
    networks = await startNetworks({
      story,
      credentials: {
        bluesky: credentials,
        blog: { username: 'nordlichtmobil', applicationPassword: 'secret' },
      },
    });
  });
  afterEach(() => networks.close());

  test('leaves both servers in the final states of truth.csv', async () => {
    const { bluesky, blog } = networks;
    await playStory(networks, { steps: story.steps });
    const agent = new AtpAgent({ service: bluesky.url });
    await agent.login(credentials);
    for (const { id, server, nativeId, finalState } of story.labels.activities) {
      if (server === 'bluesky') {
        const { data } = await agent.getPosts({ uris: [nativeId] });
        expect([id, data.posts.length === 1]).toEqual([
          id,
          ['live', 'edited'].includes(finalState),
        ]);
      }
      if (server === 'wordpress' && id.startsWith('C')) {
        const { status } = await fetch(`${blog.url}/wp-json/wp/v2/comments/${nativeId}`);
        const wanted = { live: 200, edited: 200, spam: 401, deleted: 404 }[finalState];
        expect([id, status]).toEqual([id, wanted]);
      }
    }
    for (const { nativeId, server, finalState } of story.labels.accounts) {
      if (server !== 'bluesky') continue;
      const response = await fetch(
        `${bluesky.url}/xrpc/com.atproto.sync.getRepoStatus?did=${encodeURIComponent(nativeId)}`,
      );
      const { status, error } = (await response.json()) as { status?: string; error?: string };
      const gone: Record<string, string> = {
        account_deleted: 'RepoNotFound',
        account_deactivated: 'deactivated',
        account_taken_down: 'takendown',
      };
      expect([nativeId, status ?? error]).toEqual([nativeId, gone[finalState]]);
    }
  });

  test('waits for its listener, can be stopped between steps, and played on', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    const played = await playStory(networks, {
      steps: story.steps,
      signal: stop.signal,
      onStep: async ({ id }) => {
        await Promise.resolve();
        seen.push(id);
        if (id === 'C05') stop.abort();
      },
    });
    expect(seen.at(-1)).toBe('C05');
    expect(played).toBe(seen.length);
    const rest = await playStory(networks, { steps: story.steps.slice(played) });
    expect(played + rest).toBe(story.steps.length);
  });
});

describe('the expected outcome', () => {
  const { peak, end } = expectedOutcome(story);
  const activities = (state: typeof end) =>
    Object.fromEntries(
      [...state.timelines].map(([contact, entries]) => [
        contact,
        entries.map(({ activityId }) => activityId).join(' '),
      ]),
    );

  test('ties by proof only, never against a no, never by a shared address, never without a link back', () => {
    expect(peak.links.map(({ accountId, contactId }) => [accountId, contactId])).toEqual([
      ['B02', 'C001'],
      ['B05', 'C017'],
      ['B06', 'C014'],
      ['B19', 'C021'],
      ['W05', 'C023'],
      ['W07', 'C017'],
    ]);
  });

  test('the deleted account takes its link and its posts along', () => {
    expect(end.links.map(({ accountId }) => accountId)).toEqual([
      'B02',
      'B05',
      'B06',
      'W05',
      'W07',
    ]);
    expect(activities(peak)).toEqual({ ...activities(end), C021: 'A033 X012 X027' });
  });

  test('timelines hold what the customer said to the company, under its native id', () => {
    expect(activities(end)).toEqual({
      C001: 'A001 A004 A007 X014 X029 A053',
      C014: 'A008 A010 X011 X026 A056',
      C017: 'A011 A040 A055 C05',
      C023: 'C04 C14',
    });
    expect(end.timelines.get('C017')?.at(-1)?.nativeId).toBe(
      'http://blog.nordlicht.example:8920/ab-dezember-schnelleres-wlan-auf-der-strecke-berlin-koln/#comment-6',
    );
  });
});
