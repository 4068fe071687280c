import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareNames, NAME_LEVELS } from '../../../src/domain/names/compareNames.ts';
import { areNicknames, formsOf } from '../../../src/domain/names/nicknames.ts';
import { isOneEdit } from '../../../src/domain/names/oneEdit.ts';
import { parseName } from '../../../src/domain/names/personName.ts';
import { workOf } from '../../fixtures/work.ts';
import { anyText, HOSTILE, nameText } from './texts.ts';

const level = (a: string, b: string) => compareNames(parseName(a), parseName(b));

describe('two names are', () => {
  test.each([
    ['exact', 'Max Müller', 'Dr. Max Müller MdB'],
    ['exact', 'Müller, Max', 'max müller'],
    ['folded', 'Jörg Müller', 'Jorg Mueller'],
    ['folded', 'Ursula von der Leyen', 'Ursula vonderLeyen'],
    ['folded', 'Karl-Heinz Müller', 'Karlheinz Müller'],
    ['folded', 'John R. Smith', 'John Smith'],
    ['folded', 'Łukasz Żółć', 'Lukasz Zolc'],
    ['folded', 'Дмитрий Иванов', 'Dmitriy Ivanov'],
    ['folded', '王小明', 'Xiaoming Wang'],
    ['folded', 'Klett Verlag GmbH', 'klett verlag'],
    ['folded', 'Debbie Wasserman Schultz', 'Wasserman Schultz, Debbie'],
    ['nickname', 'Sepp Huber', 'Josef Huber'],
    ['nickname', 'Bill Müller', 'William Mueller'],
    ['swapped', 'Ada Lovelace', 'Lovelace Ada'],
    ['swapped', 'Müller Karl Heinz', 'Karl-Heinz Müller'],
    ['initials', 'J. Smith', 'John Smith'],
    ['initials', 'J.R. Smith', 'John Robert Smith'],
    ['initials', 'Max M.', 'Max Müller'],
    ['similar', 'Max Schmidt', 'Max Schmitd'],
    ['similar', 'Max Meyer', 'Max Maier'],
    ['similar', 'Anna Müller', 'Anna Müller-Schmidt'],
    ['similar', 'John R. Smith', 'John P. Smith'],
    ['similar', 'Gabriel García', 'Gabriel García Márquez'],
    ['similar', 'Sebastian Bach', 'Johann Sebastian Bach'],
    ['family_only', 'Anna Müller', 'Peter Müller'],
    ['family_only', 'Jan Huber', 'Jana Huber'],
    ['family_only', 'Müller', 'Anna Müller'],
    ['family_only', 'George Bush jr.', 'George Bush sr.'],
    ['different', 'Anna Müller', 'Anna Schmidt'],
    ['different', 'Jan Kowalski', 'Jana Kowalska'],
    ['different', 'Anna', 'Peter Müller'],
    ['different', 'Müller GmbH', 'Max Müller'],
    ['different', 'Klett Verlag', 'Beck Verlag'],
    ['unknown', 'Anna', 'Anna Müller'],
    ['unknown', 'Anna', 'Anna'],
    ['unknown', 'spiderfan', 'Peter Müller'],
    ['unknown', 'M. M.', 'Max Müller'],
    ['unknown', '🌻', 'Anna Müller'],
  ])('%s: %s, %s', (expected, a, b) => {
    expect([level(a, b), level(b, a)]).toEqual([expected, expected]);
  });

  test('as alike one way as the other', () => {
    const text = fc.oneof({ weight: 4, arbitrary: nameText }, anyText);
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(level(a, b)).toBe(level(b, a));
        expect(NAME_LEVELS).toContain(level(a, b));
      }),
      { numRuns: 500 },
    );
  });

  test('never different from themselves', () => {
    fc.assert(
      fc.property(fc.oneof(nameText, anyText), (text) => {
        expect(['exact', 'initials', 'family_only', 'unknown']).toContain(level(text, text));
      }),
    );
  });

  test('never more than a family where one of them is a single word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), nameText, (word, text) => {
        const name = parseName(word);
        if (name.kind !== 'person' || name.given.length + name.family.length > 1) return;
        expect(['family_only', 'different', 'unknown']).toContain(
          compareNames(name, parseName(text)),
        );
      }),
    );
  });

  test('compared in no time, however hostile', () => {
    const names = HOSTILE.map(([, text]) => parseName(text));
    expect(workOf(() => names.map((a) => names.map((b) => compareNames(a, b))))).toBeLessThan(100);
  });
});

describe('nicknames', () => {
  test.each([
    ['Hans', 'Johannes'],
    ['Sepp', 'Josef'],
    ['Kathi', 'Katharina'],
    ['Bill', 'William'],
    ['Jörg', 'Georg'],
    ['Joerg', 'Georg'],
    ['Käthe', 'Katharina'],
  ])('%s and %s', (a, b) => {
    expect([areNicknames(a, b), areNicknames(b, a)]).toEqual([true, true]);
  });

  test.each([
    ['Hans', 'Hans'],
    ['Jörg', 'Joerg'],
    ['Hans', 'Peter'],
    ['', ''],
    ['constructor', '__proto__'],
  ])('not %s and %s', (a, b) => {
    expect(areNicknames(a, b)).toBe(false);
  });

  test('are so both ways, and so are all forms of a name', () => {
    const given = fc.constantFrom(
      ...'Hans Johannes Sepp Josef Jo Joe Bob Rob Jörg Anna Anni'.split(' '),
    );
    fc.assert(
      fc.property(given, given, (a, b) => {
        expect(areNicknames(a, b)).toBe(areNicknames(b, a));
        for (const form of formsOf(a)) expect(areNicknames(form, a)).toBe(true);
      }),
    );
  });
});

describe('one edit', () => {
  test.each([
    ['schmidt', 'schmit', true],
    ['schmidt', 'schmitd', true],
    ['schmidt', 'schmitts', false],
    ['schmidt', 'schmidd', true],
    ['schmidt', 'schmidt', false],
    ['ab', 'ba', true],
    ['', 'a', true],
    ['abc', 'a', false],
  ])('%s, %s: %s', (a, b, expected) => {
    expect([isOneEdit(a, b), isOneEdit(b, a)]).toEqual([expected, expected]);
  });
});
