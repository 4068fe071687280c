import type { PairingRules } from '../rules/schema.ts';
import { makeComparison, type Comparison } from './comparison.ts';

/** The comparisons of a rule file, made ready. */
export function comparisonsOf(
  rules: Pick<PairingRules, 'compare' | 'blocked_values'>,
): readonly Comparison[] {
  return rules.compare.map((rule) => makeComparison(rule, rules.blocked_values));
}
