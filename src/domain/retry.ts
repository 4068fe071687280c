/** Tries of one piece of work before a person is asked. */
export const MAX_ATTEMPTS = 10;

const FIRST_MS = 1_000;
const LONGEST_MS = 15 * 60_000;

/**
 * Milliseconds until the next try after `attempts` failures (1, 2, ...): doubling, at most 15 minutes, and spread by
 * `random` in [0, 1) over the upper half, so that what failed together does not come back together.
 */
export function backoff(attempts: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  return Math.round(ceiling / 2 + (ceiling / 2) * random);
}
