import { describe, expect, test } from '@jest/globals';
import { announce, sign } from '../../connectors/crm/memory/index.ts';
import type { CrmEvent } from '../../src/contract/crm.ts';
import { listParked } from '../../src/services/parked.ts';
import { createReceiver } from '../../src/services/receive.ts';
import { schedule } from '../../src/services/schedule.ts';
import { MEMORY_SECRET } from '../fixtures/app.ts';
import { ADA, disturbedWorld, fieldsOf, pairedAda, sql, texts } from './scene.ts';

const { world, disturbance } = disturbedWorld();

async function bring(account: string, events: readonly unknown[]) {
  const body = announce(account, events as readonly CrmEvent[]);
  const url = 'https://echofile.example/webhooks/memory';
  const request = sign(MEMORY_SECRET, { method: 'POST', url, body }, new Date());
  const receipt = await createReceiver(world.app)('memory', request);
  await world.settle();
  return receipt;
}

const inbox = () => sql<{ body: string | null }>(world, 'select body from inbox order by id');
const reads = () => disturbance.calls.filter((call) => call === 'readContacts').length;

describe('a webhook', () => {
  test('of a CRM that nobody connected is answered and dropped', async () => {
    world.crm.seed(ADA);
    expect(await bring('stranger', world.crm.takeEvents())).toEqual({
      outcome: 'stored',
      parcels: 0,
    });
    expect(await inbox()).toEqual([]);
  });

  test('that comes twice is worked once', async () => {
    world.crm.seed(ADA);
    const events = world.crm.takeEvents();
    await bring(world.crm.id, events);
    await bring(world.crm.id, events);
    // Signed anew, as a vendor's second try is, it is another request with the same events.
    expect(await inbox()).toEqual([{ body: null }, { body: null }]);
    expect(reads()).toBe(1);
  });

  test('with an event that came before, alone or twice in it, does not work it again', async () => {
    world.crm.seed(ADA);
    const [event] = world.crm.takeEvents();
    await bring(world.crm.id, [event, event]);
    await bring(world.crm.id, [event]);
    await bring(world.crm.id, [event, event, event]);
    expect(await inbox()).toHaveLength(3);
    expect(reads()).toBe(1);
  });

  test('about a field that we do not follow asks the CRM nothing', async () => {
    const { contact } = await pairedAda(world);
    const before = reads();
    world.crm.edit(contact, { favourite_colour: 'blue' });
    await world.announce();
    expect(reads()).toBe(before);
  });

  test('about a contact that never was changes nothing', async () => {
    const key = 'ghost';
    const event = {
      key,
      kind: 'changed',
      contactId: '4711',
      occurredAt: new Date(),
      mergedIds: [],
    };
    await bring(world.crm.id, [{ ...event, change: { field: 'email', value: 'x@y.de' } }]);
    expect(await sql(world, 'select from contacts')).toEqual([]);
    expect(await sql(world, 'select from refreshes')).toEqual([]);
  });

  test('that cannot be understood is parked, and holds up no other', async () => {
    const { contact } = await pairedAda(world);
    await bring(world.crm.id, [{ key: 'odd', kind: 'exploded' }]);
    world.crm.edit(contact, { memory_handle: '' });
    await world.announce();
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact)).toEqual({ firstname: 'Ada' });
    const parked = await listParked(world.app, world.workspace);
    expect(parked).toMatchObject([{ what: 'reconcile', attempts: 3 }]);
    expect(parked[0]?.reason).toContain('webhook');

    const open = () => sql(world, 'select from inbox where body is not null');
    await schedule(world.app);
    expect(await open()).toHaveLength(1);
    await sql(world, `update inbox set received_at = now() - interval '31 days'`);
    await schedule(world.app);
    expect(await open()).toEqual([]);
    expect(await listParked(world.app, world.workspace)).toEqual([]);
  });
});
