import { MISSING } from './comparison.ts';
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

/** For each value, by how many bits agreeing on it differs from agreeing on any. Not a number where it has no say. */
export type TermBits = Float64Array;

/** Per level number minus one; undefined where all values weigh the same. */
export type Frequencies = readonly (TermBits | undefined)[];

/** Rare values weigh more. On most methods that is so for equal values; a handle may hold a rare family or given name. */
export function frequencyBits(column: Column, shares: Shares, floor: number): Frequencies {
  const { levels, rule } = column.comparison;
  if (!rule.term_frequency) return [];
  return levels.map(({ is }, at) => {
    const terms = column.values.map((value) => column.comparison.term(value, is));
    return terms.every((term) => term === undefined)
      ? undefined
      : termBits(column, terms, { agree: shares.u[at] ?? 1, floor });
  });
}

function termBits(
  column: Column,
  terms: readonly (string | undefined)[],
  { agree, floor }: { readonly agree: number; readonly floor: number },
): TermBits {
  const counts = new Map<string, number>();
  let all = 0;
  terms.forEach((term, id) => {
    if (term === undefined) return;
    const count = column.counts[id] ?? 0;
    all += count;
    counts.set(term, (counts.get(term) ?? 0) + count);
  });
  return Float64Array.from(terms, (term) => {
    if (term === undefined) return NaN;
    // One of them is the other side of the pair itself.
    const share = ((counts.get(term) ?? 1) - 1) / Math.max(1, all - 1);
    return Math.log2(agree / Math.max(floor, share));
  });
}

export interface Weights {
  readonly priorBits: number;
  readonly bits: readonly LevelBits[];
  readonly frequency: readonly Frequencies[];
}

/** Bits of one comparison of a pair; undefined where a side is missing. */
export function bitsOfPair(
  weights: Weights,
  encoded: Encoded,
  at: number,
  pair: { readonly level: number; readonly left: number; readonly right: number },
): number | undefined {
  if (pair.level === MISSING) return undefined;
  const bits = weights.bits[at] ?? [];
  const own = bits[pair.level - 1] ?? 0;
  const frequency = weights.frequency[at]?.[pair.level - 1];
  const column = encoded.columns[at];
  if (frequency === undefined || column === undefined) return own;
  const a = frequency[column.left[pair.left] ?? -1] ?? NaN;
  const b = frequency[column.right[pair.right] ?? -1] ?? NaN;
  return betweenNeighbours(bits, pair.level, own + rarer(a, b));
}

function rarer(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : b;
  return Number.isNaN(b) ? a : Math.min(a, b);
}

/** However rare a value is, a better level never weighs less than a worse one. */
function betweenNeighbours(bits: LevelBits, level: number, value: number): number {
  const worse = bits[level] ?? -Infinity;
  const better = level === 1 ? Infinity : (bits[level - 2] ?? Infinity);
  return Math.min(better, Math.max(worse, level === 1 ? 0 : worse, value));
}
