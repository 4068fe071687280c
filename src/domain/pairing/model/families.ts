import type { Comparison } from './comparison.ts';

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
