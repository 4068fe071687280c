import type { Profile } from './social.ts';

/** Something a person can be recognised by, in the one spelling in which both sides are compared. */
export interface Identifier {
  /** `email`, `host` (of a website), `name`, or `handle:<network>`. */
  readonly kind: string;
  readonly value: string;
}

export interface Email {
  /** Lower case, as mail is delivered to it. */
  readonly address: string;
  /** Without the +tag: another spelling of the same mailbox. */
  readonly mailbox: string;
  /** A function of a company rather than a person: info@, office@. */
  readonly isRole: boolean;
}

const ROLES = new Set(
  (
    'abuse admin anfrage billing buchhaltung buero bewerbung contact datenschutz einkauf empfang hello hilfe hostmaster ' +
    'info jobs kontakt kundenservice mail marketing no-reply noreply office post postmaster presse press redaktion ' +
    'rechnung sales sekretariat service support team verkauf vertrieb webmaster zentrale'
  ).split(' '),
);

/** Longer ones are none, and are not even read: putting a megabyte of accents in order takes minutes. */
const LONGEST_EMAIL = 254;
const LONGEST_NAME = 300;
const LONGEST_URL = 2_048;
/** As DNS allows; also far below what an index of the database can hold. */
const LONGEST_HOST = 253;

/** Undefined for what is no address. */
export function parseEmail(text: string): Email | undefined {
  const given = text.trim();
  if (given.length > 2 * LONGEST_EMAIL) return undefined;
  const address = given.toLowerCase().normalize('NFC');
  if (
    address.length > LONGEST_EMAIL ||
    !/^[^\s@"<>,;]{1,64}@[^\s@"<>,;]+\.[^\s@"<>,;.]+$/u.test(address)
  ) {
    return undefined;
  }
  const at = address.lastIndexOf('@');
  const [user = ''] = address.slice(0, at).split('+');
  if (user === '') return undefined;
  return { address, mailbox: `${user}${address.slice(at)}`, isRole: ROLES.has(user) };
}

/** Hosts where a page says nothing about who owns the domain. Their subdomains neither. */
const SHARED_HOSTS = (
  'bsky.app bsky.social facebook.com instagram.com threads.net x.com twitter.com linkedin.com xing.com youtube.com ' +
  'tiktok.com github.com github.io gitlab.io medium.com substack.com wordpress.com blogspot.com tumblr.com wixsite.com ' +
  'jimdofree.com jimdo.com linktr.ee bit.ly t.co mastodon.social notion.site pages.dev web.app netlify.app vercel.app ' +
  'google.com sites.google.com amazon.com amazon.de ebay.de kleinanzeigen.de'
).split(' ');

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
  const shared = SHARED_HOSTS.some((name) => host === name || host.endsWith(`.${name}`));
  return shared ? undefined : host;
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
    ...emails.flatMap((text) => parseEmail(text)?.mailbox ?? []).map(as('email')),
    ...[...hosts, ...(ownDomain === undefined ? [] : [ownDomain])].map(as('host')),
    ...names.map(as(`handle:${network}`)),
    ...nameKeys(profile.displayName ?? '').map(as('name')),
  ]);
}

export function as(kind: string): (value: string) => Identifier {
  return (value) => ({ kind, value });
}

export function distinct(identifiers: readonly Identifier[]): readonly Identifier[] {
  return [...new Map(identifiers.map((one) => [`${one.kind} ${one.value}`, one])).values()];
}
