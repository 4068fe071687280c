import { describe, expect, test } from '@jest/globals';
import { MemoryNetwork, memorySocial } from '../../../connectors/social/memory/index.ts';
import { assertNothingIsSkipped } from '../../conformance/social-arrivals.ts';
import { conformsToSocial, type SocialWorld } from '../../conformance/social.ts';

const month = 30 * 24 * 3_600_000;

function start({ pageSize }: { pageSize: number }): Promise<SocialWorld> {
  const network = new MemoryNetwork();
  let now = Date.parse('2026-11-21T12:00:00Z');
  const clock = { now: () => new Date(now) };
  const connector = memorySocial(network).create({
    settings: { name: 'memory', pageSize },
    ports: {
      clock,
      secrets: { read: () => Promise.resolve({}), renew: (change) => change({}) },
      fetchPublic: () => Promise.reject(new Error('memory has no wire')),
      pace: () => Promise.resolve(),
    },
  });
  let authors = 0;
  const authorOf = new Map<string, string>();
  const post: SocialWorld['post'] = ({ text, at }) => {
    const author = `memory:person/${(authors += 1)}`;
    const id = network.post({ author, text, publishedAt: at ?? clock.now() });
    authorOf.set(id, author);
    return Promise.resolve(id);
  };
  return Promise.resolve({
    connector,
    now: clock.now,
    advance: (ms) => {
      now += ms;
    },
    post,
    postAsBrand: (text) =>
      Promise.resolve(network.post({ author: network.brand, text, publishedAt: clock.now() })),
    edit: (id, text) => {
      network.edit(id, text);
      return Promise.resolve();
    },
    remove: (id) => {
      network.remove(id);
      return Promise.resolve();
    },
    closeAuthor: (id) => {
      network.close(authorOf.get(id) ?? '', 'deleted');
      return Promise.resolve();
    },
  });
}

describe('the memory network', () => {
  conformsToSocial({
    capabilities: memorySocial().capabilities,
    controls: new Set(['edit', 'closeAuthor', 'postAsBrand']),
    start,
    horizonMs: month,
    settleMs: 0,
    unknownActivityId: 'memory:post/404',
    unknownAccountId: 'memory:person/404',
    secrets: [],
    faults: [],
    runs: 100,
  });
});

describe('the law of arrivals', () => {
  /** The usual mistake: only what is newer than the newest one known. */
  async function startByTimeMark(options: { pageSize: number }): Promise<SocialWorld> {
    const world = await start(options);
    let mark = 0;
    return {
      ...world,
      connector: {
        ...world.connector,
        async poll(cursor) {
          const page = await world.connector.poll(cursor);
          const items = page.items.filter(({ activity }) => activity.publishedAt.getTime() >= mark);
          mark = Math.max(mark, ...items.map(({ activity }) => activity.publishedAt.getTime()));
          return { ...page, items };
        },
      },
    };
  }

  test('catches a poller that goes by a time mark', async () => {
    const law = { start: startByTimeMark, horizonMs: month, settleMs: 0, runs: 100 };
    await expect(assertNothingIsSkipped(law)).rejects.toThrow('Counterexample');
  });
});
