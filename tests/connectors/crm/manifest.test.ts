import { expect, test } from '@jest/globals';
import { hubspot } from '../../../connectors/crm/hubspot/index.ts';
import { manifest, manifestSchema, provisionPlan } from '../../../src/contract/manifest.ts';

test('the plan speaks the language it is asked in', () => {
  const name = 'echofile_link_consent';
  expect(provisionPlan('de').fields.find((f) => f.name === name)?.options?.[0]?.label).toBe('Ja');
  expect(provisionPlan('en').fields.find((f) => f.name === name)?.options?.[0]?.label).toBe('Yes');
});

test('an entry can be found again by exactly one unique field', () => {
  const unique = manifest.fields.filter((f) => f.object === 'timeline_entry' && f.unique === true);
  expect(unique.map((f) => f.name)).toEqual(['echofile_entry_key']);
});

test.each([
  ['a field declared twice', { fields: [...manifest.fields, manifest.fields[0]] }],
  ['a choice without options', { fields: [{ ...manifest.fields[0], type: 'choice' }] }],
  ['a foreign field name', { fields: [{ ...manifest.fields[0], name: 'email' }] }],
  ['an unknown key', { surprise: true }],
])('refuses %s', (_, fault) => {
  expect(manifestSchema.safeParse({ ...manifest, ...fault }).success).toBe(false);
});

test('the manifest and the connector say the same about HubSpot', () => {
  const { title, capabilities } = manifest.crm.hubspot;
  expect({ title, capabilities }).toEqual({
    title: hubspot.title,
    capabilities: hubspot.capabilities,
  });
});
