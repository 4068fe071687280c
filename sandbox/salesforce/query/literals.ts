import { badRequest } from '../errors.ts';
import { stamp } from '../model.ts';

/** From (inclusive) and to (exclusive), as milliseconds. */
export type Span = readonly [from: number, to: number];

const DAY = 86_400_000;
const midnight = (at: number): number => Math.floor(at / DAY) * DAY;
const month = (at: number, plus: number): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + plus, 1);
};
const year = (at: number, plus: number): number =>
  Date.UTC(new Date(at).getUTCFullYear() + plus, 0, 1);
const quarter = (at: number, plus: number): number => {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), (Math.floor(date.getUTCMonth() / 3) + plus) * 3, 1);
};
/** Weeks begin on Sunday, as in an org with American settings. */
const week = (at: number, plus: number): number =>
  midnight(at) - new Date(at).getUTCDay() * DAY + plus * 7 * DAY;
const day = (at: number, plus: number): number => midnight(at) + plus * DAY;

const UNITS: Readonly<Record<string, (at: number, plus: number) => number>> = {
  DAY: day,
  WEEK: week,
  MONTH: month,
  QUARTER: quarter,
  YEAR: year,
};

const FIXED: Readonly<Record<string, readonly [unit: string, from: number, to: number]>> = {
  YESTERDAY: ['DAY', -1, 0],
  TODAY: ['DAY', 0, 1],
  TOMORROW: ['DAY', 1, 2],
  LAST_90_DAYS: ['DAY', -90, 1],
  NEXT_90_DAYS: ['DAY', 1, 91],
};

/** What a date literal means, in UTC. */
export function spanOf(literal: string, now: number): Span {
  const fixed = FIXED[literal];
  if (fixed !== undefined) {
    const [unit, from, to] = fixed;
    return [begin(unit, now, from), begin(unit, now, to)];
  }
  const named = /^(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)$/.exec(literal);
  if (named !== null) {
    const plus = { LAST: -1, THIS: 0, NEXT: 1 }[named[1] ?? ''] ?? 0;
    return [begin(named[2], now, plus), begin(named[2], now, plus + 1)];
  }
  const counted = /^(LAST|NEXT)_N_(DAY|WEEK|MONTH|QUARTER|YEAR)S:(\d+)$/.exec(literal);
  if (counted !== null) return countedSpan(counted, now);
  const ago = /^N_(DAY|WEEK|MONTH|QUARTER|YEAR)S_AGO:(\d+)$/.exec(literal);
  if (ago === null) throw badRequest('MALFORMED_QUERY', `unexpected token: '${literal}'`);
  const n = Number(ago[2]);
  return [begin(ago[1], now, -n), begin(ago[1], now, 1 - n)];
}

function countedSpan([, direction, unit, text]: RegExpExecArray, now: number): Span {
  const n = Number(text);
  // The last n days reach to the end of today; the last n weeks, months and years leave the current one out.
  if (direction === 'NEXT') return [begin(unit, now, 1), begin(unit, now, n + 1)];
  return [begin(unit, now, -n), begin(unit, now, unit === 'DAY' ? 1 : 0)];
}

function begin(unit: string | undefined, now: number, plus: number): number {
  const of = UNITS[unit ?? ''];
  if (of === undefined) throw badRequest('MALFORMED_QUERY', `unexpected token: '${unit ?? ''}'`);
  return of(now, plus);
}

/** A span as texts that compare with stored values. */
export const textsOf = ([from, to]: Span, type: string): readonly [string, string] =>
  type === 'date'
    ? [new Date(from).toISOString().slice(0, 10), new Date(to).toISOString().slice(0, 10)]
    : [stamp(from), stamp(to)];
