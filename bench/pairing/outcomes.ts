import type { ScoredPairs } from '../../src/domain/pairing/model/clusters.ts';
import type { Linkage } from '../../src/domain/pairing/model/link.ts';
import { SPEAKS, verdictsOf, type Weighed } from '../../src/domain/pairing/model/verdict.ts';
import { bitsOfPair } from '../../src/domain/pairing/model/weights.ts';
import type { BenchRules } from '../../src/domain/pairing/rules/schema.ts';
import type { Records } from './records.ts';
import type { Truth } from './truth.ts';

interface RightAndWrong {
  readonly right: number;
  readonly wrong: number;
}

export interface Outcomes {
  readonly automatic: RightAndWrong;
  readonly suggestions: RightAndWrong;
  /** Of the true pairs, those that were linked or suggested. */
  readonly linkedOrSuggested: number;
}

interface Judged {
  readonly linkage: Linkage;
  readonly pairs: ScoredPairs;
  readonly isTrue: (pair: number) => boolean;
  readonly rules: BenchRules;
  readonly records: Records;
  readonly truth: Truth;
}

/** What the rules would link and suggest: thresholds, margin and families, record by record of the left side. */
export function outcomesOf(judged: Judged): Outcomes {
  const { pairs, isTrue, rules, records, truth } = judged;
  const pairing = rules.pairing ?? (records.oneFile ? 'many_to_many' : 'many_to_one');
  const rival = pairing === 'one_to_one' ? rivalsOf(pairs) : () => undefined;
  const tally = { automatic: { right: 0, wrong: 0 }, suggestions: { right: 0, wrong: 0 } };
  for (const group of byLeft(pairs)) {
    const weighed = group.map((pair): Weighed => ({
      bits: pairs.bits[pair] ?? 0,
      rival: rival(pair),
      ...speakingFor(judged, pair),
    }));
    const verdicts = verdictsOf(weighed, rules.decide, pairing !== 'many_to_many');
    verdicts.forEach((verdict, at) => {
      if (verdict === 'none') return;
      const side = isTrue(group[at] ?? -1) ? 'right' : 'wrong';
      tally[verdict === 'automatic' ? 'automatic' : 'suggestions'][side] += 1;
    });
  }
  const reached = tally.automatic.right + tally.suggestions.right;
  return {
    ...tally,
    linkedOrSuggested: truth.pairs.size === 0 ? 0 : reached / truth.pairs.size,
  };
}

/** Less likely ones than this come to nothing under any rules. */
const HOPELESS_BITS = -12;

function byLeft(pairs: ScoredPairs): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  pairs.bits.forEach((bits, pair) => {
    if (bits < HOPELESS_BITS) return;
    const left = pairs.left[pair] ?? 0;
    const group = groups.get(left);
    if (group === undefined) groups.set(left, [pair]);
    else group.push(pair);
  });
  return [...groups.values()];
}

/** The most that any other left record has to say for the same right record. */
function rivalsOf(pairs: ScoredPairs): (pair: number) => number | undefined {
  const best = new Map<number, readonly [number, number]>();
  pairs.bits.forEach((bits, pair) => {
    const right = pairs.right[pair] ?? 0;
    const [first, second] = best.get(right) ?? [-Infinity, -Infinity];
    if (bits > first) best.set(right, [bits, first]);
    else if (bits > second) best.set(right, [first, bits]);
  });
  return (pair) => {
    const [first, second] = best.get(pairs.right[pair] ?? 0) ?? [-Infinity, -Infinity];
    return pairs.bits[pair] === first ? second : first;
  };
}

function speakingFor(
  { linkage, pairs }: Judged,
  pair: number,
): Pick<Weighed, 'families' | 'beyondName'> {
  const [left, right] = [pairs.left[pair] ?? 0, pairs.right[pair] ?? 0];
  const levels = linkage.levelsOf(left, right);
  const families = new Set<string>();
  let beyondName = false;
  linkage.encoded.columns.forEach(({ comparison }, at) => {
    const level = levels[at] ?? 0;
    const bits = bitsOfPair(linkage.weights, linkage.encoded, at, { level, left, right });
    if (bits === undefined || bits < SPEAKS) return;
    families.add(comparison.family);
    if (!comparison.isName) beyondName = true;
  });
  return { families: [...families], beyondName };
}
