import { keysOf, possibleKeys, type KeyPart } from './keys.ts';
import type { Encoded } from './patterns.ts';

/** A rule's keys: comparison number and form, those of one inner list together. */
export type BlockRule = readonly KeyPart[];

export interface BlockOptions {
  readonly rules:
    | 'auto'
    | 'all'
    | readonly BlockRule[]
    | { readonly listed: Iterable<readonly [number, number]> };
  /** A key under which more records stand than this leads to nobody. */
  readonly largestBlock: number;
  /** Of `auto`: how many candidates for each record, about. */
  readonly perRecord: number;
}

/** Fewer pairs than this are all compared: looking for keys would cost more. */
const ALL_PAIRS = 600_000;

/** Calls `visit` once for each candidate pair, in the order of the left records. */
export function eachCandidate(
  encoded: Encoded,
  options: BlockOptions,
  visit: (left: number, right: number) => void,
): void {
  const { rules } = options;
  if (typeof rules === 'object' && 'listed' in rules) {
    for (const [left, right] of rules.listed) visit(left, right);
    return;
  }
  const everything = (encoded.leftSize * encoded.rightSize) / (encoded.oneFile ? 2 : 1);
  const all = rules === 'all' || (rules === 'auto' && everything <= ALL_PAIRS);
  if (all) eachPair(encoded, visit);
  else eachInBlocks(encoded, blocksOf(encoded, rules, options), visit);
}

function eachPair(
  { leftSize, rightSize, oneFile }: Encoded,
  visit: (i: number, j: number) => void,
) {
  for (let i = 0; i < leftSize; i += 1) {
    for (let j = oneFile ? i + 1 : 0; j < rightSize; j += 1) visit(i, j);
  }
}

/** For one rule: the keys of each left record, and who stands under each key on the right. */
interface Blocks {
  readonly ofLeft: readonly (readonly number[])[];
  readonly members: readonly (readonly number[])[];
}

function blocksOf(
  encoded: Encoded,
  rules: 'auto' | 'all' | readonly BlockRule[],
  options: BlockOptions,
): readonly Blocks[] {
  const read = keyReader(encoded);
  if (typeof rules !== 'string') {
    return rules.map((rule) => build(encoded, rule, read, options.largestBlock));
  }
  return autoRules(encoded, read, options).map((rule) =>
    build(encoded, rule, read, options.largestBlock),
  );
}

/**
 * Single keys that make few pairs first, up to two thirds of what may be spent. Then, for every two comparisons, the widest keys of
 * both together that still fit into an even share of the rest: whatever two values a pair agrees on, it is found.
 */
function autoRules(encoded: Encoded, read: ReadKeys, options: BlockOptions): readonly BlockRule[] {
  const budget = options.perRecord * Math.max(encoded.leftSize, encoded.rightSize);
  const { singles, pairs } = possibleKeys(encoded.columns.map(({ comparison }) => comparison));
  const weigh = (rule: BlockRule): WeighedRule => ({
    rule,
    ...estimate(encoded, rule, read, options.largestBlock),
  });
  const alone: BlockRule[] = [];
  let spent = 0;
  for (const { rule, cost } of singles.map(weigh).toSorted((a, b) => a.cost - b.cost)) {
    if (alone.length > 0 && spent + cost > budget * ALONE) break;
    spent += cost;
    alone.push(rule);
  }
  const covered = new Set(alone.flat().map(partName));
  const open = pairs.filter((rule) => !rule.some((part) => covered.has(partName(part))));
  return [...alone, ...together(open.map(weigh), budget - spent)];
}

const ALONE = 2 / 3;

interface WeighedRule {
  readonly rule: BlockRule;
  /** About how many pairs it makes. */
  readonly cost: number;
  /** The share of records that stand under keys which too many share: there they are not found. */
  readonly crowded: number;
}

const FEW_CROWDED = 0.1;

function together(rules: readonly WeighedRule[], budget: number): readonly BlockRule[] {
  const groups = Map.groupBy(rules, ({ rule }) => rule.map(({ comparison }) => comparison).join());
  const cheapestFirst = [...groups.values()]
    .map((group) => group.toSorted((a, b) => b.cost - a.cost))
    .toSorted((a, b) => (a.at(-1)?.cost ?? 0) - (b.at(-1)?.cost ?? 0));
  let left = budget;
  return cheapestFirst.flatMap((group, at) => {
    const share = left / (cheapestFirst.length - at);
    const widest = group.find(
      ({ cost, crowded }) => cost > 0 && cost <= share && crowded <= FEW_CROWDED,
    );
    if (widest === undefined) return [];
    left -= widest.cost;
    return [widest.rule];
  });
}

const partName = ({ comparison, form }: KeyPart) => `${comparison}:${form}`;

function eachInBlocks(
  { leftSize, rightSize, oneFile }: Encoded,
  all: readonly Blocks[],
  visit: (left: number, right: number) => void,
): void {
  const lastSeen = new Int32Array(rightSize).fill(-1);
  const meet = (i: number, partners: readonly number[]) => {
    for (const j of partners) {
      if (lastSeen[j] === i || (oneFile && j <= i)) continue;
      lastSeen[j] = i;
      visit(i, j);
    }
  };
  for (let i = 0; i < leftSize; i += 1) {
    for (const { ofLeft, members } of all) {
      for (const key of ofLeft[i] ?? []) meet(i, members[key] ?? []);
    }
  }
}

type ReadKeys = (part: KeyPart, valueId: number) => readonly number[];

/** Keys of distinct values, each read once, as numbers that both sides share. */
function keyReader({ columns }: Encoded): ReadKeys {
  const known = new Map<string, (readonly number[] | undefined)[]>();
  const numbers = new Map<string, Map<string, number>>();
  return ({ comparison, form }, valueId) => {
    const name = `${comparison}:${form}`;
    const ofForm = known.get(name) ?? [];
    known.set(name, ofForm);
    const cached = ofForm[valueId];
    if (cached !== undefined) return cached;
    const texts = numbers.get(name) ?? new Map<string, number>();
    numbers.set(name, texts);
    const value = columns[comparison]?.values[valueId];
    const keys = (value === undefined ? [] : keysOf(value, form)).map((text) => {
      const number = texts.get(text) ?? texts.size;
      texts.set(text, number);
      return number;
    });
    ofForm[valueId] = keys;
    return keys;
  };
}

/** Numbers for what a rule's keys come to together: each step's numbers stand for all keys up to there. */
function keyJoiner(rule: BlockRule, encoded: Encoded, read: ReadKeys) {
  const steps = rule.map(() => new Map<number, number>());
  const keysOfRecord = (side: 'left' | 'right', record: number): readonly number[] => {
    let codes: readonly number[] = [0];
    for (const [at, part] of rule.entries()) {
      const id = encoded.columns[part.comparison]?.[side][record] ?? -1;
      if (id < 0) return [];
      const keys = read(part, id);
      const numbers = steps[at] ?? new Map<number, number>();
      codes = codes.flatMap((code) => keys.map((key) => numbered(numbers, code * MOST_KEYS + key)));
    }
    return codes;
  };
  return { keysOfRecord, size: () => steps.at(-1)?.size ?? 0 };
}

/** More distinct keys of one form than any file has. */
const MOST_KEYS = 2 ** 26;

function numbered(numbers: Map<number, number>, code: number): number {
  const known = numbers.get(code);
  if (known !== undefined) return known;
  numbers.set(code, numbers.size);
  return numbers.size - 1;
}

function build(encoded: Encoded, rule: BlockRule, read: ReadKeys, largest: number): Blocks {
  const { keysOfRecord, size } = keyJoiner(rule, encoded, read);
  const ofLeft = Array.from({ length: encoded.leftSize }, (_, at) => keysOfRecord('left', at));
  const ofRight = encoded.oneFile
    ? ofLeft
    : Array.from({ length: encoded.rightSize }, (_, at) => keysOfRecord('right', at));
  const members = Array.from({ length: size() }, (): number[] => []);
  ofRight.forEach((keys, record) => {
    for (const key of keys) members[key]?.push(record);
  });
  return { ofLeft, members: members.map((records) => (records.length > largest ? [] : records)) };
}

/** So many records of a side are looked at to tell how many pairs a rule would make. */
const SAMPLE = 1_500;

function estimate(
  encoded: Encoded,
  rule: BlockRule,
  read: ReadKeys,
  largest: number,
): Omit<WeighedRule, 'rule'> {
  const { keysOfRecord } = keyJoiner(rule, encoded, read);
  const left = countKeys('left', encoded.leftSize, keysOfRecord);
  const right = encoded.oneFile ? left : countKeys('right', encoded.rightSize, keysOfRecord);
  let pairs = 0;
  let [records, crowded] = [0, 0];
  for (const [key, count] of left.counts) {
    const others = right.counts.get(key) ?? 0;
    records += count;
    if (others * right.scale > largest) crowded += count;
    else pairs += encoded.oneFile ? (count * (count - 1)) / 2 : count * others;
  }
  return { cost: pairs * left.scale * right.scale, crowded: crowded / Math.max(1, records) };
}

function countKeys(
  side: 'left' | 'right',
  size: number,
  keysOf: (side: 'left' | 'right', record: number) => readonly number[],
) {
  const step = Math.max(1, size / SAMPLE);
  const counts = new Map<number, number>();
  for (let at = 0; at < size; at += step) {
    for (const key of keysOf(side, Math.floor(at))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return { counts, scale: step };
}
