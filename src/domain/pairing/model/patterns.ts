import { MISSING, type Comparison, type Fields, type Side, type Value } from './comparison.ts';

/** The values of one comparison, each distinct one once. */
export interface Column {
  readonly comparison: Comparison;
  readonly values: readonly Value[];
  /** For each record the number of its value; -1 where it has none, or one that too many share. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** How many records hold each value, of both sides together. */
  readonly counts: Int32Array;
  readonly filled: number;
}

/** Both sides made ready for comparing. With one file both are the same records. */
export interface Encoded {
  readonly columns: readonly Column[];
  readonly leftSize: number;
  readonly rightSize: number;
  readonly oneFile: boolean;
}

export function encode(
  comparisons: readonly Comparison[],
  left: readonly Fields[],
  right: readonly Fields[] | undefined,
): Encoded {
  return {
    columns: comparisons.map((comparison) => encodeColumn(comparison, left, right)),
    leftSize: left.length,
    rightSize: (right ?? left).length,
    oneFile: right === undefined,
  };
}

function encodeColumn(
  comparison: Comparison,
  left: readonly Fields[],
  right: readonly Fields[] | undefined,
): Column {
  const numbers = new Map<string, number>();
  const values: Value[] = [];
  const number = (fields: Fields, side: Side): number => {
    const value = comparison.read(fields, side);
    if (value === undefined) return -1;
    const known = numbers.get(value.key);
    if (known !== undefined) return known;
    numbers.set(value.key, values.length);
    return values.push(value) - 1;
  };
  const leftIds = Int32Array.from(left, (fields) => number(fields, 'left'));
  const rightIds =
    right === undefined ? leftIds : Int32Array.from(right, (fields) => number(fields, 'right'));
  const sides = right === undefined ? [leftIds] : [leftIds, rightIds];
  const perSide = sides.map((ids) => countsOf(ids, values.length));
  const most = comparison.rule.generic_above ?? Infinity;
  const isGeneric = (id: number) => perSide.some((counts) => (counts[id] ?? 0) > most);
  for (const ids of sides) {
    ids.forEach((id, at) => {
      if (id >= 0 && isGeneric(id)) ids[at] = -1;
    });
  }
  const counts = sides.map((ids) => countsOf(ids, values.length)).reduce(added);
  return {
    comparison,
    values,
    left: leftIds,
    right: rightIds,
    counts,
    filled: counts.reduce((sum, count) => sum + count, 0),
  };
}

function countsOf(ids: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (const id of ids) if (id >= 0) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

function added(a: Int32Array, b: Int32Array): Int32Array {
  return a.map((count, at) => count + (b[at] ?? 0));
}

/** Which levels a pair reaches, one per comparison. Millions of pairs share a few thousand patterns. */
export interface Patterns {
  readonly levels: readonly Uint8Array[];
  /** The number of the pattern of left record `i` and right record `j`. */
  of(i: number, j: number): number;
}

const CACHE_BITS = 16;

export function patternsOf(encoded: Encoded): Patterns {
  const levels: Uint8Array[] = [];
  const numbers = new Map<number, number>();
  const finders = encoded.columns.map(cachedLevel);
  const radix = encoded.columns.map(({ comparison }) => comparison.levels.length + 1);
  const found = new Uint8Array(finders.length);
  return {
    levels,
    of(i, j) {
      let code = 0;
      for (let at = 0; at < finders.length; at += 1) {
        const level = finders[at]?.(i, j) ?? MISSING;
        found[at] = level;
        code = code * (radix[at] ?? 1) + level;
      }
      const known = numbers.get(code);
      if (known !== undefined) return known;
      numbers.set(code, levels.length);
      return levels.push(found.slice()) - 1;
    },
  };
}

/** Values repeat: what two of them come to is remembered in a table that forgets by being written over. */
function cachedLevel({
  comparison,
  values,
  left,
  right,
}: Column): (i: number, j: number) => number {
  const size = 1 << CACHE_BITS;
  const keys = new Float64Array(size).fill(-1);
  const levels = new Uint8Array(size);
  const isExactFirst = comparison.levels[0]?.is === 'exact';
  return (i, j) => {
    const a = left[i] ?? -1;
    const b = right[j] ?? -1;
    if (a < 0 || b < 0) return MISSING;
    if (a === b && isExactFirst) return 1;
    const low = Math.min(a, b);
    const high = Math.max(a, b);
    const key = high * values.length + low;
    const slot = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> (32 - CACHE_BITS);
    if (keys[slot] === key) return levels[slot] ?? MISSING;
    const valueA = values[a];
    const valueB = values[b];
    if (valueA === undefined || valueB === undefined) return MISSING;
    const level = comparison.level(valueA, valueB);
    keys[slot] = key;
    levels[slot] = level;
    return level;
  };
}
