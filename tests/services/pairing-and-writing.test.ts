import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testApp, type TestApp } from '../fixtures/app.ts';

let world: TestApp;
beforeAll(async () => {
  world = await testApp();
});
afterAll(() => world.close());

const texts = (contact: string) => world.crm.entriesOf(contact).map((entry) => entry.text);

describe('an account whose handle stands in the CRM', () => {
  let contact: string;
  test('brings its activities to the timeline once, and its numbers to the fields', async () => {
    contact = world.crm.seed({ firstname: 'Ada', memory_handle: '@Ada.Example' });
    await world.announce();
    world.network.join('did:ada', { handle: 'ada.example', displayName: 'Ada' });
    world.network.post({ author: 'did:ada', text: 'no signal', publishedAt: new Date() });
    await world.round();
    await world.round();
    expect(texts(contact)).toEqual(['no signal']);
    expect(world.crm.contacts.get(contact)?.fields.count_90d).toBe('1');
  });

  test('our own writes come back as webhooks and cause no further write', async () => {
    const before = world.counted.get('deliveries {"connector":"memory","outcome":"written"}');
    await world.announce();
    expect(world.counted.get('deliveries {"connector":"memory","outcome":"written"}')).toBe(before);
  });

  test('a handle written later leads to the earlier activities', async () => {
    const late = world.crm.seed({ firstname: 'Bo' });
    world.network.join('did:bo', { handle: 'bo.example' });
    world.network.post({ author: 'did:bo', text: 'earlier', publishedAt: new Date() });
    await world.announce();
    await world.round();
    expect(texts(late)).toEqual([]);
    world.crm.edit(late, { memory_handle: 'bo.example' });
    await world.announce(2);
    expect(texts(late)).toEqual(['earlier']);
  });
});
