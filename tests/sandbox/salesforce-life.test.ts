import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Scene, V, codeOf, openScene } from './salesforce-org.ts';

const ACTIVITY = 'Social_Activity__c';

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});

afterEach(async () => {
  await scene.salesforce.close();
});

const contact = (values: Record<string, unknown> = {}) =>
  scene.org.seed('Contact', [{ LastName: 'Ahrens', ...values }])[0] ?? '';

describe('what happens to records', () => {
  test('a merge moves the children and leaves a trace in the bin until it is emptied', async () => {
    const [winner, loser] = [contact(), contact()];
    scene.org.seed(ACTIVITY, [{ External_Key__c: 'a', Contact__c: loser }]);
    scene.org.merge({
      type: 'Contact',
      masterId: winner,
      losers: [loser],
      values: { Title: 'Dr.' },
    });
    const soql =
      'SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = true AND MasterRecordId != null';
    expect((await scene.query(soql, 'queryAll')).body.records).toMatchObject([
      { Id: loser, MasterRecordId: winner },
    ]);
    expect(scene.org.records(ACTIVITY)[0]?.values.Contact__c).toBe(winner);
    const late = await scene.call('PATCH', `${V}/sobjects/Contact/${loser}`, { Title: 'x' });
    expect([late.status, codeOf(late)]).toEqual([404, 'ENTITY_IS_DELETED']);
    scene.org.emptyBin();
    expect((await scene.query(soql, 'queryAll')).body.totalSize).toBe(0);
  });

  test('a converted lead points at its contact and takes no more writes', async () => {
    const [lead = ''] = scene.org.seed('Lead', [
      { LastName: 'L', Company: 'Acme', Email: 'l@example.com' },
    ]);
    const converted = scene.org.convert({ leadId: lead });
    const { body } = await scene.query('SELECT IsConverted, ConvertedContactId FROM Lead');
    expect(body.records[0]).toMatchObject({ IsConverted: true });
    const id = String(converted.values.ConvertedContactId);
    expect(scene.org.record('Contact', id)?.values).toMatchObject({ Email: 'l@example.com' });
    const late = await scene.call('PATCH', `${V}/sobjects/Lead/${lead}`, { Title: 'x' });
    expect(codeOf(late)).toBe('CANNOT_UPDATE_CONVERTED_LEAD');
  });

  test('deleting empties lookups, and undeleting fills them again', () => {
    const id = contact();
    scene.org.seed(ACTIVITY, [{ External_Key__c: 'a', Contact__c: id }]);
    const link = () => scene.org.records(ACTIVITY)[0]?.values.Contact__c;
    scene.org.delete('Contact', id);
    expect(link()).toBeNull();
    scene.org.undelete(id);
    expect([link(), scene.org.records('Contact').length]).toEqual([id, 1]);
  });
});

test('a person account shows its contact, is written through the account, and makes two changes', async () => {
  await scene.salesforce.close();
  scene = await openScene({ orgs: [{ personAccounts: true }] });
  const created = await scene.call('POST', `${V}/sobjects/Account`, {
    LastName: 'Yilmaz',
    FirstName: 'Ayse',
    PersonEmail: 'a@example.com',
    Score__pc: 7,
  });
  const { body } = await scene.query(
    'SELECT Id, Name, Email, Score__c, IsPersonAccount FROM Contact',
  );
  expect(body.records).toMatchObject([
    { Name: 'Ayse Yilmaz', Email: 'a@example.com', Score__c: 7, IsPersonAccount: true },
  ]);
  const shadow = String(body.records[0]?.Id);
  expect(scene.org.record('Account', created.body.id)?.values.PersonContactId).toBe(shadow);
  const direct = await scene.call('PATCH', `${V}/sobjects/Contact/${shadow}`, { Title: 'x' });
  expect(codeOf(direct)).toBe('INVALID_FIELD_FOR_INSERT_UPDATE');
});

test('an org without data protection knows no Individual', async () => {
  const [id = ''] = scene.org.seed('Individual', [{ LastName: 'A', ShouldForget: true }]);
  contact({ IndividualId: id });
  const { body } = await scene.query('SELECT Individual.ShouldForget FROM Contact');
  expect(body.records).toMatchObject([{ Individual: { ShouldForget: true } }]);
  await scene.salesforce.close();
  scene = await openScene({ orgs: [{ individuals: false }] });
  expect((await scene.call('GET', `${V}/sobjects/Individual/describe`)).status).toBe(404);
  expect(codeOf(await scene.query('SELECT IndividualId FROM Contact'))).toBe('INVALID_FIELD');
});
