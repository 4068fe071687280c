import { describe, expect, test } from '@jest/globals';
import { attribute } from '../../src/services/attribute.ts';
import { disturbedWorld, fieldsOf, pairedAda, pairings, say, sql, texts } from './scene.ts';

const { world, disturbance } = disturbedWorld();

async function pairedByMail() {
  const contact = world.crm.seed({ firstname: 'Ada', email: 'ada@a.de' });
  await world.announce();
  world.network.join('did:ada', { handle: 'ada.example', email: 'ada@a.de' });
  say(world, 'did:ada', 'no signal');
  await world.round();
  expect(fieldsOf(world, contact).memory_handle).toBe('ada.example');
  await world.announce();
  return contact;
}

describe('a handle in the CRM', () => {
  test('that a person removes takes the pairing and the entries with it', async () => {
    const { contact } = await pairedAda(world);
    world.crm.edit(contact, { memory_handle: '' });
    await world.announce();
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact)).toEqual({ firstname: 'Ada' });
    expect(await pairings(world)).toEqual([`did:ada>${contact} withdrawn`]);
  });

  test('that a person changes moves the pairing to the other account', async () => {
    const { contact } = await pairedAda(world);
    world.network.join('did:bo', { handle: 'bo.example' });
    say(world, 'did:bo', 'by bo');
    await world.round();
    world.crm.edit(contact, { memory_handle: 'bo.example' });
    await world.announce();
    expect(texts(world, contact)).toEqual(['by bo']);
    expect(fieldsOf(world, contact).memory_handle).toBe('bo.example');
  });

  test('that we wrote is no evidence: when the proof vanishes, the pairing ends and our value is taken back', async () => {
    const contact = await pairedByMail();
    world.crm.edit(contact, { email: 'other@a.de' });
    await world.announce();
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact)).toEqual({ firstname: 'Ada', email: 'other@a.de' });
  });

  test('that we wrote is no evidence either while we are taking it back (R94)', async () => {
    const contact = await pairedByMail();
    const inHand = Promise.withResolvers<undefined>();
    const answered = Promise.withResolvers<undefined>();
    disturbance.before = (call) => {
      if (call !== 'updateContacts') return undefined;
      inHand.resolve(undefined);
      return answered.promise;
    };
    world.crm.edit(contact, { email: 'other@a.de' });
    const told = world.announce();
    await inHand.promise;
    const [account] = await sql<{ id: string }>(world, 'select id from accounts');
    await attribute(world.app, world.workspace, account?.id ?? '');
    expect(await pairings(world)).not.toContain(`did:ada>${contact} active`);
    answered.resolve(undefined);
    await told;
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact)).toEqual({ firstname: 'Ada', email: 'other@a.de' });
  });

  test('that a person wrote over ours stays, whatever becomes of the pairing', async () => {
    const contact = await pairedByMail();
    world.crm.edit(contact, { memory_handle: 'old.example' });
    await world.announce();
    world.crm.edit(contact, { email: 'other@a.de' });
    await world.announce();
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact).memory_handle).toBe('old.example');
  });

  test('that we wrote into a record is no evidence either after that was merged into another', async () => {
    const loser = await pairedByMail();
    const survivor = world.crm.seed({ firstname: 'Ada', email: 'ada@a.de' });
    world.crm.merge(survivor, loser);
    await world.announce();
    expect(texts(world, survivor)).toEqual(['no signal']);
    expect(fieldsOf(world, survivor).memory_handle).toBe('ada.example');
    world.crm.edit(survivor, { email: 'other@a.de' });
    await world.announce();
    expect(texts(world, survivor)).toEqual([]);
    expect(fieldsOf(world, survivor)).toEqual({ firstname: 'Ada', email: 'other@a.de' });
  });

  test('that the CRM refused of us, and a person then wrote, is that person’s', async () => {
    world.crm.forbid('memory_handle', 'ada.example');
    const contact = world.crm.seed({ firstname: 'Ada', email: 'ada@a.de' });
    await world.announce();
    world.network.join('did:ada', { handle: 'ada.example', email: 'ada@a.de' });
    say(world, 'did:ada', 'no signal');
    await world.round();
    world.crm.forbidden.clear();
    world.crm.edit(contact, { memory_handle: 'ada.example' });
    await world.announce();
    world.crm.edit(contact, { email: 'other@a.de' });
    await world.announce();
    expect(fieldsOf(world, contact).memory_handle).toBe('ada.example');
    expect(texts(world, contact)).toEqual(['no signal']);
  });
});

describe('a field that is ours', () => {
  test('takes our value again when a person changes it, and rests when they change it back', async () => {
    const { contact } = await pairedAda(world);
    await world.announce();
    world.crm.edit(contact, { count_90d: '99' });
    await world.announce();
    expect(fieldsOf(world, contact).count_90d).toBe('1');
    world.crm.edit(contact, { count_90d: '98' });
    world.crm.edit(contact, { count_90d: '1' });
    await world.announce();
    expect(fieldsOf(world, contact).count_90d).toBe('1');
  });

  test('a person’s change away from our handle and back to it is noticed each time', async () => {
    const contact = await pairedByMail();
    world.crm.edit(contact, { memory_handle: 'old.example' });
    await world.announce();
    world.crm.edit(contact, { memory_handle: 'ada.example' });
    await world.announce();
    world.crm.edit(contact, { memory_handle: '' });
    await world.announce();
    // Empty again: the field is filled again, as for any contact.
    expect(fieldsOf(world, contact).memory_handle).toBe('ada.example');
  });

  test('our own writes, announced to us, cause no further write', async () => {
    await pairedAda(world);
    const written = () =>
      world.counted.get('deliveries {"connector":"memory","outcome":"written"}');
    const before = written();
    for (const contact of world.crm.contacts.values()) world.crm.edit(contact.id, contact.fields);
    await world.announce(2);
    await world.round();
    expect(written()).toBe(before);
  });
});

describe('a contact who says', () => {
  test('no, later, is left alone altogether, and who says yes again is back', async () => {
    const { contact } = await pairedAda(world);
    world.crm.edit(contact, { link_consent: 'no' });
    await world.announce();
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact)).toEqual({
      firstname: 'Ada',
      memory_handle: 'ada.example',
      link_consent: 'no',
    });
    say(world, 'did:ada', 'while no');
    await world.round();
    expect(texts(world, contact)).toEqual([]);
    world.crm.edit(contact, { link_consent: 'yes' });
    await world.announce();
    expect(texts(world, contact)).toEqual(['no signal', 'while no']);
    expect(fieldsOf(world, contact).count_90d).toBe('2');
  });

  test('no is not replaced by another contact with the same proof (R06)', async () => {
    const { contact } = await pairedAda(world);
    const twin = world.crm.seed({ firstname: 'Twin', memory_handle: 'ada.example' });
    await world.announce();
    expect(await pairings(world)).toEqual([
      `did:ada>${contact} suggested`,
      `did:ada>${twin} suggested`,
    ]);
    world.crm.edit(contact, { link_consent: 'no' });
    await world.announce();
    expect(texts(world, twin)).toEqual([]);
    expect(await pairings(world)).toEqual([`did:ada>${twin} suggested`]);
  });
});
