import { foldPlain, foldWritten } from '../../../names/fold.ts';
import { shareGroup } from '../../../names/nicknames.ts';
import { lettersLikeness, lettersOf, type Letters } from '../letters.ts';
import { jaroWinkler } from '../similarity.ts';
import { LONGEST_VALUE, type Method, type Reading } from './method.ts';

export interface TextReading extends Reading {
  /** Without spaces, umlauts dropped (ue -> u is not undone). */
  readonly plain: string;
  /** Without spaces, umlauts written out. */
  readonly written: string;
  /** With spaces. */
  readonly words: string;
  /** Of `plain`, where it fits. */
  readonly letters: Letters | undefined;
}

export function readText(text: string): TextReading | undefined {
  if (text.length > LONGEST_VALUE) return undefined;
  const words = foldPlain(text);
  const plain = words.replaceAll(' ', '');
  if (plain === '') return undefined;
  const written = foldWritten(text).replaceAll(' ', '');
  const key = plain === written ? plain : `${plain}/${written}`;
  return { key, plain, written, words, letters: lettersOf(plain) };
}

export function sameText(a: TextReading, b: TextReading): boolean {
  if (a.plain === a.written && b.plain === b.written) return a.plain === b.plain;
  return (
    a.plain === b.plain || a.written === b.written || a.plain === b.written || a.written === b.plain
  );
}

export function textLikeness(a: TextReading, b: TextReading, least: number): number {
  const plain =
    a.letters === undefined || b.letters === undefined
      ? jaroWinkler(a.plain, b.plain)
      : lettersLikeness(a.letters, b.letters, least);
  if (a.plain === a.written && b.plain === b.written) return plain;
  return Math.max(plain, jaroWinkler(a.written, b.written));
}

export const exact: Method<TextReading> = {
  levels: [{ is: 'exact' }],
  isName: false,
  keyForms: ['exact'],
  read: readText,
  holds: { exact: sameText },
};

export const text: Method<TextReading> = {
  levels: [
    { is: 'exact' },
    { is: 'similar', from: 0.94 },
    { is: 'similar', from: 0.88 },
    { is: 'similar', from: 0.8 },
  ],
  isName: false,
  keyForms: ['exact', 'pair', 'cologne', 'start'],
  read: readText,
  holds: { exact: sameText },
  likeness: textLikeness,
};

/** Mary and Mary Ann: every word of the one stands in the other. */
function shareAllWords(a: TextReading, b: TextReading): boolean {
  return hasWordsOf(a, b) || hasWordsOf(b, a);
}

function hasWordsOf(many: TextReading, few: TextReading): boolean {
  // Most are one word, and have no words to leave out.
  if (many.words === many.plain || few.plain.length < 2) return false;
  const words = many.words.split(' ');
  return few.words.split(' ').every((word) => words.includes(word));
}

/** One part of a name: a given name, a family name. */
export const name: Method<TextReading> = {
  levels: [
    { is: 'exact' },
    { is: 'similar', from: 0.94 },
    { is: 'nickname' },
    { is: 'contained' },
    { is: 'similar', from: 0.88 },
    { is: 'initial' },
    { is: 'similar', from: 0.8 },
    { is: 'similar', from: 0.7 },
  ],
  isName: true,
  keyForms: ['exact', 'pair', 'cologne', 'start', 'first'],
  read: readText,
  holds: {
    exact: sameText,
    nickname: (a, b) => shareGroup(a.plain, b.plain),
    contained: shareAllWords,
    initial: (a, b) =>
      (a.plain.length === 1 || b.plain.length === 1) &&
      a.plain.charCodeAt(0) === b.plain.charCodeAt(0),
  },
  likeness: textLikeness,
};
