import { MISSING, type Comparison } from './comparison.ts';
import type { Column, Encoded } from './patterns.ts';
import type { Shares } from './train.ts';

/** Bits per level of one comparison: above 0 speaks for the same person. Never rises from a better to a worse level. */
export type LevelBits = readonly number[];

/** No single field may outweigh everything else. */
const MOST_BITS = 24;
const LEAST_BITS = -12;

export function levelBits({ m, u }: Shares): LevelBits {
  const raw = m.map((share, at) => {
    const bits = Math.log2(share / (u[at] ?? share));
    return Math.min(MOST_BITS, Math.max(LEAST_BITS, bits));
  });
  const weights = m.map((share, at) => share + (u[at] ?? 0));
  const [best = 0, ...others] = neverRising(raw, weights);
  return [Math.max(0, best), ...others];
}

/** Where training found a worse level to weigh more, too few pairs were seen: neighbours share their mean. */
function neverRising(values: readonly number[], weights: readonly number[]): readonly number[] {
  const pools: { sum: number; weight: number; size: number }[] = [];
  values.forEach((value, at) => {
    const weight = weights[at] ?? 1;
    let pool = { sum: value * weight, weight, size: 1 };
    for (let last = pools.at(-1); last !== undefined; last = pools.at(-1)) {
      if (last.sum / last.weight >= pool.sum / pool.weight) break;
      pools.pop();
      pool = {
        sum: last.sum + pool.sum,
        weight: last.weight + pool.weight,
        size: last.size + pool.size,
      };
    }
    pools.push(pool);
  });
  return pools.flatMap(({ sum, weight, size }) => new Array<number>(size).fill(sum / weight));
}

/** By how many bits an agreement on each value differs from an agreement on any: rare values weigh more. */
export function frequencyBits(
  column: Column,
  shares: Shares,
  floor: number,
): Float64Array | undefined {
  if (!column.comparison.rule.term_frequency) return undefined;
  const agree = shares.u[0] ?? 1;
  return Float64Array.from(column.counts, (count) => {
    // One of them is the other side of the pair itself.
    const share = Math.max(floor, (count - 1) / Math.max(1, column.filled - 1));
    return Math.log2(agree / share);
  });
}

export interface Weights {
  readonly priorBits: number;
  readonly bits: readonly LevelBits[];
  readonly frequency: readonly (Float64Array | undefined)[];
}

/** What two comparisons of one family come to: their sum, or the one that says most where they say the same thing. */
export interface FamilyPlan {
  readonly families: readonly { readonly sum: boolean; readonly members: readonly number[] }[];
}

export function familyPlan(
  comparisons: readonly Comparison[],
  combine: Readonly<Record<string, 'sum' | 'best'>>,
): FamilyPlan {
  const names = [...new Set(comparisons.map(({ family }) => family))];
  return {
    families: names.map((name) => ({
      sum: combine[name] !== 'best',
      members: comparisons.flatMap(({ family }, at) => (family === name ? [at] : [])),
    })),
  };
}

/** Bits of all comparisons together, without the prior. `bitsOf` gives undefined for what is missing. */
export function combined(
  plan: FamilyPlan,
  bitsOf: (comparison: number) => number | undefined,
): number {
  let total = 0;
  for (const { sum, members } of plan.families) {
    let family: number | undefined;
    for (const member of members) {
      const bits = bitsOf(member);
      if (bits === undefined) continue;
      if (family === undefined) family = bits;
      else family = sum ? family + bits : Math.max(family, bits);
    }
    total += family ?? 0;
  }
  return total;
}

/** Bits of one comparison of a pair; undefined where a side is missing. */
export function bitsOfPair(
  weights: Weights,
  encoded: Encoded,
  at: number,
  pair: { readonly level: number; readonly left: number; readonly right: number },
): number | undefined {
  if (pair.level === MISSING) return undefined;
  const bits = weights.bits[at]?.[pair.level - 1] ?? 0;
  const frequency = weights.frequency[at];
  const column = encoded.columns[at];
  if (pair.level !== 1 || frequency === undefined || column === undefined) return bits;
  const a = frequency[column.left[pair.left] ?? -1] ?? 0;
  const b = frequency[column.right[pair.right] ?? -1] ?? 0;
  // The next level's bits are the least: agreeing fully never weighs less than agreeing nearly.
  return Math.max(0, weights.bits[at]?.[1] ?? 0, bits + Math.min(a, b));
}
