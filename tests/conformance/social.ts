import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConnectorError, type Failure } from '../../src/contract/errors.ts';
import type { SocialCapabilities } from '../../src/contract/social.ts';
import type { SocialItem } from '../../src/domain/social.ts';
import type { SocialWorld, WireFault } from './social-world.ts';
import { assertNothingIsSkipped, idOf, pollToEnd } from './social-arrivals.ts';

export type { SocialWorld, WireFault };

export interface SocialSuite {
  readonly capabilities: SocialCapabilities;
  /** What the world can do, by name; the rest is skipped. */
  readonly controls: ReadonlySet<keyof SocialWorld>;
  /** Restart gives an empty network. `pageSize` where the network lets its client choose. */
  start(options: { readonly pageSize: number }): Promise<SocialWorld>;
  /** A late arrival may claim a time this far back and must still come in. */
  readonly horizonMs: number;
  /** After this long at most, a poll to the end has brought everything. */
  readonly settleMs: number;
  readonly unknownActivityId: string;
  readonly unknownAccountId: string;
  /** Values that no error may show. */
  readonly secrets: readonly string[];
  /** How the vendor says each failure, with the code it must become. */
  readonly faults: readonly (readonly [
    name: string,
    fault: WireFault,
    failure: Partial<Failure>,
  ])[];
  readonly runs?: number;
}

const hostile = [
  '<script>alert(1)</script><img src=x onerror=alert(1)>',
  'a\u200b\u202eb \u2066c\u2069 \ufeff',
  "'; DROP TABLE activities; -- {{7*7}} ${1+1}",
  '👩‍👩‍👧‍👦 e\u0301 İ ß',
];

/** Every social connector passes these. A connector's own test file adds only what is special about it. */
export function conformsToSocial(suite: SocialSuite): void {
  const { capabilities, controls } = suite;
  const testWith = (control: keyof SocialWorld) => (controls.has(control) ? test : test.skip);
  let world: SocialWorld;
  beforeEach(async () => {
    world = await suite.start({ pageSize: 3 });
  });
  afterEach(async () => {
    await world.stop?.();
  });

  describe('polling', () => {
    test('brings every activity, each with its text, author and thread', async () => {
      const posted = new Map<string, string>();
      for (const number of [1, 2, 3, 4, 5, 6, 7])
        posted.set(await world.post({ text: `post ${number}` }), `post ${number}`);
      const { items } = await pollToEnd(world.connector);
      const brought = new Map(items.map(({ activity }) => [activity.nativeId, activity.text]));
      expect(brought).toEqual(posted);
      for (const { activity, author } of items) {
        expect(activity.threadId).not.toBe('');
        expect(activity.revision).not.toBe('');
        expect(author.nativeId).not.toBe('');
        expect(activity.publishedAt.getTime()).toBeLessThanOrEqual(world.now().getTime());
      }
    });

    test('comes to an end on an empty network', async () => {
      const { items, last } = await pollToEnd(world.connector);
      expect(items).toEqual([]);
      expect(last.more).toBe(false);
    });

    test('brings nothing new when nothing happened', async () => {
      for (const number of [1, 2, 3, 4]) await world.post({ text: `post ${number}` });
      const first = await pollToEnd(world.connector);
      const again = await pollToEnd(world.connector, first.last.cursor);
      const known = new Set(first.items.map(identity));
      expect(again.items.filter((item) => !known.has(identity(item)))).toEqual([]);
    });

    test('goes on from a cursor that was stored as text in the middle', async () => {
      const ids: string[] = [];
      for (const number of [1, 2, 3, 4, 5, 6, 7])
        ids.push(await world.post({ text: `post ${number}` }));
      const first = await world.connector.poll(undefined);
      const stored = JSON.parse(JSON.stringify({ cursor: first.cursor })) as { cursor: string };
      const rest = first.more ? await pollToEnd(world.connector, stored.cursor) : { items: [] };
      expect(new Set([...first.items, ...rest.items].map(idOf))).toEqual(new Set(ids));
    });

    test.each(['', 'nonsense', '{}', '[1', '{"v":99}'])(
      'a cursor that is none of its own (%j) loses nothing',
      async (cursor) => {
        const id = await world.post({ text: 'still here' });
        const { items } = await pollToEnd(world.connector, cursor);
        expect(items.map(idOf)).toContain(id);
      },
    );

    test.each(hostile)('passes hostile text on unchanged: %j', async (text) => {
      const id = await world.post({ text });
      const { items } = await pollToEnd(world.connector);
      expect(items.find((item) => idOf(item) === id)?.activity.text).toBe(text);
    });

    testWith('postAsBrand')("leaves the brand's own posts out", async () => {
      const own = await world.postAsBrand?.('We are sorry');
      const other = await world.post({ text: 'thank you' });
      const ids = (await pollToEnd(world.connector)).items.map(idOf);
      expect(ids).toContain(other);
      expect(ids).not.toContain(own);
    });

    testWith('postMalformed')('one unreadable record does not hold up the others', async () => {
      const before = await world.post({ text: 'before' });
      await world.postMalformed?.();
      const after = await world.post({ text: 'after' });
      const { items, refused } = await pollToEnd(world.connector);
      expect(new Set(items.map(idOf))).toEqual(new Set([before, after]));
      expect(refused.length).toBeGreaterThan(0);
    });

    test('never skips an arrival, late ones included, however polls and arrivals mix', async () => {
      await assertNothingIsSkipped({ ...suite, runs: suite.runs ?? 25 });
    });
  });

  describe('looking again', () => {
    test('answers every id once, also unknown and repeated ones', async () => {
      const id = await world.post({ text: 'one' });
      const states = await world.connector.recheck([id, suite.unknownActivityId, id]);
      expect(states.map(({ nativeId }) => nativeId).toSorted()).toEqual(
        [id, suite.unknownActivityId].toSorted(),
      );
      expect(states.find(({ nativeId }) => nativeId === id)).toMatchObject({ state: 'live' });
      expect(states.find(({ nativeId }) => nativeId !== id)?.state).not.toBe('live');
    });

    test('takes a full batch', async () => {
      const ids: string[] = [];
      for (let number = 0; number < capabilities.batchSize; number += 1)
        ids.push(await world.post({ text: `post ${number}` }));
      const states = await world.connector.recheck(ids);
      expect(states.map(({ nativeId }) => nativeId)).toEqual(expect.arrayContaining(ids));
      expect(states.every(({ state }) => state === 'live')).toBe(true);
    });

    test('asks nothing for no ids', async () => {
      expect(await world.connector.recheck([])).toEqual([]);
      expect(await world.connector.profiles([])).toEqual([]);
    });

    test('a removed activity is gone, its neighbour is not', async () => {
      const gone = await world.post({ text: 'gone' });
      const kept = await world.post({ text: 'kept' });
      await world.remove(gone);
      const states = await world.connector.recheck([gone, kept]);
      expect(states.find(({ nativeId }) => nativeId === gone)).toMatchObject({
        state: 'gone',
        reason: 'deleted',
      });
      expect(states.find(({ nativeId }) => nativeId === kept)).toMatchObject({ state: 'live' });
    });

    (capabilities.edits ? testWith('edit') : test.skip)(
      'an edited activity is live, under a new revision',
      async () => {
        const id = await world.post({ text: 'before' });
        const [before] = await world.connector.recheck([id]);
        await world.edit?.(id, 'after');
        const [after] = await world.connector.recheck([id]);
        expect(after).toMatchObject({ state: 'live', item: { activity: { text: 'after' } } });
        expect(revisionOf(after)).not.toBe(revisionOf(before));
      },
    );

    testWith('closeAuthor')('a closed account takes its activities along', async () => {
      const id = await world.post({ text: 'farewell' });
      const [before] = await world.connector.recheck([id]);
      const author = before?.state === 'live' ? before.item.author.nativeId : '';
      expect(await world.connector.profiles([author])).toMatchObject([{ state: 'live' }]);
      await world.closeAuthor?.(id);
      expect(await world.connector.recheck([id])).toMatchObject([{ state: 'gone' }]);
      expect(await world.connector.profiles([author])).toMatchObject([{ state: 'gone' }]);
    });

    test('an account nobody knows is gone or unknown, never live', async () => {
      const states = await world.connector.profiles([suite.unknownAccountId]);
      expect(states.map(({ nativeId }) => nativeId)).toEqual([suite.unknownAccountId]);
      expect(states[0]?.state).not.toBe('live');
    });
  });

  describe('conversations', () => {
    test('are read exactly where the capabilities say so', () => {
      expect(world.connector.thread !== undefined).toBe(capabilities.threads);
    });

    (capabilities.threads ? test : test.skip)(
      'hold the activity, and nothing when gone',
      async () => {
        const id = await world.post({ text: 'start' });
        expect((await world.connector.thread?.(id))?.map(idOf)).toEqual([id]);
        await world.remove(id);
        expect(await world.connector.thread?.(id)).toEqual([]);
      },
    );
  });

  describe('failures', () => {
    testWith('failNext').each(suite.faults)('%s', async (_, fault, failure) => {
      await world.connector.check();
      const error = await failing(world, fault);
      expect(error).toBeInstanceOf(ConnectorError);
      expect((error as ConnectorError).failure).toMatchObject(failure);
    });

    testWith('failNext')('show no secret', async () => {
      await world.connector.check();
      for (const [, fault] of suite.faults) {
        const shown = inspect(await failing(world, fault), { depth: Infinity, showHidden: true });
        for (const secret of suite.secrets) expect(shown).not.toContain(secret);
      }
    });

    testWith('failNext')('pass: the next poll brings what the failed one did not', async () => {
      const id = await world.post({ text: 'patience' });
      await world.connector.check();
      for (const [, fault] of suite.faults) await failing(world, fault);
      const { items } = await pollToEnd(world.connector);
      expect(items.map(idOf)).toContain(id);
    });
  });
}

async function failing(world: SocialWorld, fault: WireFault): Promise<unknown> {
  world.failNext?.(fault);
  return world.connector.poll(undefined).then(
    () => undefined,
    (error: unknown) => error,
  );
}

function identity({ activity }: SocialItem): string {
  return `${activity.nativeId} ${activity.revision}`;
}

function revisionOf(state: unknown): unknown {
  return (state as { item?: SocialItem } | undefined)?.item?.activity.revision;
}
