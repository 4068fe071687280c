import type { Person } from '../person.ts';
import type { Profile } from '../social.ts';

/** Why a contact is paired with nobody, whatever speaks for it. */
export type PersonVeto = 'objection' | 'employee' | 'minor';

/** Beats every proof, and what a person decided as well (R06, R12, R13); undefined where there is none. */
export function personVeto(person: Person): PersonVeto | undefined {
  if (person.linkConsent === 'no') return 'objection';
  if (person.isEmployee) return 'employee';
  return person.mayBeMinor ? 'minor' : undefined;
}

/** An account whose author is, or may be, a minor is paired with nobody (R13). */
export function mayBeMinor(profile: Profile): boolean {
  return (profile.marks ?? []).some((mark) => mark === 'minor' || mark === 'age_unknown');
}

/** Its owner asked the network not to be found or shown to everybody: no suggestion, and no score (R10). */
export function wantsNotToBeFound(profile: Profile): boolean {
  return (profile.marks ?? []).some(
    (mark) =>
      mark === 'not_discoverable' ||
      mark === 'not_indexable' ||
      mark === 'noindex' ||
      mark === 'signed_in_only',
  );
}

/** Whether anything of this account and person may go into a score (R10, R12, R13). */
export function mayBeScored(profile: Profile, person: Person): boolean {
  return !wantsNotToBeFound(profile) && !mayBeMinor(profile) && personVeto(person) === undefined;
}
