import { createHash } from 'node:crypto';

/** A seeded stream of randomness: the same seed plays the same faults again. */
export interface Random {
  /** 0 <= x < 1 */
  next(): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** A whole number, 0 <= n < limit. */
  below(limit: number): number;
  hex(length: number): string;
  uuid(): string;
  shuffle<T>(items: readonly T[]): T[];
}

export function createRandom(seed: number): Random {
  // mulberry32: small, fast and good enough to play dice with.
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const hex = (length: number) => {
    let text = '';
    while (text.length < length) {
      text += createHash('sha256').update(`${seed}:${next()}`).digest('hex');
    }
    return text.slice(0, length);
  };
  return {
    next,
    below,
    hex,
    chance: (probability) => probability > 0 && next() < probability,
    uuid() {
      const word = () => below(65_536).toString(16).padStart(4, '0');
      return `${word()}${word()}-${word()}-4${word().slice(1)}-a${word().slice(1)}-${word()}${word()}${word()}`;
    },
    shuffle(items) {
      return items
        .map((item) => ({ item, rank: next() }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ item }) => item);
    },
  };
}
