import {
  as,
  canonicalHandle,
  distinct,
  mailboxSpellings,
  parseEmail,
  websiteHost,
} from './identifiers.ts';
import type { Email, Identifier } from './identifiers.ts';

/** A contact of the CRM in our own words, read through the mapping. */
export interface Person {
  readonly emails: readonly Email[];
  /** Handles by network that people of the company wrote down. What we wrote ourselves is no evidence and not in here. */
  readonly handles: ReadonlyMap<string, string>;
  readonly hosts: readonly string[];
  readonly name: string;
  readonly given: string;
  readonly family: string;
  /** The company, club or office that the CRM names; empty where it names none. */
  readonly organisation: string;
  /** The town that the CRM names. */
  readonly place: string;
  /** What the contact said to being paired; undefined when nobody asked. */
  readonly linkConsent: 'yes' | 'no' | undefined;
  /** Works for the company itself (R12). */
  readonly isEmployee: boolean;
  /** A minor, or noted as somebody whose age is not known (R13). */
  readonly mayBeMinor: boolean;
}

/** `values`: our names (`email`, `handle.bluesky`, ...) with the CRM's values, empty ones left out. */
export function readPerson(values: ReadonlyMap<string, string>): Person {
  const text = (name: string) => values.get(name) ?? '';
  const handles = [...values].flatMap(([name, value]) => {
    const network = /^handle\.(.+)$/.exec(name)?.[1];
    const handle = canonicalHandle(value);
    return network === undefined || handle === undefined ? [] : [[network, handle] as const];
  });
  const consent = text('consent.link').trim().toLowerCase();
  return {
    emails: [text('email'), text('email.work'), ...text('email.additional').split(';')].flatMap(
      (address) => parseEmail(address) ?? [],
    ),
    handles: new Map(handles),
    hosts: [websiteHost(text('website'))].filter((host) => host !== undefined),
    name: `${text('name.first')} ${text('name.last')}`.trim(),
    given: text('name.first'),
    family: text('name.last'),
    organisation: text('organisation').trim(),
    place: text('place').trim(),
    linkConsent: consent === 'yes' || consent === 'no' ? consent : undefined,
    isEmployee: isMarked(text('veto.employee')),
    mayBeMinor: isMarked(text('veto.minor')),
  };
}

/** Nothing, and a clear no in the ways CRMs write one, is no mark. Whatever else stands there protects: "unknown" as well. */
function isMarked(value: string): boolean {
  return !['', 'no', 'nein', 'false', '0'].includes(value.trim().toLowerCase());
}

export function personIdentifiers(person: Person): readonly Identifier[] {
  return distinct([
    ...person.emails.flatMap(mailboxSpellings).map(as('email')),
    ...person.hosts.map(as('host')),
    ...[...person.handles].map(([network, handle]) => as(`handle:${network}`)(handle)),
  ]);
}
