import { foldPlain } from '../../../names/fold.ts';
import {
  nameInReading,
  readHandle,
  type HandleLevel,
  type HandleReading,
} from '../../../names/handle.ts';
import { parseName, personOf, type ParsedName } from '../../../names/personName.ts';
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

const PROFILE_URL = /^https?:\/\/[^/]+\/(?:profile\/|@)?([^/?#]+)/i;

/** `@Ada.Example`, a profile's address or a bare handle: its letters and digits, in lower case. */
function compactHandle(text: string): string {
  if (text.length > LONGEST_VALUE) return '';
  const given = text.trim();
  return foldPlain(PROFILE_URL.exec(given)?.[1] ?? given).replaceAll(' ', '');
}

/** A name or a handle: it does not matter on which side which of them stands. */
interface NameOrHandle extends Reading {
  readonly name: ParsedName | undefined;
  readonly handle: HandleReading;
}

export const nameInHandle: Method<NameOrHandle> = {
  levels: [{ is: 'full' }, { is: 'initials' }, { is: 'family' }, { is: 'given' }],
  isName: true,
  keyForms: ['parts'],
  read(text, parts) {
    const given = text.trim();
    if (given === '' || given.length > LONGEST_VALUE) return undefined;
    if (parts.length === 2 || /[\s,]/.test(given)) {
      const name = nameFrom(given, parts);
      return name.kind === 'none' ? undefined : { key: given, name, handle: [] };
    }
    const handle = readHandle(PROFILE_URL.exec(given)?.[1] ?? given);
    return handle.length === 0 ? undefined : { key: given, name: undefined, handle };
  },
  term({ name }, is) {
    if (name?.kind !== 'person') return undefined;
    if (is === 'given') return foldPlain(name.given[0] ?? '');
    return is === 'family' ? foldPlain(name.family.join(' ')) : undefined;
  },
  holds: {
    full: (a, b) => levelOf(a, b) === 'full',
    initials: (a, b) => levelOf(a, b) === 'first_last_initials',
    family: (a, b) => levelOf(a, b) === 'family',
    given: (a, b) => levelOf(a, b) === 'given',
  },
};

/** Two columns are the given name and the family, however many words each has. */
export function nameFrom(text: string, parts: readonly string[]): ParsedName {
  const asked = `${parts.length}\n${parts.length === 2 ? parts.join('\n') : text}`;
  if (lastName?.asked !== asked) lastName = { asked, name: readName(text, parts) };
  return lastName.name;
}

/** One comparison after the other reads the same name. */
let lastName: { asked: string; name: ParsedName } | undefined;

function readName(text: string, parts: readonly string[]): ParsedName {
  const [given, family] = parts;
  return parts.length === 2 && given !== undefined && family !== undefined
    ? personOf(given, family)
    : parseName(text);
}

/** The four questions about one pair come one after the other. */
let last: { a: NameOrHandle; b: NameOrHandle; level: HandleLevel } | undefined;

function levelOf(a: NameOrHandle, b: NameOrHandle): HandleLevel {
  if (last?.a === a && last.b === b) return last.level;
  const name = a.name ?? b.name;
  const level = name === undefined ? 'none' : nameInReading(name, a.name ? b.handle : a.handle);
  last = { a, b, level };
  return level;
}
