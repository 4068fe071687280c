/** What the bits of a pair lead to. Only proof or `automatic` ever links. */
export type Verdict = 'automatic' | 'review' | 'possible' | 'none';

export interface Thresholds {
  readonly automatic: {
    readonly allowed: boolean;
    readonly probability: number;
    readonly margin_bits: number;
    readonly families: number;
  };
  readonly review: number;
  readonly possible: number;
  readonly most_suggestions: number;
}

/** One candidate of a record, weighed. */
export interface Weighed {
  /** All bits, the prior included. */
  readonly bits: number;
  /** Families of evidence that speak for it. */
  readonly families: readonly string[];
  /** Whether one that is not the likeness of a name speaks for it (R05). */
  readonly beyondName: boolean;
  /** The best that any other record has to say for the same partner; undefined where that does not matter. */
  readonly rival: number | undefined;
}

/** A family speaks for a pair from this many bits on. */
export const SPEAKS = 1;

/**
 * The verdicts on all candidates of one record, in their order. `exclusive`: the record has one partner at most, so a
 * close second holds up the first.
 */
export function verdictsOf(
  candidates: readonly Weighed[],
  thresholds: Thresholds,
  exclusive: boolean,
): readonly Verdict[] {
  const sorted = candidates.map(({ bits }) => bits).toSorted((a, b) => b - a);
  const least = sorted[thresholds.most_suggestions - 1] ?? -Infinity;
  return candidates.map((candidate) => {
    const second = sorted[0] === candidate.bits ? sorted[1] : sorted[0];
    const rivals = [exclusive ? second : undefined, candidate.rival];
    if (links(candidate, rivals, thresholds)) return 'automatic';
    if (exclusive && candidate.bits < least) return 'none';
    const likely = probability(candidate.bits);
    if (likely >= thresholds.review) return 'review';
    return likely >= thresholds.possible ? 'possible' : 'none';
  });
}

function links(
  { bits, families, beyondName }: Weighed,
  rivals: readonly (number | undefined)[],
  { automatic }: Thresholds,
): boolean {
  return (
    automatic.allowed &&
    beyondName &&
    families.length >= automatic.families &&
    probability(bits) >= automatic.probability &&
    rivals.every((rival) => rival === undefined || bits - rival >= automatic.margin_bits)
  );
}

export function probability(bits: number): number {
  return 1 / (1 + 2 ** -bits);
}
