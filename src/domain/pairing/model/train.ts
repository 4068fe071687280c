import { MISSING, type Comparison } from './comparison.ts';

/** Of each level of one comparison: the share of the same persons (m) and of strangers (u) that reach it. */
export interface Shares {
  readonly m: readonly number[];
  readonly u: readonly number[];
}

export interface Training {
  readonly comparisons: readonly Comparison[];
  readonly patterns: readonly Uint8Array[];
  /** How many candidate pairs show each pattern. */
  readonly candidates: Float64Array;
  /** How many random pairs show it. */
  readonly random: Float64Array;
  /** All pairs there are, compared or not. */
  readonly allPairs: number;
  /** How many true pairs to expect before anything is known. */
  readonly expectedPairs: number;
}

export interface Trained {
  /** One per comparison, by level number minus one. */
  readonly shares: readonly Shares[];
  /** The share of true pairs among all pairs. */
  readonly prior: number;
}

const ROUNDS = 3;
const STEPS = 25;

/**
 * Fellegi-Sunter. u is counted on random pairs and stays fixed while m and the prior are found by EM over the candidates;
 * pairs that were not compared count as strangers. Random pairs that turn out to be the same person are then taken out of u.
 */
export function train(training: Training): Trained {
  let trained = start(training);
  for (let round = 0; round < ROUNDS; round += 1) {
    trained = settled(training, trained);
    trained = { ...trained, shares: withoutMatches(training, trained) };
  }
  return settled(training, trained);
}

/** Steps until nothing moves any more. */
function settled(training: Training, first: Trained): Trained {
  let trained = first;
  for (let step = 0; step < STEPS; step += 1) {
    const next = improve(training, trained);
    const moved = Math.abs(Math.log(next.prior / trained.prior));
    trained = next;
    if (moved < STILL) break;
  }
  return trained;
}

/** The prior changes by less than this share of itself. */
const STILL = 1e-4;

/** The rule's own weights where it has them. */
export function fixedShares({ rule }: Comparison): Shares | undefined {
  const levels = rule.levels ?? [];
  const m = levels.flatMap((level) => level.m ?? []);
  const u = levels.flatMap((level) => level.u ?? []);
  return m.length === 0 ? undefined : { m, u };
}

function start(training: Training): Trained {
  const never = new Float64Array(training.patterns.length);
  return {
    prior: Math.min(0.5, training.expectedPairs / training.allPairs),
    shares: training.comparisons.map((comparison, at) => {
      const u = strangers(training, at, never);
      return fixedShares(comparison) ?? { u, m: firstGuess(u.length) };
    }),
  };
}

/** Nine of ten agree, the rest tapers off: only the place from which EM sets out. */
function firstGuess(levels: number): readonly number[] {
  const others = Array.from({ length: levels - 1 }, (_, at) => 2 ** -at);
  const sum = others.reduce((total, share) => total + share, 0);
  return levels === 1 ? [1] : [0.8, ...others.map((share) => (0.2 * share) / sum)];
}

function improve(training: Training, trained: Trained): Trained {
  const posterior = posteriors(training, trained);
  let matches = 0;
  const weights = training.candidates.map((count, at) => count * (posterior[at] ?? 0));
  for (const weight of weights) matches += weight;
  return {
    prior: Math.min(0.5, Math.max(matches, 1) / training.allPairs),
    shares: trained.shares.map((shares, at) => {
      const fixed = training.comparisons[at] && fixedShares(training.comparisons[at]);
      if (fixed !== undefined) return fixed;
      return { u: shares.u, m: levelShares(training.patterns, weights, at, shares.m.length, 0.5) };
    }),
  };
}

/** The probability, per pattern, that a pair that shows it is the same person. */
function posteriors({ patterns }: Training, { shares, prior }: Trained): Float64Array {
  const odds = prior / (1 - prior);
  const ratios = shares.map(({ m, u }) =>
    Float64Array.from([1, ...m.map((share, at) => share / (u[at] ?? share))]),
  );
  return Float64Array.from(patterns, (levels) => {
    let ratio = odds;
    for (let at = 0; at < levels.length; at += 1) ratio *= ratios[at]?.[levels[at] ?? 0] ?? 1;
    return ratio / (1 + ratio);
  });
}

function withoutMatches(training: Training, trained: Trained): readonly Shares[] {
  const posterior = posteriors(training, trained);
  return trained.shares.map((shares, at) => {
    const fixed = training.comparisons[at] && fixedShares(training.comparisons[at]);
    return fixed ?? { m: shares.m, u: strangers(training, at, posterior) };
  });
}

function strangers(training: Training, at: number, posterior: Float64Array): readonly number[] {
  const weights = training.random.map((count, pattern) => count * (1 - (posterior[pattern] ?? 0)));
  const levels = training.comparisons[at]?.levels.length ?? 1;
  return levelShares(training.patterns, weights, at, levels, 0.25);
}

/** `doubt` is added to each level, so that what was not seen is rare and not impossible. */
function levelShares(
  patterns: readonly Uint8Array[],
  weights: Float64Array,
  comparison: number,
  levels: number,
  doubt: number,
): readonly number[] {
  const sums = new Array<number>(levels).fill(doubt);
  patterns.forEach((pattern, at) => {
    const level = pattern[comparison] ?? MISSING;
    if (level !== MISSING) sums[level - 1] = (sums[level - 1] ?? 0) + (weights[at] ?? 0);
  });
  const total = sums.reduce((sum, one) => sum + one, 0);
  return sums.map((sum) => sum / total);
}
