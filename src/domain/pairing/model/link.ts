import { eachCandidate, type BlockOptions } from './blocking.ts';
import type { Comparison, Fields } from './comparison.ts';
import { combined, familyPlan, type FamilyPlan } from './families.ts';
import { encode, patternsOf, type Encoded, type Patterns } from './patterns.ts';
import { fixedShares, train, type Trained } from './train.ts';
import { bitsOfPair, frequencyBits, levelBits, type Weights } from './weights.ts';

export interface LinkOptions {
  readonly block: BlockOptions;
  readonly combine: Readonly<Record<string, 'sum' | 'best'>>;
  readonly frequencyFloor: number;
  /** A left record has one partner at most. */
  readonly exclusive: boolean;
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
  const pairs = candidates(encoded, options.block);
  const found = patterns.ofAll(pairs.left, pairs.right);
  const strangers = randomPairs(encoded, options.random);
  const random = patterns.ofAll(strangers.left, strangers.right);
  const plan = familyPlan(comparisons, options.combine);
  const trained = train({
    comparisons,
    patterns: patterns.levels,
    plan,
    left: pairs.left,
    found,
    exclusive: options.exclusive,
    random: tally(random, patterns.levels.length),
    ...extent(encoded, found.length, options),
  });
  return weigh({ encoded, trained, pairs, found, patterns, plan }, options);
}

interface Pairs {
  readonly left: Int32Array;
  readonly right: Int32Array;
}

interface Compared {
  readonly encoded: Encoded;
  readonly trained: Trained;
  readonly pairs: Pairs;
  /** The number of the pattern of each pair. */
  readonly found: Int32Array;
  readonly patterns: Patterns;
  readonly plan: FamilyPlan;
}

function weigh(compared: Compared, options: LinkOptions): Linkage {
  const { encoded, trained, pairs, found, patterns, plan } = compared;
  const weights: Weights = {
    priorBits: Math.log2(trained.prior / (1 - trained.prior)),
    bits: trained.shares.map(levelBits),
    frequency: encoded.columns.map((column, at) => {
      const shares = trained.shares[at];
      return shares === undefined ? [] : frequencyBits(column, shares, options.frequencyFloor);
    }),
  };
  const scoreOf = (i: number, j: number, levels: Uint8Array | undefined) =>
    weights.priorBits +
    combined(plan, (at) =>
      bitsOfPair(weights, encoded, at, { level: levels?.[at] ?? 0, left: i, right: j }),
    );
  const { left, right } = pairs;
  const bits = new Float64Array(left.length);
  for (let at = 0; at < bits.length; at += 1) {
    bits[at] = scoreOf(left[at] ?? 0, right[at] ?? 0, patterns.levels[found[at] ?? 0]);
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

const RANDOM_PAIRS = 120_000;

/** All pairs where there are few. */
function randomPairs(encoded: Encoded, random: () => number): Pairs {
  if (encoded.columns.every(({ comparison }) => fixedShares(comparison) !== undefined)) {
    return { left: new Int32Array(), right: new Int32Array() };
  }
  if (allPairs(encoded) <= RANDOM_PAIRS) {
    return candidates(encoded, { rules: 'all', largestBlock: 0, perRecord: 0 });
  }
  const { leftSize, rightSize, oneFile } = encoded;
  const list = new PairList();
  while (list.size < RANDOM_PAIRS) {
    const i = Math.floor(random() * leftSize);
    const j = Math.floor(random() * rightSize);
    if (!oneFile || i !== j) list.add(i, j);
  }
  return list.pairs();
}

function candidates(encoded: Encoded, block: BlockOptions): Pairs {
  const list = new PairList();
  eachCandidate(encoded, block, (i, j) => {
    list.add(i, j);
  });
  return list.pairs();
}

function tally(numbers: Int32Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const number of numbers) counts[number] = (counts[number] ?? 0) + 1;
  return counts;
}

/** Grows by doubling: there can be millions. */
class PairList {
  #left = new Int32Array(1024);
  #right = new Int32Array(1024);
  size = 0;

  add(left: number, right: number): void {
    if (this.size === this.#left.length) {
      this.#left = doubled(this.#left);
      this.#right = doubled(this.#right);
    }
    this.#left[this.size] = left;
    this.#right[this.size] = right;
    this.size += 1;
  }

  pairs(): Pairs {
    return { left: this.#left.slice(0, this.size), right: this.#right.slice(0, this.size) };
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
