import { foldOmitting, foldPlain, foldWritten } from './fold.ts';
import { formsOf } from './nicknames.ts';
import { withoutLegalForm } from './organisation.ts';
import type { OrganisationName, ParsedName, PersonName } from './personName.ts';

/** `full`: given name (or a short form of it) and family. `first_last_initials`: one of them and the other's first letter, or
 * the first letters of three words or more. */
export type HandleLevel = 'full' | 'first_last_initials' | 'family' | 'given' | 'none';

/** As long as DNS allows, which is the longest that networks allow. */
const LONGEST_HANDLE = 253;

/** Servers at the end of a handle, which say nothing about its owner. */
const SERVERS = ['.bsky.social', '.bsky.team', '.brid.gy'];

/**
 * The words of a handle in lower case, umlauts dropped: split at signs, digits and capitals (RepJohnSmith -> rep, john,
 * smith). The server behind a second @, or Bluesky's own, is left out.
 */
export function handleParts(handle: string): readonly string[] {
  return piecesOf(handle).flatMap((piece) =>
    foldPlain(piece)
      .split(/[\d ]+/)
      .filter((part) => part !== ''),
  );
}

/** As written, so that each can be folded in more than one way. */
function piecesOf(handle: string): readonly string[] {
  if (handle.length > LONGEST_HANDLE) return [];
  const own = handle.trim().replace(/^@/, '').split('@')[0] ?? '';
  const lower = own.toLowerCase();
  const server = SERVERS.find((end) => lower.endsWith(end));
  return own
    .slice(0, server === undefined ? own.length : own.length - server.length)
    .normalize('NFC')
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .replace(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, '$1 ')
    .split(/[^\p{L}\p{M}]+/u)
    .filter((piece) => piece !== '');
}

/** What the handle says about the name, umlauts written out, dropped or left out (Marcus_Buehl, GtzFrmming). */
export function nameInHandle(name: ParsedName, handle: string): HandleLevel {
  return nameInReading(name, readHandle(handle));
}

/** A handle's words, in each folding. Read once where it is compared with many names. */
export type HandleReading = readonly (readonly string[])[];

export function readHandle(handle: string): HandleReading {
  return readingsOf(piecesOf(handle));
}

export function nameInReading(name: ParsedName, handle: HandleReading): HandleLevel {
  if (name.kind === 'none' || handle.length === 0) return 'none';
  const words = spellingsOf(name);
  const found = handle.map((parts) =>
    'own' in words ? firmLevel(words, parts) : personLevel(words, parts),
  );
  return LEVELS.find((level) => found.includes(level)) ?? 'none';
}

const LEVELS: readonly HandleLevel[] = ['full', 'first_last_initials', 'family', 'given', 'none'];

function readingsOf(pieces: readonly string[]): HandleReading {
  const readings = [foldWritten, foldPlain].map((fold) =>
    pieces.map((piece) => fold(piece).replace(/[^a-z]/g, '')).filter((part) => part !== ''),
  );
  const [written = [], plain = []] = readings;
  if (written.length === 0) return [];
  return written.join(' ') === plain.join(' ') ? [written] : [written, plain];
}

interface FirmWords {
  readonly own: readonly string[];
}

/** In every folding. */
interface NameWords {
  /** All given names as one word, the first one, and its short forms. */
  readonly given: readonly string[];
  /** With particles, without, and each half of a double name. */
  readonly family: readonly string[];
  /** maxmueller, muellermax, maxrmueller. */
  readonly both: readonly string[];
  /** jsmith, smithj, jrsmith, johns, aoc. */
  readonly short: readonly string[];
}

/** A contact is compared with many handles; its spellings depend on the name alone. */
const SPELLINGS = new WeakMap<ParsedName, NameWords | FirmWords>();

function spellingsOf(name: PersonName | OrganisationName): NameWords | FirmWords {
  const known = SPELLINGS.get(name);
  if (known !== undefined) return known;
  const words =
    name.kind === 'person'
      ? nameWords(name)
      : { own: longEnough(keysOf(withoutLegalForm(name.name.split(' '))), 4) };
  SPELLINGS.set(name, words);
  return words;
}

/** The words written together, in every folding. */
function keysOf(words: readonly string[]): readonly string[] {
  return [foldWritten, foldPlain, foldOmitting].map((fold) =>
    fold(words.join(' ')).replace(/[^a-z]/g, ''),
  );
}

function nameWords(name: PersonName): NameWords {
  const [first = ''] = name.given;
  const halves = name.family.flatMap((word) => word.split('-')).flatMap((word) => keysOf([word]));
  const wholes = [...keysOf([...name.particles, ...name.family]), ...keysOf(name.family)];
  const given = longEnough([...keysOf(name.given), ...keysOf([first]), ...formsOf(first)], 2);
  const family = longEnough([...wholes, ...halves], 2);
  const initials = initialsOf(name.given);
  const [initial, middle] = [initials.charAt(0), initials.slice(1)];
  const lastInitial = initialsOf(name.family).charAt(0);
  const monogram = initials + initialsOf([...name.particles, ...name.family]);
  const short = [
    ...family.flatMap((last) =>
      initial === '' ? [] : [initial + last, initials + last, last + initial],
    ),
    ...given.flatMap((one) => (lastInitial === '' ? [] : [one + lastInitial])),
  ];
  return {
    given,
    family,
    both: family.flatMap((last) =>
      given.flatMap((one) => longEnough([one + last, last + one, one + middle + last], 4)),
    ),
    short: [...longEnough([monogram], 3), ...longEnough(short, 4)],
  };
}

/** Of each half of a double name, too. */
function initialsOf(words: readonly string[]): string {
  return words
    .flatMap((word) => word.split('-'))
    .map((word) => foldPlain(word).charAt(0))
    .join('');
}

const longEnough = (words: readonly string[], least: number) =>
  [...new Set(words)].filter((word) => word.length >= least);

const firmLevel = ({ own }: FirmWords, parts: readonly string[]): HandleLevel =>
  own.some((word) => parts.join('').includes(word)) ? 'full' : 'none';

function personLevel(name: NameWords, parts: readonly string[]): HandleLevel {
  const joined = parts.join('');
  if (holdsBoth(name, parts, joined)) return 'full';
  if (name.short.some((spelling) => isCore(spelling, parts, joined))) return 'first_last_initials';
  if (name.family.some((word) => isIn(word, parts))) return 'family';
  return name.given.some((word) => isIn(word, parts)) ? 'given' : 'none';
}

function holdsBoth(name: NameWords, parts: readonly string[], joined: string): boolean {
  const isTogether = name.both.some((both) =>
    both.length >= 6 ? joined.includes(both) : isCore(both, parts, joined),
  );
  if (isTogether) return true;
  const family = name.family.find((word) => parts.includes(word));
  return family !== undefined && name.given.some((word) => word !== family && parts.includes(word));
}

/** Words around a name in handles. */
const AFFIXES: ReadonlySet<string> = new Set(
  (
    'dr prof mr mrs ms sir the real iam im its this is official offiziell rep senator sen gov governor congressman ' +
    'congresswoman mayor mdb mdl mep mp us uk de eu at ch tv hq online web blog writes author press team for me x'
  ).split(' '),
);

/** The whole handle, or all of it but affixes; also where these are written together with it. */
function isCore(word: string, parts: readonly string[], joined: string): boolean {
  if (joined.startsWith(word)) {
    const rest = joined.slice(word.length);
    if (rest === '' || AFFIXES.has(rest)) return true;
  }
  if (joined.endsWith(word) && AFFIXES.has(joined.slice(0, -word.length))) return true;
  return joined.includes(word) && parts.filter((part) => !AFFIXES.has(part)).join('') === word;
}

/** A part of its own, or at the end of one where it is long enough not to be there by chance. */
function isIn(word: string, parts: readonly string[]): boolean {
  return parts.some(
    (part) =>
      (part === word && word.length >= 2) ||
      (word.length >= 4 && (part.startsWith(word) || part.endsWith(word))) ||
      (word.length >= 6 && part.includes(word)),
  );
}
