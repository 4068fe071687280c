import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { purposes } from '../../../src/domain/mapping/mapping.ts';
import { evidenceSchema } from '../../../src/domain/pairing/evidence.ts';
import { freshness, may, refusalOf, type Question } from '../../../src/domain/policy/may.ts';
import { packSchema, type PolicyPacks } from '../../../src/domain/policy/pack.ts';
import { readRuleFile } from '../../../src/platform/ruleFile.ts';
import { readPolicies } from '../../../src/wiring.ts';
import { pack, packFile, packs } from '../../fixtures/policies.ts';

const RULE = { source: 'terms', en: 'So it says.', de: 'So heißt es.' };
const DAY = new Date('2026-11-21T12:00:00Z');
const FOLDER = new URL('../../../mappings/policy/', import.meta.url);

let shipped: PolicyPacks;
beforeAll(async () => {
  shipped = await readPolicies();
});

const faultsOf = (file: object) =>
  packSchema
    .safeParse(file)
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];

describe('evidence from third parties, devices and social graphs (R01)', () => {
  const FORBIDDEN = ['E6', 'E7', 'E8', 'third_party', 'device'];

  test.each(FORBIDDEN)('%s has no word in a pack, and none in evidence', (word) => {
    expect(faultsOf(packFile('x', { pair: { [word]: 'allow' } })).join()).toMatch(/^pair/);
    expect(faultsOf({ ...packFile('x'), pair: { [word]: 'allow' } })).not.toEqual([]);
    const evidence = { rule: 'same_name', source: 's', value: 'v', observedAt: DAY.toISOString() };
    expect(evidenceSchema.safeParse({ ...evidence, class: 'E5' }).success).toBe(true);
    expect(evidenceSchema.safeParse({ ...evidence, class: word }).success).toBe(false);
  });

  test.each(FORBIDDEN)('%s is denied to whoever asks for it past the types', (word) => {
    for (const network of shipped.keys()) {
      const evidenceClass = word as 'E1';
      expect(may(shipped, { network, purpose: 'link', evidenceClass })).toMatchObject({
        answer: 'deny',
      });
    }
  });

  test('no rule file, no generated schema and no route of the API names them', async () => {
    const files = (await readdir(FOLDER)).map((name) => new URL(name, FOLDER));
    expect(files).toHaveLength(10);
    const others = ['../mapping.schema.json', '../policy.schema.json', '../../src/http/admin.ts'];
    for (const file of [...files, ...others.map((name) => new URL(name, FOLDER))])
      expect(await readFile(file, 'utf8')).not.toMatch(/\bE[678]\b/);
  });
});

describe('the packs that are shipped', () => {
  test('are of these networks, in force, and say what they rest on', () => {
    expect([...shipped.keys()].sort()).toEqual(
      'blog bluesky linkedin mastodon meta reddit reviews wiki x youtube'.split(' '),
    );
    for (const one of shipped.values()) {
      expect(freshness(one, DAY)).toBe('current');
      expect(Object.keys(one.sources).length).toBeGreaterThan(0);
    }
  });

  const word = (network: string, more: Omit<Question, 'network' | 'purpose'>, purpose = 'link') => {
    const given = may(shipped, { network, purpose: purpose as 'link', ...more });
    return given.answer === 'needs' ? given.what : given.answer;
  };

  test.each([
    ['x', 'E1', 'allow'],
    ['x', 'E2', 'human'],
    ['x', 'E3', 'human'],
    ['x', 'E4', 'human'],
    ['x', 'E5', 'human'],
    ['meta', 'E1', 'allow'],
    ['meta', 'E2', 'consent'],
    ['youtube', 'E3', 'consent'],
    ['linkedin', 'E1', 'deny'],
    ['reddit', 'E1', 'deny'],
    ['reviews', 'E2', 'deny'],
    ['bluesky', 'E3', 'allow'],
    ['blog', 'E2', 'allow'],
    ['mastodon', 'E3', 'human'],
    ['wiki', 'E5', 'deny'],
  ] as const)('pairing on %s upon %s: %s', (network, evidenceClass, expected) => {
    expect(word(network, { evidenceClass })).toBe(expected);
  });

  test('the text of X stays on X, its ids and addresses may be kept (R23)', () => {
    for (const field of ['text', 'bio', 'display_name'] as const)
      expect(word('x', { field })).toBe('deny');
    for (const field of ['id', 'handle', 'url'] as const)
      expect(word('x', { field })).toBe('allow');
  });

  test('nothing of X, Meta and LinkedIn serves marketing, and YouTube goes into no score (R51)', () => {
    for (const network of ['x', 'meta', 'linkedin'])
      expect(word(network, { field: 'score' }, 'marketing')).toBe('deny');
    for (const purpose of purposes)
      expect(word('youtube', { field: 'score' }, purpose)).toBe('deny');
  });

  test('LinkedIn and Reddit have no connector, and the reason has a source (R11)', () => {
    for (const network of ['linkedin', 'reddit', ' LinkedIn '])
      expect(refusalOf(shipped, network)?.source?.url).toMatch(/^https:/);
    for (const network of ['x', 'bluesky', 'friendster'])
      expect(refusalOf(shipped, network)).toBeUndefined();
  });
});

describe('may', () => {
  const asked = fc.record<Question>(
    {
      network: fc.constantFrom(...'x meta youtube bluesky wiki friendster'.split(' ')),
      purpose: fc.constantFrom(...purposes),
      evidenceClass: fc.constantFrom('E1', 'E2', 'E3', 'E4', 'E5', undefined),
      field: fc.constantFrom('id', 'text', 'counts', 'score', undefined),
      today: fc.option(
        fc.date({ min: new Date('2026-11-21'), max: new Date('2029-01-01'), noInvalidDate: true }),
        {
          nil: undefined,
        },
      ),
    },
    { requiredKeys: ['network', 'purpose'] },
  );
  const severity = (question: Question) => {
    const given = may(shipped, question);
    if (given.answer === 'needs') return given.what === 'consent' ? 2 : 1;
    return given.answer === 'deny' ? 3 : 0;
  };

  test('asking for more never gets more', () => {
    fc.assert(
      fc.property(asked, (question) => {
        const { network, purpose, evidenceClass, field, today } = question;
        const parts: Question[] = [
          { network, purpose },
          { network, purpose, evidenceClass },
          { network, purpose, field },
          { network, purpose, today },
        ];
        for (const part of parts) expect(severity(part)).toBeLessThanOrEqual(severity(question));
        expect(severity(question)).toBe(Math.max(...parts.map(severity)));
      }),
      { numRuns: 500 },
    );
  });

  test('every answer but allow has a clause and says it in both languages', () => {
    fc.assert(
      fc.property(asked, (question) => {
        const given = may(shipped, question);
        if (given.answer === 'allow') return;
        expect(given.clause).not.toBe('');
        expect(given.text.de).not.toBe(given.text.en);
      }),
    );
  });

  test('a network that nobody has read about is denied', () => {
    expect(may(shipped, { network: 'friendster', purpose: 'link' })).toMatchObject({
      answer: 'deny',
      clause: 'no_pack',
    });
  });
});

describe('a pack grows old (R83)', () => {
  const old = pack('memory', { checked: '2026-01-01' });
  const on = (day: string) => freshness(old, new Date(`${day}T00:00:00Z`));

  test('it warns on its day, and freezes on a later one', () => {
    expect(on('2025-12-01')).toBe('current');
    expect(on('2026-04-10')).toBe('current');
    expect(on('2026-04-11')).toBe('stale');
    expect(on('2026-07-19')).toBe('stale');
    expect(on('2026-07-20')).toBe('frozen');
  });

  test('then nothing new begins, and what stands is judged as before', () => {
    const question = { network: 'memory', purpose: 'link' } as const;
    const frozen = may(packs(old), { ...question, today: new Date('2027-01-01') });
    expect(frozen).toMatchObject({ answer: 'deny', clause: 'pack_frozen' });
    expect(may(packs(old), { ...question, today: new Date('2026-05-01') }).answer).toBe('allow');
    expect(may(packs(old), question).answer).toBe('allow');
  });
});

describe('a pack is refused when', () => {
  const good = packFile('memory', { pair: { E5: { deny: 'rule' } } });
  test('nothing is wrong with it: not', () => {
    expect(faultsOf(good)).toEqual([]);
  });

  test.each<[string, object, RegExp]>([
    [
      'an answer names no clause that is there',
      { connect: { deny: 'gone' } },
      /connect: there is no clause gone/,
    ],
    [
      'a clause names no source that is there',
      { sources: {} },
      /clauses.rule: there is no source terms/,
    ],
    [
      'a clause is named by nothing',
      { clauses: { rule: RULE, other: RULE } },
      /clauses.other: no answer/,
    ],
    ['an answer is missing', { pair: { E1: 'allow' } }, /pair/],
    ['a purpose is unknown', { purposes: { credit: 'allow' } }, /purposes/],
    ['an answer is none', { connect: 'perhaps' }, /connect/],
    ['it freezes before it warns', { freezeAfterDays: 50 }, /freezeAfterDays: must be later/],
    ['it would never freeze', { freezeAfterDays: 5_000 }, /freezeAfterDays/],
    ['nobody says when it was checked', { checked: 'lately' }, /checked/],
    [
      'a source is no address',
      { sources: { terms: { title: 'T', url: 'terms', known: 'primary' } } },
      /sources.terms.url/,
    ],
    ['it has a word of its own', { unless: 'asked' }, /unless/],
  ])('%s', (_, change, fault) => {
    expect(faultsOf({ ...good, ...change }).join('\n')).toMatch(fault);
  });

  test('its file is broken: the line is named', () => {
    const text = 'network: memory\ntitle: Memory\nconnect: perhaps\n';
    expect(() => readRuleFile('policy/memory.yaml', text, packSchema)).toThrow(
      /policy\/memory\.yaml[^]*line 3, connect/,
    );
    expect(() => readRuleFile('policy/memory.yaml', 'a: [1\nb: 2', packSchema)).toThrow(/line 2/);
  });
});
