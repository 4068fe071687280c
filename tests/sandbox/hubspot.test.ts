import { Client } from '@hubspot/api-client';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Clock, createClock } from '../../sandbox/clock.ts';
import { type HubSpotEmulator, startHubSpot } from '../../sandbox/hubspot/index.ts';

const CONTACTS = '/crm/objects/2026-09/contacts';
const NOTES = '/crm/objects/2026-09/notes';

interface Record_ {
  id: string;
  properties: Record<string, string | null>;
  new?: boolean;
}

interface Answer {
  id: string;
  status: string;
  message: string;
  category: string;
  total: number;
  properties: Record<string, string | null>;
  results: Record_[];
  errors: { category: string; code: string; context: Record<string, string[]> }[];
}

let clock: Clock;
let hubspot: HubSpotEmulator;
let client: Client;

beforeEach(async () => {
  clock = createClock({ frozen: true });
  hubspot = await startHubSpot({
    clock,
    limits: { calls: 1_000, searchesPerSecond: 100 },
  });
  const { access_token: accessToken } = hubspot.portal().install();
  client = new Client({ basePath: hubspot.url, accessToken, numberOfApiCallRetries: 0 });
});

afterEach(async () => {
  await hubspot.close();
});

async function call(
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Answer }> {
  const answer = await client.apiRequest({ method, path, ...(body && { body }) });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Answer };
}

const post = (path: string, body: object) => call('POST', path, body);
const named = (firstname: string) => ({ properties: { firstname } });

describe('contacts', () => {
  test('an address in use answers 409 with the id of its owner, also as a secondary address', async () => {
    const [anna] = hubspot
      .portal()
      .seedContacts([{ email: 'anna@example.com' }, { email: 'b@example.com' }]);
    hubspot.portal().edit(String(anna), { hs_additional_emails: 'anna@work.example' });
    const { status, body } = await post(CONTACTS, { properties: { email: 'Anna@Work.example' } });
    expect([status, body.message]).toEqual([
      409,
      `Contact already exists. Existing ID: ${String(anna)}`,
    ]);
    const read = await call('GET', `${CONTACTS}/anna@work.example?idProperty=email`);
    expect(read.body.id).toBe(anna);
  });

  test('refused values are named in JSON inside the message', async () => {
    const { status, body } = await post(CONTACTS, {
      properties: { nonsense: '1', lifecyclestage: 'friend', followercount: '1,000' },
    });
    expect(status).toBe(400);
    const refusals = JSON.parse(body.message.slice(body.message.indexOf('['))) as {
      error: string;
    }[];
    expect(refusals.map(({ error }) => error)).toEqual([
      'PROPERTY_DOESNT_EXIST',
      'INVALID_OPTION',
      'INVALID_INTEGER',
    ]);
  });

  test("an admin's required property blocks the write with a code", async () => {
    hubspot.portal().requireProperties([{ property: 'phone' }]);
    const { status, body } = await post(CONTACTS, named('Anna'));
    expect([status, body.errors[0]?.code]).toEqual([400, 'MISSING_REQUIRED_PROPERTY']);
  });

  test('pages are 100 at most and follow the cursor to the end', async () => {
    hubspot
      .portal()
      .seedContacts(Array.from({ length: 250 }, (_, n) => ({ email: `p${n}@example.com` })));
    const first = await call('GET', `${CONTACTS}?limit=100`);
    const second = await call(
      'GET',
      `${CONTACTS}?limit=100&after=${String(first.body.results.at(-1)?.id)}`,
    );
    expect(second.body.results).toHaveLength(100);
    expect((await call('GET', `${CONTACTS}?limit=101`)).status).toBe(400);
  });

  test.each([
    [false, 'primary'],
    [true, 'new id'],
  ])('a merged-away id answers the survivor (new id: %s)', async (mergeCreatesNewId) => {
    const portal = hubspot.portal();
    portal.switches.mergeCreatesNewId = mergeCreatesNewId;
    const [anna = '', ann = ''] = portal.seedContacts([
      { email: 'anna@example.com' },
      { email: 'ann@example.com', city: 'Bonn' },
    ]);
    portal.addNote(ann, '<p>Hello</p>');
    const merged = await post(`${CONTACTS}/merge`, { primaryObjectId: anna, objectIdToMerge: ann });
    expect(merged.body.id === anna).toBe(!mergeCreatesNewId);
    const loser = await call('GET', `${CONTACTS}/${ann}?properties=city,hs_merged_object_ids`);
    expect(loser.body.id).toBe(merged.body.id);
    expect(loser.body.properties).toMatchObject({ city: 'Bonn', hs_merged_object_ids: ann });
    expect(portal.notesOf(merged.body.id)).toHaveLength(1);
    expect((await call('GET', `${CONTACTS}/ann@example.com?idProperty=email`)).body.id).toBe(
      merged.body.id,
    );
  });

  test('numbered versions are gone', async () => {
    expect((await call('GET', '/crm/v3/objects/contacts')).status).toBe(404);
    expect((await call('GET', '/crm/v4/objects/contacts/1/associations/notes')).status).toBe(404);
  });
});

describe('batches', () => {
  test('without trace ids one bad record fails the whole batch and leaves no trace', async () => {
    const ids = hubspot
      .portal()
      .seedContacts([{ email: 'a@example.com' }, { email: 'b@example.com' }]);
    const inputs = [
      { id: ids[0], properties: { firstname: 'Anna' } },
      { id: ids[1], properties: { lifecyclestage: 'friend' } },
    ];
    expect((await post(`${CONTACTS}/batch/update`, { inputs })).status).toBe(400);
    expect(hubspot.portal().contact(String(ids[0]))?.values.firstname).toBeUndefined();
    expect(hubspot.stats.writes()).toEqual([]);
  });

  test('two creations with one address undo each other', async () => {
    const inputs = [
      { properties: { email: 'a@example.com' } },
      { properties: { email: 'a@example.com' } },
    ];
    expect((await post(`${CONTACTS}/batch/create`, { inputs })).status).toBe(409);
    expect(hubspot.portal().contacts()).toEqual([]);
  });

  test('with trace ids each record stands for itself: 207', async () => {
    const inputs = [
      { objectWriteTraceId: 'one', properties: { email: 'a@example.com' } },
      { objectWriteTraceId: 'two', properties: { email: 'no address' } },
    ];
    const { status, body } = await post(`${CONTACTS}/batch/create`, { inputs });
    expect(status).toBe(207);
    expect(body.results).toHaveLength(1);
    expect(body.errors[0]?.context).toMatchObject({ objectWriteTraceId: ['two'] });
  });

  test('reading reports the missing and returns the rest', async () => {
    const [anna] = hubspot.portal().seedContacts([{ email: 'a@example.com' }]);
    const inputs = [{ id: anna }, { id: '999999' }];
    const { status, body } = await post(`${CONTACTS}/batch/read`, { inputs });
    expect([status, body.results.length]).toEqual([207, 1]);
    expect(body.errors[0]?.context).toEqual({ ids: ['999999'] });
  });

  test('101 inputs, a record twice, or updating by email are refused', async () => {
    const [id] = hubspot.portal().seedContacts([{ email: 'a@example.com' }]);
    const input = { id, ...named('Anna') };
    const many = Array.from({ length: 101 }, (_, n) => ({ ...input, id: String(n) }));
    const byEmail = { id: 'a@example.com', idProperty: 'email', ...named('Anna') };
    for (const inputs of [many, [input, input], [byEmail]]) {
      expect((await post(`${CONTACTS}/batch/update`, { inputs })).status).toBe(400);
    }
  });
});

describe('notes', () => {
  const upsert = (id: string, text: string) =>
    post(`${NOTES}/batch/upsert`, {
      inputs: [{ id, idProperty: 'echo_key', properties: { hs_timestamp: 0, hs_note_body: text } }],
    });

  beforeEach(() => {
    hubspot.portal().createProperty(
      {
        name: 'echo_key',
        label: 'Key',
        type: 'string',
        fieldType: 'text',
        groupName: 'engagement',
        hasUniqueValue: true,
      },
      'notes',
    );
  });

  test('an upsert by a unique key creates once and updates after that', async () => {
    const first = await upsert('k1', 'one');
    const again = await upsert('k1', 'two');
    expect([first.body.results[0]?.new, again.body.results[0]?.new]).toEqual([true, false]);
    expect(
      hubspot
        .portal()
        .notes()
        .map(({ values }) => values.hs_note_body),
    ).toEqual(['two']);
  });

  test('joining a note to a contact twice changes nothing; archiving removes it from the contact', async () => {
    const [anna = ''] = hubspot.portal().seedContacts([{ email: 'a@example.com' }]);
    const note = (await upsert('k1', 'one')).body.results[0]?.id ?? '';
    const inputs = [{ from: { id: note }, to: { id: anna } }];
    for (let times = 0; times < 2; times += 1) {
      const path = '/crm/associations/2026-09/notes/contacts/batch/associate/default';
      expect((await post(path, { inputs })).status).toBe(200);
    }
    expect(hubspot.portal().notesOf(anna)).toHaveLength(1);
    const back = await post('/crm/associations/2026-09/contacts/notes/batch/read', {
      inputs: [{ id: anna }],
    });
    expect(back.body.results[0]).toMatchObject({ to: [{ toObjectId: note }] });
    await post(`${NOTES}/batch/archive`, { inputs: [{ id: note }] });
    expect(hubspot.portal().notesOf(anna)).toEqual([]);
  });

  test('a note needs a time, and its body ends at 65,536 characters', async () => {
    expect((await post(NOTES, { properties: { hs_note_body: 'x' } })).status).toBe(400);
    const body = (length: number) => ({
      properties: { hs_timestamp: 1, hs_note_body: 'x'.repeat(length) },
    });
    expect((await post(NOTES, body(65_536))).status).toBe(201);
    expect((await post(NOTES, body(65_537))).status).toBe(400);
  });
});

describe('search', () => {
  const byEmail = {
    filterGroups: [
      { filters: [{ propertyName: 'email', operator: 'EQ', value: 'a@example.com' }] },
    ],
  };

  test('lags behind a write', async () => {
    await post(CONTACTS, { properties: { email: 'a@example.com' } });
    expect((await post(`${CONTACTS}/search`, byEmail)).body.total).toBe(0);
    clock.advance(2_000);
    expect((await post(`${CONTACTS}/search`, byEmail)).body.total).toBe(1);
  });

  test('stops at its documented sizes', async () => {
    const group = { filters: Array.from({ length: 6 }, () => byEmail.filterGroups[0]?.filters[0]) };
    const groups = (n: number) => ({ filterGroups: Array.from({ length: n }, () => group) });
    expect((await post(`${CONTACTS}/search`, groups(3))).status).toBe(200);
    expect((await post(`${CONTACTS}/search`, groups(4))).status).toBe(400);
    expect((await post(`${CONTACTS}/search`, { limit: 201 })).status).toBe(400);
    expect((await post(`${CONTACTS}/search`, { after: 9_999, limit: 2 })).status).toBe(400);
    expect((await post(`${CONTACTS}/search`, { query: 'x'.repeat(3_000) })).status).toBe(400);
  });

  test('list values must be in lower case', async () => {
    hubspot.portal().seedContacts([{ city: 'Bonn' }]);
    const within = (value: string) => ({
      filterGroups: [{ filters: [{ propertyName: 'city', operator: 'IN', values: [value] }] }],
    });
    expect((await post(`${CONTACTS}/search`, within('bonn'))).body.total).toBe(1);
    expect((await post(`${CONTACTS}/search`, within('Bonn'))).body.total).toBe(0);
  });
});
