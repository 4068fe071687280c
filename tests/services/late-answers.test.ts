import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrmConnector } from '../../src/contract/crm.ts';
import type { CrmDefinition } from '../../src/contract/definition.ts';
import { testApp, type TestApp } from '../fixtures/app.ts';
import { until } from '../fixtures/until.ts';

let world: TestApp;
/** Holds the next write of fields back, before the CRM sees it. */
let hold: Promise<void> | undefined;
let isHeld = false;

/** The memory CRM, whose writes of fields can be late. */
function late(definition: CrmDefinition): CrmDefinition {
  return {
    ...definition,
    create: (...args) => {
      const crm = definition.create(...args);
      const updateContacts: CrmConnector['updateContacts'] = async (updates) => {
        const held = hold;
        hold = undefined;
        isHeld = held !== undefined;
        await held;
        return crm.updateContacts(updates);
      };
      return Object.assign(Object.create(crm) as CrmConnector, { updateContacts });
    },
  };
}

beforeAll(async () => {
  world = await testApp({ crmDefinition: late });
});
afterAll(() => world.close());

test('fields that land after the pairing ended are cleared again (R02)', async () => {
  const contact = world.crm.seed({ firstname: 'Ada', memory_handle: '@ada.example' });
  await world.announce();
  let release: () => void = () => undefined;
  hold = new Promise((done) => (release = done));
  world.network.join('did:ada', { handle: 'ada.example', displayName: 'Ada' });
  world.network.post({ author: 'did:ada', text: 'no signal', publishedAt: new Date() });
  const round = world.round();
  await until(() => isHeld);
  world.crm.edit(contact, { memory_handle: '' });
  const announced = world.announce();
  await until(async () => {
    const { rows } = await world.app.database.pool.query('select state from links');
    return JSON.stringify(rows) === '[{"state":"withdrawn"}]';
  });
  release();
  await Promise.all([round, announced]);
  const { fields } = world.crm.contacts.get(contact) ?? {};
  expect(fields?.count_90d ?? '').toBe('');
  expect(fields?.last_at ?? '').toBe('');
  expect(world.crm.entriesOf(contact)).toEqual([]);
});
