import { cologne } from '../names/cologne.ts';
import { foldings } from '../names/fold.ts';
import { formsOf } from '../names/nicknames.ts';
import { parseName, personOf, type ParsedName, type PersonName } from '../names/personName.ts';
import type { Person } from '../person.ts';
import type { Profile } from '../social.ts';

/**
 * Raised with every change of the keys below: rows that were made by another version are made anew before anybody is looked
 * for by them.
 */
export const KEYS_VERSION = 1;

/**
 * Keys under which a contact and an account meet although they share no identifier. `n`: the name; `s`: how it sounds; `i`:
 * given name and the family's first letter; `p`: the family and how the given name begins; `c`: the name written as one word, as
 * handles are; `h`: a handle elsewhere; `w`: the words of an organisation, or of a handle.
 */
export function personKeys(person: Person): readonly string[] {
  const name = nameOf(person);
  const handles = [...person.handles.values()].flatMap(handleWords).map((word) => `h:${word}`);
  // An address keeps the name that its owner had when it was made.
  const former = person.emails
    .filter(({ isRole }) => !isRole)
    .flatMap(({ mailbox }) => namesInParts(mailbox.split('@')[0] ?? ''))
    .flatMap((one) => (one.kind === 'person' ? wholeNames(one).flat().map(nameKey) : []));
  const organisation = wordsKey(person.organisation);
  return bounded([
    ...nameKeysOf(name, []),
    ...asOneWord(name),
    ...handles,
    ...former,
    ...organisation,
  ]);
}

/** The same from the other side. Short forms of names are spelled out here, so that a contact needs one row only. */
export function accountKeys(profile: Profile): readonly string[] {
  const name = parseName(profile.displayName ?? '');
  const words = handleWords(profile.handle ?? '');
  const forms = name.kind === 'person' ? formsOf(name.given[0] ?? '').slice(0, MOST_FORMS) : [];
  return bounded([
    ...nameKeysOf(name, forms),
    ...namesInParts(profile.handle ?? '').flatMap((one) => nameKeysOf(one, [])),
    ...words.flatMap((word) => [`c:${word}`, `h:${word}`]),
    ...wordsKey(labelsOf(profile.handle ?? '')[0] ?? ''),
  ]);
}

/** Of a person: under which key everybody of the same name stands. Undefined where there is no whole name. */
export function nameKeyOf(person: Person): string | undefined {
  if (!NAME_KEYS.has(person)) {
    const name = nameOf(person);
    NAME_KEYS.set(
      person,
      name.kind === 'person' ? wholeNames(name)[0]?.map(nameKey)[0] : undefined,
    );
  }
  return NAME_KEYS.get(person);
}

/** Both are asked for again with each comparison of the same person. */
const NAME_KEYS = new WeakMap<Person, string | undefined>();
const NAMES = new WeakMap<Person, ParsedName>();

export function nameOf(person: Person): ParsedName {
  const known = NAMES.get(person) ?? personOf(person.given, person.family);
  NAMES.set(person, known);
  return known;
}

const MOST_FORMS = 8;
/** Oli and Oliver, Alex and Alexandra. */
const BEGINNING = 3;
/** As DNS has it; no network allows longer ones. */
const LONGEST_HANDLE = 253;
const MOST_KEYS = 40;
/** As long as a handle may be; also far below what an index can hold. */
const LONGEST_KEY = 100;
/** Shorter words are met in everybody's handle. */
const SHORTEST_WORD = 4;

function bounded(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)].filter((key) => key.length <= LONGEST_KEY).slice(0, MOST_KEYS);
}

function nameKeysOf(name: ParsedName, forms: readonly string[]): readonly string[] {
  if (name.kind !== 'person') return [];
  return wholeNames(name).flatMap((spellings) =>
    spellings.flatMap(([given, family]) => [
      nameKey([given, family]),
      `s:${[cologne(given), cologne(family)].toSorted().join(' ')}`,
      `i:${given} ${family.charAt(0)}`,
      `p:${given.slice(0, BEGINNING)} ${family}`,
      ...forms.flatMap((form) => [nameKey([form, family]), `i:${form} ${family.charAt(0)}`]),
    ]),
  );
}

type GivenAndFamily = readonly [given: string, family: string];

/** Two to four words in any order, `gul-kantine` for Kantine Gül. One word says too little, and more are a sentence. */
function wordsKey(text: string): readonly string[] {
  const words = foldings(text.replace(/[-_.]/g, ' ')).map((one) => one.split(' ').toSorted());
  return words
    .filter(({ length }) => length > 1 && length < 5)
    .map((some) => `w:${some.join(' ')}`);
}

/** In any order: some CRMs and networks change the two. */
function nameKey(words: GivenAndFamily): string {
  return `n:${words.toSorted().join(' ')}`;
}

/**
 * The first given name with the family, in each spelling; then, of a double family, with each half: people leave one out. A
 * particle belongs to nobody in particular and is left out.
 */
function wholeNames(name: PersonName): readonly (readonly GivenAndFamily[])[] {
  const [given = ''] = (name.given[0] ?? '').split('-');
  const family = name.family.join(' ');
  const halves = family.split(/[- ]+/);
  const families = halves.length === 2 ? [family, ...halves] : [family];
  return families.map((one) => pairsOf(given, one)).filter((pairs) => pairs.length > 0);
}

function pairsOf(given: string, family: string): readonly GivenAndFamily[] {
  const [givens, families] = [foldings(given), foldings(family)];
  // Both were written by the same hand: either both spell umlauts out or neither does.
  const size = givens.length === 0 ? 0 : Math.max(givens.length, families.length);
  return Array.from({ length: size }, (_, at): GivenAndFamily => {
    const one = givens[Math.min(at, givens.length - 1)] ?? '';
    const other = families[Math.min(at, families.length - 1)] ?? '';
    return [one, other.replaceAll(' ', '')];
  }).filter(([one, other]) => one !== '' && other !== '');
}

function asOneWord(name: ParsedName): readonly string[] {
  if (name.kind !== 'person') return [];
  return wholeNames(name)
    .flat()
    .flatMap(([given, family]) => [
      `c:${given}${family}`,
      `c:${family}${given}`,
      `c:${given.charAt(0)}${family}`,
    ]);
}

/** `hannah-mueller.test`: whole, and what stands before the first dot, each as its letters alone. */
function handleWords(handle: string): readonly string[] {
  const words = labelsOf(handle)
    .flatMap(foldings)
    .map((word) => word.replace(/[^a-z]/g, ''));
  return [...new Set(words)].filter((word) => word.length >= SHORTEST_WORD);
}

/** The server of a handle like ada@mastodon.example says nothing about its owner. */
function labelsOf(handle: string): readonly string[] {
  const own = handle.slice(0, LONGEST_HANDLE).replace(/^@/, '').split('@')[0] ?? '';
  return [...new Set([own.split('.')[0] ?? '', own])];
}

/** Two words with a sign between them may be a name. */
function namesInParts(handle: string): readonly ParsedName[] {
  return labelsOf(handle).flatMap((label): ParsedName[] => {
    const [given = '', family = '', ...others] = label.split(/[-_.]+/).filter((one) => one !== '');
    if (others.length > 0 || given.length < 2 || family.length < 3) return [];
    return [{ kind: 'person', given: [given], family: [family], particles: [], suffix: [] }];
  });
}
