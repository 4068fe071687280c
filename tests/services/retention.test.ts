import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { prune } from '../../src/services/prune.ts';
import { schedule } from '../../src/services/schedule.ts';
import { insertRefusedItem } from '../../src/store/activities.ts';
import { insertParkedJob } from '../../src/store/jobs.ts';
import { testApp, type TestApp } from '../fixtures/app.ts';
import { pairedAda, pairings, say, scan, sql, texts } from './scene.ts';

let world: TestApp;
beforeEach(async () => {
  world = await testApp();
});
afterEach(() => world.close());

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

/** As if everything of this account had been said and seen so many days ago. */
const age = (account: string, days: number) =>
  sql(
    world,
    `update activities x set published_at = now() - make_interval(days => ${days}),
        first_seen_at = now() - make_interval(days => ${days})
      from accounts a where a.id = x.account_id and a.native_id = '${account}'`,
  );
const held = async () =>
  (await sql<{ id: string }>(world, 'select native_id as id from accounts where not is_brand'))
    .map(({ id }) => id)
    .sort();

async function stranger(name: string, text: string): Promise<void> {
  world.network.join(`did:${name}`, { handle: `${name}.example`, bio: `bio of ${name}` });
  say(world, `did:${name}`, text);
  await world.round();
}

describe('what people who are no contact said (storage limitation, GDPR Art. 5(1)(e))', () => {
  test('is held for 90 days, and then nothing of them is found in any table', async () => {
    await stranger('zoe', 'words of zoe');
    await stranger('yan', 'words of yan');
    const [zoe] = await sql<{ id: string }>(
      world,
      `select id from accounts where native_id = 'did:zoe'`,
    );
    await world.app.database.inWorkspace(world.workspace, async (tx) => {
      await insertRefusedItem(tx, world.source, { nativeId: 'at://did:zoe/7', reason: 'odd' });
      const payload = { workspace: world.workspace, account: zoe?.id, host: 'zoe.example' };
      await insertParkedJob(tx, { task: 'verify', reason: 'r', attempts: 1, payload });
    });
    await age('did:zoe', 91);
    await age('did:yan', 89);
    await prune(world.app, world.workspace);
    expect(await held()).toEqual(['did:yan']);
    expect(await scan(world, ['zoe'])).toEqual([]);
    expect(await scan(world, ['words of yan'])).not.toEqual([]);
  });

  test('goes post by post; who said something since is known still', async () => {
    await stranger('zoe', 'long ago');
    await age('did:zoe', 91);
    say(world, 'did:zoe', 'lately');
    await world.round();
    await prune(world.app, world.workspace);
    expect(await held()).toEqual(['did:zoe']);
    expect(await sql(world, 'select text from activities')).toEqual([{ text: 'lately' }]);
  });

  test('is taken out by itself once a day', async () => {
    await stranger('zoe', 'long ago');
    await age('did:zoe', 91);
    await schedule(world.app);
    await world.settle();
    expect(await held()).toEqual([]);
  });

  test('and is as old as that when it is first seen, is not taken in, however often a feed shows it', async () => {
    world.network.join('did:zoe', { handle: 'zoe.example' });
    const post = { author: 'did:zoe', text: 'from the archive' };
    world.network.post({ ...post, publishedAt: daysAgo(91) });
    await world.round();
    expect(await held()).toEqual([]);
    world.network.post({ ...post, publishedAt: daysAgo(89) });
    await world.round();
    expect(await held()).toEqual(['did:zoe']);
  });

  test('goes in time also where its author dates it into the future', async () => {
    world.network.join('did:zoe', { handle: 'zoe.example' });
    world.network.post({ author: 'did:zoe', text: 'tomorrow', publishedAt: daysAgo(-4000) });
    await world.round();
    await sql(world, `update activities set first_seen_at = now() - interval '91 days'`);
    await prune(world.app, world.workspace);
    expect(await held()).toEqual([]);
  });
});

describe('what is not touched by the limit', () => {
  test('a paired person: the notes in the CRM stay, and an old post that turns up is taken in', async () => {
    const { contact } = await pairedAda(world);
    await age('did:ada', 400);
    world.network.post({ author: 'did:ada', text: 'older', publishedAt: daysAgo(400) });
    await world.round();
    await prune(world.app, world.workspace);
    await world.settle();
    expect(texts(world, contact)).toEqual(['no signal', 'older']);
  });

  test('a person who is suggested, and the brand itself', async () => {
    await pairedAda(world);
    await sql(world, `update links set state = 'suggested'`);
    await age('did:ada', 400);
    await prune(world.app, world.workspace);
    expect(await pairings(world)).toEqual([expect.stringMatching(/^did:ada>\d+ suggested$/)]);
    expect(await sql(world, 'select from activities')).toHaveLength(1);
  });

  test('a decision of a person against a pairing: the posts go, the decision stays', async () => {
    await pairedAda(world);
    await sql(world, `update links set state = 'rejected', decided_by = 'kim'`);
    await age('did:ada', 400);
    await prune(world.app, world.workspace);
    expect(await sql(world, 'select from activities')).toEqual([]);
    expect(await pairings(world)).toEqual([expect.stringMatching(/ rejected$/)]);
  });
});
