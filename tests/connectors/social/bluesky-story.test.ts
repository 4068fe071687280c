import { expect, test } from '@jest/globals';
import { startBluesky } from '../../../sandbox/bluesky/emulator.ts';
import { readTable } from '../../../sandbox/story/captures.ts';
import { loadStory } from '../../../sandbox/story/story.ts';
import { pollToEnd } from '../../conformance/social-arrivals.ts';
import { appPassword, blueskyConnector, identifier } from './bluesky-parts.ts';

const activities = readTable('truth.csv').filter(
  (row) => row('record') === 'activity' && row('server') === 'bluesky',
);

test('the whole month comes in, and what became of it is known', async () => {
  let time = Date.parse('2026-11-21T12:00:00Z');
  const network = await startBluesky({
    story: loadStory({ impersonators: false }),
    credentials: { identifier, password: appPassword },
    clock: { now: () => time },
  });
  const service = network.url;
  const connector = blueskyConnector({ service, now: () => new Date(time) });
  try {
    const brought = new Set<string>();
    let cursor: string | undefined;
    for (const phase of ['p1', 'A050', 'p2', 'p3', 'p4']) {
      network.advanceTo(phase);
      time += 3_600_000;
      const { items, last } = await pollToEnd(connector, cursor);
      cursor = last.cursor;
      items.forEach(({ activity }) => brought.add(activity.nativeId));
    }
    const directed = activities.filter(
      (row) => row('mentions_brand') === 'yes' && row('is_brand') === 'no',
    );
    expect(directed.map((row) => row('native_id')).filter((uri) => !brought.has(uri))).toEqual([]);

    const fates = new Map<string, string>();
    const ids = [...brought];
    for (let start = 0; start < ids.length; start += 25)
      for (const state of await connector.recheck(ids.slice(start, start + 25)))
        fates.set(state.nativeId, state.state === 'gone' ? state.reason : state.state);
    const wrong = directed
      .map((row) => [row('id'), row('final_state'), fates.get(row('native_id'))])
      .filter(([, told, found]) => fateByTruth[told ?? ''] !== found);
    expect(wrong).toEqual([]);
  } finally {
    await network.close();
  }
});

const fateByTruth: Readonly<Record<string, string>> = {
  live: 'live',
  edited: 'live',
  deleted: 'deleted',
  account_deleted: 'deleted',
  account_deactivated: 'deactivated',
  account_taken_down: 'taken_down',
  author_blocks_brand: 'blocked',
};
