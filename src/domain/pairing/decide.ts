import type { Person } from '../person.ts';
import { personVeto } from '../policy/veto.ts';
import { compare, type AccountFacts } from './compare.ts';
import { familiesOf, RULES, type Evidence, type Family } from './evidence.ts';

export interface Candidate {
  readonly contactId: string;
  readonly person: Person;
  /** The CRM that the contact stands in: an account may be linked once in each. One for all where it is left out. */
  readonly crm?: string;
  /** A person of the company said no to this very pair: no rule links it again. */
  readonly rejected: boolean;
  /** The families of evidence that this person had before them; only another one makes the pair worth asking about again. */
  readonly refused?: readonly Family[];
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
 * one-way claims suggest (R05); a contact under a veto appears in nothing (R06), and does not make others' proof better.
 */
export function decide(
  account: AccountFacts,
  candidates: readonly Candidate[],
  now: Date,
): readonly Pairing[] {
  const compared = candidates
    .map((candidate) => ({ candidate, evidence: compare(account, candidate.person, now) }))
    .filter(({ evidence }) => evidence.length > 0);
  const inCrm = (crm: string | undefined) =>
    compared.filter(({ candidate }) => candidate.crm === crm);

  return compared.flatMap(({ candidate, evidence }): Pairing[] => {
    const [first] = evidence.toSorted((a, b) => Number(proves(b)) - Number(proves(a)));
    if (first === undefined || isSilent(candidate, evidence)) return [];
    const others = inCrm(candidate.crm);
    const namesakes = others.filter((one) => one.evidence.every(isName)).length;
    if (evidence.every(isName) && namesakes > NAMESAKES) return [];
    const proven = others.filter((one) => one.evidence.some(proves)).length;
    const links = proves(first) && proven === 1 && !candidate.rejected;
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

function isSilent(
  { person, rejected, refused }: Candidate,
  evidence: readonly Evidence[],
): boolean {
  if (personVeto(person) !== undefined) return true;
  if (!rejected) return false;
  return refused === undefined || !familiesOf(evidence).some((family) => !refused.includes(family));
}

const proves = (evidence: Evidence) => RULES[evidence.rule].proves;
const isName = (evidence: Evidence) => evidence.rule === 'same_name';
