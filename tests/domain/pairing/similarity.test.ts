import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lettersLikeness, lettersOf } from '../../../src/domain/pairing/model/letters.ts';
import { METHODS, methodWords } from '../../../src/domain/pairing/model/methods/index.ts';
import {
  editLikeness,
  editsUpTo,
  jaroWinkler,
} from '../../../src/domain/pairing/model/similarity.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'e'), maxLength: 40 });
const anything = fc.string({ unit: 'binary', maxLength: 60 });

describe('Jaro-Winkler', () => {
  test.each([
    ['MARTHA', 'MARHTA', 0.9611],
    ['DIXON', 'DICKSONX', 0.8133],
    ['JELLYFISH', 'SMELLYFISH', 0.8963],
    ['same', 'same', 1],
    ['abc', 'xyz', 0],
    ['', 'abc', 0],
  ])('%s and %s: %d', (a, b, likeness) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(likeness, 4);
  });

  test('is symmetric, between 0 and 1, and 1 only for equal texts', () => {
    fc.assert(
      fc.property(fc.oneof(letters, anything), fc.oneof(letters, anything), (a, b) => {
        const likeness = jaroWinkler(a, b);
        expect(likeness).toBe(jaroWinkler(b, a));
        expect(likeness).toBeGreaterThanOrEqual(0);
        expect(likeness).toBeLessThanOrEqual(1);
        if (likeness === 1) expect(a).toBe(b);
      }),
    );
  });

  test('by bits comes to exactly the same, or to 0 where it is below what was asked for', () => {
    fc.assert(
      fc.property(letters, letters, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, least) => {
        const [one, other] = [lettersOf(a), lettersOf(b)];
        fc.pre(one !== undefined && other !== undefined);
        const whole = jaroWinkler(a, b);
        expect(lettersLikeness(one, other, 0)).toBe(whole);
        expect(lettersLikeness(one, other, least)).toBe(whole < least ? 0 : whole);
      }),
      { numRuns: 500 },
    );
  });
});

describe('edits', () => {
  test.each([
    ['19080419', '19080491', 1],
    ['kitten', 'sitting', 3],
    ['abc', 'abc', 0],
    ['', 'ab', 2],
    ['a', 'ba', 1],
    ['gabriel@nichols.info', 'gabriel@nlchois.info', 2],
  ])('%s and %s: %d', (a, b, edits) => {
    expect(editsUpTo(a, b, 3)).toBe(edits);
  });

  test.each([
    ['bc', 'cba'],
    ['cba', 'bc'],
  ])('a swap beside another edit is two: %s and %s', (a, b) => {
    expect(editsUpTo(a, b, 1)).toBe(2);
  });

  test('are symmetric, never above one more than asked for, and fewer are found whatever the limit', () => {
    fc.assert(
      fc.property(letters, letters, fc.nat(6), (a, b, most) => {
        const edits = editsUpTo(a, b, most);
        expect(edits).toBe(editsUpTo(b, a, most));
        expect(editsUpTo(a, b, 1)).toBe(editsUpTo(b, a, 1));
        expect(edits).toBeLessThanOrEqual(most + 1);
        expect(Math.min(editsUpTo(a, b, most + 5), most + 1)).toBe(edits);
        expect(editLikeness(a, b, 0.5)).toBe(editLikeness(b, a, 0.5));
      }),
    );
  });
});

describe('every method', () => {
  const digits = fc.string({ unit: fc.constantFrom('0', '1', '2', '7', '9'), maxLength: 9 });
  const dates = fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
  const value = fc.oneof(
    digits,
    dates,
    fc.constantFrom(
      ...['Müller', 'Mueller', 'Max Müller', 'max.mueller', '1970-01-02', '02.01.1970', '030 227'],
      ...['@MaxMueller', 'max@example.org', 'https://example.org/a', 'Mueller, Max', 'GmbH Nord'],
    ),
    anything,
    letters,
  );

  test.each(methodWords)('%s is symmetric on all levels, and a value is like itself', (word) => {
    const method = METHODS[word];
    fc.assert(
      fc.property(value, value, (one, other) => {
        const [a, b] = [method.read(one, [one]), method.read(other, [other])];
        // What a method cannot read is no value to it.
        if (a === undefined || b === undefined) return;
        for (const holds of Object.values(method.holds)) expect(holds(a, b)).toBe(holds(b, a));
        expect(method.likeness?.(a, b, 0)).toBe(method.likeness?.(b, a, 0));
        if (word !== 'name_in_handle') expect(method.holds.exact?.(a, a)).toBe(true);
      }),
    );
  });

  test.each(methodWords)('%s neither fails nor slows down on hostile values', (word) => {
    const method = METHODS[word];
    const hostile = [
      'a'.repeat(10_000),
      'a@'.repeat(5_000),
      '\u200b'.repeat(300),
      '\u202e' + 'evil'.repeat(60),
      '👩‍👩‍👧'.repeat(40),
      "'; DROP TABLE contacts; --",
      '('.repeat(290),
      'http://' + 'a.'.repeat(140),
      'é'.normalize('NFD').repeat(140),
      '1'.repeat(300),
    ];
    const started = performance.now();
    const read = hostile.flatMap((text) => method.read(text, [text]) ?? []);
    for (const a of read) {
      for (const b of read) {
        method.likeness?.(a, b, 0);
        for (const holds of Object.values(method.holds)) holds(a, b);
      }
    }
    // A hundred comparisons of ten values; one must stay below 100 ms.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
