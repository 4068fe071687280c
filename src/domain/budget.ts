export interface Rate {
  readonly intervalMs: number;
  readonly burst: number;
}

/**
 * The pace at which no rolling window can hold more calls than the vendor grants: `burst` at once and then evenly, with one
 * call kept back for the jitter of the network between our clock and theirs.
 */
export function paceFor(budget: { readonly calls: number; readonly perMs: number }): Rate {
  const burst = budget.calls >= 20 ? 2 : 1;
  return { intervalMs: budget.perMs / Math.max(1, budget.calls - burst - 1), burst };
}
