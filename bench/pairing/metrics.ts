import type { ScoredPairs } from '../../src/domain/pairing/model/clusters.ts';

export interface Quality {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Bits from which on a pair counts as one. */
  readonly threshold: number;
}

export interface Curve {
  readonly best: Quality;
  readonly recallAtZeroFalse: number;
  readonly recallAtPrecision999: number;
}

/** Walks down from the likeliest pair. Pairs of equal bits are taken together: no threshold could tell them apart. */
export function curveOf(
  pairs: ScoredPairs,
  isTrue: (pair: number) => boolean,
  truePairs: number,
): Curve {
  const order = Uint32Array.from(pairs.bits.keys()).sort(
    (a, b) => (pairs.bits[b] ?? 0) - (pairs.bits[a] ?? 0),
  );
  let [right, wrong] = [0, 0];
  let best: Quality = { precision: 0, recall: 0, f1: 0, threshold: Infinity };
  let [recallAtZeroFalse, recallAtPrecision999] = [0, 0];
  order.forEach((pair, at) => {
    if (isTrue(pair)) right += 1;
    else wrong += 1;
    const threshold = pairs.bits[pair] ?? 0;
    const next = order[at + 1];
    if (next !== undefined && pairs.bits[next] === threshold) return;
    const recall = truePairs === 0 ? 0 : right / truePairs;
    const precision = right / (right + wrong);
    if (wrong === 0) recallAtZeroFalse = recall;
    if (precision >= 0.999) recallAtPrecision999 = recall;
    const f1 = right === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    if (f1 > best.f1) best = { precision, recall, f1, threshold };
  });
  return { best, recallAtZeroFalse, recallAtPrecision999 };
}
