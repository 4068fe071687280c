import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Scene, V, codeOf, openScene } from './salesforce-org.ts';

let scene: Scene;
let ids: string[];

beforeEach(async () => {
  scene = await openScene();
  const [acme = ''] = scene.org.seed('Account', [{ Name: 'Acme' }]);
  ids = scene.org.seed('Contact', [
    {
      FirstName: 'Anna',
      LastName: 'Ahrens',
      Email: 'anna@example.com',
      AccountId: acme,
      Score__c: 5,
    },
    { FirstName: 'Bert', LastName: "O'Neill", Email: 'bert@example.com', Score__c: 10.5 },
    { FirstName: 'Cleo', LastName: 'C\\D 100%', CreatedDate: '2026-01-15T10:00:00Z' },
  ]);
});

afterEach(async () => {
  await scene.salesforce.close();
});

const names = async (where: string) => {
  const { status, body } = await scene.query(`SELECT FirstName FROM Contact WHERE ${where}`);
  return status === 200 ? body.records.map(({ FirstName }) => FirstName).join(' ') : status;
};

describe('WHERE', () => {
  test.each([
    ["Email = 'ANNA@example.com'", 'Anna'],
    ["LastName = 'O\\'Neill'", 'Bert'],
    ["LastName = 'C\\\\D 100%'", 'Cleo'],
    ["LastName LIKE '%100\\%'", 'Cleo'],
    ["LastName LIKE '_hrens'", 'Anna'],
    ["FirstName IN ('anna', 'cleo')", 'Anna Cleo'],
    ["FirstName NOT IN ('Anna')", 'Bert Cleo'],
    ['Email = null', 'Cleo'],
    ["Email != ''", 'Anna Bert'],
    ['Score__c > 5', 'Bert'],
    ["(Score__c >= 5 AND Email LIKE 'b%') OR FirstName = 'Cleo'", 'Bert Cleo'],
    ["NOT (FirstName = 'Anna')", 'Bert Cleo'],
    ["(NOT FirstName = 'Anna') AND Email != null", 'Bert'],
    ['CreatedDate = TODAY', 'Anna Bert'],
    ['CreatedDate = LAST_N_DAYS:365', 'Anna Bert Cleo'],
    ['CreatedDate < LAST_N_MONTHS:2', 'Cleo'],
    ['CreatedDate = THIS_YEAR AND CreatedDate < 2026-01-15T12:00:00+01:00', 'Cleo'],
    ["Account.Name = 'acme'", 'Anna'],
    ["AccountId IN (SELECT Id FROM Account WHERE Name = 'Acme')", 'Anna'],
  ])('%s finds %s', async (where, found) => {
    expect(await names(where)).toBe(found);
  });

  test('takes ids of 15 and 18 characters, but only in their own case', async () => {
    const [anna = ''] = ids;
    expect(await names(`Id = '${anna}'`)).toBe('Anna');
    expect(await names(`Id = '${anna.slice(0, 15)}'`)).toBe('Anna');
    expect(await names(`Id = '${anna.slice(0, 15).toLowerCase()}'`)).toBe('');
  });

  test.each([
    ["Score__c = '5'", 'INVALID_FIELD'],
    ["CreatedDate > '2026-01-01T00:00:00Z'", 'INVALID_FIELD'],
    ['CreatedDate > 2026-01-01', 'INVALID_FIELD'],
    ['Email = 5', 'INVALID_FIELD'],
    ["Description = 'x'", 'INVALID_FIELD'],
    ["Nonsense = 'x'", 'INVALID_FIELD'],
    ["Email = 'a' AND Email = 'b' OR Email = 'c'", 'MALFORMED_QUERY'],
    ["Email = 'a\\'", 'MALFORMED_QUERY'],
    ["Id = 'nonsense'", 'INVALID_QUERY_FILTER_OPERATOR'],
  ])('%s is refused with %s', async (where, code) => {
    const answer = await scene.query(`SELECT Id FROM Contact WHERE ${where}`);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });
});

test('parents, children and counts come in one query', async () => {
  scene.org.seed('Social_Activity__c', [
    { External_Key__c: 'x:1', Contact__c: ids[0], Body__c: 'Hi' },
  ]);
  const { body } = await scene.query(
    'SELECT Id, Account.Name, (SELECT Body__c FROM Social_Activities__r) FROM Contact ORDER BY LastName LIMIT 2',
  );
  expect(body.records).toMatchObject([
    {
      Account: { Name: 'Acme' },
      Social_Activities__r: { totalSize: 1, records: [{ Body__c: 'Hi' }] },
    },
    { Account: null, Social_Activities__r: null },
  ]);
  const grouped = await scene.query(
    'SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId',
  );
  expect(grouped.body.records.map(({ n }) => n)).toEqual([1, 2]);
  expect((await scene.query('SELECT count() FROM Contact')).body.totalSize).toBe(3);
});

test('a page holds 2,000 rows, fewer with long texts, and its locator leads on', async () => {
  scene.org.seed(
    'Lead',
    Array.from({ length: 4_100 }, (_, n) => ({ LastName: `L${n}`, Company: 'X' })),
  );
  const first = await scene.query('SELECT Id FROM Lead ORDER BY SystemModstamp, Id');
  expect([first.body.records.length, first.body.totalSize, first.body.done]).toEqual([
    2_000,
    4_100,
    false,
  ]);
  const second = await scene.call('GET', first.body.nextRecordsUrl);
  const third = await scene.call('GET', second.body.nextRecordsUrl);
  expect([third.body.records.length, third.body.done]).toEqual([100, true]);
  const seen = [first, second, third].flatMap(({ body }) => body.records.map(({ Id }) => Id));
  expect(new Set(seen).size).toBe(4_100);
  const long = await scene.query('SELECT Id, Description FROM Lead');
  expect(long.body.records).toHaveLength(500);
  scene.clock.advance(3 * 86_400_000);
  expect(codeOf(await scene.call('GET', first.body.nextRecordsUrl))).toBe('INVALID_QUERY_LOCATOR');
});

test('queryAll sees the bin, getDeleted its log, getUpdated the rest', async () => {
  const [anna = '', bert = ''] = ids;
  scene.org.delete('Contact', anna);
  expect((await scene.query('SELECT Id FROM Contact')).body.totalSize).toBe(2);
  const all = await scene.query('SELECT Id FROM Contact WHERE IsDeleted = true', 'queryAll');
  expect(all.body.records).toMatchObject([{ Id: anna }]);
  const span = 'start=2026-11-21T08:00:00%2B00:00&end=2026-11-21T10:00:00Z';
  const deleted = await scene.call('GET', `${V}/sobjects/Contact/deleted?${span}`);
  expect(deleted.body.deletedRecords).toEqual([
    { id: anna, deletedDate: '2026-11-21T09:00:00.000+0000' },
  ]);
  const updated = await scene.call('GET', `${V}/sobjects/Contact/updated?${span}`);
  expect(updated.body.ids).toEqual([bert, ids[2]]);
  const old = 'start=2026-10-01T00:00:00Z&end=2026-10-02T00:00:00Z';
  expect(codeOf(await scene.call('GET', `${V}/sobjects/Contact/deleted?${old}`))).toBe(
    'INVALID_REPLICATION_DATE',
  );
  scene.clock.advance(16 * 86_400_000);
  expect((await scene.query('SELECT Id FROM Contact', 'queryAll')).body.totalSize).toBe(2);
});

test('a bulk query is created, asked for and read in parts', async () => {
  const job = await scene.call('POST', `${V}/jobs/query`, {
    operation: 'query',
    query: 'SELECT Id, LastName, Account.Name FROM Contact ORDER BY LastName',
  });
  expect(job.body.state).toBe('UploadComplete');
  const path = `${V}/jobs/query/${job.body.id}`;
  expect((await scene.call('GET', `${path}/results`)).status).toBe(400);
  expect((await scene.call('GET', path)).body.state).toBe('InProgress');
  const done = await scene.call('GET', path);
  expect(done.body).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 3 });
  const first = await scene.call('GET', `${path}/results?maxRecords=2`);
  expect(first.headers.get('sforce-numberofrecords')).toBe('2');
  expect(String(first.body.text).split('\n')).toEqual([
    '"Id","LastName","Account.Name"',
    `"${ids[0] ?? ''}","Ahrens","Acme"`,
    `"${ids[2] ?? ''}","C\\D 100%",""`,
    '',
  ]);
  const locator = first.headers.get('sforce-locator') ?? '';
  const last = await scene.call('GET', `${path}/results?maxRecords=2&locator=${locator}`);
  expect(last.headers.get('sforce-locator')).toBe('null');
});
