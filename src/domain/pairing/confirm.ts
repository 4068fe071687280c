import { may } from '../policy/may.ts';
import type { PolicyPacks } from '../policy/pack.ts';
import { mayBeMinor, personVeto, wantsNotToBeFound } from '../policy/veto.ts';
import type { Person } from '../person.ts';
import type { Profile } from '../social.ts';
import type { Evidence } from './evidence.ts';

/** Why we may, in the words of a person: what kind of ground, and where it is written down. */
const BASIS =
  /^(?:consent|legitimate_interest|contract|told_us)(?::[\p{L}\p{N}][\p{L}\p{N} ._/-]{0,99})?$/u;
/** Grounds that are on paper somewhere: without saying where, nobody could look them up. */
const ON_PAPER = /^(?:consent|legitimate_interest)(?::|$)/;

export function isBasis(basis: string): boolean {
  return BASIS.test(basis) && (!ON_PAPER.test(basis) || basis.includes(':'));
}

export interface Confirmed {
  readonly network: string;
  readonly profile: Profile;
  readonly person: Person;
  readonly evidence: readonly Evidence[];
  readonly basis: string;
  readonly today: Date;
}

export interface Obstacle {
  readonly reason: 'basis' | 'veto' | 'policy';
  readonly en: string;
  readonly de: string;
  /** Of the network's rules, where these are the reason. */
  readonly clause?: string;
}

/**
 * What stands in the way of a human who wants to pair the two; undefined: nothing. A human may decide what the network's rules
 * leave to a human, upon a ground that is written down (R03), and nothing that somebody has objected to (R06).
 */
export function obstacleTo(packs: PolicyPacks, confirmed: Confirmed): Obstacle | undefined {
  const { network, profile, person, evidence, basis, today } = confirmed;
  if (!isBasis(basis)) return NO_BASIS;
  const veto = personVeto(person) ?? (mayBeMinor(profile) ? 'minor' : undefined);
  if (veto !== undefined) return VETOES[veto];
  const obstacles = evidence.map(({ class: evidenceClass }): Obstacle | undefined => {
    const isTold = evidenceClass === 'E1' || evidenceClass === 'E2' || evidenceClass === 'E4';
    if (wantsNotToBeFound(profile) && !isTold) return NOT_TO_BE_FOUND;
    const given = may(packs, { network, purpose: 'link', evidenceClass, today });
    if (given.answer === 'allow') return undefined;
    const isMet =
      given.answer === 'needs' &&
      (person.linkConsent === 'yes' || (given.what === 'human' && ON_PAPER.test(basis)));
    return isMet ? undefined : { reason: 'policy', clause: given.clause, ...given.text };
  });
  // One piece of evidence that may be used is enough.
  return obstacles.every((one) => one !== undefined) ? obstacles[0] : undefined;
}

const NO_BASIS: Obstacle = {
  reason: 'basis',
  en: 'Say why you may: consent:<where>, legitimate_interest:<where>, contract or told_us.',
  de: 'Nennen Sie die Grundlage: consent:<wo>, legitimate_interest:<wo>, contract oder told_us.',
};

const VETOES: Readonly<Record<'objection' | 'employee' | 'minor', Obstacle>> = {
  objection: {
    reason: 'veto',
    en: 'This contact does not want to be paired.',
    de: 'Dieser Kontakt möchte nicht zugeordnet werden.',
  },
  employee: {
    reason: 'veto',
    en: 'This person works for the company itself.',
    de: 'Diese Person arbeitet im eigenen Unternehmen.',
  },
  minor: {
    reason: 'veto',
    en: 'This person is, or may be, a minor.',
    de: 'Diese Person ist minderjährig oder könnte es sein.',
  },
};

const NOT_TO_BE_FOUND: Obstacle = {
  reason: 'policy',
  en: 'The owner of this account asked the network not to be found.',
  de: 'Wem dieses Konto gehört, möchte laut Netzwerk nicht gefunden werden.',
};
