/** Likeness of two texts, symmetric. Both are read up to this length: far longer than any name, and it bounds the work. */
export const LONGEST_COMPARED = 128;

/**
 * Jaro-Winkler after its standard definition (MARTHA/MARHTA .9611, DIXON/DICKSONX .8133): 1 is equal, 0 has nothing in
 * common. Compares code units, so fold the texts first.
 */
export function jaroWinkler(left: string, right: string): number {
  const a = left.length > LONGEST_COMPARED ? left.slice(0, LONGEST_COMPARED) : left;
  const b = right.length > LONGEST_COMPARED ? right.slice(0, LONGEST_COMPARED) : right;
  if (a === b) return a.length === 0 ? 0 : 1;
  if (a.length === 0 || b.length === 0) return 0;
  // The first free partner is taken, so which text leads can matter: the same one must lead both ways.
  const leads = a.length === b.length ? a < b : a.length < b.length;
  const jaro = leads ? jaroOf(a, b) : jaroOf(b, a);
  if (jaro === 0) return 0;
  const limit = Math.min(4, a.length, b.length);
  let prefix = 0;
  while (prefix < limit && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** Reused between calls: a bench compares millions of pairs, and the domain is synchronous. */
const takenShort = new Uint8Array(LONGEST_COMPARED);
const takenLong = new Uint8Array(LONGEST_COMPARED);

function jaroOf(short: string, long: string): number {
  const reach = Math.max(0, (long.length >> 1) - 1);
  const matches = markMatches(short, long, reach);
  if (matches === 0) return 0;
  const moved = transpositions(short, long) / 2;
  return (matches / short.length + matches / long.length + (matches - moved) / matches) / 3;
}

function markMatches(short: string, long: string, reach: number): number {
  takenShort.fill(0, 0, short.length);
  takenLong.fill(0, 0, long.length);
  let matches = 0;
  for (let at = 0; at < short.length; at += 1) {
    const code = short.charCodeAt(at);
    const end = Math.min(long.length - 1, at + reach);
    for (let other = Math.max(0, at - reach); other <= end; other += 1) {
      if (takenLong[other] === 1 || long.charCodeAt(other) !== code) continue;
      takenLong[other] = 1;
      takenShort[at] = 1;
      matches += 1;
      break;
    }
  }
  return matches;
}

function transpositions(short: string, long: string): number {
  let other = 0;
  let count = 0;
  for (let at = 0; at < short.length; at += 1) {
    if (takenShort[at] === 0) continue;
    while (takenLong[other] === 0) other += 1;
    if (short.charCodeAt(at) !== long.charCodeAt(other)) count += 1;
    other += 1;
  }
  return count;
}

const rows = [0, 1, 2].map(() => new Uint8Array(LONGEST_COMPARED + 1)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

/**
 * How many single edits (insert, delete, replace, swap of two neighbours) lead from one text to the other; `most + 1`
 * where it takes more. Optimal string alignment: no part is edited twice.
 */
export function editsUpTo(left: string, right: string, most: number): number {
  if (left === right) return 0;
  const over = most + 1;
  if (Math.abs(left.length - right.length) > most) return over;
  const [a, b] = withoutCommonEnds(left, right);
  if (a.length === 0 || b.length === 0) return Math.min(over, a.length + b.length);
  // One edit leaves one letter at most between equal ends, or two that changed places.
  if (most === 1) return isOneEdit(a, b) ? 1 : over;
  let [before, last, next] = rows;
  for (let at = 0; at <= b.length; at += 1) last[at] = Math.min(at, over);
  for (let row = 1; row <= a.length; row += 1) {
    const least = fillRow({ a, b, row, over }, before, last, next);
    if (least > most) return over;
    [before, last, next] = [last, next, before];
  }
  return Math.min(over, last[b.length] ?? over);
}

/** The share of the longer text that needs no edit; 0 where that is below `least`. */
export function editLikeness(a: string, b: string, least: number): number {
  const longest = Math.max(a.length, b.length, 1);
  const most = Math.min(LONGEST_COMPARED, Math.floor((1 - least) * longest));
  const edits = editsUpTo(a, b, most);
  return edits > most ? 0 : 1 - edits / longest;
}

function withoutCommonEnds(left: string, right: string): readonly [string, string] {
  const shorter = Math.min(left.length, right.length, LONGEST_COMPARED);
  let start = 0;
  while (start < shorter && left.charCodeAt(start) === right.charCodeAt(start)) start += 1;
  let [endA, endB] = [left.length, right.length];
  while (endA > start && endB > start && left.charCodeAt(endA - 1) === right.charCodeAt(endB - 1)) {
    endA -= 1;
    endB -= 1;
  }
  const longest = start + LONGEST_COMPARED;
  return [left.slice(start, Math.min(endA, longest)), right.slice(start, Math.min(endB, longest))];
}

function isOneEdit(a: string, b: string): boolean {
  if (a.length === 1 && b.length === 1) return true;
  return a.length === 2 && b.length === 2 && a === b.charAt(1) + b.charAt(0);
}

interface EditRow {
  readonly a: string;
  readonly b: string;
  readonly row: number;
  readonly over: number;
}

/** Fills `next` from the two rows before it and returns the smallest value in it. */
function fillRow(
  { a, b, row, over }: EditRow,
  before: Uint8Array,
  last: Uint8Array,
  next: Uint8Array,
): number {
  const code = a.charCodeAt(row - 1);
  const previous = row > 1 ? a.charCodeAt(row - 2) : -1;
  next[0] = Math.min(row, over);
  let least = Math.min(row, over);
  for (let at = 1; at <= b.length; at += 1) {
    const other = b.charCodeAt(at - 1);
    let value = (last[at - 1] ?? over) + (other === code ? 0 : 1);
    value = Math.min(value, (last[at] ?? over) + 1, (next[at - 1] ?? over) + 1);
    const changedPlaces = at > 1 && other === previous && b.charCodeAt(at - 2) === code;
    if (changedPlaces) value = Math.min(value, (before[at - 2] ?? over) + 1);
    next[at] = Math.min(value, over);
    least = Math.min(least, value);
  }
  return least;
}
