import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SocialDefinition } from '../../src/contract/definition.ts';
import { sealSecrets } from '../../src/services/openConnection.ts';
import { putConnection } from '../../src/store/connections.ts';
import { testApp, type TestApp } from '../fixtures/app.ts';
import { fieldsOf, pairedAda, pairings, say, sql, texts } from './scene.ts';

let world: TestApp;
beforeEach(async () => {
  world = await testApp();
});
afterEach(() => world.close());

describe('what happens at the source', () => {
  test('an edit changes the one entry', async () => {
    const { contact, post } = await pairedAda(world);
    world.network.edit(post, 'signal is back');
    await world.round();
    expect(texts(world, contact)).toEqual(['signal is back']);
    expect(world.crm.entriesOf(contact)[0]?.edited).toBe(true);
  });

  test('a deletion removes the entry, once and also when it is looked at twice', async () => {
    const { contact, post } = await pairedAda(world);
    say(world, 'did:ada', 'stays');
    await world.round();
    world.network.remove(post);
    await world.round();
    await world.round();
    expect(texts(world, contact)).toEqual(['stays']);
    expect(fieldsOf(world, contact).count_90d).toBe('1');
  });

  test('an account that is gone takes its entries and our fields with it, and leaves the person their own', async () => {
    const { contact } = await pairedAda(world);
    expect(fieldsOf(world, contact).count_90d).toBe('1');
    world.network.close('did:ada', 'deactivated');
    await world.round();
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact)).toEqual({ firstname: 'Ada', memory_handle: 'ada.example' });
    expect(await pairings(world)).toEqual([]);
  });

  test('an account that comes back and speaks again is paired again', async () => {
    const { contact } = await pairedAda(world);
    world.network.close('did:ada', 'deactivated');
    await world.round();
    world.network.join('did:ada', { handle: 'ada.example' });
    say(world, 'did:ada', 'back');
    await world.round();
    expect(texts(world, contact)).toEqual(['back']);
    expect(await pairings(world)).toEqual([`did:ada>${contact} active`]);
  });

  test('a network that does not say what became of something changes nothing', async () => {
    const { contact, post } = await pairedAda(world);
    const known = world.network.activity(post);
    world.network.activity = (nativeId) => ({ nativeId, state: 'unknown' });
    world.network.account = (nativeId) => ({ nativeId, state: 'unknown' });
    await world.round();
    expect(known.state).toBe('live');
    expect(texts(world, contact)).toEqual(['no signal']);
  });
});

describe('a page of a source', () => {
  const wrapPoll = (change: (page: PollPage) => PollPage) => {
    const networks = world.app.networks as Map<string, SocialDefinition>;
    const memory = networks.get('memory');
    if (memory === undefined) throw new Error('no memory network');
    networks.set('memory', {
      ...memory,
      create: (parts) => {
        const source = memory.create(parts);
        return { ...source, poll: async (cursor) => change(await source.poll(cursor)) };
      },
    });
  };
  type PollPage = Awaited<ReturnType<ReturnType<SocialDefinition['create']>['poll']>>;

  test('with one item that cannot be understood brings the others, and records the one', async () => {
    wrapPoll((page) => ({ ...page, refused: [{ nativeId: 'memory:odd', reason: 'no author' }] }));
    const { contact } = await pairedAda(world);
    expect(texts(world, contact)).toEqual(['no signal']);
    expect(await sql(world, 'select native_id, reason from refused_items')).toEqual([
      { native_id: 'memory:odd', reason: 'no author' },
    ]);
  });

  test('that fails after it was stored is not stored, and then stored once with its cursor', async () => {
    const { contact } = await pairedAda(world);
    const state = () =>
      sql<{ cursor: string; held: number }>(
        world,
        `select poll_cursor as cursor, (select count(*)::int from activities) as held
          from connections where kind = 'social'`,
      );
    const before = await state();
    const seen: unknown[] = [];
    const app = world.app as { count: TestApp['app']['count'] };
    const { count } = app;
    app.count = (event, labels, by) => {
      if (event === 'activities_stored' && seen.length === 0) {
        seen.push(by);
        throw new Error('the database went away');
      }
      if (event === 'jobs' && labels.outcome === 'retry')
        state().then((s) => seen.push(s), seen.push);
      count(event, labels, by);
    };
    say(world, 'did:ada', 'second');
    await world.round();
    expect(seen).toEqual([1, before]);
    expect(texts(world, contact)).toEqual(['no signal', 'second']);
    expect((await state())[0]?.held).toBe(2);
    expect(await state()).not.toEqual(before);
  });

  test('with characters that no database holds holds nothing up', async () => {
    const { contact } = await pairedAda(world);
    world.network.join('did:odd', {
      handle: 'odd\u0000.example',
      displayName: 'half \ud83d',
      bio: 'nul \u0000',
    });
    say(world, 'did:odd', 'nul \u0000 and half \ud83d');
    say(world, 'did:ada', 'after the odd one');
    await world.round();
    expect(texts(world, contact)).toEqual(['after the odd one', 'no signal']);
    expect(await sql(world, 'select from parked_jobs')).toEqual([]);
  });
});

describe('the brand', () => {
  test('is never paired, though a contact holds its handle', async () => {
    const contact = world.crm.seed({ firstname: 'Own page', memory_handle: 'brand' });
    await world.announce();
    say(world, world.network.brand, 'we are back');
    await world.round();
    expect(texts(world, contact)).toEqual([]);
    expect(await pairings(world)).toEqual([]);
  });

  test('is no person to a second source of the same network either', async () => {
    await world.app.database.inWorkspace(world.workspace, (tx) =>
      putConnection(
        tx,
        {
          kind: 'social',
          connector: 'memory',
          accountId: 'second',
          title: 'Second',
          settings: {},
          brandAccount: 'memory:brand2',
        },
        (id) => sealSecrets(world.app, world.workspace, id, {}),
      ),
    );
    const contact = world.crm.seed({ firstname: 'Own page', memory_handle: 'brand2' });
    await world.announce();
    say(world, 'memory:brand2', 'hello from our second account');
    await world.round();
    expect(texts(world, contact)).toEqual([]);
  });
});

test('of two accounts of one network on a contact, the field keeps naming the same one', async () => {
  const contact = world.crm.seed({ firstname: 'Ada', email: 'ada@a.de' });
  await world.announce();
  world.network.join('did:one', { handle: 'one.example', email: 'ada@a.de' });
  world.network.join('did:two', { handle: 'two.example', email: 'ada@a.de' });
  const seen = new Set<string | undefined>();
  for (const author of ['did:one', 'did:two', 'did:one', 'did:two', 'did:one']) {
    say(world, author, `by ${author}`);
    world.network.join(author, {
      handle: `${author.slice(4)}.example`,
      email: 'ada@a.de',
      bio: `post ${seen.size}${Math.random()}`,
    });
    await world.round();
    if (texts(world, contact).length > 1) seen.add(fieldsOf(world, contact).memory_handle);
  }
  expect(texts(world, contact)).toHaveLength(5);
  expect(seen.size).toBe(1);
});
