import { foldPlain, foldWritten } from '../../../names/fold.ts';
import { compareNames, type NameLevel } from '../../../names/compareNames.ts';
import { shareGroup } from '../../../names/nicknames.ts';
import type { ParsedName } from '../../../names/personName.ts';
import { nameFrom } from './handle.ts';
import { jaroWinkler } from '../similarity.ts';
import { LONGEST_VALUE, type Method, type Reading } from './method.ts';

interface NameReading extends Reading {
  /** The words of each spelling, sorted: the order of given and family name differs between sources. */
  readonly spellings: readonly (readonly string[])[];
  readonly name: ParsedName;
}

/** Names of more words are rare, and the work grows with their square. */
const MOST_WORDS = 10;

/** A whole name in one value, its words in any order. */
export const personName: Method<NameReading> = {
  levels: [
    { is: 'exact' },
    { is: 'folded' },
    { is: 'swapped' },
    { is: 'nickname' },
    { is: 'similar', from: 0.97 },
    { is: 'initials' },
    { is: 'similar', from: 0.92 },
    { is: 'similar', from: 0.87 },
    { is: 'similar', from: 0.8 },
    { is: 'similar', from: 0.7 },
    { is: 'family_only' },
  ],
  isName: true,
  keyForms: ['exact', 'words'],
  read(text, parts) {
    if (text.length > LONGEST_VALUE) return undefined;
    const spellings = [...new Set([foldPlain(text), foldWritten(text)])]
      .map((spelling) => wordsOf(spelling))
      .filter((words) => words.length > 0);
    const key = spellings.map((words) => words.join(' ')).join('/');
    return key === ''
      ? undefined
      : { key: `${key}|${text.trim().toLowerCase()}`, spellings, name: nameFrom(text, parts) };
  },
  holds: {
    exact: (a, b) => a.key === b.key || levelOf(a, b) === 'exact',
    folded: (a, b) => levelOf(a, b) === 'folded' || sameWords(a, b),
    swapped: (a, b) => levelOf(a, b) === 'swapped',
    nickname: (a, b) => levelOf(a, b) === 'nickname',
    initials: (a, b) => levelOf(a, b) === 'initials',
    family_only: (a, b) => levelOf(a, b) === 'family_only',
  },
  likeness(a, b) {
    if (isOrganisation(a) !== isOrganisation(b)) return 0;
    let best = 0;
    for (const one of a.spellings) {
      for (const other of b.spellings) best = Math.max(best, wordsLikeness(one, other));
    }
    return best;
  },
};

const isOrganisation = ({ name }: NameReading) => name.kind === 'organisation';

const sameWords = (a: NameReading, b: NameReading) =>
  a.spellings.some((one) => b.spellings.some((other) => one.join(' ') === other.join(' ')));

/** The questions about one pair come one after the other. */
let last: { a: NameReading; b: NameReading; level: NameLevel } | undefined;

function levelOf(a: NameReading, b: NameReading): NameLevel {
  if (last?.a === a && last.b === b) return last.level;
  last = { a, b, level: compareNames(a.name, b.name) };
  return last.level;
}

/** What stands before or after a name and is none. */
const TITLES = new Set(
  'dr prof professor mr mrs ms miss sir dame lord lady rev hon herr frau dipl ing med phil jur mag jr sr phd'.split(
    ' ',
  ),
);

function wordsOf(spelling: string): readonly string[] {
  const words = spelling.split(' ').filter((word) => word !== '');
  const named = words.filter((word) => !TITLES.has(word));
  return (named.length > 0 ? named : words).slice(0, MOST_WORDS).toSorted();
}

/** Pairs off the most alike words first. What is left over on either side counts against, by its length. */
function wordsLikeness(left: readonly string[], right: readonly string[]): number {
  // The first of equally good partners is taken, so the order of the two must not depend on who asks.
  const [a, b] = left.join(' ') <= right.join(' ') ? [left, right] : [right, left];
  const pairs = a
    .flatMap((one, i) => b.map((other, j) => ({ i, j, likeness: wordLikeness(one, other) })))
    .filter(({ likeness }) => likeness > 0)
    .toSorted((p, q) => q.likeness - p.likeness);
  const usedA = new Set<number>();
  const usedB = new Set<number>();
  let agreed = 0;
  for (const { i, j, likeness } of pairs) {
    if (usedA.has(i) || usedB.has(j)) continue;
    usedA.add(i);
    usedB.add(j);
    agreed += likeness * (weight(a[i] ?? '') + weight(b[j] ?? ''));
  }
  const inAll = [...a, ...b].reduce((sum, word) => sum + weight(word), 0);
  const least = Math.min(total(a), total(b));
  // A name with a middle name more is still the same name: what one side leaves out counts half.
  const lacking = Math.abs(total(a) - total(b)) / 2;
  return least === 0 ? 0 : Math.min(1, agreed / (inAll - lacking));
}

const weight = (word: string) => Math.min(8, word.length + 1);
const total = (words: readonly string[]) => words.reduce((sum, word) => sum + weight(word), 0);

function wordLikeness(a: string, b: string): number {
  if (a === b) return 1;
  if (a.length === 1 || b.length === 1) return a.charCodeAt(0) === b.charCodeAt(0) ? 0.85 : 0;
  if (shareGroup(a, b)) return 0.92;
  const likeness = jaroWinkler(a, b);
  return likeness >= 0.8 ? likeness : 0;
}
