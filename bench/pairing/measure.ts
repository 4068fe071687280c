import { performance } from 'node:perf_hooks';
import type { BlockOptions } from '../../src/domain/pairing/model/blocking.ts';
import { judgedInGroups, type ScoredPairs } from '../../src/domain/pairing/model/clusters.ts';
import { judgedByRivals } from '../../src/domain/pairing/model/rivals.ts';
import { link, type Linkage } from '../../src/domain/pairing/model/link.ts';
import { comparisonsOf } from '../../src/domain/pairing/model/rulesModel.ts';
import { comparisonName } from '../../src/domain/pairing/rules/names.ts';
import type { BenchRules } from '../../src/domain/pairing/rules/schema.ts';
import { curveOf, type Curve } from './metrics.ts';
import { outcomesOf, type Outcomes } from './outcomes.ts';
import { seeded } from './random.ts';
import type { Records } from './records.ts';
import { pairKey, positionsOf, type Truth } from './truth.ts';

export interface Measured extends Curve, Outcomes {
  readonly left: number;
  readonly right: number;
  readonly truePairs: number;
  readonly candidatePairs: number;
  readonly blockRecall: number;
  readonly pairsPerSecond: number;
  readonly seconds: number;
  readonly memoryMb: number;
  readonly linkage: Linkage;
}

/** Candidates for each record that `block: auto` aims at. */
const PER_RECORD = 150;

export function measure(records: Records, truth: Truth, rules: BenchRules): Measured {
  const started = performance.now();
  const linkage = link(
    comparisonsOf(rules),
    records.left.rows,
    records.oneFile ? undefined : records.right.rows,
    {
      block: blockOptions(rules, records, truth),
      combine: rules.families,
      exclusive: pairingOf(rules, records.oneFile) !== 'many_to_many',
      frequencyFloor: rules.term_frequency_floor,
      random: seeded(1),
    },
  );
  const pairs = judged(linkage, rules, records.oneFile);
  const seconds = (performance.now() - started) / 1000;
  const keys = Float64Array.from(pairs.left, (left, at) =>
    pairKey(records, left, pairs.right[at] ?? 0),
  );
  const isTrue = (pair: number) => truth.pairs.has(keys[pair] ?? -1);
  const candidates = linkage.left.length;
  return {
    left: records.left.ids.length,
    right: records.right.ids.length,
    truePairs: truth.pairs.size,
    candidatePairs: candidates,
    blockRecall: truth.pairs.size === 0 ? 0 : found(linkage, records, truth) / truth.pairs.size,
    ...curveOf(pairs, isTrue, truth.pairs.size),
    ...outcomesOf({
      linkage,
      pairs: records.oneFile ? pairs : linkage,
      isTrue,
      rules,
      records,
      truth,
    }),
    pairsPerSecond: Math.round(candidates / seconds),
    seconds,
    memoryMb: Math.round(process.memoryUsage().rss / 2 ** 20),
    linkage,
  };
}

function found(linkage: Linkage, records: Records, truth: Truth): number {
  let count = 0;
  linkage.left.forEach((left, at) => {
    if (truth.pairs.has(pairKey(records, left, linkage.right[at] ?? 0))) count += 1;
  });
  return count;
}

function blockOptions(rules: BenchRules, records: Records, truth: Truth): BlockOptions {
  const options = { largestBlock: rules.largest_block, perRecord: PER_RECORD };
  if (truth.listed !== undefined) {
    const listed = [...truth.listed].map((key) => positionsOf(records, key));
    return { ...options, rules: { listed } };
  }
  if (typeof rules.block === 'string') return { ...options, rules: rules.block };
  const names = rules.compare.map(comparisonName);
  return {
    ...options,
    rules: rules.block.map((keys) =>
      keys.map((key) => {
        const [name = '', form = 'exact'] = key.split(':');
        // The schema has checked that the form is one of the comparison's.
        return { comparison: names.indexOf(name), form: form as 'exact' };
      }),
    ),
  };
}

export function pairingOf(rules: BenchRules, oneFile: boolean) {
  return rules.pairing ?? (oneFile ? 'many_to_many' : 'many_to_one');
}

/** The order in which pairs are believed: with the records around them, or against their rivals. */
function judged(linkage: Linkage, rules: BenchRules, oneFile: boolean): ScoredPairs {
  const pairing = pairingOf(rules, oneFile);
  if (oneFile && rules.clusters) return judgedInGroups(linkage);
  if (pairing === 'many_to_many') return linkage;
  return judgedByRivals(linkage, pairing === 'one_to_one');
}
