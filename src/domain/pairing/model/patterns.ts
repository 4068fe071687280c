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
  /** The same for many pairs. */
  ofAll(left: Int32Array, right: Int32Array): Int32Array;
}

export function patternsOf(encoded: Encoded): Patterns {
  const levels: Uint8Array[] = [];
  const numbers = new Map<number, number>();
  const finders = encoded.columns.map(cachedLevel);
  const radix = encoded.columns.map(({ comparison }) => comparison.levels.length + 1);
  const numberOf = (code: number): number => {
    const known = numbers.get(code);
    if (known !== undefined) return known;
    numbers.set(code, levels.length);
    return levels.push(levelsOfCode(code, radix)) - 1;
  };
  return {
    levels,
    of(i, j) {
      let code = 0;
      for (let at = 0; at < finders.length; at += 1) {
        code = code * (radix[at] ?? 1) + (finders[at]?.(i, j) ?? MISSING);
      }
      return numberOf(code);
    },
    // Column by column: the values of one fit into the processor's cache, those of all do not.
    ofAll(left, right) {
      const codes = new Float64Array(left.length);
      finders.forEach((find, at) => {
        const base = radix[at] ?? 1;
        for (let pair = 0; pair < codes.length; pair += 1) {
          codes[pair] = (codes[pair] ?? 0) * base + find(left[pair] ?? 0, right[pair] ?? 0);
        }
      });
      return Int32Array.from(codes, numberOf);
    },
  };
}

function levelsOfCode(code: number, radix: readonly number[]): Uint8Array {
  const levels = new Uint8Array(radix.length);
  let rest = code;
  for (let at = radix.length - 1; at >= 0; at -= 1) {
    const base = radix[at] ?? 1;
    levels[at] = rest % base;
    rest = Math.floor(rest / base);
  }
  return levels;
}

type FindLevel = (i: number, j: number) => number;

/** Values repeat: what two of them come to is remembered. With few values in a table of all of them. */
function cachedLevel(column: Column): FindLevel {
  const { comparison, values, left, right } = column;
  const remembered = values.length <= MOST_IN_TABLE ? fullTable(column) : hashTable(column);
  const isExactFirst = comparison.levels[0]?.is === 'exact';
  return (i, j) => {
    const a = left[i] ?? -1;
    const b = right[j] ?? -1;
    if (a < 0 || b < 0) return MISSING;
    if (a === b && isExactFirst) return 1;
    return a < b ? remembered(a, b) : remembered(b, a);
  };
}

const MOST_IN_TABLE = 1_500;
const HASH_BITS = 15;

function levelOf({ comparison, values }: Column, low: number, high: number): number {
  const a = values[low];
  const b = values[high];
  return a === undefined || b === undefined ? MISSING : comparison.level(a, b);
}

function fullTable(column: Column): FindLevel {
  const size = column.values.length;
  const levels = new Uint8Array(size * size);
  return (low, high) => {
    const slot = high * size + low;
    const known = levels[slot] ?? MISSING;
    if (known !== MISSING) return known;
    const level = levelOf(column, low, high);
    levels[slot] = level;
    return level;
  };
}

/** Forgets by being written over. Where nearly each record has its own value, remembering would cost more than it saves. */
function hashTable(column: Column): FindLevel {
  const size = column.values.length;
  if (size > column.filled * MOSTLY_UNIQUE) return (low, high) => levelOf(column, low, high);
  const keys = new Float64Array(1 << HASH_BITS).fill(-1);
  const levels = new Uint8Array(1 << HASH_BITS);
  return (low, high) => {
    const key = high * size + low;
    const slot = (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> (32 - HASH_BITS);
    if (keys[slot] === key) return levels[slot] ?? MISSING;
    const level = levelOf(column, low, high);
    keys[slot] = key;
    levels[slot] = level;
    return level;
  };
}

const MOSTLY_UNIQUE = 0.3;
