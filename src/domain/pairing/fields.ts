import { emailsIn, parseEmail, websiteHost, type Email } from '../identifiers.ts';
import { foldings, foldPlain, foldWritten } from '../names/fold.ts';
import { withoutLegalForm } from '../names/organisation.ts';
import { parseName, type ParsedName } from '../names/personName.ts';
import type { Person } from '../person.ts';
import { isSharedHost } from '../sharedHosts.ts';
import type { Profile } from '../social.ts';
import { nameOf } from './blockKeys.ts';
import type { Fields } from './model/comparison.ts';

/** Whether too many contacts hold the value for it to say anything. */
export type IsGeneric = (kind: 'email' | 'website', value: string) => boolean;

/**
 * A profile as the rules read it. What a person wrote about themselves in free words is read as an answer to what is known of
 * the contact: a place or an organisation that the bio does not name says nothing.
 */
export function profileFields(profile: Profile, person: Person, isGeneric: IsGeneric): Fields {
  const bio = profile.bio ?? '';
  const given = parseEmail(profile.email ?? '');
  const hosts = profile.websites.flatMap((url) => websiteHost(url) ?? []);
  return filled({
    handle: ownHandle(profile.handle ?? ''),
    name: isWhole(parseName(profile.displayName ?? '')) ? profile.displayName : '',
    email: mailboxes(given === undefined ? [] : [given], person, isGeneric),
    bio_email: mailboxes(emailsIn(bio), person, isGeneric),
    website: listed(hosts, (host) => isGeneric('website', host)),
    place: named(bio, person.place),
    organisation: named(bio, organisationOf(person)),
  });
}

/** A contact as the rules read it. */
export function personFields(person: Person, isGeneric: IsGeneric): Fields {
  return filled({
    ...(isWhole(nameOf(person)) && {
      name: person.name,
      'name.first': person.given,
      'name.last': person.family,
    }),
    email: mailboxes(person.emails, person, isGeneric),
    website: listed(person.hosts, (host) => isGeneric('website', host)),
    handle: [...person.handles.values()].map(ownHandle).join(';'),
    organisation: organisationOf(person),
    place: person.place,
  });
}

/** A single word names nobody. */
function isWhole(name: ParsedName): boolean {
  return name.kind === 'person' && name.given.length > 0 && name.family.length > 0;
}

function filled(values: Readonly<Record<string, string | undefined>>): Fields {
  return new Map(
    Object.entries(values).flatMap(([name, value]): [string, string][] =>
      value === undefined || value.trim() === '' ? [] : [[name, value]],
    ),
  );
}

function listed(values: readonly string[], isGeneric: (value: string) => boolean): string {
  return [...new Set(values)].filter((value) => !isGeneric(value)).join(';');
}

/** Every company has an info@: that somebody has one too says nothing, only that it is the very same does. */
function mailboxes(emails: readonly Email[], person: Person, isGeneric: IsGeneric): string {
  const own = new Set(person.emails.map(({ mailbox }) => mailbox));
  const telling = emails.filter(({ isRole, mailbox }) => !isRole || own.has(mailbox));
  return listed(
    telling.map(({ mailbox }) => mailbox),
    (mailbox) => isGeneric('email', mailbox),
  );
}

/** Longer ones are none. */
const LONGEST_ORGANISATION = 200;

function organisationOf({ organisation }: Person): string {
  if (organisation.length > LONGEST_ORGANISATION) return '';
  return withoutLegalForm(organisation.split(' ')).join(' ');
}

/** As DNS has it; no network allows longer ones, and the work grows with the square of the dots. */
const LONGEST_HANDLE = 253;

/** The part that its owner chose: neither the server, nor the ending of a domain. */
function ownHandle(handle: string): string {
  if (handle.length > LONGEST_HANDLE) return '';
  const [own = ''] = handle.replace(/^@/, '').split('@');
  const labels = own.split('.');
  if (labels.length < 2) return own;
  return isSharedHost(own) ? (labels[0] ?? '') : labels.slice(0, -1).join('.');
}

const LONGEST_TEXT = 2_000;
/** Shorter words are met by accident. */
const SHORTEST = 3;

/** `wanted`, where the text names it as whole words in any spelling. */
function named(text: string, wanted: string): string {
  if (wanted.length < SHORTEST) return '';
  const words = text.slice(0, LONGEST_TEXT).split(/\s+/);
  const spellings = [foldPlain, foldWritten].map((fold) => ` ${words.map(fold).join(' ')} `);
  const isNamed = foldings(wanted).some((one) => spellings.some((all) => all.includes(` ${one} `)));
  return isNamed ? wanted : '';
}
