import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { makeComparison, type Fields } from '../../../src/domain/pairing/model/comparison.ts';
import { combined, familyPlan } from '../../../src/domain/pairing/model/families.ts';
import { link, type LinkOptions } from '../../../src/domain/pairing/model/link.ts';
import { comparisonsOf } from '../../../src/domain/pairing/model/rulesModel.ts';
import { verdictsOf, type Thresholds } from '../../../src/domain/pairing/model/verdict.ts';
import { levelBits } from '../../../src/domain/pairing/model/weights.ts';
import { pairingRulesSchema } from '../../../src/domain/pairing/rules/schema.ts';

const rules = pairingRulesSchema.parse({
  version: 1,
  for: 'bench',
  compare: [
    { field: 'given', as: 'name', term_frequency: true, swapped_with: 'family' },
    { field: 'family', as: 'name', term_frequency: true, swapped_with: 'given' },
    { field: 'email', as: 'email', family: 'contact_point' },
    { field: 'born', as: 'date', family: 'birth' },
  ],
  decide: { automatic: { allowed: true } },
});
const comparisons = comparisonsOf(rules);

/** The same numbers each time. */
function random(): () => number {
  let state = 7;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function options(): LinkOptions {
  return {
    block: { rules: 'all', largestBlock: 100, perRecord: 100 },
    combine: {},
    frequencyFloor: 1e-4,
    exclusive: true,
    random: random(),
  };
}

interface Somebody {
  readonly given: string;
  readonly family: string;
  readonly email: string;
  readonly born: string;
}

const person: fc.Arbitrary<Somebody> = fc.record({
  given: fc.constantFrom('anna', 'max', 'jonas', 'lea', 'robert', 'bob', ''),
  family: fc.constantFrom('müller', 'mueller', 'schmidt', 'schmitt', 'yildiz', 'berg', ''),
  email: fc.constantFrom('a@example.org', 'b@example.org', 'anna.m@example.org', ''),
  born: fc.constantFrom('1970-01-02', '1970-02-01', '1982-11-30', '1999-09-09', ''),
});
const people = fc.array(person, { minLength: 4, maxLength: 14 });

const fieldsOf = (one: Somebody): Fields =>
  new Map(Object.entries(one).filter(([, value]) => value !== ''));

function bitsByPair(left: readonly Somebody[], right: readonly Somebody[]): readonly string[] {
  const found = link(comparisons, left.map(fieldsOf), right.map(fieldsOf), options());
  return [...found.bits.keys()]
    .map((at) => {
      const [a, b] = [left[found.left[at] ?? 0], right[found.right[at] ?? 0]];
      return JSON.stringify([a, b, Math.round((found.bits[at] ?? 0) * 1e6) / 1e6]);
    })
    .toSorted();
}

describe('a pair is worth the same', () => {
  test('in whatever order the records came (order independence)', () => {
    fc.assert(
      fc.property(
        people,
        people.chain((some) =>
          fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })),
        ),
        (left, [right, shuffled]) => {
          expect(bitsByPair(left.toReversed(), shuffled)).toEqual(bitsByPair(left, right));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('each time it is asked (idempotence)', () => {
    fc.assert(
      fc.property(people, people, (left, right) => {
        expect(bitsByPair(left, right)).toEqual(bitsByPair(left, right));
      }),
      { numRuns: 20 },
    );
  });
});

describe('levels and bits', () => {
  test('a missing value never changes the sum, whichever way a family adds up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: -10, max: 20, noNaN: true }), { nil: undefined }), {
          minLength: 4,
          maxLength: 4,
        }),
        fc.constantFrom('sum' as const, 'best' as const),
        (bits, combine) => {
          const plan = familyPlan(comparisons, { name: combine });
          const present = bits
            .map((one, at) => ({ one, at }))
            .filter(({ one }) => one !== undefined);
          const only = familyPlan(
            present.flatMap(({ at }) => comparisons[at] ?? []),
            { name: combine },
          );
          const all = combined(plan, (at) => bits[at]);
          expect(combined(only, (at) => present[at]?.one)).toBeCloseTo(all, 9);
        },
      ),
    );
  });

  test('a field that agrees never lowers the sum', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -10, max: 20, noNaN: true }), { minLength: 4, maxLength: 4 }),
        fc.nat(3),
        fc.constantFrom('sum' as const, 'best' as const),
        (bits, added, combine) => {
          const plan = familyPlan(comparisons, { name: combine });
          const without = combined(plan, (at) => (at === added ? undefined : bits[at]));
          const agreeing = combined(plan, (at) =>
            at === added ? Math.abs(bits[at] ?? 0) : bits[at],
          );
          // `best` of a family that only disagreed becomes better, never worse.
          expect(agreeing).toBeGreaterThanOrEqual(without - 1e-9);
        },
      ),
    );
  });

  test('a better level never weighs less than a worse one, whatever was trained', () => {
    const shares = fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(shares, shares, (m, u) => {
        const bits = levelBits({ m, u });
        bits.slice(1).forEach((one, at) => {
          expect(one).toBeLessThanOrEqual((bits[at] ?? 0) + 1e-9);
        });
        expect(bits[0]).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('comparing is symmetric, also where columns have changed places', () => {
    fc.assert(
      fc.property(person, person, (a, b) => {
        for (const comparison of comparisons) {
          const [one, other] = [
            comparison.read(fieldsOf(a), 'left'),
            comparison.read(fieldsOf(b), 'right'),
          ];
          if (one === undefined || other === undefined) continue;
          expect(comparison.level(one, other)).toBe(comparison.level(other, one));
        }
      }),
    );
  });

  test('blocked values are missing values', () => {
    const [rule] = rules.compare;
    if (rule === undefined) throw new Error('no rule');
    const comparison = makeComparison(rule, ['unknown', 'test*']);
    for (const given of ['Unknown', ' UNKNOWN ', 'test', 'tester 2']) {
      expect(comparison.read(new Map([['given', given]]), 'left')).toBeUndefined();
    }
    expect(comparison.read(new Map([['given', 'Anna']]), 'left')).toBeDefined();
  });
});

describe('verdicts', () => {
  const thresholds: Thresholds = rules.decide;
  const weighed = (bits: number, families = ['name', 'contact_point'], beyondName = true) => ({
    bits,
    families,
    beyondName,
    rival: undefined,
  });

  test('R05: the likeness of a name alone never links, however sure it is', () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 500, noNaN: true }), (bits) => {
        expect(verdictsOf([weighed(bits, ['name'], false)], thresholds, true)).not.toEqual([
          'automatic',
        ]);
        expect(
          verdictsOf([weighed(bits, ['name', 'handle'], false)], thresholds, true),
        ).not.toEqual(['automatic']);
      }),
    );
  });

  test('R07: two that are nearly as likely both wait for a person', () => {
    expect(verdictsOf([weighed(20), weighed(15)], thresholds, true)).toEqual(['review', 'review']);
    expect(verdictsOf([weighed(20), weighed(12)], thresholds, true)).toEqual([
      'automatic',
      'review',
    ]);
    expect(verdictsOf([weighed(20), weighed(20)], thresholds, true)).toEqual(['review', 'review']);
  });

  test('probability links nothing where the rules do not allow it', () => {
    const off = { ...thresholds, automatic: { ...thresholds.automatic, allowed: false } };
    expect(verdictsOf([weighed(60)], off, true)).toEqual(['review']);
  });

  test('with the true contact gone, strangers are linked no more than before (open world)', () => {
    // They share a name with the account at most; contact points are their own.
    const stranger = fc.record({ bits: fc.double({ min: -20, max: 40, noNaN: true }) });
    fc.assert(
      fc.property(
        fc.array(stranger, { minLength: 1, maxLength: 6 }),
        fc.double({ min: 0, max: 60, noNaN: true }),
        (others, own) => {
          const strangers = others.map(({ bits }) => weighed(bits, ['name'], false));
          const before = verdictsOf([weighed(own), ...strangers], thresholds, true).slice(1);
          const after = verdictsOf(strangers, thresholds, true);
          const links = (verdicts: readonly string[]) =>
            verdicts.filter((one) => one === 'automatic').length;
          expect(links(after)).toBeLessThanOrEqual(links(before));
        },
      ),
    );
  });
});
