import { foldPlain, foldWritten } from '../../../names/fold.ts';
import { shareGroup } from '../../../names/nicknames.ts';
import { jaroWinkler } from '../similarity.ts';
import { LONGEST_VALUE, type Method, type Reading } from './method.ts';

interface NameReading extends Reading {
  /** The words of each spelling, sorted: the order of given and family name differs between sources. */
  readonly spellings: readonly (readonly string[])[];
}

/** Names of more words are rare, and the work grows with their square. */
const MOST_WORDS = 10;

/** A whole name in one value, its words in any order. */
export const personName: Method<NameReading> = {
  levels: [0.97, 0.93, 0.89, 0.84, 0.78, 0.7, 0.6].reduce<Method['levels']>(
    (levels, from) => [...levels, { is: 'similar', from }],
    [{ is: 'exact' }],
  ),
  isName: true,
  keyForms: ['exact', 'words'],
  read(text) {
    if (text.length > LONGEST_VALUE) return undefined;
    const spellings = [...new Set([foldPlain(text), foldWritten(text)])]
      .map((spelling) => wordsOf(spelling))
      .filter((words) => words.length > 0);
    const key = spellings.map((words) => words.join(' ')).join('/');
    return key === '' ? undefined : { key, spellings };
  },
  holds: { exact: (a, b) => a.key === b.key },
  likeness(a, b) {
    let best = 0;
    for (const one of a.spellings) {
      for (const other of b.spellings) best = Math.max(best, wordsLikeness(one, other));
    }
    return best;
  },
};

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
