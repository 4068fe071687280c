import { describe, expect, test } from '@jest/globals';
import { ConnectorError } from '../../src/contract/errors.ts';
import { overview } from '../../src/services/overview.ts';
import { until } from '../fixtures/until.ts';
import {
  ADA,
  ask,
  disturbedWorld,
  fieldsOf,
  pairedAda,
  pairings,
  say,
  sql,
  texts,
} from './scene.ts';

const { world, disturbance } = disturbedWorld();

const keys = () => [...world.crm.entries.keys()];

describe('a contact that is', () => {
  test('deleted loses its entries; restored, it has each of them once', async () => {
    const { contact } = await pairedAda(world);
    const kept = world.crm.contacts.get(contact);
    world.crm.delete(contact);
    await world.announce();
    expect(world.crm.entries.size).toBe(0);
    if (kept !== undefined) world.crm.contacts.set(contact, kept);
    world.crm.edit(contact, { firstname: 'Ada' });
    await world.announce();
    await world.round();
    expect(texts(world, contact)).toEqual(['no signal']);
    expect(await pairings(world)).toEqual([`did:ada>${contact} active`]);
  });

  test('merged away hands everything to the survivor, once and under its own key', async () => {
    const { contact: loser } = await pairedAda(world);
    const survivor = world.crm.seed({ firstname: 'Ada L.' });
    await world.announce();
    world.crm.merge(survivor, loser);
    await world.announce(2);
    await world.round();
    expect(texts(world, survivor)).toEqual(['no signal']);
    expect(keys()).toHaveLength(1);
    expect(await pairings(world)).toEqual([`did:ada>${survivor} active`]);
    expect(fieldsOf(world, survivor).count_90d).toBe('1');
  });

  test('the survivor of a merge with its double gets the link that neither got before (R07)', async () => {
    const { contact } = await pairedAda(world);
    const double = world.crm.seed(ADA);
    await world.announce();
    expect(texts(world, contact)).toEqual([]);
    world.crm.merge(double, contact);
    await world.announce();
    expect(texts(world, double)).toEqual(['no signal']);
    expect(await pairings(world)).toEqual([`did:ada>${double} active`]);
  });

  test('created with a handle gets what was said before', async () => {
    world.network.join('did:ada', { handle: 'ada.example' });
    say(world, 'did:ada', 'no signal');
    await world.round();
    const contact = world.crm.seed(ADA);
    await world.announce();
    expect(texts(world, contact)).toEqual(['no signal']);
  });
});

describe('a lost webhook', () => {
  test('about a change is made up for by the next incremental look', async () => {
    const { contact } = await pairedAda(world);
    world.crm.edit(contact, { memory_handle: '' });
    world.crm.takeEvents();
    await ask(world, 'follow');
    expect(texts(world, contact)).toEqual([]);
  });

  test.each(['deletion', 'merge'] as const)(
    'about a %s is made up for by the full read',
    async (what) => {
      const { contact } = await pairedAda(world);
      const other = world.crm.seed({ firstname: 'Other' });
      await world.announce();
      if (what === 'deletion') world.crm.delete(contact);
      else world.crm.merge(other, contact);
      world.crm.takeEvents();
      await world.mirror();
      expect(world.crm.entries.size).toBe(what === 'deletion' ? 0 : 1);
      expect(texts(world, other)).toEqual(what === 'deletion' ? [] : ['no signal']);
    },
  );
});

describe('the full read', () => {
  test('goes on where it was stopped, page by page, and counts what it read', async () => {
    for (let n = 0; n < 120; n += 1) world.crm.seed({ firstname: `N${n}` });
    world.crm.takeEvents();
    let failures = 0;
    const asked: unknown[] = [];
    disturbance.before = (call, [, after]) => {
      if (call !== 'listContacts') return;
      asked.push(after);
      if (after === '50' && (failures += 1) === 1)
        throw new ConnectorError('memory', { code: 'UNAVAILABLE' });
    };
    await world.mirror();
    expect(asked).toEqual([undefined, '50', '50', '100']);
    const { connections, contacts } = await overview(world.app, world.workspace);
    expect(contacts).toBe(120);
    const mirror = connections.find((one) => one.kind === 'crm')?.mirror;
    expect(mirror).toMatchObject({ contactsRead: 120, contactsChanged: 120, contactsMissing: 0 });
    expect(mirror?.finishedAt).toBeInstanceOf(Date);
  });

  test('of a CRM that did not change writes and wakes nothing', async () => {
    await pairedAda(world);
    await world.announce();
    disturbance.calls.length = 0;
    await world.mirror();
    expect(disturbance.calls).toEqual(['listContacts']);
  });

  test('takes no harm from one contact with what no database can hold', async () => {
    world.crm.seed({
      firstname: 'nul \u0000',
      lastname: 'half \ud83d',
      website: `https://${'a.'.repeat(900)}de`,
    });
    const ada = world.crm.seed(ADA);
    world.crm.takeEvents();
    world.network.join('did:ada', { handle: 'ada.example' });
    say(world, 'did:ada', 'no signal');
    await world.mirror();
    await world.round();
    expect(texts(world, ada)).toEqual(['no signal']);
    expect(await sql(world, 'select from parked_jobs')).toEqual([]);
  });
});

describe('while a write is on its way', () => {
  test('the end of the pairing is not forgotten: nothing of ours stays', async () => {
    const gate = Promise.withResolvers<undefined>();
    const sending = Promise.withResolvers<undefined>();
    disturbance.before = async (call) => {
      if (call !== 'updateContacts') return;
      disturbance.stop();
      sending.resolve(undefined);
      await gate.promise;
    };
    const contact = world.crm.seed({ firstname: 'Ada', email: 'ada@a.de' });
    world.network.join('did:ada', { handle: 'ada.example', email: 'ada@a.de' });
    say(world, 'did:ada', 'no signal');
    const first = world.announce().then(() => world.round());
    await sending.promise;
    world.crm.edit(contact, { email: 'other@a.de' });
    const second = world.announce();
    await until(async () => (await pairings(world)).some((one) => one.endsWith('withdrawn')));
    gate.resolve(undefined);
    await Promise.all([first, second]);
    await world.settle();
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact)).toEqual({ firstname: 'Ada', email: 'other@a.de' });
  });
});
