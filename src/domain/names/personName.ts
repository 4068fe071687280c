import { parseCjkName } from './cjkName.ts';
import { partsOf, wordKey, wordsOf } from './displayText.ts';
import {
  AFFILIATIONS,
  JOINERS,
  PARTICLES,
  PARTICLES_IN_LOWER_CASE,
  SITE_ENDINGS,
  SUFFIXES,
  SUFFIXES_IN_CAPITALS,
  TITLES,
  TITLES_BEFORE_GIVEN,
} from './nameWords.ts';
import { isKnownGivenName } from './nicknames.ts';
import { isOrganisation } from './organisation.ts';

/** Words as written, without titles and decorations. An initial is one letter, without its dot. */
export interface PersonName {
  readonly kind: 'person';
  readonly given: readonly string[];
  /** Empty where only one word is known and nothing says that it is a family. A double name with a hyphen is one word. */
  readonly family: readonly string[];
  /** von, de la, zu, Freiherr, Graf: between given names and family. */
  readonly particles: readonly string[];
  /** jr, III, MdB, MP, PhD. */
  readonly suffix: readonly string[];
}

export interface OrganisationName {
  readonly kind: 'organisation';
  readonly name: string;
}

/** `none`: no letters, a website's name, a sentence, or longer than any name. */
export type ParsedName = PersonName | OrganisationName | { readonly kind: 'none' };

const NONE: ParsedName = { kind: 'none' };

/** More words are a sentence. */
const MOST_WORDS = 12;

/** Reads a display name or a name field: titles, noble and double names, "Last, First", emoji, firms, CJK. */
export function parseName(text: string): ParsedName {
  const parts = partsOf(text);
  const [part] = parts;
  if (part === undefined || isSite(part)) return NONE;
  const isAlone = !part.includes(' ');
  if ((isAlone ? parts : [part]).some((one) => isOrganisation(one, wordsOf(one))))
    return { kind: 'organisation', name: part };
  const cjk = parseCjkName(part.replaceAll(',', ' ').trim());
  if (cjk !== undefined) return { kind: 'person', ...cjk, particles: [], suffix: [] };
  return inOrder(part.split(',').map(wordsOf));
}

/** A name from two fields, as CRMs keep it. Either may be empty; what is written in both is not guessed at. */
export function personOf(given: string, family: string): ParsedName {
  if (family.trim() === '') return parseName(given);
  const whole = parseName(`${given} ${family}`);
  if (whole.kind === 'organisation') return whole;
  const first = withoutTitles(wordsOf(partsOf(given)[0] ?? '')).words;
  const last = withoutSuffixes(wordsOf((partsOf(family)[0] ?? '').replaceAll(',', ' ')), 1);
  if (first.length + last.words.length > MOST_WORDS || last.words.length === 0) return NONE;
  const { particles, family: own } = familyOf(last.words);
  return { kind: 'person', given: first, family: own, particles, suffix: last.suffix };
}

/** `pieces`: what stood between commas, as words. */
function inOrder(pieces: readonly (readonly string[])[]): ParsedName {
  const suffix = pieces.slice(1).filter(isAllSuffix).flat();
  const said = pieces.filter((piece, at) => piece.length > 0 && (at === 0 || !isAllSuffix(piece)));
  const [left = [], right] = said.map(untilAffiliation);
  if (right === undefined || !isLastFirst(left, right)) return person(left, suffix);
  const family = withoutSuffixes(left, 1);
  const given = withoutSuffixes(withoutTitles(right).words, 1);
  const { particles, family: own } = familyOf(withoutTitles(family.words).words);
  return {
    kind: 'person',
    given: given.words.filter((word) => !PARTICLES.has(wordKey(word)) || isCapital(word)),
    family: own,
    // "Bülow, Vicco von"
    particles: [
      ...given.words.filter((word) => PARTICLES.has(wordKey(word)) && !isCapital(word)),
      ...particles,
    ],
    suffix: [...family.suffix, ...given.suffix, ...suffix],
  };
}

function person(all: readonly string[], extra: readonly string[]): ParsedName {
  const { words: untitled, title } = withoutTitles(all);
  const { words, suffix } = withoutSuffixes(untitled, 1);
  if (words.length === 0 || words.length > MOST_WORDS) return NONE;
  const rest = { kind: 'person', suffix: [...suffix, ...extra] } as const;
  const [only = ''] = words;
  if (words.length === 1) {
    const isFamily = title !== undefined && !TITLES_BEFORE_GIVEN.has(title);
    return isFamily
      ? { ...rest, given: [], family: [only], particles: [] }
      : { ...rest, given: [only], family: [], particles: [] };
  }
  const start = familyStart(words);
  return { ...rest, given: words.slice(0, start), ...familyOf(words.slice(start)) };
}

/** Where the family begins, particles included: 0 for "von Storch". */
function familyStart(words: readonly string[]): number {
  const [first = '', second = ''] = words;
  if (isParticle(first) && (!isCapital(first) || (words.length > 2 && isParticle(second))))
    return 0;
  const particle = words.findIndex(
    (word, at) => at > 0 && at < words.length - 1 && isParticle(word),
  );
  const joiner = words.findIndex(
    (word, at) => at > 1 && at < words.length - 1 && JOINERS.has(word),
  );
  const starts = [particle, joiner - 1, words.length - 1].filter((at) => at > 0);
  return Math.min(...starts);
}

function familyOf(words: readonly string[]): Pick<PersonName, 'family' | 'particles'> {
  const last = words.length - 1;
  const first = words.findIndex(
    (word, at) => at === last || !(isParticle(word) || (at > 0 && JOINERS.has(word))),
  );
  const own = words.slice(first);
  return {
    particles: [...words.slice(0, first), ...own.slice(0, -1).filter((word) => JOINERS.has(word))],
    family: own.filter((word, at) => at === own.length - 1 || !JOINERS.has(word)),
  };
}

function withoutTitles(words: readonly string[]): {
  readonly words: readonly string[];
  readonly title: string | undefined;
} {
  const first = words.findIndex((word) => !TITLES.has(wordKey(word)));
  const count = first < 0 ? words.length : first;
  return {
    words: words.slice(count),
    title: count === 0 ? undefined : wordKey(words[count - 1] ?? ''),
  };
}

/** `least`: so many words stay, whatever they are. */
function withoutSuffixes(
  words: readonly string[],
  least: number,
): {
  readonly words: readonly string[];
  readonly suffix: readonly string[];
} {
  let end = words.length;
  while (end > least && isSuffix(words[end - 1] ?? '', end - 1)) end -= 1;
  return { words: words.slice(0, end), suffix: words.slice(end) };
}

function isSuffix(word: string, wordsBefore: number): boolean {
  const key = wordKey(word);
  if (SUFFIXES.has(key)) return true;
  return SUFFIXES_IN_CAPITALS.has(key) && wordsBefore > 1 && /^\p{Lu}[\p{Lu}.]/u.test(word);
}

const isAllSuffix = (words: readonly string[]) =>
  words.length > 0 &&
  words.every((word) => isSuffix(word, 2) || (TITLES.has(wordKey(word)) && words.length < 3));

function untilAffiliation(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word, index) => index > 0 && AFFILIATIONS.has(word));
  return at < 0 ? words : words.slice(0, at);
}

/** "Müller, Max" and not "Max Müller, Berlin". */
function isLastFirst(left: readonly string[], right: readonly string[]): boolean {
  const own = withoutSuffixes(familyOf(withoutTitles(left).words).family, 1).words;
  if (own.length === 1) return true;
  const [first = ''] = withoutTitles(right).words;
  return own.length === 2 && isKnownGivenName(first) && !isKnownGivenName(own[0] ?? '');
}

function isParticle(word: string): boolean {
  const key = wordKey(word);
  if (PARTICLES_IN_LOWER_CASE.has(key)) return !isCapital(word);
  return PARTICLES.has(key);
}

const isCapital = (word: string) => /^\p{Lu}/u.test(word);

function isSite(part: string): boolean {
  const end = part.lastIndexOf('.');
  return end > 0 && !part.includes(' ') && SITE_ENDINGS.has(part.slice(end + 1).toLowerCase());
}
