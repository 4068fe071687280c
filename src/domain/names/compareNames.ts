import { cologne } from './cologne.ts';
import { foldPlain, foldWritten } from './fold.ts';
import { GENERATIONS } from './nameWords.ts';
import { isKnownGivenName, shareGroup } from './nicknames.ts';
import { isOneEdit } from './oneEdit.ts';
import { withoutLegalForm } from './organisation.ts';
import { wordKey } from './displayText.ts';
import type { OrganisationName, ParsedName, PersonName } from './personName.ts';

/**
 * How alike two names are, best first. `folded`: the same name in another spelling (umlauts, particles, a middle name left
 * out). `similar`: one typing error, the same sound, half of a double name. `unknown` says nothing for or against.
 */
export const NAME_LEVELS = [
  'exact',
  'folded',
  'nickname',
  'swapped',
  'initials',
  'similar',
  'family_only',
  'different',
  'unknown',
] as const;
export type NameLevel = (typeof NAME_LEVELS)[number];

/** Symmetric. A single word is never more than `family_only`: it names nobody. */
export function compareNames(a: ParsedName, b: ParsedName): NameLevel {
  if (a.kind === 'none' || b.kind === 'none') return 'unknown';
  if (a.kind === 'person' && b.kind === 'person') return comparePersons(readingOf(a), readingOf(b));
  if (a.kind === 'organisation' && b.kind === 'organisation') return compareOrganisations(a, b);
  return 'different';
}

/** One word in its foldings: one or two. */
type Word = readonly string[];

interface Reading {
  readonly text: string;
  readonly given: readonly Word[];
  readonly family: readonly Word[];
  /** Given names and families as one word each, the latter with and without particles. */
  readonly givenKeys: readonly string[];
  readonly familyKeys: readonly string[];
  /** All words in their order, as one: where the family begins is a guess in "Debbie Wasserman Schultz". */
  readonly wholeKeys: readonly string[];
  readonly generation: string | undefined;
}

/** The same few thousand names are compared again and again; what is read here depends on the name alone. */
const READINGS = new WeakMap<PersonName, Reading>();

function readingOf(name: PersonName): Reading {
  const known = READINGS.get(name);
  if (known !== undefined) return known;
  const { given, family, particles, suffix } = name;
  const reading: Reading = {
    text: [...given, '', ...particles, '', ...family].join(' ').toLowerCase().normalize('NFC'),
    given: given.flatMap(foldedWords),
    family: family.flatMap(foldedWords),
    givenKeys: keysOf(given),
    familyKeys: [...new Set([...keysOf(family), ...keysOf([...particles, ...family])])],
    wholeKeys: keysOf([...given, ...particles, ...family]),
    generation: suffix
      .map((word) => GENERATIONS.get(wordKey(word)))
      .find((word) => word !== undefined),
  };
  READINGS.set(name, reading);
  return reading;
}

function foldedWords(text: string): readonly Word[] {
  const [written, plain] = [foldWritten(text).split(' '), foldPlain(text).split(' ')];
  return written
    .map((word, at) => [...new Set([word, plain[at] ?? word])])
    .filter(([word]) => word !== '');
}

function keysOf(words: readonly string[]): readonly string[] {
  const keys = [foldWritten, foldPlain].map((fold) => fold(words.join(' ')).replaceAll(' ', ''));
  return [...new Set(keys)].filter((key) => key !== '');
}

function comparePersons(a: Reading, b: Reading): NameLevel {
  if (a.given.length + a.family.length === 0 || b.given.length + b.family.length === 0)
    return 'unknown';
  if (a.family.length === 0 || b.family.length === 0) return compareSingle(a, b);
  const level = compareWhole(a, b);
  const areTwo =
    a.generation !== undefined && b.generation !== undefined && a.generation !== b.generation;
  return areTwo && level !== 'different' ? 'family_only' : level;
}

/** At least one of them is a single word that may be a given name, a family or a pseudonym. */
function compareSingle(a: Reading, b: Reading): NameLevel {
  const [single, other] = a.family.length === 0 ? [a, b] : [b, a];
  if (other.family.length > 0) {
    if (share(single.givenKeys, other.familyKeys)) return 'family_only';
    if (other.given.length === 0) return 'unknown';
  }
  const differ =
    givenLikeness(single, other) === 'other' &&
    [single, other].every(({ given }) => isGiven(given));
  return differ ? 'different' : 'unknown';
}

const isGiven = ([first = []]: readonly Word[]) => first.some(isKnownGivenName);

type GivenLikeness = 'same' | 'compatible' | 'nickname' | 'initials' | 'near' | 'missing' | 'other';

const LEVEL_BY_GIVEN: Readonly<Record<GivenLikeness, NameLevel>> = {
  same: 'folded',
  compatible: 'folded',
  nickname: 'nickname',
  initials: 'initials',
  near: 'similar',
  missing: 'family_only',
  other: 'family_only',
};

function compareWhole(a: Reading, b: Reading): NameLevel {
  const given = givenLikeness(a, b);
  if (share(a.familyKeys, b.familyKeys)) return levelOfFamily(a, b, given);
  if (isFamilyInitial(a, b) || isFamilyInitial(b, a))
    return isSameGiven(given) ? 'initials' : 'unknown';
  if (share(a.wholeKeys, b.wholeKeys)) return 'folded';
  if (areSwapped(a, b)) return 'swapped';
  const areNear = (isSameGiven(given) || given === 'nickname') && areNearFamilies(a, b);
  return areNear || isPartOf(a, b) || isPartOf(b, a) ? 'similar' : 'different';
}

/** Both have the same family. */
function levelOfFamily(a: Reading, b: Reading, given: GivenLikeness): NameLevel {
  if (isOneInitial(a.family)) return given === 'other' ? 'different' : 'unknown';
  return given === 'same' && a.text === b.text ? 'exact' : LEVEL_BY_GIVEN[given];
}

const isSameGiven = (given: GivenLikeness) => given === 'same' || given === 'compatible';

function givenLikeness(a: Reading, b: Reading): GivenLikeness {
  const [first, other] = [a.given[0], b.given[0]];
  if (first === undefined || other === undefined) return 'missing';
  const areShort = isInitial(first) || isInitial(other);
  if (share(a.givenKeys, b.givenKeys)) return areShort ? 'initials' : 'same';
  const doMiddlesAgree = middleAgrees(a.given, b.given);
  if (areShort) return doMiddlesAgree && sameInitial(first, other) ? 'initials' : 'other';
  if (share(first, other)) return doMiddlesAgree ? 'compatible' : 'near';
  return areForms(first, other) ? 'nickname' : nearness(a, b);
}

function nearness(a: Reading, b: Reading): GivenLikeness {
  return isSecondName(a, b) || isTypingError(a.given[0] ?? [], b.given[0] ?? []) ? 'near' : 'other';
}

const areForms = (a: Word, b: Word) => a.some((one) => b.some((other) => shareGroup(one, other)));

/** Many go by their second given name. */
const isSecondName = (a: Reading, b: Reading) =>
  a.given.some((word) => !isInitial(word) && b.given.some((name) => share(word, name)));

/** A middle name may be missing or shortened; two that differ tell namesakes apart. */
function middleAgrees(a: readonly Word[], b: readonly Word[]): boolean {
  const length = Math.min(a.length, b.length);
  for (let at = 1; at < length; at += 1) {
    const [one = [], other = []] = [a[at], b[at]];
    const isShort = isInitial(one) || isInitial(other);
    if (!(isShort ? sameInitial(one, other) : share(one, other))) return false;
  }
  return true;
}

function areNearFamilies(a: Reading, b: Reading): boolean {
  const [one, other] = [a.familyKeys, b.familyKeys];
  if (isTypingError(one, other)) return true;
  const [sound = '', otherSound = ''] = [one[0], other[0]];
  const soundsAlike =
    Math.min(sound.length, otherSound.length) >= 4 &&
    otherSound.startsWith(sound.charAt(0)) &&
    cologne(sound) === cologne(otherSound);
  return soundsAlike || containsWords(a.family, b.family) || containsWords(b.family, a.family);
}

/** "Gabriel García" and "Gabriel García Márquez": each word of the shorter, two at least, stands in the longer. */
function isPartOf(a: Reading, b: Reading): boolean {
  const words = [...a.given, ...a.family];
  return (
    words.filter((word) => !isInitial(word)).length > 1 &&
    containsWords([...b.given, ...b.family], words)
  );
}

function areSwapped(a: Reading, b: Reading): boolean {
  if (a.given.length === 0 || b.given.length === 0) return false;
  if (share(a.givenKeys, b.familyKeys) && share(a.familyKeys, b.givenKeys)) return true;
  // "Karl Heinz Müller" and "Müller Karl Heinz": all words, in another order.
  const [mine, yours] = [
    [...a.given, ...a.family],
    [...b.given, ...b.family],
  ];
  return mine.length === yours.length && containsWords(mine, yours) && containsWords(yours, mine);
}

const containsWords = (all: readonly Word[], some: readonly Word[]) =>
  some.every((word) => all.some((other) => share(word, other)));

/** Four letters at least: among shorter names, one edit is another name (Jan, Jana). */
const isTypingError = (a: Word, b: Word) =>
  a.some((one) => one.length >= 4 && b.some((two) => two.length >= 4 && isOneEdit(one, two)));

const isFamilyInitial = (a: Reading, b: Reading) =>
  isOneInitial(a.family) && sameInitial(a.family[0] ?? [], b.family[0] ?? []);

const isOneInitial = (words: readonly Word[]) => words.length === 1 && isInitial(words[0]);

const isInitial = (word: Word | undefined) => word?.[0]?.length === 1;

const sameInitial = (a: Word, b: Word) =>
  a.some((one) => one !== '' && b.some((other) => other.startsWith(one.charAt(0))));

const share = (a: readonly string[], b: readonly string[]) => a.some((one) => b.includes(one));

function compareOrganisations(a: OrganisationName, b: OrganisationName): NameLevel {
  if (a.name.toLowerCase() === b.name.toLowerCase()) return 'exact';
  const [one, other] = [a, b].map(({ name }) => keysOf(withoutLegalForm(name.split(' ')))) as [
    Word,
    Word,
  ];
  if (one.length === 0 || other.length === 0) return 'unknown';
  if (share(one, other)) return 'folded';
  return isTypingError(one, other) ? 'similar' : 'different';
}
