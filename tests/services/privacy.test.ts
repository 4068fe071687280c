import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { testApp, type TestApp } from '../fixtures/app.ts';
import { pairedAda, pairings, say, scan, sql, texts } from './scene.ts';

const TRACES = ['ada.example', 'did:ada', 'ada@a.de', 'Lovelace', 'no signal'];
const ADA = {
  firstname: 'Ada',
  lastname: 'Lovelace',
  email: 'ada@a.de',
  memory_handle: 'ada.example',
};

let world: TestApp;
beforeEach(async () => {
  world = await testApp();
});
afterEach(() => world.close());

const paired = () => pairedAda(world, ADA);

describe('a person erased in the CRM', () => {
  test('leaves no trace but keyed hashes, here or in the CRM (R33)', async () => {
    await paired();
    expect(await scan(world, TRACES)).not.toEqual([]);
    world.crm.delete('101', 'erased');
    await world.announce();
    expect(await scan(world, TRACES)).toEqual([]);
    expect(world.crm.entries.size).toBe(0);
    expect((await sql(world, 'select from suppressions')).length).toBeGreaterThanOrEqual(2);
  });

  test('leaves none when the vendor says twice that it is erased, and then that it is deleted', async () => {
    const { contact } = await paired();
    world.crm.delete(contact, 'erased');
    await world.announce(2);
    world.crm.delete(contact, 'erased');
    world.crm.delete(contact, 'deleted');
    await world.announce();
    await world.mirror();
    expect(await scan(world, TRACES)).toEqual([]);
  });

  test('leaves none when the vendor says first that it is deleted, and later that for good', async () => {
    const { contact } = await paired();
    world.crm.delete(contact, 'deleted');
    await world.announce();
    expect(world.crm.entries.size).toBe(0);
    world.crm.delete(contact, 'erased');
    await world.announce();
    expect(await scan(world, TRACES)).toEqual([]);
  });

  test('leaves none when both come in one request', async () => {
    const { contact } = await paired();
    world.crm.delete(contact, 'deleted');
    world.crm.delete(contact, 'erased');
    await world.announce();
    expect(await scan(world, TRACES)).toEqual([]);
  });

  test('leaves none when it had said no before', async () => {
    const { contact } = await paired();
    world.crm.edit(contact, { link_consent: 'no' });
    await world.announce();
    world.crm.delete(contact, 'erased');
    await world.announce();
    expect(await scan(world, TRACES)).toEqual([]);
  });

  test('leaves none of a record that was merged into it before', async () => {
    const { contact: loser } = await paired();
    const survivor = world.crm.seed({ firstname: 'Ada', email: 'countess@a.de' });
    await world.announce();
    world.crm.merge(survivor, loser);
    await world.announce();
    expect(texts(world, survivor)).toEqual(['no signal']);
    world.crm.delete(survivor, 'erased');
    await world.announce();
    expect(await scan(world, [...TRACES, 'countess'])).toEqual([]);
    expect(world.crm.entries.size).toBe(0);
  });

  test('is not brought in by a page that was read before the erasure was known', async () => {
    const contact = world.crm.seed(ADA);
    const read = world.crm.contacts.get(contact);
    world.crm.takeEvents();
    world.crm.delete(contact, 'erased');
    await world.announce();
    if (read !== undefined) world.crm.contacts.set(contact, read);
    await world.mirror();
    expect(await scan(world, TRACES)).toEqual([]);
  });

  test('who posts again is not stored again (R06)', async () => {
    const { contact } = await paired();
    world.crm.delete(contact, 'erased');
    await world.announce();
    say(world, 'did:ada', 'no signal again');
    await world.round();
    expect(await scan(world, TRACES)).toEqual([]);
  });

  test('whose mailbox comes back in a new record is neither stored nor paired', async () => {
    const { contact } = await paired();
    world.crm.delete(contact, 'erased');
    await world.announce();
    const again = world.crm.seed({ ...ADA, email: 'Ada+new@a.de' });
    await world.announce();
    world.network.join('did:new', { handle: 'ada.example', email: 'ada@a.de' });
    say(world, 'did:new', 'no signal');
    await world.round();
    await world.mirror();
    expect(texts(world, again)).toEqual([]);
    expect(await pairings(world)).toEqual([]);
    expect(await scan(world, TRACES)).toEqual([]);
  });

  test('takes nobody else along', async () => {
    const { contact } = await paired();
    const bo = world.crm.seed({ firstname: 'Bo', memory_handle: 'bo.example' });
    await world.announce();
    world.network.join('did:bo', { handle: 'bo.example' });
    say(world, 'did:bo', 'all fine');
    await world.round();
    world.crm.delete(contact, 'erased');
    await world.announce();
    await world.round();
    expect(texts(world, bo)).toEqual(['all fine']);
    expect(await pairings(world)).toEqual([`did:bo>${bo} active`]);
  });
});
