import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import {
  changesFor,
  readValues,
  sameValue,
  type Fields,
  type OurValue,
} from '../../src/domain/mapping/apply.ts';
import { mappingSchema, type OurName } from '../../src/domain/mapping/mapping.ts';
import { forbiddenRows } from '../../src/domain/policy/mapping.ts';
import { readPolicies } from '../../src/wiring.ts';
import { pack, packs } from '../fixtures/policies.ts';

const mapping = mappingSchema.parse({
  connector: 'memory',
  object: 'contact',
  fields: [
    { ours: 'email', theirs: 'email', owner: 'crm' },
    { ours: 'handle.memory', theirs: 'handle', owner: 'shared', purpose: 'link' },
    { ours: 'handle.blog', theirs: 'blog', owner: 'us', purpose: 'link' },
    { ours: 'activity.last_at', theirs: 'last_at', owner: 'us', as: 'datetime', purpose: 'link' },
    { ours: 'activity.count_90d', theirs: 'count', owner: 'us', as: 'integer', purpose: 'link' },
  ],
});
const values = (given: Partial<Record<OurName, OurValue>>) =>
  new Map(Object.entries(given)) as unknown as ReadonlyMap<OurName, OurValue>;

describe('a rule file is refused, naming row and reason, when', () => {
  const row = { ours: 'handle.memory', theirs: 'handle', owner: 'shared', purpose: 'link' };
  test.each([
    [
      'a written field has no purpose (R41)',
      [{ ...row, purpose: undefined }],
      'fields.0.purpose',
      'purpose',
    ],
    [
      'we would write an e-mail address (R90)',
      [row, { ours: 'email', theirs: 'e', owner: 'us', purpose: 'link' }],
      'fields.1.owner',
      'belongs to the CRM',
    ],
    [
      'we would share the consent',
      [{ ours: 'consent.link', theirs: 'c', owner: 'shared', purpose: 'link' }],
      'fields.0.owner',
      'belongs to the CRM',
    ],
    [
      'we would write who is a minor (R13)',
      [{ ours: 'veto.minor', theirs: 'm', owner: 'us', purpose: 'link' }],
      'fields.0.owner',
      'belongs to the CRM',
    ],
    [
      'a score goes where credit is decided (R55)',
      [
        {
          ...row,
          ours: 'score.value',
          owner: 'us',
          theirs: 'credit_class',
          purpose: 'service_priority',
        },
      ],
      'fields.0.theirs',
      'choose another field than credit_class',
    ],
    [
      'a score is written for marketing (R51)',
      [{ ...row, ours: 'score.band', owner: 'us', purpose: 'marketing' }],
      'fields.0.purpose',
      'service_priority',
    ],
    [
      'people may write over a score',
      [{ ...row, ours: 'score.value', owner: 'shared', purpose: 'service_priority' }],
      'fields.0.owner',
      'owner must be us',
    ],
    [
      'somebody tries to override that (R55)',
      [{ ...row, ours: 'score.value', owner: 'us', purpose: 'service_priority', force: true }],
      'fields.0',
      'force',
    ],
    ['a word is unknown', [{ ...row, ours: 'salary' }], 'fields.0.ours', ''],
    ['a purpose is unknown', [{ ...row, purpose: 'credit' }], 'fields.0.purpose', ''],
    ['a key is unknown', [{ ...row, when: 'always' }], 'fields.0', 'when'],
    ['a field name is none', [{ ...row, theirs: 'Handle; drop' }], 'fields.0.theirs', ''],
    [
      'a field of theirs stands twice',
      [row, { ...row, ours: 'handle.blog' }],
      'fields',
      'two rows',
    ],
    ['a value of ours stands twice', [row, { ...row, theirs: 'other' }], 'fields', 'two rows'],
    ['it has no rows', [], 'fields', ''],
  ])('%s', (_, fields, path, reason) => {
    const result = mappingSchema.safeParse({ connector: 'memory', object: 'contact', fields });
    const issues = result.error?.issues ?? [];
    expect(issues.map((issue) => issue.path.join('.'))).toContain(path);
    expect(issues.map((issue) => issue.message).join()).toContain(reason);
  });
});

describe('a row is not permitted, and told by which clause, when', () => {
  const rules = packs(
    pack('x', { purposes: { marketing: { deny: 'rule' } } }),
    pack('wiki', { store: { handle: { deny: 'rule' } } }),
    pack('meta', { purposes: { link: { needs: 'consent', clause: 'rule' } } }),
  );
  const rows = (...of: readonly object[]) =>
    forbiddenRows(
      rules,
      mappingSchema.parse({ connector: 'memory', object: 'contact', fields: of }),
    );
  const row = (ours: string, purpose: string, owner = 'us') => ({
    ours,
    theirs: ours.replace('.', '_'),
    owner,
    purpose,
  });

  test.each([
    [
      'the network forbids the purpose',
      row('handle.x', 'marketing'),
      /handle\.x .*marketing.*\[rule\] \(Terms\)/,
    ],
    [
      'it forbids to keep the handle',
      row('handle.wiki', 'link', 'shared'),
      /handle\.wiki.*The terms say so/,
    ],
    ['nobody has read its rules', row('handle.friendster', 'link'), /\[no_pack\]/],
  ])('%s', (_, one, fault) => {
    expect(rows(row('activity.last_at', 'link'), one)).toEqual([expect.stringMatching(fault)]);
    expect(rows(row('activity.last_at', 'link'), one)[0]).toMatch(/^fields\.1: /);
  });

  test('what only a person has to agree to is permitted, and what we only read', () => {
    expect(rows(row('handle.x', 'link'), row('handle.meta', 'link'))).toEqual([]);
    const read = { ours: 'handle.friendster', theirs: 'friendster', owner: 'crm' };
    expect(rows(read)).toEqual([]);
  });

  test('the rows that are shipped are permitted, also long after anybody looked', async () => {
    const shipped = await readPolicies();
    const own = await readFile(
      new URL('../../mappings/hubspot.contact.yaml', import.meta.url),
      'utf8',
    );
    expect(forbiddenRows(shipped, mappingSchema.parse(parse(own)))).toEqual([]);
  });
});

test('every part of a score has a word, for the order of service', () => {
  const words = ['value', 'band', 'coverage', 'reasons', 'computed_at', 'version'];
  const fields = words.map((word) => ({
    ours: `score.${word}`,
    theirs: `echofile_score_${word}`,
    owner: 'us',
    purpose: 'service_priority',
  }));
  expect(
    mappingSchema.parse({ connector: 'memory', object: 'contact', fields }).fields,
  ).toHaveLength(6);
});

describe('what the CRM tells us', () => {
  test('leaves out what we wrote ourselves: our own writing is no evidence', () => {
    const fields = { email: 'ada@a.de', handle: 'ada', blog: 'Ada', count: '3' };
    expect([...readValues(mapping, fields, {})]).toEqual([
      ['email', 'ada@a.de'],
      ['handle.memory', 'ada'],
    ]);
    expect([...readValues(mapping, fields, { handle: 'ada' })]).toEqual([['email', 'ada@a.de']]);
    expect(readValues(mapping, fields, { handle: 'other' }).get('handle.memory')).toBe('ada');
    expect(readValues(mapping, { handle: '  ' }, {}).size).toBe(0);
  });
});

describe('what we write', () => {
  const all = values({ 'handle.memory': 'ada', 'activity.count_90d': 3 });

  test.each<[string, Fields, Fields, Fields]>([
    ['fills what is empty', {}, {}, { handle: 'ada', count: '3' }],
    ['leaves a shared field alone in which a person wrote', { handle: 'bo' }, {}, { count: '3' }],
    [
      'replaces our own earlier value there',
      { handle: 'old' },
      { handle: 'old' },
      { handle: 'ada', count: '3' },
    ],
    [
      'leaves alone what a person put over ours',
      { handle: 'bo' },
      { handle: 'old' },
      { count: '3' },
    ],
    [
      'takes back a field that is ours alone',
      { count: '99', handle: 'ada' },
      { count: '2' },
      { count: '3' },
    ],
    [
      'is nothing where the CRM spells the number differently',
      { handle: 'ada', count: '3.0' },
      {},
      {},
    ],
  ])('%s', (_, current, written, changes) => {
    expect(changesFor(mapping, all, current, written)).toEqual(changes);
  });

  test('clears what we wrote and nothing else (R91)', () => {
    const current = { email: 'ada@a.de', handle: 'ada', count: '3.0', last_at: '7', blog: 'Ada' };
    expect(changesFor(mapping, values({}), current, {})).toEqual({});
    expect(changesFor(mapping, values({}), current, { handle: 'ada', count: '3' })).toEqual({
      handle: '',
      count: '',
    });
    expect(changesFor(mapping, values({}), current, { handle: 'old', count: '2' })).toEqual({});
  });

  const text = fc.constantFrom('', 'ada', 'bo', 'old');
  const number = fc.constantFrom('', '0', '3', '3.0', 'x');
  const time = fc.constantFrom('', '2026-11-02T06:41:00Z', '1793688060000', 'soon');
  const state = fc.record({ email: text, handle: text, blog: text, count: number, last_at: time });
  const known = fc.record(
    {
      'handle.memory': fc.constantFrom('ada', 'bo'),
      'handle.blog': fc.constantFrom('ada'),
      'activity.count_90d': fc.integer(),
      'activity.last_at': fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }),
    },
    { requiredKeys: [] },
  );

  test('once written, there is nothing more to write', () => {
    fc.assert(
      fc.property(known, state, state, (drawn, current, written) => {
        const changes = changesFor(mapping, values(drawn), current, written);
        const after = changesFor(
          mapping,
          values(drawn),
          { ...current, ...changes },
          { ...written, ...changes },
        );
        expect(after).toEqual({});
      }),
      { numRuns: 1000 },
    );
  });

  test('a field of the CRM is never written, and a person never loses a value in a shared one', () => {
    fc.assert(
      fc.property(known, state, state, (drawn, current, written) => {
        const changes = changesFor(mapping, values(drawn), current, written);
        expect(changes).not.toHaveProperty('email');
        const isPersons = current.handle !== '' && current.handle !== written.handle;
        if (isPersons) expect(changes).not.toHaveProperty('handle');
        for (const [field, value] of Object.entries(changes)) {
          if (value !== '') continue;
          expect(written[field as keyof typeof written]).not.toBe('');
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the same value', () => {
  test.each([
    ['integer', '3', '3.0', true],
    ['integer', '3', '4', false],
    ['integer', '', '0', false],
    ['integer', 'x', 'y', false],
    ['datetime', '2026-11-02T06:41:00Z', '2026-11-02T06:41:00.000Z', true],
    ['datetime', '2026-11-02T07:41:00+01:00', '2026-11-02T06:41:00Z', true],
    ['datetime', '1793601660000', '2026-11-02T06:41:00Z', true],
    ['datetime', '2026-11-02T06:41:00Z', '2026-11-02T06:41:01Z', false],
    ['datetime', 'soon', 'later', false],
    ['text', '3', '3.0', false],
    ['text', 'Ada', 'ada', false],
  ] as const)('as %s: "%s" and "%s": %s', (as, a, b, same) => {
    expect(sameValue({ as }, a, b)).toBe(same);
    expect(sameValue({ as }, b, a)).toBe(same);
  });
});
