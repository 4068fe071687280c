import type { Person } from '../person.ts';
import { compare, type AccountFacts } from './compare.ts';
import { RULES, type Evidence } from './evidence.ts';

export interface Candidate {
  readonly contactId: string;
  readonly person: Person;
  /** A person of the company said no to this very pair; only a person can say otherwise. */
  readonly rejected: boolean;
}

export interface Pairing {
  readonly contactId: string;
  readonly outcome: 'link' | 'suggest';
  /** Proof first. Never empty. */
  readonly evidence: readonly Evidence[];
  readonly rule: Evidence['rule'];
  readonly basis: string;
}

/** A name that so many contacts share points at nobody. */
const NAMESAKES = 3;

/**
 * First stage: proof only. One contact with proof is linked; several with proof are all suggested (R07); likeness and
 * one-way claims suggest (R05); a contact who said no appears in nothing (R06), and does not make others' proof better.
 */
export function decide(
  account: AccountFacts,
  candidates: readonly Candidate[],
  now: Date,
): readonly Pairing[] {
  const compared = candidates
    .map((candidate) => ({ candidate, evidence: compare(account, candidate.person, now) }))
    .filter(({ evidence }) => evidence.length > 0);
  const proven = compared.filter(({ evidence }) => evidence.some(proves));
  const namesakes = compared.filter(({ evidence }) => evidence.every(isName)).length;

  return compared.flatMap(({ candidate, evidence }): Pairing[] => {
    const [first] = evidence.toSorted((a, b) => Number(proves(b)) - Number(proves(a)));
    if (first === undefined || candidate.rejected || candidate.person.linkConsent === 'no')
      return [];
    if (evidence.every(isName) && namesakes > NAMESAKES) return [];
    const links = proves(first) && proven.length === 1;
    return [
      {
        contactId: candidate.contactId,
        outcome: links ? 'link' : 'suggest',
        evidence,
        rule: first.rule,
        basis: links ? RULES[first.rule].basis : 'suggestion',
      },
    ];
  });
}

const proves = (evidence: Evidence) => RULES[evidence.rule].proves;
const isName = (evidence: Evidence) => evidence.rule === 'same_name';
