import type { ComparisonRule } from '../rules/schema.ts';
import { comparisonName } from '../rules/names.ts';
import { METHODS } from './methods/index.ts';
import type { KeyForm, LevelSpec, LevelWord, Reading } from './methods/method.ts';

/** One record, as its columns or fields with what stands in them. Empty ones are left out. */
export type Fields = ReadonlyMap<string, string>;
export type Side = 'left' | 'right';

/** What a record holds for one comparison. Equal values have equal keys. */
export interface Value {
  readonly key: string;
  /** More than one only where the rules say `any_of`. */
  readonly readings: readonly Reading[];
  /** What stands in the column with which this one may have changed places. */
  readonly swap: Reading | undefined;
}

/** The level of a value that is missing on one side or both: it says nothing. */
export const MISSING = 0;

/** A rule made ready. Level numbers start at 1, the best; the last is `different`; 0 is missing. */
export interface Comparison {
  readonly name: string;
  readonly family: string;
  /** Evidence that never links on its own (R05). */
  readonly isName: boolean;
  readonly levels: readonly LevelSpec[];
  readonly keyForms: readonly KeyForm[];
  readonly rule: ComparisonRule;
  read(fields: Fields, side: Side): Value | undefined;
  /** What two values of this level agree on, of this one: the rarer, the more it weighs. */
  term(value: Value, is: LevelWord): string | undefined;
  /** Symmetric. */
  level(a: Value, b: Value): number;
}

export function makeComparison(rule: ComparisonRule, blocked: readonly string[]): Comparison {
  const method = METHODS[rule.as];
  const name = comparisonName(rule);
  const levels = levelsOf(rule);
  const isBlocked = blockedBy(blocked);
  const columns = {
    left: listed(rule.field ?? rule.left),
    right: listed(rule.field ?? rule.right),
  };
  const swapped = rule.swapped_with === undefined ? [] : listed(rule.swapped_with);
  const read = (texts: readonly Text[]) =>
    texts.flatMap(({ text, parts }) => (isBlocked(text) ? [] : (method.read(text, parts) ?? [])));
  return {
    name,
    family: rule.family ?? (method.isName ? 'name' : name),
    isName: method.isName || rule.family === 'name',
    levels,
    keyForms: method.keyForms,
    rule,
    read(fields, side) {
      const readings = read(
        textsOf(fields, columns[side], rule.any_of === side || rule.any_of === 'both'),
      );
      if (readings.length === 0) return undefined;
      const [swap] = read(textsOf(fields, swapped, false));
      const keys = readings.map((reading) => reading.key).toSorted();
      const key = swap === undefined ? keys.join('\n') : `${keys.join('\n')}\r${swap.key}`;
      return { key, readings, swap };
    },
    term(value, is) {
      const [reading] = value.readings;
      if (reading === undefined || value.readings.length > 1) return undefined;
      if (method.term !== undefined) return method.term(reading, is);
      return is === 'exact' ? reading.key : undefined;
    },
    level: levelFinder(rule, levels),
  };
}

function levelsOf(rule: ComparisonRule): readonly LevelSpec[] {
  const method = METHODS[rule.as];
  const [first, ...others] = method.levels;
  const swapped: readonly LevelSpec[] = rule.swapped_with === undefined ? [] : [{ is: 'swapped' }];
  const standard = first === undefined ? [] : [first, ...swapped, ...others];
  const levels = rule.levels ?? standard;
  return levels.at(-1)?.is === 'different' ? levels : [...levels, { is: 'different' }];
}

function listed(columns: string | readonly string[] | undefined): readonly string[] {
  return typeof columns === 'string' ? [columns] : (columns ?? []);
}

/** How many values of one record are compared at most: the work grows with their product. */
const MOST_VALUES = 20;

/** What stands in the columns, joined, with what stood in each. */
interface Text {
  readonly text: string;
  readonly parts: readonly string[];
}

function textsOf(fields: Fields, columns: readonly string[], anyOf: boolean): readonly Text[] {
  const parts = columns.map((column) => fields.get(column) ?? '');
  if (!anyOf) return [{ text: parts.filter((part) => part !== '').join(' '), parts }];
  return parts
    .flatMap((part) => part.split(/[;|]/))
    .slice(0, MOST_VALUES)
    .map((text) => ({ text, parts: [text] }));
}

/** From which likeness on the two columns count as having changed places: the values may be misspelt as well. */
const LIKE_THE_OTHER = 0.88;

function levelFinder(rule: ComparisonRule, levels: readonly LevelSpec[]): Comparison['level'] {
  const method = METHODS[rule.as];
  const last = levels.length;
  const checks = levels.slice(0, -1).map(({ is, from }): Check => {
    const holds = method.holds[is];
    if (is === 'similar') return { from: from ?? 1, holds: undefined, swapped: false };
    return { from: 0, holds, swapped: is === 'swapped' };
  });
  const least = Math.min(...levels.map(({ from }) => from ?? 1));
  const alike = (a: Reading, b: Reading) =>
    method.holds.exact?.(a, b) === true ||
    (method.likeness?.(a, b, LIKE_THE_OTHER) ?? 0) >= LIKE_THE_OTHER;
  const find = (a: Reading, b: Reading, wholeA: Value, wholeB: Value): number => {
    let likeness = -1;
    for (let at = 0; at < checks.length; at += 1) {
      const check = checks[at];
      if (check === undefined) break;
      if (check.swapped) {
        if (changedPlaces(wholeA, wholeB, alike)) return at + 1;
      } else if (check.holds !== undefined) {
        if (check.holds(a, b)) return at + 1;
      } else if (check.from > 0) {
        if (likeness < 0) likeness = method.likeness?.(a, b, least) ?? 0;
        if (likeness >= check.from) return at + 1;
      }
    }
    return last;
  };
  return (a, b) => {
    let best = last;
    for (const one of a.readings) {
      for (const other of b.readings) best = Math.min(best, find(one, other, a, b));
    }
    return best;
  };
}

interface Check {
  readonly from: number;
  readonly holds: ((a: Reading, b: Reading) => boolean) | undefined;
  readonly swapped: boolean;
}

function changedPlaces(a: Value, b: Value, alike: (a: Reading, b: Reading) => boolean): boolean {
  const [ownA] = a.readings;
  const [ownB] = b.readings;
  if (a.swap === undefined || b.swap === undefined) return false;
  if (ownA === undefined || ownB === undefined) return false;
  // Nearly all pairs are done with here: a misspelt first letter in both columns at once is rare.
  if (ownA.key.charCodeAt(0) !== b.swap.key.charCodeAt(0)) return false;
  if (ownB.key.charCodeAt(0) !== a.swap.key.charCodeAt(0)) return false;
  return alike(ownA, b.swap) && alike(ownB, a.swap);
}

function blockedBy(patterns: readonly string[]): (text: string) => boolean {
  const given = patterns.map((pattern) => pattern.trim().toLowerCase());
  const whole = new Set(given.filter((pattern) => !/^\*|\*$/.test(pattern)));
  const open = given.filter((pattern) => !whole.has(pattern));
  return (text) => {
    const value = text.trim().toLowerCase();
    return value === '' || whole.has(value) || open.some((pattern) => fits(value, pattern));
  };
}

function fits(value: string, pattern: string): boolean {
  const inner = pattern.replace(/^\*/, '').replace(/\*$/, '');
  if (pattern.startsWith('*') && pattern.endsWith('*')) return value.includes(inner);
  return pattern.startsWith('*') ? value.endsWith(inner) : value.startsWith(inner);
}
