/** A value in the form in which it is compared. Equal values have equal keys. */
export interface Reading {
  readonly key: string;
}

/** Levels that a method may tell apart; `different` is what is left when none holds. */
export const levelWords = [
  'exact',
  'folded',
  'swapped',
  'nickname',
  'initial',
  'one_edit',
  'two_edits',
  'day_month_swapped',
  'within_month',
  'two_parts',
  'within_year',
  'same_year',
  'same_user',
  'same_host',
  'contained',
  'full',
  'initials',
  'family',
  'given',
  'family_only',
  'similar',
  'different',
] as const;
export type LevelWord = (typeof levelWords)[number];

export interface LevelSpec {
  readonly is: LevelWord;
  /** Of `similar`: from which likeness on. */
  readonly from?: number | undefined;
}

/** One way to compare two values. All of it is symmetric. */
export interface Method<R extends Reading = Reading> {
  /** Best first. Used where the rules name no levels. */
  readonly levels: readonly LevelSpec[];
  /** Whether what it finds is the likeness of a name: such evidence alone never links (R05). */
  readonly isName: boolean;
  /** Forms of the value under which a record may be found, most telling first. */
  readonly keyForms: readonly KeyForm[];
  /** `parts`: the columns that the text was joined from, empty ones included. */
  read(text: string, parts: readonly string[]): R | undefined;
  /** What a pair of this level agrees on: rare terms weigh more. Without it, equal values are the only terms. */
  readonly term?: (reading: R, is: LevelWord) => string | undefined;
  readonly holds: Readonly<Partial<Record<LevelWord, (a: R, b: R) => boolean>>>;
  /** From 0 to 1. What is below `least` may as well be given as 0. */
  readonly likeness?: (a: R, b: R, least: number) => number;
}

export const keyFormWords = [
  'exact',
  'cologne',
  'words',
  'start',
  'first',
  'year',
  'month_day',
  'user',
  'host',
  'parts',
  'pair',
] as const;
export type KeyForm = (typeof keyFormWords)[number];

/** Likeness and levels are told of a value of this length at most; a longer one is no value. */
export const LONGEST_VALUE = 300;
