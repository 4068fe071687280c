import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Scene, V, codeOf, openScene, resultsOf } from './salesforce-org.ts';

const ACTIVITY = 'Social_Activity__c';
const UPSERT = `${V}/composite/sobjects/${ACTIVITY}/External_Key__c`;
const ONE = `${V}/sobjects/${ACTIVITY}/External_Key__c`;

let scene: Scene;

beforeEach(async () => {
  scene = await openScene();
});

afterEach(async () => {
  await scene.salesforce.close();
});

const contact = (values: Record<string, unknown> = {}) =>
  scene.org.seed('Contact', [{ LastName: 'Ahrens', ...values }])[0] ?? '';
const activity = (key: string, more: Record<string, unknown> = {}) => ({
  attributes: { type: ACTIVITY },
  External_Key__c: key,
  ...more,
});
const statusCodes = (results: ReturnType<typeof resultsOf>) =>
  results.map(({ errors }) => errors[0]?.statusCode ?? 'ok');

describe('collections', () => {
  test('upsert by external id: created, then updated, each record with its own result in order', async () => {
    const id = contact();
    const records = [
      activity('a:1', { Contact__c: id }),
      activity('a:2', { Kind__c: 'rant' }),
      activity('a:3', { Contact__c: id.slice(0, 15) }),
    ];
    const first = await scene.call('PATCH', UPSERT, { records });
    expect(first.status).toBe(200);
    expect(resultsOf(first).map(({ created }) => created)).toEqual([true, undefined, true]);
    expect(statusCodes(resultsOf(first))[1]).toBe('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST');
    const second = await scene.call('PATCH', UPSERT, { records: records.slice(0, 1) });
    expect(resultsOf(second)).toMatchObject([{ id: resultsOf(first)[0]?.id, created: false }]);
    const stored = scene.org.records(ACTIVITY).map(({ values }) => values.Contact__c);
    expect(stored).toEqual([id, id]);
  });

  test('all or none: the guilty row says why, the innocent ones that they were rolled back', async () => {
    const records = [activity('a:1'), activity('a:2', { Nonsense__c: 1 }), activity('a:3')];
    const answer = await scene.call('PATCH', UPSERT, { allOrNone: true, records });
    expect(statusCodes(resultsOf(answer))).toEqual([
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'INVALID_FIELD',
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    ]);
    expect(scene.org.records(ACTIVITY)).toEqual([]);
    expect(scene.salesforce.stats.writes({ type: ACTIVITY })).toEqual([]);
  });

  test('200 records at most, no external id twice, ten changes of type', async () => {
    const many = Array.from({ length: 201 }, (_, n) => activity(`a:${n}`));
    expect(codeOf(await scene.call('PATCH', UPSERT, { records: many }))).toBe('INVALID_INPUT');
    const twice = await scene.call('PATCH', UPSERT, {
      records: [activity('b'), activity('b'), activity('B')],
    });
    expect(statusCodes(resultsOf(twice))).toEqual(['DUPLICATE_VALUE', 'DUPLICATE_VALUE', 'ok']);
    const mixed = Array.from({ length: 12 }, (_, n) =>
      n % 2 === 0 ? activity(`c:${n}`) : { attributes: { type: 'Contact' }, LastName: 'X' },
    );
    expect(codeOf(await scene.call('POST', `${V}/composite/sobjects`, { records: mixed }))).toBe(
      'INVALID_INPUT',
    );
  });

  test('a locked row, a deleted one and an unknown one fail alone', async () => {
    const [good, locked, gone] = [contact(), contact(), contact()];
    scene.org.delete('Contact', gone);
    scene.org.lockRows({ ids: [locked] });
    const records = [good, locked, gone, '003000000000000AAA'].map((id) => ({
      attributes: { type: 'Contact' },
      id,
      Title: 'Dr.',
    }));
    const answer = await scene.call('PATCH', `${V}/composite/sobjects`, { records });
    expect(statusCodes(resultsOf(answer))).toEqual([
      'ok',
      'UNABLE_TO_LOCK_ROW',
      'ENTITY_IS_DELETED',
      'INVALID_CROSS_REFERENCE_KEY',
    ]);
    const ids = `${good},${gone}`;
    const deleted = await scene.call('DELETE', `${V}/composite/sobjects?ids=${ids}`);
    expect(statusCodes(resultsOf(deleted))).toEqual(['ok', 'ENTITY_IS_DELETED']);
    const read = await scene.call('POST', `${V}/composite/sobjects/Contact`, {
      ids: [locked, gone],
      fields: ['Title'],
    });
    expect(read.body).toMatchObject([{ Title: null }, null]);
  });
});

describe('one record', () => {
  test('upsert answers 201, 200, and 300 with a list where the external id is not unique', async () => {
    expect((await scene.call('PATCH', `${ONE}/${encodeURIComponent('a/b?c#d%')}`, {})).status).toBe(
      201,
    );
    expect((await scene.call('PATCH', `${ONE}/${encodeURIComponent('a/b?c#d%')}`, {})).status).toBe(
      200,
    );
    expect(scene.org.records(ACTIVITY)[0]?.values.External_Key__c).toBe('a/b?c#d%');
    scene.org.addField('Contact', {
      name: 'Legacy__c',
      type: 'string',
      length: 20,
      externalId: true,
    });
    scene.org.seed('Contact', [
      { LastName: 'A', Legacy__c: '7' },
      { LastName: 'B', Legacy__c: '7' },
    ]);
    const many = await scene.call('PATCH', `${V}/sobjects/Contact/Legacy__c/7`, { Title: 'x' });
    expect(many.status).toBe(300);
    expect(many.body).toHaveLength(2);
  });

  test.each([
    [{ LastName: 'x'.repeat(81) }, 'STRING_TOO_LONG'],
    [{ LastName: '😀'.repeat(41) }, 'STRING_TOO_LONG'],
    [{ LastName: null }, 'REQUIRED_FIELD_MISSING'],
    [{ Email: 'not an address' }, 'INVALID_EMAIL_ADDRESS'],
    [{ Score__c: 12_345 }, 'NUMBER_OUTSIDE_VALID_RANGE'],
    [{ AccountId: 'nonsense' }, 'MALFORMED_ID'],
    [{ AccountId: '001000000000000AAA' }, 'INVALID_CROSS_REFERENCE_KEY'],
    [{ HasOptedOutOfEmail: 'maybe' }, 'JSON_PARSER_ERROR'],
    [{ CreatedDate: '2020-01-01T00:00:00Z' }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
    [{ Nonsense: 1 }, 'INVALID_FIELD'],
  ])('%j is refused with %s', async (values, code) => {
    const answer = await scene.call('PATCH', `${V}/sobjects/Contact/${contact()}`, values);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
  });

  test("an admin's rules: validation, required fields, duplicates that alert or block", async () => {
    contact({ Email: 'anna@example.com' });
    const create = (headers = {}) =>
      scene.call(
        'POST',
        `${V}/sobjects/Contact`,
        { LastName: 'A', Email: 'Anna@example.com' },
        headers,
      );
    const duplicates = [
      { object: 'Contact', name: 'Standard', action: 'alert' as const, matchOn: ['Email'] },
    ];
    scene.org.setRules({ duplicates });
    const found = await create();
    expect([found.status, codeOf(found)]).toEqual([400, 'DUPLICATES_DETECTED']);
    expect(found.body[0].duplicateResult).toMatchObject({
      allowSave: true,
      matchResults: [{ matchRecords: [{ record: { Id: scene.org.records('Contact')[0]?.id } }] }],
    });
    const allowed = { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' };
    expect((await create(allowed)).status).toBe(201);
    scene.org.setRules({
      duplicates: duplicates.map((one) => ({ ...one, action: 'block' as const })),
    });
    expect(codeOf(await create(allowed))).toBe('DUPLICATES_DETECTED');
    scene.org.setRules({
      duplicates: [],
      validation: [
        {
          object: 'Contact',
          message: 'Title please',
          field: 'Title',
          when: { field: 'Title', is: 'blank' },
        },
      ],
    });
    expect((await create()).body[0]).toMatchObject({
      errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION',
      message: 'Title please',
      fields: ['Title'],
    });
  });
});

describe('field-level security', () => {
  test('a hidden field is absent everywhere and cannot be written', async () => {
    const id = contact({ Score__c: 5 });
    scene.org.setAccess(
      'integration@sample.example',
      { object: 'Contact', field: 'Score__c' },
      'hidden',
    );
    const described = await scene.call('GET', `${V}/sobjects/Contact/describe`);
    const fields = described.body.fields as { name: string; updateable: boolean }[];
    expect(fields.map(({ name }) => name)).not.toContain('Score__c');
    expect((await scene.call('GET', `${V}/sobjects/Contact/${id}`)).body).not.toHaveProperty(
      'Score__c',
    );
    expect(codeOf(await scene.query('SELECT Score__c FROM Contact'))).toBe('INVALID_FIELD');
    expect(codeOf(await scene.call('PATCH', `${V}/sobjects/Contact/${id}`, { Score__c: 1 }))).toBe(
      'INVALID_FIELD',
    );
  });

  test('a read-only field says so in describe and refuses writes; a closed object is not there', async () => {
    const user = 'integration@sample.example';
    scene.org.setAccess(user, { object: 'Contact', field: 'Title' }, 'read');
    scene.org.closeObject(user, 'Lead');
    const described = await scene.call('GET', `${V}/sobjects/Contact/describe`);
    const fields = described.body.fields as { name: string; updateable: boolean }[];
    expect(fields.find(({ name }) => name === 'Title')?.updateable).toBe(false);
    const write = await scene.call('PATCH', `${V}/sobjects/Contact/${contact()}`, { Title: 'x' });
    expect(codeOf(write)).toBe('INVALID_FIELD_FOR_INSERT_UPDATE');
    expect((await scene.call('GET', `${V}/sobjects/Lead/describe`)).status).toBe(404);
    expect(codeOf(await scene.query('SELECT Id FROM Lead'))).toBe('INVALID_TYPE');
  });

  test("a package's names carry its namespace, and its fields wait for the permission set", async () => {
    const { org } = scene;
    org.install({
      namespace: 'echo',
      objects: [{ name: 'Thing__c', fields: [{ name: 'Key__c', type: 'string', length: 9 }] }],
      fields: { Contact: [{ name: 'Rank__c', type: 'double' }] },
    });
    expect(codeOf(await scene.query('SELECT echo__Rank__c FROM Contact'))).toBe('INVALID_FIELD');
    org.assignPermissionSet('integration@sample.example');
    expect((await scene.query('SELECT echo__Rank__c FROM Contact')).status).toBe(200);
    expect((await scene.query('SELECT echo__Key__c FROM echo__Thing__c')).status).toBe(200);
    expect(codeOf(await scene.query('SELECT Rank__c FROM Contact'))).toBe('INVALID_FIELD');
  });
});

test('composite requests build on each other, and halt where an earlier one failed', async () => {
  const answer = await scene.call('POST', `${V}/composite`, {
    compositeRequest: [
      { method: 'POST', url: `${V}/sobjects/Account`, referenceId: 'acme', body: { Name: 'Acme' } },
      {
        method: 'POST',
        url: `${V}/sobjects/Contact`,
        referenceId: 'anna',
        body: { LastName: 'A', AccountId: '@{acme.id}' },
      },
      { method: 'POST', url: `${V}/sobjects/Contact`, referenceId: 'bad', body: {} },
      { method: 'GET', url: `${V}/sobjects/Contact/@{bad.id}`, referenceId: 'after' },
    ],
  });
  const parts = answer.body.compositeResponse as { httpStatusCode: number; body: unknown }[];
  expect(parts.map(({ httpStatusCode }) => httpStatusCode)).toEqual([201, 201, 400, 400]);
  expect(JSON.stringify(parts[3]?.body)).toContain('PROCESSING_HALTED');
});

describe('limits and versions', () => {
  test('each answer says what has been used; the last call of the day is refused with 403', async () => {
    scene.org.setUsage({ used: 98, max: 100 });
    const first = await scene.call('GET', `${V}/limits`);
    expect(first.headers.get('sforce-limit-info')).toMatch(
      /^api-usage=99\/100; per-app-api-usage=/,
    );
    expect(first.body.DailyApiRequests).toEqual({ Max: 100, Remaining: 1 });
    await scene.call('GET', `${V}/limits`);
    const over = await scene.call('GET', `${V}/limits`);
    expect([over.status, codeOf(over)]).toEqual([403, 'REQUEST_LIMIT_EXCEEDED']);
    scene.clock.advance(25 * 3_600_000);
    expect((await scene.call('GET', `${V}/limits`)).status).toBe(200);
  });

  test('a version must be named; old ones are gone, long addresses are refused', async () => {
    const versions = (await scene.call('GET', '/services/data')).body as unknown as {
      label: string;
    }[];
    expect(versions.at(-1)).toEqual({ label: "Winter '27", url: V, version: '68.0' });
    expect((await scene.call('GET', '/services/data/v30.0/limits')).status).toBe(410);
    expect((await scene.call('GET', '/services/data/v69.0/limits')).status).toBe(404);
    expect(
      (await scene.query(`SELECT Id FROM Contact WHERE Name = '${'x'.repeat(17_000)}'`)).status,
    ).toBe(414);
  });
});

test('ordered failures strike, and are counted by endpoint and status', async () => {
  const { faults, stats } = scene.salesforce;
  stats.reset();
  faults.add({ kind: 'status', status: 503, path: '/limits' });
  faults.add({ kind: 'reset-after', path: '/sobjects/Contact' });
  expect((await scene.call('GET', `${V}/limits`)).status).toBe(503);
  await expect(scene.call('POST', `${V}/sobjects/Contact`, { LastName: 'A' })).rejects.toThrow();
  expect(scene.org.records('Contact')).toHaveLength(1);
  await scene.call('GET', `${V}/sobjects/Contact/${contact()}`);
  expect(stats.report().calls).toEqual({
    'GET /services/data/:v/limits': { 503: 1 },
    'POST /services/data/:v/sobjects/Contact': { 0: 1 },
    'GET /services/data/:v/sobjects/Contact/:id': { 200: 1 },
  });
});
