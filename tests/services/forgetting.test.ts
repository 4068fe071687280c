import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { disconnect } from '../../src/services/connect.ts';
import { testApp, type TestApp } from '../fixtures/app.ts';

let world: TestApp;
beforeAll(async () => {
  world = await testApp();
});
afterAll(() => world.close());

const count = async (table: string) => {
  const { rows } = await world.app.database.pool.query<{ n: number }>(
    `select count(*)::int as n from ${table}`,
  );
  return rows[0]?.n;
};

describe('a source that is disconnected', () => {
  test('takes along everything that it had brought, from the CRM too (R34)', async () => {
    const ada = world.crm.seed({ firstname: 'Ada', lastname: 'Lovelace', memory_handle: 'ada' });
    world.crm.seed({ firstname: 'Bo', lastname: 'Berg' });
    await world.announce();
    world.network.join('did:ada', { handle: 'ada', displayName: 'Ada Lovelace' });
    world.network.join('did:bo', { handle: 'bo.example', displayName: 'Bo Berg' });
    world.network.post({ author: 'did:ada', text: 'no signal', publishedAt: new Date() });
    world.network.post({ author: 'did:bo', text: 'me neither', publishedAt: new Date() });
    await world.round();
    expect(world.crm.entriesOf(ada)).toHaveLength(1);
    expect(await count('links')).toBe(2);

    expect(await disconnect(world.app, world.workspace, world.source)).toBe(true);
    await world.settle();
    expect(world.crm.entriesOf(ada)).toEqual([]);
    expect(world.crm.contacts.get(ada)?.fields).toEqual({
      firstname: 'Ada',
      lastname: 'Lovelace',
      memory_handle: 'ada',
    });
    for (const table of ['accounts', 'activities', 'links', 'account_identifiers']) {
      expect([table, await count(table)]).toEqual([table, 0]);
    }
    const { rows } = await world.app.database.pool.query(
      'select state, length(secrets) as secrets, poll_cursor from connections where id = $1',
      [world.source],
    );
    expect(rows).toEqual([{ state: 'removed', secrets: 0, poll_cursor: null }]);
  });

  test('is not asked for anything any more, and an unknown one is told apart', async () => {
    world.network.post({ author: 'did:ada', text: 'unheard', publishedAt: new Date() });
    await world.round();
    expect(await count('activities')).toBe(0);
    const unknown = '00000000-0000-4000-8000-000000000000';
    expect(await disconnect(world.app, world.workspace, unknown)).toBe(false);
  });
});
