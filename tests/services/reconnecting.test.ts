import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setConnectionState } from '../../src/store/connections.ts';
import { enqueue } from '../../src/store/jobs.ts';
import { connectCrm, testApp, type TestApp } from '../fixtures/app.ts';

let world: TestApp;
beforeAll(async () => {
  world = await testApp();
});
afterAll(() => world.close());

const texts = (contact: string) => world.crm.entriesOf(contact).map((entry) => entry.text);

async function disconnectAndConnectAgain(): Promise<string> {
  const { app, workspace, crmConnection } = world;
  return app.database.inWorkspace(workspace, async (tx) => {
    await setConnectionState(tx, crmConnection, 'removed', 'disconnected by an admin');
    const id = await connectCrm(world, tx);
    await enqueue(tx, 'provision', { connection: id }, { key: `provision:${id}` });
    return id;
  });
}

test('a CRM that is connected again goes on pairing, and says nothing twice', async () => {
  const contact = world.crm.seed({ firstname: 'Ada', memory_handle: 'ada.example' });
  await world.announce();
  world.network.join('did:ada', { handle: 'ada.example', displayName: 'Ada' });
  world.network.post({ author: 'did:ada', text: 'before', publishedAt: new Date() });
  await world.round();
  expect(texts(contact)).toEqual(['before']);

  expect(await disconnectAndConnectAgain()).toBe(world.crmConnection);
  await world.settle();
  world.network.post({ author: 'did:ada', text: 'after', publishedAt: new Date() });
  await world.round();
  expect(texts(contact).toSorted()).toEqual(['after', 'before']);
});
