/** A folded text of at most 32 letters and digits, made ready for fast comparison. */
export interface Letters {
  readonly text: string;
  readonly codes: Uint8Array;
  /** For each letter a bit per place where it stands. */
  readonly places: Int32Array;
  /** A bit for each letter that occurs at all; digits share bits with letters. */
  readonly mask: number;
}

const LONGEST = 32;
const ALPHABET = 36;

/** Undefined for a text that does not fit: it is compared the slow way. */
export function lettersOf(text: string): Letters | undefined {
  if (text.length === 0 || text.length > LONGEST) return undefined;
  const codes = new Uint8Array(text.length);
  const places = new Int32Array(ALPHABET);
  let mask = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = codeOf(text.charCodeAt(at));
    if (code < 0) return undefined;
    codes[at] = code;
    places[code] = (places[code] ?? 0) | (1 << at);
    mask |= 1 << (code & 31);
  }
  return { text, codes, places, mask };
}

function codeOf(charCode: number): number {
  if (charCode >= 97 && charCode <= 122) return charCode - 97;
  return charCode >= 48 && charCode <= 57 ? charCode - 48 + 26 : -1;
}

/**
 * The same as `jaroWinkler` of the texts, or 0 where that is below `least`: a free place is found in one step instead of by
 * looking at each, and texts with too few letters in common are not looked at further.
 */
export function lettersLikeness(left: Letters, right: Letters, least: number): number {
  if (left.text === right.text) return 1;
  const m = left.codes.length;
  const n = right.codes.length;
  const leads = m === n ? left.text < right.text : m < n;
  const short = leads ? left : right;
  const long = leads ? right : left;
  const limit = Math.min(4, m, n);
  let prefix = 0;
  while (prefix < limit && left.codes[prefix] === right.codes[prefix]) prefix += 1;
  if (withPrefix(atBest(short, long), prefix) < least) return 0;
  const likeness = withPrefix(jaroOf(short, long), prefix);
  return likeness < least ? 0 : likeness;
}

function withPrefix(jaro: number, prefix: number): number {
  return jaro === 0 ? 0 : jaro + prefix * 0.1 * (1 - jaro);
}

/** No more than this can come out: each letter that the longer text lacks is one without a partner. */
function atBest(short: Letters, long: Letters): number {
  const matches = short.codes.length - bitCount(short.mask & ~long.mask);
  return (matches / short.codes.length + matches / long.codes.length + 1) / 3;
}

function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Letters of the shorter text that found a partner, in their order. */
const found = new Uint8Array(LONGEST);

function jaroOf(short: Letters, long: Letters): number {
  const reach = Math.max(0, (long.codes.length >> 1) - 1);
  let free = -1;
  let taken = 0;
  let matches = 0;
  for (let at = 0; at < short.codes.length; at += 1) {
    const code = short.codes[at] ?? 0;
    const partners = (long.places[code] ?? 0) & free & window(at, reach);
    if (partners === 0) continue;
    const first = partners & -partners;
    free &= ~first;
    taken |= first;
    found[matches] = code;
    matches += 1;
  }
  if (matches === 0) return 0;
  const moved = outOfOrder(long.codes, taken) / 2;
  const inBoth = matches / short.codes.length + matches / long.codes.length;
  return (inBoth + (matches - moved) / matches) / 3;
}

/** Bits of the places from `at - reach` to `at + reach`. */
function window(at: number, reach: number): number {
  const from = Math.max(0, at - reach);
  const width = at + reach - from + 1;
  return width >= LONGEST ? -1 << from : ((1 << width) - 1) << from;
}

function outOfOrder(codes: Uint8Array, taken: number): number {
  let count = 0;
  let rest = taken;
  for (let at = 0; rest !== 0; at += 1) {
    const first = rest & -rest;
    rest ^= first;
    if (codes[31 - Math.clz32(first)] !== found[at]) count += 1;
  }
  return count;
}
