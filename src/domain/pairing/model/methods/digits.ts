import { editsUpTo } from '../similarity.ts';
import { LONGEST_VALUE, type Method, type Reading } from './method.ts';

/** Numbers, postcodes, ids: letters and digits only, no case. */
export const code: Method = {
  levels: [{ is: 'exact' }, { is: 'one_edit' }, { is: 'two_edits' }],
  isName: false,
  keyForms: ['exact', 'start'],
  read(text) {
    if (text.length > LONGEST_VALUE) return undefined;
    const key = text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    return key === '' ? undefined : { key };
  },
  holds: {
    exact: (a, b) => a.key === b.key,
    // In a text of two characters, one edit is a different value.
    one_edit: (a, b) => longEnough(a, b, 3) && editsUpTo(a.key, b.key, 1) <= 1,
    two_edits: (a, b) => longEnough(a, b, 6) && editsUpTo(a.key, b.key, 2) <= 2,
  },
};

function longEnough(a: Reading, b: Reading, length: number): boolean {
  return a.key.length >= length && b.key.length >= length;
}

interface DateReading extends Reading {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  /** About how many days lie before it; not a number where month or day are missing. */
  readonly days: number;
}

export const date: Method<DateReading> = {
  levels: [
    { is: 'exact' },
    { is: 'one_edit' },
    { is: 'day_month_swapped' },
    { is: 'within_month' },
    { is: 'two_parts' },
    { is: 'within_year' },
  ],
  isName: false,
  keyForms: ['exact', 'month_day', 'year'],
  read: readDate,
  holds: {
    exact: (a, b) => a.key === b.key,
    one_edit: (a, b) => editsUpTo(a.key, b.key, 1) <= 1,
    day_month_swapped: (a, b) =>
      a.year === b.year && a.month !== '' && a.month === b.day && a.day === b.month,
    within_month: (a, b) => Math.abs(a.days - b.days) <= 31,
    within_year: (a, b) => Math.abs(a.days - b.days) <= 366,
    two_parts: (a, b) => sameParts(a, b) >= 2,
    same_year: (a, b) => a.year === b.year,
  },
};

function sameParts(a: DateReading, b: DateReading): number {
  const same = (one: string, other: string) => (one !== '' && one === other ? 1 : 0);
  return same(a.year, b.year) + same(a.month, b.month) + same(a.day, b.day);
}

/** Year first (1958-10-13, 19581013), or year last as it is written in Europe (13.10.1958) and with `/` in the USA. */
function readDate(text: string): DateReading | undefined {
  if (text.length > 40) return undefined;
  const parts = text
    .trim()
    .split(/[^0-9]+/)
    .filter((part) => part !== '');
  const [first = '', second = '', third = ''] = parts;
  if (parts.length === 1) return fromDigits(first);
  if (first.length === 4) return made(first, second, third);
  if (third.length !== 4)
    return parts.length === 2 && second.length === 4 ? made(second, first, '') : undefined;
  return text.includes('/') && Number(first) <= 12
    ? made(third, first, second)
    : made(third, second, first);
}

function fromDigits(digits: string): DateReading | undefined {
  if (digits.length === 8) return made(digits.slice(0, 4), digits.slice(4, 6), digits.slice(6));
  return digits.length === 4 ? made(digits, '', '') : undefined;
}

function made(year: string, month: string, day: string): DateReading {
  const two = (part: string) => (part === '' ? '' : part.slice(0, 2).padStart(2, '0'));
  const known = month !== '' && day !== '';
  const days = known ? Number(year) * 365.25 + Number(month) * 30.44 + Number(day) : NaN;
  return { key: `${year}${two(month)}${two(day)}`, year, month: two(month), day: two(day), days };
}
