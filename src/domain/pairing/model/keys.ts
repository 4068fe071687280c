import { cologne } from '../../names/cologne.ts';
import { foldPlain, foldWritten } from '../../names/fold.ts';
import type { Comparison, Value } from './comparison.ts';
import type { KeyForm, Reading } from './methods/method.ts';

/** Under which keys a value is found, in one form. A value can have several: each word of a name. */
export function keysOf(value: Value, form: KeyForm): readonly string[] {
  const keys = value.readings.flatMap((reading) => readingKeys(reading, form, value.swap));
  return [...new Set(keys)].filter((key) => key !== '');
}

/** Names in capitals, digits glued on: parts shorter than this are met everywhere. */
const SHORTEST_PART = 4;
const START = 4;

function readingKeys(
  { key }: Reading,
  form: KeyForm,
  swap: Reading | undefined,
): readonly string[] {
  if (form !== 'pair') return FORMS[form](key);
  return swap === undefined ? [] : [[cologne(key), cologne(swap.key)].toSorted().join(' ')];
}

const FORMS: Readonly<Record<Exclude<KeyForm, 'pair'>, (key: string) => readonly string[]>> = {
  exact: (key) => [key],
  cologne: (key) => [cologne(key)],
  words: (key) =>
    (key.split('|')[0] ?? '')
      .split(/[/ ]/)
      .flatMap((word) => (word.length < 3 ? [] : [word, cologne(word)])),
  start: (key) => [key.slice(0, START)],
  first: (key) => [key.slice(0, 1)],
  year: (key) => [key.slice(0, 4)],
  month_day: (key) => [key.slice(4)],
  user: (key) => [key.split('@')[0] ?? ''],
  host: (key) => [key.split('/')[0] ?? ''],
  parts: partsOf,
};

/** The words of a name; every stretch of a handle that could be one. Bounded: a handle is read up to 30 letters. */
function partsOf(key: string): readonly string[] {
  if (/[\s,]/.test(key)) {
    return [foldPlain(key), foldWritten(key)]
      .flatMap((name) => name.split(' '))
      .filter((word) => word.length >= SHORTEST_PART);
  }
  const text = foldPlain(key).replaceAll(' ', '').slice(0, 30);
  const parts: string[] = [];
  for (let from = 0; from + SHORTEST_PART <= text.length; from += 1) {
    for (let to = from + SHORTEST_PART; to <= text.length; to += 1)
      parts.push(text.slice(from, to));
  }
  return parts;
}

/** Forms that are too coarse to stand alone: only together with a key of another comparison. */
const COARSE: ReadonlySet<KeyForm> = new Set(['first', 'year']);

export interface KeyPart {
  readonly comparison: number;
  readonly form: KeyForm;
}

/** All single keys of the comparisons, and all pairs of keys of two comparisons. */
export function possibleKeys(comparisons: readonly Comparison[]): {
  readonly singles: readonly (readonly KeyPart[])[];
  readonly pairs: readonly (readonly KeyPart[])[];
} {
  const parts = comparisons.flatMap(({ keyForms, rule }, comparison) =>
    keyForms
      .filter((form) => form !== 'pair' || rule.swapped_with !== undefined)
      .map((form): KeyPart => ({ comparison, form })),
  );
  const singles = parts.filter(({ form }) => !COARSE.has(form)).map((part) => [part]);
  const pairs = parts.flatMap((one, at) =>
    parts
      .slice(at + 1)
      .filter((other) => other.comparison !== one.comparison)
      .map((other) => [one, other]),
  );
  return { singles, pairs };
}
