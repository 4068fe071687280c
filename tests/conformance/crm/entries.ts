import { expect, test } from '@jest/globals';
import { entryFor, strike, type CrmSuite, type Scene } from './scene.ts';

export function entryLaws({ fields, capabilities, hasWire }: CrmSuite, scene: Scene): void {
  const changing = capabilities.entriesCanChange ? test : test.skip;
  const onTheWire = hasWire ? test : test.skip;
  const newContact = (name: string) => scene.fixture.vendor.seed({ [fields.given]: name });

  test('an entry repeated is one entry under one remote id', async () => {
    const contactId = await newContact('Dag');
    const entry = entryFor(contactId);
    const first = await scene.crm.putEntries([entry]);
    expect(first).toMatchObject([{ id: entry.key, outcome: 'written' }]);
    expect(await scene.crm.putEntries([entry])).toEqual(first);
    expect(await scene.fixture.vendor.entriesOf(contactId)).toHaveLength(1);
  });

  changing('an entry with a known key replaces the former one', async () => {
    const contactId = await newContact('Eli');
    const entry = entryFor(contactId);
    const first = await scene.crm.putEntries([entry]);
    const edited = { ...entry, text: 'Second thoughts', edited: true };
    expect(await scene.crm.putEntries([edited])).toEqual(first);
    const bodies = await scene.fixture.vendor.entriesOf(contactId);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toContain('Second thoughts');
    expect(bodies[0]).not.toContain(entry.text);
  });

  changing('an entry removed is gone, and removing it again says so', async () => {
    const contactId = await newContact('Fee');
    const [kept, removed] = [entryFor(contactId, 'kept'), entryFor(contactId, 'removed')];
    await scene.crm.putEntries([kept, removed]);
    expect(await scene.crm.removeEntries([removed.key])).toMatchObject([
      { id: removed.key, outcome: 'written' },
    ]);
    expect(await scene.fixture.vendor.entriesOf(contactId)).toHaveLength(1);
    expect(await scene.crm.removeEntries([removed.key])).toEqual([
      { id: removed.key, outcome: 'gone' },
    ]);
  });

  test('an entry for a contact that is gone is gone, and its neighbours are written', async () => {
    const [living, removed] = [await newContact('Gil'), await newContact('Hal')];
    await scene.fixture.vendor.remove(removed);
    const entries = [entryFor(removed), entryFor(living)];
    const results = new Map((await scene.crm.putEntries(entries)).map((r) => [r.id, r.outcome]));
    expect(results).toEqual(
      new Map([
        [entryFor(removed).key, 'gone'],
        [entryFor(living).key, 'written'],
      ]),
    );
    if (capabilities.entriesCanChange)
      expect(await scene.crm.removeEntries([entryFor(removed).key])).toEqual([
        { id: entryFor(removed).key, outcome: 'gone' },
      ]);
  });

  onTheWire('an entry whose answer was lost is there once after the repeat', async () => {
    const contactId = await newContact('Ida');
    strike(scene, { kind: 'lost_answer' });
    await expect(scene.crm.putEntries([entryFor(contactId)])).rejects.toMatchObject({
      failure: { code: 'UNAVAILABLE' },
    });
    expect(await scene.crm.putEntries([entryFor(contactId)])).toMatchObject([
      { outcome: 'written' },
    ]);
    expect(await scene.fixture.vendor.entriesOf(contactId)).toHaveLength(1);
  });
}
