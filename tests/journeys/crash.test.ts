import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { waitForQuiet } from '../../sandbox/quiet.ts';
import { playStory } from '../../sandbox/story/player.ts';
import { startSandbox, type Sandbox } from '../../sandbox/world.ts';
import { expectedTimelines, writtenTimelines } from './truth.ts';

const MINUTES = 60_000;
const KILLS = 50;
/** Of the moments; said in the test's name, so that a failure can be played again. */
const SEED = Number(process.env.CRASH_SEED ?? '20261121');

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
}, 3 * MINUTES);
afterAll(() => sandbox.close(), MINUTES);

test(
  `killed at ${KILLS} random moments of the story (seed ${SEED}), the service ends in the same state: nothing lost, nothing twice`,
  async () => {
    const { steps } = sandbox.company.story;
    const random = mulberry32(SEED);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const from = Math.floor((kill * steps.length) / KILLS);
      const to = Math.floor(((kill + 1) * steps.length) / KILLS);
      await playStory(sandbox.company.networks, { steps: steps.slice(from, to) });
      // From the middle of a poll to the middle of a write to HubSpot: all of it happens within this time.
      await new Promise((resolve) => setTimeout(resolve, random() * 700));
      await sandbox.crash();
    }
    await waitForQuiet(sandbox.admin, sandbox.workspace);

    expect(writtenTimelines(sandbox)).toEqual(expectedTimelines(sandbox, 'end'));
    expect(await sandbox.admin.parked(sandbox.workspace)).toEqual([]);
    const { links } = await sandbox.admin.overview(sandbox.workspace);
    const active = links.filter(({ state }) => state === 'active');
    expect(active.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  },
  15 * MINUTES,
);

/** A small seeded generator, so that a failing run can be repeated. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
