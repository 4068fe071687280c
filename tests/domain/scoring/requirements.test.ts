import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { purposes } from '../../../src/domain/mapping/mapping.ts';
import { bandOf, isWorthWriting, trendOf } from '../../../src/domain/scoring/bands.ts';
import { scoreAt, scoreContact } from '../../../src/domain/scoring/contact.ts';
import { accountFactsSchema, contactFactsSchema } from '../../../src/domain/scoring/inputs.ts';
import { mayMapScoreTo } from '../../../src/domain/scoring/refusals.ts';
import { roleFromBio } from '../../../src/domain/scoring/role.ts';
import { serviceLevel } from '../../../src/domain/scoring/serviceLevel.ts';
import { account, contactFacts, daysAgo, NOW, options } from './scene.ts';

const big = { followers: 1e6, following: 10, lists: 1e4, graphRank: 5e3 };
const value = (networks: readonly string[], extra = {}) =>
  scoreContact(
    {
      accounts: networks.map((network) =>
        account({ id: network, network, licencePurposes: [...purposes], ...big }),
      ),
    },
    { ...options, ...extra },
  );

describe('licences', () => {
  test('each account says its network, its purposes and when it was seen, or is no input (R50)', () => {
    expect(accountFactsSchema.safeParse(account(big)).success).toBe(true);
    for (const part of ['network', 'licencePurposes', 'observedAt']) {
      const without = Object.fromEntries(
        Object.entries(account(big)).filter(([key]) => key !== part),
      );
      expect(accountFactsSchema.safeParse(without).success).toBe(false);
    }
  });

  test('an account counts for the purposes it is licensed for only (R51)', () => {
    fc.assert(
      fc.property(contactFacts, fc.constantFrom(...purposes), (facts, purpose) => {
        const unlicensed = facts.accounts.map((one) => ({
          ...one,
          licencePurposes: purposes.filter((other) => other !== purpose),
        }));
        const all = { ...options, purpose };
        expect(scoreContact({ ...facts, accounts: unlicensed }, all)).toBeUndefined();
        const both = {
          ...facts,
          accounts: [...unlicensed, account({ ...big, licencePurposes: [purpose] })],
        };
        const licensed = { ...facts, accounts: both.accounts.slice(-1) };
        expect(scoreContact(both, all)).toEqual(scoreContact(licensed, all));
      }),
    );
  });

  test.each(['x', 'meta', 'facebook', 'instagram', 'messenger', 'threads'])(
    'what %s shows never counts for marketing, whatever the licence says (R51)',
    (network) => {
      expect(value([network], { purpose: 'marketing' })).toBeUndefined();
      expect(value([network])?.value).toBeGreaterThan(50);
      expect(value([network, 'bluesky'], { purpose: 'marketing' })?.exact).toBe(
        value(['bluesky'], { purpose: 'marketing' })?.exact,
      );
    },
  );

  test.each(purposes)('LinkedIn and Reddit count for nothing, as for %s (R51)', (purpose) => {
    expect(value(['linkedin', 'reddit'], { purpose })).toBeUndefined();
  });

  test('YouTube stands beside the score until the amendment is accepted (R51)', () => {
    const apart = value(['bluesky', 'youtube']);
    expect(apart?.exact).toBe(value(['bluesky'])?.exact);
    expect(apart?.separate).toEqual([{ network: 'youtube', value: expect.any(Number) }]);
    const together = value(['bluesky', 'youtube'], { youtubeAmendment: true });
    expect(together?.exact).toBeGreaterThan(apart?.exact ?? 100);
    expect(together?.separate).toEqual([]);
  });
});

describe('what must not count', () => {
  test.each([
    ...['health', 'politics', 'religion', 'union', 'sexuality', 'ethnicity', 'income', 'crime'],
    ...['locations', 'education', 'age', 'gender', 'followerNames', 'sentiment', 'bio'],
  ])('%s has no place among the inputs (R52)', (input) => {
    expect(accountFactsSchema.safeParse({ ...account(), [input]: 'x' }).success).toBe(false);
    expect(contactFactsSchema.safeParse({ accounts: [], [input]: 'x' }).success).toBe(false);
  });

  const BLOCKED = [
    'CDU-Mitglied',
    'gewerkschaft',
    'Lesbian',
    'church',
    'depressed',
    'Muslim',
    'union',
  ];
  test('words about belief, health, union or orientation never change the role (R52)', () => {
    const words = fc.array(
      fc.constantFrom<string>(
        'Journalistin',
        'Autor',
        'Vorstand',
        'likes',
        'tea',
        'speaker',
        'in',
        'Köln',
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(words, fc.constantFrom(...BLOCKED), fc.nat(6), (bio, blocked, at) => {
        expect(roleFromBio(bio.toSpliced(at, 0, blocked).join(' '))).toBe(
          roleFromBio(bio.join(' ')),
        );
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['Freie Journalistin in Berlin', 'journalist'],
    ['Journalist*in | Katzen', 'journalist'],
    ['Autor und Referent', 'author'],
    ['Vorstand, e.V.', 'association_board'],
    ['Keynote speaker', 'speaker'],
    ['Gewerkschafts-Vorstand', undefined],
    ['Mitglied des Bundestages', undefined],
    ['I read authors', undefined],
    ['', undefined],
  ])('a bio "%s" names the role %s', (bio, role) => {
    expect(roleFromBio(bio)).toBe(role);
  });

  test('a hostile bio is read in no time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(() => roleFromBio(text.repeat(500))).not.toThrow();
      }),
    );
  });
});

describe('service', () => {
  test('is never worse with a score than without, nor with a higher one (R54)', () => {
    const sla = fc.double({ min: 0, max: 1e6, noNaN: true });
    const values = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(values, values, sla, (a, b, usual) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((one) =>
          serviceLevel({ band: bandOf(one) }, usual),
        ) as [number, number];
        expect(low).toBeLessThanOrEqual(serviceLevel(undefined, usual));
        expect(high).toBeLessThanOrEqual(low);
      }),
    );
    expect(serviceLevel(undefined, 240)).toBe(240);
    expect(serviceLevel({ band: 0 }, 240)).toBe(240);
  });
});

describe('fields about decisions', () => {
  test.each([
    ['contact', 'credit_limit'],
    ['contact', 'CreditScore__c'],
    ['contact', 'cre_dit'],
    ['contact', 'payment_terms'],
    ['contact', 'list_price'],
    ['contact', 'discount_denied'],
    ['contact', 'insurance_class'],
    ['contact', 'hr_rating'],
    ['contact', 'HRScore'],
    ['contact', 'hrscore'],
    ['contact', 'employee_value'],
    ['candidate', 'score'],
    ['Job_Applicant__c', 'score'],
    ['contact', 'bonität'],
    ['contact', 'zahlungsziel'],
    ['contact', 'rabatt'],
    ['contact', 'Mitarbeiter_Wert'],
    ['contact', 'crédit'],
    ['contact', 'cr\u200bedit'],
    ['contact', 'x'.repeat(301)],
  ])('%s.%s takes no score (R55)', (object, field) => {
    expect(mayMapScoreTo(object, field)).toBe(false);
  });

  test.each([
    'echofile_multiplier',
    'reach_band',
    'three_words',
    'chrome',
    'score',
    'thread_count',
  ])('contact.%s may', (field) => {
    expect(mayMapScoreTo('contact', field)).toBe(true);
  });

  test('no spelling of a refused word gets through (R55)', () => {
    const words = fc.constantFrom(
      'credit',
      'payment',
      'price',
      'discount',
      'insurance',
      'candidate',
      'employee',
    );
    const around = fc.stringMatching(/^[a-z]{0,8}$/);
    const spellings = fc
      .record({
        word: words,
        before: around,
        after: around,
        mark: fc.constantFrom('_', '-', '.', ' ', '__', ''),
        cut: fc.nat(9),
      })
      .map(({ word, before, after, mark, cut }) =>
        [before, word.slice(0, cut), word.slice(cut), after].join(mark),
      );
    fc.assert(
      fc.property(spellings, (spelled) => {
        expect(mayMapScoreTo('contact', spelled)).toBe(false);
        expect(mayMapScoreTo('contact', spelled.toUpperCase())).toBe(false);
      }),
    );
  });
});

describe('a score ends', () => {
  const score = scoreContact(
    { accounts: [account({ ...big, observedAt: daysAgo(350) })] },
    options,
  );

  test('after 90 days, or earlier with what it rests on (R56)', () => {
    const fresh = scoreContact({ accounts: [account(big)] }, options);
    expect(fresh?.expiresAt).toEqual(daysAgo(-90));
    expect(score?.expiresAt).toEqual(daysAgo(350 - 395));
    expect(scoreAt(score, daysAgo(-44))).toBe(score);
    expect(scoreAt(score, daysAgo(-45))).toBeUndefined();
    expect(scoreAt(undefined, NOW)).toBeUndefined();
  });

  test('with its last account: there is none, which is not 0 (R56)', () => {
    expect(scoreContact({ accounts: [] }, options)).toBeUndefined();
    const role = { kind: 'journalist', source: 'confirmed' } as const;
    expect(scoreContact({ accounts: [], role }, options)).toBeUndefined();
    expect(
      scoreContact({ accounts: [account({ ...big, observedAt: daysAgo(395) })] }, options),
    ).toBeUndefined();
  });

  test('and its end is always written; a change only from 2 points on, or to another band', () => {
    const of = (value: number) => ({ value, band: bandOf(value) });
    expect(isWorthWriting(of(50), undefined)).toBe(true);
    expect(isWorthWriting(undefined, undefined)).toBe(false);
    expect(isWorthWriting(undefined, of(0))).toBe(true);
    expect(isWorthWriting(of(50), of(51))).toBe(false);
    expect(isWorthWriting(of(50), of(52))).toBe(true);
    expect(isWorthWriting(of(59), of(60))).toBe(true);
    expect([trendOf(undefined, 50), trendOf(50, 51.9), trendOf(50, 52), trendOf(50, 48)]).toEqual([
      'steady',
      'steady',
      'rising',
      'falling',
    ]);
  });

  test('silence makes it fade: a year after the dormant half year it is at most half', () => {
    const at = (days: number) =>
      scoreContact({ accounts: [account({ ...big, lastPostAt: daysAgo(days) })] }, options)
        ?.exact ?? 0;
    expect(at(180)).toBeCloseTo(at(0), 9);
    expect(at(180 + 365)).toBeCloseTo(at(0) / 2, 9);
  });
});

describe('the code of the score', () => {
  const root = join(import.meta.dirname, '../../..');
  const imports = (file: string) =>
    [...readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');
  const sources = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name));

  test('imports zod and the domain and nothing learned: no model, no client, no package (R57)', () => {
    const files = sources('src/domain/scoring');
    expect(files.length).toBeGreaterThan(8);
    for (const file of files) {
      const foreign = imports(join(root, file)).filter(
        (name) =>
          name !== 'zod' &&
          !/^\.\/\w+\.ts$/.test(name) &&
          !/^\.\.\/(mapping\/mapping|timeline)\.ts$/.test(name),
      );
      expect([file, foreign]).toEqual([file, []]);
    }
  });

  /** Rooms that may read a score or hold its weights: to show it, to write it into its fields, to put a queue in order, to notify. */
  const READERS =
    /^src\/(domain\/(scoring|scoreInputs|mapping)|services\/(app|plan|score|reviews?|list|explain)\w*|store\/scores?|http|wiring)/;
  test('is read only where things are shown, ordered or told, nowhere else (R58)', () => {
    const readers = ['src', 'connectors'].flatMap(sources).filter((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return text.includes('scoring/') && !READERS.test(file);
    });
    expect(readers).toEqual([]);
  });
});
