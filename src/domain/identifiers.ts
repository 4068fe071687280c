import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import {
  hasPlusTags,
  isDisposableMail,
  isFreeMail,
  isRoleUser,
  mailboxOf,
} from './mailProviders.ts';
import { isSharedHost } from './sharedHosts.ts';
import type { Profile } from './social.ts';

/** Something a person can be recognised by, in the one spelling in which both sides are compared. */
export interface Identifier {
  /** `email`, `host` (of a website), or `handle:<network>`. A name is none: two people of one name are two. */
  readonly kind: string;
  readonly value: string;
}

export interface Email {
  /** Lower case, as mail is delivered to it. */
  readonly address: string;
  /** One spelling for what is delivered to the same place: no +tag, at Gmail no dots, the domain as DNS has it. */
  readonly mailbox: string;
  /** A function of a company rather than a person: info@, office@. */
  readonly isRole: boolean;
}

/** Longer ones are none, and are not even read: putting a megabyte of accents in order takes minutes. */
const LONGEST_EMAIL = 254;
const LONGEST_NAME = 300;
const LONGEST_URL = 2_048;
/** As DNS allows; also far below what an index of the database can hold. */
const LONGEST_HOST = 253;

const ADDRESS = /^[^\s@"<>,;]{1,64}@[^\s@"<>,;]+\.[^\s@"<>,;.]+$/u;

/**
 * Undefined for what is no address. A +tag is left out at every domain: servers that do not know tags have no two owners
 * for ada@ and ada+blog@, and people use tags where the company's server takes them, too.
 */
export function parseEmail(text: string): Email | undefined {
  const given = text.trim();
  if (given.length > 2 * LONGEST_EMAIL) return undefined;
  const address = given.toLowerCase().normalize('NFC');
  if (address.length > LONGEST_EMAIL || !ADDRESS.test(address)) return undefined;
  const at = address.lastIndexOf('@');
  const [user = ''] = address.slice(0, at).split('+');
  const mailbox = mailboxOf(user, asciiDomain(address.slice(at + 1)));
  if (user === '' || mailbox.startsWith('@')) return undefined;
  // A domain may become longer, or none at all, when it is written in ASCII.
  if (mailbox.length > LONGEST_EMAIL || !ADDRESS.test(mailbox)) return undefined;
  return { address, mailbox, isRole: isRoleUser(user) };
}

/**
 * The mailbox, and before it the spelling by which rows and suppressions name it that are older than the rules of providers:
 * only the tag left out. Suppressions are hashes and cannot be computed again, so both have to be looked for.
 */
export function mailboxSpellings({ address, mailbox }: Email): readonly string[] {
  const at = address.lastIndexOf('@');
  const [user = ''] = address.slice(0, at).split('+');
  return [...new Set([`${user}${address.slice(at)}`, mailbox])];
}

/** Whether anybody can have an address at this domain (free), for an hour (disposable), or it belongs to somebody (own). */
export function mailProvider({ mailbox }: Email): 'free' | 'disposable' | 'own' {
  const domain = mailbox.slice(mailbox.lastIndexOf('@') + 1);
  if (isDisposableMail(domain)) return 'disposable';
  return isFreeMail(domain) ? 'free' : 'own';
}

/** False where the address has a +tag and its provider is not known to deliver that to the same mailbox. */
export function isMailboxCertain({ address }: Email): boolean {
  const at = address.lastIndexOf('@');
  return !address.slice(0, at).includes('+') || hasPlusTags(address.slice(at + 1));
}

/** As DNS has it: bücher.example is xn--bcher-kva.example. Left as it is where that cannot be. */
function asciiDomain(domain: string): string {
  if (/^[ -~]*$/.test(domain)) return domain;
  if (/[:/?#\\%[\]|^]/.test(domain)) return domain;
  return URL.parse(`http://${domain}`)?.hostname ?? domain;
}

/** Longer than any number with its extension and remarks. */
const LONGEST_PHONE = 60;

/**
 * In the international form (+493022771234), without an extension; undefined for what is no number of its country. Numbers
 * without a country belong to `country`.
 */
export function parsePhone(text: string, country: CountryCode = 'DE'): string | undefined {
  if (text.length > LONGEST_PHONE) return undefined;
  const phone = parsePhoneNumberFromString(text.normalize('NFKC'), country);
  return phone?.isValid() === true ? phone.number : undefined;
}

/** The host that a website address names, without `www.`; undefined for a shared host or no address at all. */
export function websiteHost(address: string): string | undefined {
  const text = address.trim();
  if (text.length > LONGEST_URL) return undefined;
  const withScheme = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  const url = /\s/.test(text) ? null : URL.parse(withScheme);
  if (url === null) return undefined;
  const host = url.hostname.replace(/\.$/, '').replace(/^www\./, '');
  const isDomain = host.length <= LONGEST_HOST && host.includes('.') && !/^[\d.]+$/.test(host);
  if (url.username !== '' || !isDomain) return undefined;
  return isSharedHost(host) ? undefined : host;
}

/** A handle as people write it into a CRM field: `@Ada.example`, a profile URL, a bare name. Undefined when it is none. */
export function canonicalHandle(text: string): string | undefined {
  if (text.length > LONGEST_URL) return undefined;
  const given = text.replace(DIRECTION_MARKS, '').trim();
  const inUrl = PROFILE_URL.exec(given)?.[1];
  const handle = (inUrl ?? given).trim().replace(/^@/, '').toLowerCase();
  return /^[^\s@/<>"']{1,253}(@[^\s@/<>"']{1,253})?$/.test(handle) ? handle : undefined;
}

/** Networks put them around a handle that is copied from the page; they are not part of it. */
const DIRECTION_MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** People leave the scheme out. A dot there must be, or "n/a" would name an account. */
const PROFILE_URL = /^(?:https?:\/\/[^/]+|[^/\s@]+\.[^/\s@]+)\/(?:profile\/|@)?([^/?#]+)/i;

/**
 * A person's name in the spellings under which it is met: umlauts are written out by some (ue) and dropped by others (u).
 * Empty where there is no first and last name: a single word names nobody.
 */
export function nameKeys(text: string): readonly string[] {
  if (text.length > LONGEST_NAME) return [];
  const lower = text.toLowerCase().normalize('NFC').replace(/ß/g, 'ss');
  const written = lower.replace(/ä/g, 'ae').replace(/ö/g, 'oe').replace(/ü/g, 'ue');
  const keys = [written, lower].map((spelling) =>
    spelling
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .replace(/ı/g, 'i')
      .replace(/ł/g, 'l')
      .replace(/ø/g, 'o')
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim(),
  );
  return [...new Set(keys)].filter((key) => key.includes(' ') && key.length <= 100);
}

/** Addresses that a text names. Bounded: only the first 2,000 characters are read. */
export function emailsIn(text: string): readonly Email[] {
  const found = text.slice(0, 2000).match(/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g) ?? [];
  return found.flatMap((address) => parseEmail(address) ?? []);
}

/** Everything a contact could be found by that shares something with this account. Candidates only: nothing is proven here. */
export function accountIdentifiers(network: string, profile: Profile): readonly Identifier[] {
  const emails = [profile.email ?? '', ...emailsIn(profile.bio ?? '').map((e) => e.address)];
  const hosts = profile.websites.flatMap((url) => websiteHost(url) ?? []);
  const ownDomain = profile.handleIsDomain ? websiteHost(profile.handle ?? '') : undefined;
  // A contact's record may hold the stable id instead of a handle.
  const names = [profile.handle ?? '', profile.nativeId].flatMap((n) => canonicalHandle(n) ?? []);
  return distinct([
    ...emails.flatMap(spellingsIn).map(as('email')),
    ...[...hosts, ...(ownDomain === undefined ? [] : [ownDomain])].map(as('host')),
    ...names.map(as(`handle:${network}`)),
  ]);
}

function spellingsIn(text: string): readonly string[] {
  const email = parseEmail(text);
  return email === undefined ? [] : mailboxSpellings(email);
}

export function as(kind: string): (value: string) => Identifier {
  return (value) => ({ kind, value });
}

export function distinct(identifiers: readonly Identifier[]): readonly Identifier[] {
  return [...new Map(identifiers.map((one) => [`${one.kind} ${one.value}`, one])).values()];
}
