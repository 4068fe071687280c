import type { ScoredPairs } from './clusters.ts';

/**
 * Pairs by what is left of their bits when each record has one partner at most: of two candidates that are equally likely,
 * neither is likelier than one half. `both`: right records have one partner at most, too.
 */
export function judgedByRivals(pairs: ScoredPairs, both: boolean): ScoredPairs {
  const left = oddsByRecord(pairs.left, pairs.bits);
  const right = both ? oddsByRecord(pairs.right, pairs.bits) : undefined;
  const bits = pairs.bits.map((own, at) => {
    const odds = oddsOf(own);
    const lefts = (left[pairs.left[at] ?? 0] ?? 0) - odds;
    const rights = right === undefined ? 0 : (right[pairs.right[at] ?? 0] ?? 0) - odds;
    return own - Math.log2(1 + Math.max(0, lefts) + Math.max(0, rights));
  });
  return { left: pairs.left, right: pairs.right, bits };
}

/** Beyond this the sums would lose what the others add. */
const MOST = 40;
const oddsOf = (bits: number) => 2 ** Math.min(MOST, bits);

function oddsByRecord(records: Int32Array, bits: Float64Array): Float64Array {
  const sums = new Float64Array(records.reduce((most, one) => Math.max(most, one), -1) + 1);
  records.forEach((record, at) => {
    sums[record] = (sums[record] ?? 0) + oddsOf(bits[at] ?? 0);
  });
  return sums;
}
