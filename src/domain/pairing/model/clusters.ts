import type { Linkage } from './link.ts';

/** Pairs that may be the same person, each with the bits it is judged by. Higher is likelier. */
export interface ScoredPairs {
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly bits: Float64Array;
}

/** Pairs above this are looked at together with those around them. */
const NEIGHBOUR_BITS = -4;
/** Pairs below this are nobody's, and are left out unless the records around them say otherwise. */
const HOPELESS_BITS = -12;
/** Work grows with the cube of it; larger heaps are cut at higher bits until they fit. */
const LARGEST_HEAP = 120;
/** One pair does not outvote all others, neither for nor against. */
const CAP = 14;
const LEAST = -10;

/**
 * Duplicates in one file come in groups: two records that differ much are the same person where the records between them
 * are. Each heap of neighbours is merged step by step, always the two groups that agree best on average; a pair is then
 * judged by its own bits and by the agreement of the groups that it was merged in.
 */
export function judgedInGroups(linkage: Linkage): ScoredPairs {
  const found = new Map<number, number>();
  const size = linkage.encoded.leftSize;
  linkage.bits.forEach((bits, at) => {
    if (bits < HOPELESS_BITS) return;
    const [i, j] = [linkage.left[at] ?? 0, linkage.right[at] ?? 0];
    found.set(Math.min(i, j) * size + Math.max(i, j), bits);
  });
  for (const heap of heapsOf(linkage)) {
    for (const { i, j, bits } of mergeSteps(heap, linkage.score)) found.set(i * size + j, bits);
  }
  const keys = [...found.keys()];
  return {
    left: Int32Array.from(keys, (key) => Math.floor(key / size)),
    right: Int32Array.from(keys, (key) => key % size),
    bits: Float64Array.from(found.values()),
  };
}

function heapsOf(linkage: Linkage): readonly (readonly number[])[] {
  const edges = [...linkage.bits.keys()].filter((at) => (linkage.bits[at] ?? 0) > NEIGHBOUR_BITS);
  const fitting: (readonly number[])[] = [];
  let waiting: readonly number[] = edges;
  for (let cut = NEIGHBOUR_BITS; waiting.length > 0; cut += 2) {
    const still = waiting.filter((at) => (linkage.bits[at] ?? 0) > cut);
    const parent = joined(linkage, still);
    const groups = new Map<number, number[]>();
    for (const record of new Set(still.flatMap((at) => endsOf(linkage, at)))) {
      const root = rootOf(parent, record);
      groups.set(root, [...(groups.get(root) ?? []), record]);
    }
    for (const group of groups.values()) if (group.length <= LARGEST_HEAP) fitting.push(group);
    waiting = still.filter((at) => {
      const group = groups.get(rootOf(parent, linkage.left[at] ?? 0));
      return group !== undefined && group.length > LARGEST_HEAP;
    });
  }
  return fitting.map((heap) => heap.toSorted((a, b) => a - b));
}

const endsOf = (linkage: Linkage, at: number) => [linkage.left[at] ?? 0, linkage.right[at] ?? 0];

function joined(linkage: Linkage, edges: readonly number[]): Int32Array {
  const parent = Int32Array.from({ length: linkage.encoded.leftSize }, (_, at) => at);
  for (const at of edges) {
    const [i = 0, j = 0] = endsOf(linkage, at);
    parent[rootOf(parent, i)] = rootOf(parent, j);
  }
  return parent;
}

function rootOf(parent: Int32Array, start: number): number {
  let at = start;
  for (let up = parent[at] ?? at; up !== at; up = parent[at] ?? at) {
    parent[at] = parent[up] ?? up;
    at = up;
  }
  return at;
}

interface JudgedPair {
  readonly i: number;
  readonly j: number;
  readonly bits: number;
}

/** `heap` in rising order, so that equal agreements are merged in the same order each time. */
function mergeSteps(
  heap: readonly number[],
  score: (i: number, j: number) => number,
): readonly JudgedPair[] {
  const own = heap.map((i, at) => heap.map((j, to) => (at < to ? score(i, j) : 0)));
  const ownBits = (a: number, b: number) => own[Math.min(a, b)]?.[Math.max(a, b)] ?? 0;
  let groups = heap.map((_, at) => [at]);
  const sums = heap.map((_, a) => heap.map((_, b) => capped(ownBits(a, b))));
  const judged: JudgedPair[] = [];
  while (groups.length > 1) {
    const { a, b, mean } = closest(groups, sums);
    const [one = [], other = []] = [groups[a], groups[b]];
    for (const i of one) {
      for (const j of other) {
        const bits = (ownBits(i, j) + mean) / 2;
        const [from = 0, to = 0] = [heap[Math.min(i, j)], heap[Math.max(i, j)]];
        judged.push({ i: from, j: to, bits });
      }
    }
    groups = merged(groups, sums, a, b);
  }
  return judged;
}

const capped = (bits: number) => Math.min(CAP, Math.max(LEAST, bits));

function closest(groups: readonly (readonly number[])[], sums: readonly (readonly number[])[]) {
  let best = { a: 0, b: 1, mean: -Infinity };
  groups.forEach((one, a) => {
    for (let b = a + 1; b < groups.length; b += 1) {
      const mean = (sums[a]?.[b] ?? 0) / (one.length * (groups[b]?.length ?? 1));
      if (mean > best.mean) best = { a, b, mean };
    }
  });
  return best;
}

/** Takes group b into group a, in `sums` as well. */
function merged(groups: number[][], sums: number[][], a: number, b: number): number[][] {
  sums.forEach((row, at) => {
    const sum = (row[a] ?? 0) + (row[b] ?? 0);
    row[a] = sum;
    const rowA = sums[a];
    if (rowA !== undefined) rowA[at] = sum;
  });
  sums.splice(b, 1);
  for (const row of sums) row.splice(b, 1);
  return groups.flatMap((group, at) => {
    if (at === b) return [];
    return [at === a ? [...group, ...(groups[b] ?? [])] : group];
  });
}
