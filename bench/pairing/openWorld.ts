import { seeded } from './random.ts';
import { without, type Records } from './records.ts';
import { pairKey, positionsOf, type Truth } from './truth.ts';

const SEED = 20_261_121;

/** Half of the right-hand records that are somebody's true partner are gone: whoever they belonged to is now unknown. */
export function openWorld(records: Records, truth: Truth): { records: Records; truth: Truth } {
  const partners = [...new Set([...truth.pairs].map((key) => positionsOf(records, key)[1]))];
  const removed = new Set(half(partners.toSorted((a, b) => a - b)));
  const rest = without(records, removed);
  const moved = (keys: ReadonlySet<number>) =>
    new Set([...keys].flatMap((key) => move(key, records, rest)));
  return {
    records: rest,
    truth: {
      pairs: moved(truth.pairs),
      listed: truth.listed === undefined ? undefined : moved(truth.listed),
    },
  };
}

function half(positions: readonly number[]): readonly number[] {
  const random = seeded(SEED);
  return positions
    .map((position) => ({ position, lot: random() }))
    .toSorted((a, b) => a.lot - b.lot)
    .slice(0, Math.floor(positions.length / 2))
    .map(({ position }) => position);
}

function move(key: number, from: Records, to: Records): readonly number[] {
  const [left, right] = positionsOf(from, key);
  const newLeft = to.left.positions.get(from.left.ids[left] ?? '');
  const newRight = to.right.positions.get(from.right.ids[right] ?? '');
  return newLeft === undefined || newRight === undefined ? [] : [pairKey(to, newLeft, newRight)];
}
