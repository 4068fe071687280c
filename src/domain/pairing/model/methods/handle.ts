import { foldOmitting, foldPlain, foldWritten } from '../../../names/fold.ts';
import { shareGroup } from '../../../names/nicknames.ts';
import { jaroWinkler } from '../similarity.ts';
import { LONGEST_VALUE, type Method, type Reading } from './method.ts';

/** A shorter handle inside a longer one says nothing. */
const SHORTEST_CONTAINED = 5;

export const handle: Method = {
  levels: [
    { is: 'exact' },
    { is: 'contained' },
    { is: 'similar', from: 0.92 },
    { is: 'similar', from: 0.85 },
  ],
  isName: false,
  keyForms: ['exact', 'start'],
  read(text) {
    const key = compactHandle(text);
    return key === '' ? undefined : { key };
  },
  holds: {
    exact: (a, b) => a.key === b.key,
    contained: (a, b) =>
      Math.min(a.key.length, b.key.length) >= SHORTEST_CONTAINED &&
      (a.key.includes(b.key) || b.key.includes(a.key)),
  },
  likeness: (a, b) => jaroWinkler(a.key, b.key),
};

/** `@Ada.Example`, a profile's address or a bare handle: its letters and digits, in lower case. */
function compactHandle(text: string): string {
  if (text.length > LONGEST_VALUE) return '';
  const given = text.trim();
  const inUrl = /^https?:\/\/[^/]+\/(?:profile\/)?([^/?#]+)/i.exec(given)?.[1] ?? given;
  return foldPlain(inUrl).replaceAll(' ', '');
}

/** Both a name and a handle can be read from one text, so that it does not matter on which side which of them stands. */
interface NameOrHandle extends Reading {
  readonly handle: string;
  /** Spellings of the words of a name; empty where there is one word only. */
  readonly names: readonly NameWords[];
}

interface NameWords {
  readonly given: readonly string[];
  readonly family: string;
}

export const nameInHandle: Method<NameOrHandle> = {
  levels: [{ is: 'full' }, { is: 'initials' }, { is: 'family' }, { is: 'given' }],
  isName: true,
  keyForms: ['parts'],
  read(text) {
    const isUrl = /^https?:\/\//i.test(text.trim());
    const names = isUrl ? [] : nameWords(text);
    const handleText = compactHandle(text);
    return handleText === ''
      ? undefined
      : { key: keyOf(handleText, names), handle: handleText, names };
  },
  holds: {
    full: (a, b) => either(a, b, hasFull),
    initials: (a, b) => either(a, b, hasInitials),
    family: (a, b) => either(a, b, (name, text) => hasFamily(name, text)),
    given: (a, b) => either(a, b, (name, text) => name.given.some((one) => hasWord(text, one))),
  },
};

function keyOf(text: string, names: readonly NameWords[]): string {
  return `${text}|${names.map((name) => [...name.given, name.family].join(' ')).join('|')}`;
}

function nameWords(text: string): NameWords[] {
  const spellings = new Set([foldPlain(text), foldWritten(text), foldOmitting(text)]);
  return [...spellings].flatMap((spelling) => {
    const words = spelling.split(' ').filter((word) => word !== '');
    const family = words.at(-1);
    return words.length < 2 || family === undefined ? [] : [{ given: words.slice(0, -1), family }];
  });
}

type Says = (name: NameWords, handle: string) => boolean;

function either(a: NameOrHandle, b: NameOrHandle, says: Says): boolean {
  return (
    a.names.some((name) => says(name, b.handle)) || b.names.some((name) => says(name, a.handle))
  );
}

const SHORTEST_WORD = 3;

function hasWord(text: string, word: string): boolean {
  return word.length >= SHORTEST_WORD && text.includes(word);
}

/** Two letters are a family name only at the end, where a given name or a title stands before them. */
function hasFamily({ family }: NameWords, text: string): boolean {
  return hasWord(text, family) || (family.length === 2 && text.endsWith(family) && text.length > 4);
}

function hasFull(name: NameWords, text: string): boolean {
  if (!hasFamily(name, text)) return false;
  const rest = text.replace(name.family, ' ');
  return name.given.some((given) => hasWord(rest, given) || knownForm(rest, given));
}

/** bobcasey for Robert Casey: what stands before the family name is a short form of the given name. */
function knownForm(rest: string, given: string): boolean {
  return rest.split(' ').some((part) => part.length >= SHORTEST_WORD && shareGroup(part, given));
}

/** jsmith, smithj: the family name at one end, the first letters of the given names at the other. */
function hasInitials(name: NameWords, text: string): boolean {
  if (!hasFamily(name, text)) return false;
  const initials = name.given.map((given) => given.charAt(0)).join('');
  const rests = [text.replace(name.family, '')];
  return rests.some((rest) => rest === initials || rest === initials.charAt(0));
}
