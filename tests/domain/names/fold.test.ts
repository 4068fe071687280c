import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cologne } from '../../../src/domain/names/cologne.ts';
import { foldings, foldOmitting, foldPlain, foldWritten } from '../../../src/domain/names/fold.ts';
import { workOf } from '../../fixtures/work.ts';
import { anyText, HOSTILE } from './texts.ts';

const FOLDS = [foldPlain, foldWritten, foldOmitting];

describe('a text is folded', () => {
  test.each([
    ['Müller', ['mueller', 'muller']],
    ['MÜLLER', ['mueller', 'muller']],
    ['Mu\u0308ller', ['mueller', 'muller']],
    ['Groß', ['gross']],
    ['Søren Ærø', ['soeren aeroe', 'soren aero']],
    ['Łukasz', ['lukasz']],
    ['Işıl Yıldız', ['isil yildiz']],
    ['İzmir', ['izmir']],
    ['Ólafur', ['olafur']],
    ['Дмитрий', ['dmitriy']],
    ['Αλέξης', ['alexis']],
    ['O’Brien', ['obrien']],
    ['𝓐𝓷𝓷𝓪 ✨', ['anna']],
    ['  Anna -- Weber 2 ', ['anna weber 2']],
    ['🌻', []],
    ['', []],
    ['a'.repeat(301), []],
  ])('%s', (text, spellings) => {
    expect(foldings(text)).toEqual(spellings);
  });

  test('without the letters that some programs lose', () => {
    expect(foldOmitting('Götz Frömming')).toBe('gtz frmming');
  });

  test('into letters, digits and single blanks, and folding again changes nothing', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const fold of FOLDS) {
          const folded = fold(text);
          expect(folded).toMatch(/^(?:[a-z0-9]+(?: [a-z0-9]+)*)?$/);
          expect(FOLDS.map((again) => again(folded))).toEqual([folded, folded, folded]);
        }
        expect(foldings(text).length).toBeLessThanOrEqual(2);
      }),
    );
  });

  test.each(HOSTILE)('hostile: %s', (_, text) => {
    expect(workOf(() => [...FOLDS, cologne].map((fold) => fold(text)))).toBeLessThan(100);
  });
});

describe('Kölner Phonetik', () => {
  test.each([
    ['657', 'Müller', 'Mueller', 'Miller', 'Möller'],
    ['67', 'Meyer', 'Maier', 'Mayr'],
    ['862', 'Schmidt', 'Schmitt'],
    ['548', 'Łukasz', 'Lukasz'],
    ['0528', 'Yıldız', 'Yildiz'],
    ['854', 'Çelik', 'Celik'],
    ['3412', 'Wikipedia'],
    ['17863', 'Breschnew'],
    ['65752682', 'Müller-Lüdenscheidt'],
    ['4837', 'Xaver'],
    ['351', 'Philipp', 'Filip'],
    ['', '', '123', '🌻'],
  ])('%s', (digits, ...names) => {
    expect(names.map(cologne)).toEqual(names.map(() => digits));
  });

  test('is digits, no two alike beside each other, and a zero only at the beginning', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(cologne(text)).toMatch(/^0?[1-8]*$/);
      }),
    );
  });
});
