import { eachCandidate, type BlockOptions } from './blocking.ts';
import type { Comparison, Fields } from './comparison.ts';
import { encode, patternsOf, type Encoded } from './patterns.ts';
import { fixedShares, train, type Trained } from './train.ts';
import {
  bitsOfPair,
  combined,
  familyPlan,
  frequencyBits,
  levelBits,
  type FamilyPlan,
  type Weights,
} from './weights.ts';

export interface LinkOptions {
  readonly block: BlockOptions;
  readonly combine: Readonly<Record<string, 'sum' | 'best'>>;
  readonly frequencyFloor: number;
  /** A number from 0 up to 1 with each call. Seed it, so that the same files give the same result. */
  readonly random: () => number;
}

/** Candidate pairs of two sides with their bits, the prior included. */
export interface Linkage {
  readonly encoded: Encoded;
  readonly trained: Trained;
  readonly weights: Weights;
  readonly plan: FamilyPlan;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly bits: Float64Array;
  readonly levelsOf: (left: number, right: number) => Uint8Array;
  /** Bits of any pair, also of one that was no candidate. */
  readonly score: (left: number, right: number) => number;
}

/** Finds, compares and weighs candidates. Bring the records in a settled order: ties are broken by it. */
export function link(
  comparisons: readonly Comparison[],
  left: readonly Fields[],
  right: readonly Fields[] | undefined,
  options: LinkOptions,
): Linkage {
  const encoded = encode(comparisons, left, right);
  const patterns = patternsOf(encoded);
  const pairs = new PairList();
  eachCandidate(encoded, options.block, (i, j) => {
    pairs.add(i, j, patterns.of(i, j));
  });
  const random = randomPatterns(encoded, patterns.of, options.random);
  const trained = train({
    comparisons,
    patterns: patterns.levels,
    candidates: tally(pairs.patterns(), patterns.levels.length),
    random: tally(random, patterns.levels.length),
    ...extent(encoded, pairs.size(), options),
  });
  return weigh({ encoded, trained, pairs, patterns, comparisons }, options);
}

interface Compared {
  readonly encoded: Encoded;
  readonly trained: Trained;
  readonly pairs: PairList;
  readonly patterns: ReturnType<typeof patternsOf>;
  readonly comparisons: readonly Comparison[];
}

function weigh(compared: Compared, options: LinkOptions): Linkage {
  const { encoded, trained, pairs, patterns, comparisons } = compared;
  const plan = familyPlan(comparisons, options.combine);
  const weights: Weights = {
    priorBits: Math.log2(trained.prior / (1 - trained.prior)),
    bits: trained.shares.map(levelBits),
    frequency: encoded.columns.map((column, at) => {
      const shares = trained.shares[at];
      return shares && frequencyBits(column, shares, options.frequencyFloor);
    }),
  };
  const scoreOf = (i: number, j: number, levels: Uint8Array | undefined) =>
    weights.priorBits +
    combined(plan, (at) =>
      bitsOfPair(weights, encoded, at, { level: levels?.[at] ?? 0, left: i, right: j }),
    );
  const left = pairs.left();
  const right = pairs.right();
  const numbers = pairs.patterns();
  const bits = new Float64Array(left.length);
  for (let at = 0; at < bits.length; at += 1) {
    bits[at] = scoreOf(left[at] ?? 0, right[at] ?? 0, patterns.levels[numbers[at] ?? 0]);
  }
  return {
    encoded,
    trained,
    weights,
    plan,
    left,
    right,
    bits,
    levelsOf: (i, j) => patterns.levels[patterns.of(i, j)] ?? new Uint8Array(),
    score: (i, j) => scoreOf(i, j, patterns.levels[patterns.of(i, j)]),
  };
}

/** Where only listed pairs are judged, they are all the pairs there are. */
function extent(encoded: Encoded, candidates: number, { block }: LinkOptions) {
  const isListed = typeof block.rules === 'object' && 'listed' in block.rules;
  const all = isListed ? Math.max(1, candidates) : allPairs(encoded);
  return { allPairs: all, expectedPairs: Math.min(encoded.leftSize, encoded.rightSize, all) / 2 };
}

function allPairs({ leftSize, rightSize, oneFile }: Encoded): number {
  return Math.max(1, oneFile ? (leftSize * (leftSize - 1)) / 2 : leftSize * rightSize);
}

const RANDOM_PAIRS = 300_000;

/** All pairs where there are few. */
function randomPatterns(
  encoded: Encoded,
  patternOf: (i: number, j: number) => number,
  random: () => number,
): Int32Array {
  if (encoded.columns.every(({ comparison }) => fixedShares(comparison) !== undefined)) {
    return new Int32Array();
  }
  const { leftSize, rightSize, oneFile } = encoded;
  const found: number[] = [];
  if (allPairs(encoded) <= RANDOM_PAIRS) {
    for (let i = 0; i < leftSize; i += 1) {
      for (let j = oneFile ? i + 1 : 0; j < rightSize; j += 1) found.push(patternOf(i, j));
    }
    return Int32Array.from(found);
  }
  while (found.length < RANDOM_PAIRS) {
    const i = Math.floor(random() * leftSize);
    const j = Math.floor(random() * rightSize);
    if (!oneFile || i !== j) found.push(patternOf(i, j));
  }
  return Int32Array.from(found);
}

function tally(numbers: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const number of numbers) counts[number] = (counts[number] ?? 0) + 1;
  return counts;
}

/** Grows by doubling: millions of pairs, three numbers each. */
class PairList {
  #data = new Int32Array(3 * 1024);
  #size = 0;

  add(left: number, right: number, pattern: number): void {
    if (3 * this.#size + 3 > this.#data.length) {
      const larger = new Int32Array(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[3 * this.#size] = left;
    this.#data[3 * this.#size + 1] = right;
    this.#data[3 * this.#size + 2] = pattern;
    this.#size += 1;
  }

  size(): number {
    return this.#size;
  }

  left(): Int32Array {
    return this.#column(0);
  }

  right(): Int32Array {
    return this.#column(1);
  }

  patterns(): Int32Array {
    return this.#column(2);
  }

  #column(at: number): Int32Array {
    const column = new Int32Array(this.#size);
    for (let pair = 0; pair < this.#size; pair += 1) column[pair] = this.#data[3 * pair + at] ?? 0;
    return column;
  }
}
