import { expect, test } from '@jest/globals';
import { provisionPlan } from '../../../src/contract/manifest.ts';
import {
  allPages,
  entryFor,
  fieldsOf,
  seedMany,
  updatedAt,
  type CrmSuite,
  type Scene,
} from './scene.ts';

export function accountLaws(scene: Scene): void {
  test('names the account it is connected to, and its time zone', async () => {
    const account = await scene.crm.check();
    expect(account.accountId).toBe(scene.fixture.accountId);
    expect(account.title).not.toBe('');
    expect(() => new Intl.DateTimeFormat('en', { timeZone: account.timeZone })).not.toThrow();
  });

  test('provisioning brings every planned field, and repeated it adopts them all', async () => {
    const plan = provisionPlan('de');
    expect(scene.provisioned.map((s) => s.outcome)).not.toContain('conflict');
    const again = await scene.crm.provision(plan);
    expect(new Set(again.map((s) => s.outcome))).toEqual(new Set(['adopted']));
    for (const field of plan.fields) expect(again.map((s) => s.name)).toContain(field.name);
  });

  test('a field of another type is a conflict and stays as it is', async () => {
    const [first, ...others] = provisionPlan('en').fields;
    if (first === undefined) throw new Error('The plan is empty.');
    const retyped = { ...provisionPlan('en'), fields: [{ ...first, type: 'number' as const }] };
    const steps = await scene.crm.provision(retyped);
    expect(steps.find((s) => s.name === first.name)?.outcome).toBe('conflict');
    const again = await scene.crm.provision({ ...retyped, fields: [first, ...others] });
    expect(again.find((s) => s.name === first.name)?.outcome).toBe('adopted');
  });
}

export function readingLaws({ fields, capabilities }: CrmSuite, scene: Scene): void {
  const asked = Object.values(fields);

  test('the full read brings every contact exactly once, over all pages', async () => {
    const ids = await seedMany(scene, 120, (n) => ({ [fields.given]: `Page ${n}` }));
    const seen = await allPages((after) => scene.crm.listContacts(asked, after));
    expect(new Set(seen.map((c) => c.id)).size).toBe(seen.length);
    for (const id of ids) expect(seen.map((c) => c.id)).toContain(id);
  });

  test('a read brings the fields asked for, and no empty ones', async () => {
    const { vendor } = scene.fixture;
    const id = await vendor.seed({ [fields.given]: 'Ada', [fields.family]: 'Lovelace' });
    const [state] = await scene.crm.readContacts([fields.given, fields.email], [id]);
    expect(state).toMatchObject({ id, state: 'found' });
    expect(state?.state === 'found' && state.contact.fields).toEqual({ [fields.given]: 'Ada' });
  });

  test('tells found, merged and absent apart in one call', async () => {
    const { vendor } = scene.fixture;
    const [found, loser, winner, removed] = await seedMany(scene, 4, (n) => ({
      [fields.given]: `State ${n}`,
    }));
    if (!found || !loser || !winner || !removed) throw new Error('Seeding failed.');
    const survivor = await vendor.merge(winner, loser);
    await vendor.remove(removed);
    const states = await scene.crm.readContacts(asked, [found, loser, removed, '999999999']);
    const byId = new Map(states.map((s) => [s.id, s]));
    expect(states).toHaveLength(4);
    expect(byId.get(found)?.state).toBe('found');
    expect(byId.get(loser)).toMatchObject({ state: 'merged', contact: { id: survivor } });
    expect(byId.get(removed)?.state).toBe('absent');
    expect(byId.get('999999999')?.state).toBe('absent');
  });

  test('changes come oldest first, from the moment asked for, over all pages', async () => {
    const { vendor } = scene.fixture;
    const ids = await seedMany(scene, 3, (n) => ({ [fields.given]: `Before ${n}` }));
    const [first = '', , last = ''] = ids;
    await vendor.edit(last, { [fields.given]: 'Moved' });
    await vendor.edit(first, { [fields.given]: 'Changed' });
    await vendor.settled();
    const since = await updatedAt(scene, last);
    const seen = await allPages((after) => scene.crm.changedContacts(asked, since, after));
    expect(seen.filter((c) => c.updatedAt < since)).toEqual([]);
    expect(seen.map((c) => c.updatedAt.getTime())).toEqual(
      seen.map((c) => c.updatedAt.getTime()).toSorted((a, b) => a - b),
    );
    expect(seen.map((c) => c.id)).toEqual(expect.arrayContaining([first, last]));
    expect(seen.findLast((c) => c.id === first)?.fields[fields.given]).toBe('Changed');
  });

  test('no ids, no answers; too many ids, no call', async () => {
    const { crm } = scene;
    const tooMany = Array.from({ length: capabilities.batchSize + 1 }, (_, n) => String(n + 1));
    expect(await crm.readContacts(asked, [])).toEqual([]);
    await expect(crm.readContacts(asked, tooMany)).rejects.toThrow(RangeError);
    await expect(
      crm.updateContacts(tooMany.map((contactId) => ({ contactId, fields: {} }))),
    ).rejects.toThrow(RangeError);
    await expect(crm.putEntries(tooMany.map((key) => ({ ...entryFor('1'), key })))).rejects.toThrow(
      RangeError,
    );
    await expect(crm.removeEntries(tooMany)).rejects.toThrow(RangeError);
  });
}

export function updateLaws({ fields }: CrmSuite, scene: Scene): void {
  test('an update touches only the fields it names, and an empty value clears', async () => {
    const before = {
      [fields.given]: 'Bo',
      [fields.family]: 'Berg',
      [fields.email]: 'bo@example.com',
    };
    const id = await scene.fixture.vendor.seed(before);
    const changes = [{ contactId: id, fields: { [fields.given]: 'Bodil', [fields.family]: '' } }];
    expect(await scene.crm.updateContacts(changes)).toEqual([
      { id, outcome: 'written', remoteId: id },
    ]);
    expect(await fieldsOf(scene, id, Object.values(fields))).toEqual({
      [fields.given]: 'Bodil',
      [fields.email]: 'bo@example.com',
    });
  });

  test('each record has its own result, and a bad one never fails its neighbours', async () => {
    const { vendor } = scene.fixture;
    const ids = await seedMany(scene, 6, (n) => ({ [fields.given]: `Row ${n}` }));
    const [, bad = '', , removed = ''] = ids;
    await vendor.remove(removed);
    const changes = ids.map((contactId) => ({
      contactId,
      fields:
        contactId === bad
          ? { [vendor.refused.field]: vendor.refused.value }
          : { [fields.given]: 'Written' },
    }));
    const results = new Map((await scene.crm.updateContacts(changes)).map((r) => [r.id, r]));
    expect(results.size).toBe(ids.length);
    expect(results.get(removed)?.outcome).toBe('gone');
    expect(results.get(bad)).toMatchObject({ outcome: 'refused', fields: [vendor.refused.field] });
    expect(JSON.stringify(results.get(bad))).not.toContain(vendor.refused.value);
    for (const id of ids.filter((i) => i !== bad && i !== removed)) {
      expect(results.get(id)?.outcome).toBe('written');
      expect(await fieldsOf(scene, id, [fields.given])).toEqual({ [fields.given]: 'Written' });
    }
  });

  test('an update repeated changes nothing', async () => {
    const id = await scene.fixture.vendor.seed({ [fields.given]: 'Cy' });
    const changes = [{ contactId: id, fields: { [fields.given]: 'Cyra' } }];
    const first = await scene.crm.updateContacts(changes);
    expect(await scene.crm.updateContacts(changes)).toEqual(first);
    expect(await fieldsOf(scene, id, [fields.given])).toEqual({ [fields.given]: 'Cyra' });
  });
}
