import { describe, expect, test } from '@jest/globals';
import type { CrmConnector } from '../../src/contract/crm.ts';
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

/** The CRM answers the next call of that name, but the answer is long on its way. */
function slowAnswer(name: keyof CrmConnector) {
  const given = Promise.withResolvers<undefined>();
  const arrival = Promise.withResolvers<undefined>();
  disturbance.after = async (call) => {
    if (call !== name) return;
    disturbance.stop();
    given.resolve(undefined);
    await arrival.promise;
  };
  return {
    given: given.promise,
    arrives: () => {
      arrival.resolve(undefined);
    },
  };
}

async function mirrored(contact: string): Promise<unknown> {
  const [row] = await sql<{ fields: unknown }>(
    world,
    `select fields from contacts where external_id = '${contact}'`,
  );
  return row?.fields;
}

describe('an answer of the CRM that is long on its way', () => {
  test.each(['listContacts', 'changedContacts'] as const)(
    '(%s) does not undo the handle that somebody wrote meanwhile',
    async (call) => {
      const contact = world.crm.seed({ firstname: 'Ada' });
      world.network.join('did:ada', { handle: 'ada.example' });
      say(world, 'did:ada', 'no signal');
      await world.announce();
      await world.mirror();
      await world.round();
      const late = slowAnswer(call);
      world.crm.edit(contact, { lastname: 'L.' });
      world.crm.takeEvents();
      const reading = call === 'listContacts' ? world.mirror() : ask(world, 'follow');
      await late.given;
      world.crm.edit(contact, { memory_handle: 'ada.example' });
      const announced = world.announce();
      await until(async () => (await pairings(world)).length === 1);
      late.arrives();
      await Promise.all([reading, announced]);
      expect(await pairings(world)).toEqual([`did:ada>${contact} active`]);
      expect(texts(world, contact)).toEqual(['no signal']);
      expect(disturbance.calls).not.toContain('removeEntries');
      expect(await mirrored(contact)).toEqual(fieldsOf(world, contact));
    },
  );

  test('does not bring a contact back that was deleted meanwhile', async () => {
    const { contact } = await pairedAda(world);
    const late = slowAnswer('listContacts');
    const reading = world.mirror();
    await late.given;
    world.crm.delete(contact);
    const announced = world.announce();
    await until(async () => (await overview(world.app, world.workspace)).contacts === 0);
    disturbance.calls.length = 0;
    late.arrives();
    await Promise.all([reading, announced]);
    expect(disturbance.calls).not.toContain('putEntries');
    expect((await overview(world.app, world.workspace)).contacts).toBe(0);
    expect(world.crm.entries.size).toBe(0);
  });

  test.each([
    ['listContacts', () => world.mirror()],
    ['readContacts', () => world.announce()],
  ] as const)(
    '(%s) does not hide what we wrote meanwhile: it is not written again, and what a person changed is not missed',
    async (call, read) => {
      const { contact } = await pairedAda(world);
      world.crm.edit(contact, { lastname: 'Lovelace' });
      const late = slowAnswer(call);
      const reading = read();
      await late.given;
      disturbance.calls.length = 0;
      say(world, 'did:ada', 'still no signal');
      const round = world.round();
      await until(async () => {
        const planned = await sql(
          world,
          `select from deliveries where state in ('planned', 'sent')`,
        );
        return fieldsOf(world, contact).count_90d === '2' && planned.length === 0;
      });
      late.arrives();
      await Promise.all([reading, round]);
      expect(disturbance.calls.filter((one) => one === 'updateContacts')).toHaveLength(1);
      expect(await mirrored(contact)).toEqual(fieldsOf(world, contact));
      expect(fieldsOf(world, contact)).toMatchObject({ ...ADA, lastname: 'Lovelace' });
    },
  );
});
