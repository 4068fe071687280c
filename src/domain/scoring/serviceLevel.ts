import type { Band } from './bands.ts';

/** Share of the usual time to answer, by band. None above 1: a score may only ever make service better (R54). */
const SHARES = [1, 1, 0.9, 0.75, 0.5] as const satisfies Readonly<Record<Band, number>>;

/**
 * The time within which to answer, in the unit of `defaultSla`. Without a score (none yet, ended, objected) it is the
 * default, and with one it is never longer.
 */
export function serviceLevel(
  score: { readonly band: Band } | undefined,
  defaultSla: number,
): number {
  return score === undefined ? defaultSla : defaultSla * SHARES[score.band];
}
