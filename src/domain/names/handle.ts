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
  if (name.kind === 'none') return 'none';
  const found = new Set<HandleLevel>();
  for (const parts of readingsOf(piecesOf(handle))) {
    for (const spelling of spellingsOf(name)) {
      found.add('own' in spelling ? firmLevel(spelling, parts) : personLevel(spelling, parts));
    }
  }
  return LEVELS.find((level) => found.has(level)) ?? 'none';
}

const LEVELS: readonly HandleLevel[] = ['full', 'first_last_initials', 'family', 'given', 'none'];

function readingsOf(pieces: readonly string[]): readonly (readonly string[])[] {
  const readings = [foldWritten, foldPlain].map((fold) =>
    pieces.map((piece) => fold(piece).replace(/[^a-z]/g, '')).filter((part) => part !== ''),
  );
  const [written = [], plain = []] = readings;
  if (written.length === 0) return [];
  return written.join(' ') === plain.join(' ') ? [written] : [written, plain];
}

interface FirmWords {
  readonly own: string;
}

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
const SPELLINGS = new WeakMap<ParsedName, readonly (NameWords | FirmWords)[]>();

function spellingsOf(name: PersonName | OrganisationName): readonly (NameWords | FirmWords)[] {
  const known = SPELLINGS.get(name);
  if (known !== undefined) return known;
  const spellings = [foldWritten, foldPlain, foldOmitting].map((fold) => {
    const key = (words: readonly string[]) => fold(words.join(' ')).replace(/[^a-z]/g, '');
    return name.kind === 'person'
      ? nameWords(name, key)
      : { own: key(withoutLegalForm(name.name.split(' '))) };
  });
  const distinct = new Map(spellings.map((spelling) => [JSON.stringify(spelling), spelling]));
  SPELLINGS.set(name, [...distinct.values()]);
  return [...distinct.values()];
}

function nameWords(name: PersonName, key: (words: readonly string[]) => string): NameWords {
  const [first = ''] = name.given;
  const whole = key(name.family);
  const halves = name.family.flatMap((word) => word.split('-')).map((word) => key([word]));
  const given = longEnough([key(name.given), key([first]), ...formsOf(first)], 2);
  const family = longEnough([key([...name.particles, ...name.family]), whole, ...halves], 2);
  const letters = (words: readonly string[]) =>
    words
      .flatMap((word) => word.split('-'))
      .map((word) => key([word]).charAt(0))
      .join('');
  const initials = letters(name.given);
  const [initial, middle] = [initials.charAt(0), initials.slice(1)];
  const monogram = initials + letters([...name.particles, ...name.family]);
  const short = [
    ...family.flatMap((last) =>
      initial === '' ? [] : [initial + last, initials + last, last + initial],
    ),
    ...given.flatMap((one) => (whole === '' ? [] : [one + whole.charAt(0)])),
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

const longEnough = (words: readonly string[], least: number) =>
  [...new Set(words)].filter((word) => word.length >= least);

const firmLevel = ({ own }: FirmWords, parts: readonly string[]): HandleLevel =>
  own.length >= 4 && parts.join('').includes(own) ? 'full' : 'none';

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
