import { MISSING, type Comparison } from './comparison.ts';
import type { FamilyPlan } from './families.ts';

/** Of each level of one comparison: the share of the same persons (m) and of strangers (u) that reach it. */
export interface Shares {
  readonly m: readonly number[];
  readonly u: readonly number[];
}

export interface Training {
  readonly comparisons: readonly Comparison[];
  readonly patterns: readonly Uint8Array[];
  readonly plan: FamilyPlan;
  /** The left record and the pattern of each candidate pair. */
  readonly left: Int32Array;
  readonly found: Int32Array;
  /** A left record has one partner at most: its candidates compete. */
  readonly exclusive: boolean;
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

const STEPS = 60;

/**
 * Fellegi-Sunter. u is counted on random pairs, of which those that look like the same person are taken out step by step;
 * m and the prior are found by EM over the candidates. Pairs that were not compared count as strangers.
 */
export function train(training: Training): Trained {
  let trained = start(training);
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
  const odds = oddsOf(training, trained);
  const weights = matchesByPattern(training, odds);
  let matches = 0;
  for (const weight of weights) matches += weight;
  // One kind of evidence alone cannot tell few sure pairs from many unsure ones: what was expected keeps it in balance.
  if (training.exclusive) matches = (matches + training.expectedPairs) / 2;
  return {
    prior: Math.min(0.5, Math.max(matches, 1) / training.allPairs),
    shares: trained.shares.map((shares, at) => {
      const fixed = training.comparisons[at] && fixedShares(training.comparisons[at]);
      if (fixed !== undefined) return fixed;
      const m = levelShares(training.patterns, weights, at, doubt(shares.m.length, 0.5));
      return { u: strangers(training, at, odds), m };
    }),
  };
}

/** How many candidates of each pattern are true pairs, as far as is known. */
function matchesByPattern({ left, found, exclusive }: Training, odds: Float64Array): Float64Array {
  const matches = new Float64Array(odds.length);
  const rivals = exclusive ? oddsByRecord(left, found, odds) : undefined;
  for (let pair = 0; pair < found.length; pair += 1) {
    const pattern = found[pair] ?? 0;
    const own = odds[pattern] ?? 0;
    const all = rivals === undefined ? own : (rivals[left[pair] ?? 0] ?? own);
    matches[pattern] = (matches[pattern] ?? 0) + own / (1 + all);
  }
  return matches;
}

function oddsByRecord(left: Int32Array, found: Int32Array, odds: Float64Array): Float64Array {
  const sums = new Float64Array(left.reduce((most, record) => Math.max(most, record), -1) + 1);
  for (let pair = 0; pair < found.length; pair += 1) {
    const record = left[pair] ?? 0;
    sums[record] = (sums[record] ?? 0) + (odds[found[pair] ?? 0] ?? 0);
  }
  return sums;
}

/** The odds, per pattern, that a pair that shows it is the same person. */
function oddsOf({ patterns, plan }: Training, { shares, prior }: Trained): Float64Array {
  const ratios = shares.map(({ m, u }) =>
    Float64Array.from([1, ...m.map((share, at) => share / (u[at] ?? share))]),
  );
  return Float64Array.from(patterns, (levels) => {
    let odds = prior / (1 - prior);
    for (const { sum, members } of plan.families) {
      let best: number | undefined;
      for (const at of members) {
        const level = levels[at] ?? MISSING;
        if (level === MISSING) continue;
        const ratio = ratios[at]?.[level] ?? 1;
        if (sum) odds *= ratio;
        else best = Math.max(best ?? 0, ratio);
      }
      odds *= best ?? 1;
    }
    return odds;
  });
}

function strangers(training: Training, at: number, odds: Float64Array): readonly number[] {
  const weights = training.random.map((count, pattern) => count / (1 + (odds[pattern] ?? 0)));
  const levels = training.comparisons[at]?.levels.length ?? 1;
  return levelShares(training.patterns, weights, at, doubt(levels, 0.25));
}

const doubt = (levels: number, of: number) => new Array<number>(levels).fill(of);

/** `start`: what each level has before anything is counted, so that what was not seen is rare and not impossible. */
function levelShares(
  patterns: readonly Uint8Array[],
  weights: Float64Array,
  comparison: number,
  start: readonly number[],
): readonly number[] {
  const sums = [...start];
  patterns.forEach((pattern, at) => {
    const level = pattern[comparison] ?? MISSING;
    if (level !== MISSING) sums[level - 1] = (sums[level - 1] ?? 0) + (weights[at] ?? 0);
  });
  const total = sums.reduce((sum, one) => sum + one, 0);
  return sums.map((sum) => sum / total);
}
