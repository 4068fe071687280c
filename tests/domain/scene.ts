import fc from 'fast-check';
import { readPerson, type Person } from '../../src/domain/person.ts';
import type { AccountFacts } from '../../src/domain/pairing/compare.ts';
import type { Candidate } from '../../src/domain/pairing/decide.ts';
import type { Profile } from '../../src/domain/social.ts';

export const NOW = new Date('2026-11-21T12:00:00Z');

export function profile(shown: Partial<Profile> = {}): Profile {
  return {
    nativeId: 'did:plc:ada',
    handle: undefined,
    displayName: undefined,
    url: undefined,
    bio: undefined,
    websites: [],
    email: undefined,
    handleIsDomain: false,
    ...shown,
  };
}

export function account(
  shown: Partial<Profile> = {},
  backlinks: Readonly<Record<string, boolean>> = {},
): AccountFacts {
  return {
    network: 'memory',
    profile: profile(shown),
    backlinks: new Map(Object.entries(backlinks)),
  };
}

export function candidate(
  contactId: string,
  values: Readonly<Record<string, string>>,
  rejected = false,
): Candidate {
  return { contactId, person: person(values), rejected };
}

export function person(values: Readonly<Record<string, string>>): Person {
  return readPerson(new Map(Object.entries(values)));
}

/** Few values, so that people collide often. */
const emails = fc.constantFrom('', 'ada@a.de', 'ada+x@a.de', 'bo@b.de', 'info@a.de');
const handles = fc.constantFrom('', 'ada.a.de', '@ADA.a.de', 'bo.b.de', 'a.de', 'did:plc:ada');
const websites = fc.constantFrom('', 'https://a.de', 'www.a.de', 'b.de', 'https://x.com/ada');
const names = fc.constantFrom('', 'Ada Löve', 'Ada Loeve', 'Bo Berg', 'Ada');

export const people: fc.Arbitrary<readonly Candidate[]> = fc
  .array(
    fc.record({
      email: emails,
      handle: handles,
      website: websites,
      name: names,
      consent: fc.constantFrom('', '', '', 'yes', 'no'),
      rejected: fc.constantFrom(false, false, false, true),
    }),
    { maxLength: 6 },
  )
  .map((drawn) =>
    drawn.map((one, index) =>
      candidate(
        String(index + 1),
        {
          email: one.email,
          'handle.memory': one.handle,
          website: one.website,
          'name.first': one.name.split(' ')[0] ?? '',
          'name.last': one.name.split(' ')[1] ?? '',
          'consent.link': one.consent,
        },
        one.rejected,
      ),
    ),
  );

export const accounts: fc.Arbitrary<AccountFacts> = fc
  .record({
    handle: handles,
    displayName: names,
    email: emails,
    bio: fc.constantFrom('', 'mail ada@a.de', 'info@a.de or bo@b.de'),
    websites: fc.array(websites, { maxLength: 2 }),
    handleIsDomain: fc.boolean(),
    backlinks: fc.dictionary(fc.constantFrom('a.de', 'b.de'), fc.boolean()),
  })
  .map(({ backlinks, ...shown }) => account(shown, backlinks));
