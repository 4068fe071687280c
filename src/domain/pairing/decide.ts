import { canonicalHandle, parseEmail } from '../identifiers.ts';
import { parseName } from '../names/personName.ts';
import type { Person } from '../person.ts';
import { personVeto } from '../policy/veto.ts';
import { compare, type AccountFacts } from './compare.ts';
import { familiesOf, RULES, type Evidence, type Family } from './evidence.ts';
import type { IsGeneric } from './fields.ts';
import type { Value } from './model/comparison.ts';
import { probability, verdictsOf, type Verdict } from './model/verdict.ts';
import {
  isNoPerson,
  MOST_HOLDERS,
  weigh,
  type Likeness,
  type Population,
  type Weighing,
} from './weigh.ts';

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
  /** What likeness comes to. It counts where there is no proof. */
  readonly weight: Weight;
}

export interface Weight {
  readonly bits: number;
  readonly probability: number;
  /** Below this probability nobody is asked. */
  readonly least: number;
  /** It would be linked if probability alone were allowed to. */
  readonly wouldLink: boolean;
}

/** What is known beyond the account and its candidates. */
export interface Known {
  readonly now: Date;
  readonly weighing: Weighing;
  readonly population: Population;
  /** How many contacts of a CRM hold a mailbox or a website: by `holding`. One, where it does not say. */
  readonly holders: ReadonlyMap<string, number>;
  /** Contacts that have another active account on the network. */
  readonly busy: ReadonlySet<string>;
  /** People agreed with all that probability would have linked: it may. */
  readonly mayWeightLink: boolean;
}

export function holding(crm: string | undefined, value: string): string {
  return `${crm ?? ''} ${value}`;
}

/** A name that so many contacts share points at nobody. */
const NAMESAKES = 3;

interface Compared {
  readonly candidate: Candidate;
  readonly proofs: readonly Evidence[];
  readonly likeness: Likeness;
  readonly verdict: Verdict;
}

/**
 * Proof links one contact of a CRM; several with proof are all suggested (R07). Likeness is weighed, and suggests (R05). A
 * contact under a veto appears in nothing (R06), and does not make others' proof better.
 */
export function decide(
  account: AccountFacts,
  candidates: readonly Candidate[],
  known: Known,
): readonly Pairing[] {
  const crms = new Set(candidates.map(({ crm }) => crm));
  return [...crms].flatMap((crm) => {
    const own = candidates.filter((candidate) => candidate.crm === crm);
    const compared = comparedWith(account, own, known);
    const proven = compared.filter(({ proofs }) => proofs.length > 0);
    const namesakes = compared.filter(({ proofs, likeness, verdict }) => {
      return proofs.length === 0 && verdict !== 'none' && !likeness.beyondName;
    }).length;
    const links = proven.map((one) => canLink(account, one, known));
    const isSettled = proven.length === 1 && links[0] === true;
    return compared.flatMap((one): Pairing[] => {
      if (one.proofs.length > 0) return fromProof(one, isSettled, known);
      const isCrowded = !one.likeness.beyondName && namesakes > NAMESAKES;
      return isSettled || isCrowded ? [] : fromLikeness(account, one, known);
    });
  });
}

function comparedWith(
  account: AccountFacts,
  candidates: readonly Candidate[],
  known: Known,
): readonly Compared[] {
  const readings = new Map<string, Value | undefined>();
  const weighed = candidates.map((candidate) => {
    const held = (value: string) => holdersOf(known, candidate, value);
    const proofs = compare(account, candidate.person, known.now).filter(
      (proof) => held(sharedValue(proof)) <= MOST_HOLDERS,
    );
    const isGeneric: IsGeneric = (kind, value) => held(value) > known.weighing.genericAbove[kind];
    const { person } = candidate;
    const { now, population } = known;
    const sides = { account, person, population, isGeneric, now, readings };
    return { candidate, proofs, likeness: weigh(known.weighing, sides) };
  });
  const { thresholds } = known.weighing;
  const verdicts = verdictsOf(
    weighed.map(({ likeness }) => ({ ...likeness, rival: undefined })),
    // What it would do if it were allowed: whether it is allowed is asked where it links.
    { ...thresholds, automatic: { ...thresholds.automatic, allowed: true } },
    true,
  );
  return weighed.map((one, at) => ({ ...one, verdict: verdicts[at] ?? 'none' }));
}

function holdersOf({ holders }: Known, { crm }: Candidate, value: string): number {
  return holders.get(holding(crm, value)) ?? 1;
}

/** In the spelling in which the store counts it. */
function sharedValue({ value }: Evidence): string {
  return parseEmail(value)?.mailbox ?? value;
}

/** What holds up a proof, so that a person is asked. */
function canLink(account: AccountFacts, compared: Compared, known: Known): boolean {
  const { candidate } = compared;
  const { person } = candidate;
  const proofs = compared.proofs.filter(({ rule }) => known.weighing.proofs.has(rule));
  if (candidate.rejected || personVeto(person) !== undefined) return false;
  const isNamed = proofs.some(({ rule }) => rule === 'handle_in_crm');
  if (isNamed) return true;
  const isSole = proofs.some((proof) => holdersOf(known, candidate, sharedValue(proof)) === 1);
  // The company wrote down another account of this network.
  if (!isSole || hasOtherHandle(account, person)) return false;
  const wasTold = proofs.some(({ class: evidenceClass }) => evidenceClass === 'E2');
  // What an association's website links to is the association's account, also where its chair is the contact.
  return wasTold || !isNoPerson(account.profile) || parseName(person.name).kind !== 'person';
}

function hasOtherHandle({ network, profile }: AccountFacts, person: Person): boolean {
  const recorded = person.handles.get(network);
  const own = profile.handle === undefined ? undefined : canonicalHandle(profile.handle);
  return recorded !== undefined && recorded !== own && recorded !== profile.nativeId;
}

function fromProof(compared: Compared, links: boolean, known: Known): Pairing[] {
  const { candidate, proofs, likeness } = compared;
  // What is proven is not weighed once more: where policy takes the proof away, nothing of it may be left.
  const proven = familiesOf(proofs);
  const isSaid = ({ family }: Evidence) => family !== undefined && proven.includes(family);
  const evidence = [...proofs, ...likeness.evidence.filter((one) => !isSaid(one))];
  const [first] = proofs;
  if (first === undefined || isSilent(candidate, evidence)) return [];
  const basis = links ? RULES[first.rule].basis : 'suggestion';
  const outcome = links ? 'link' : 'suggest';
  const said = likeness.evidence.filter(isSaid).reduce((sum, one) => sum + (one.bits ?? 0), 0);
  const weight = { ...weightOf(compared, known), ...certainty(likeness.bits - said) };
  return [{ contactId: candidate.contactId, outcome, evidence, rule: first.rule, basis, weight }];
}

function certainty(bits: number): Pick<Weight, 'bits' | 'probability'> {
  return { bits, probability: probability(bits) };
}

function weightOf({ likeness, verdict, candidate }: Compared, { weighing, busy }: Known): Weight {
  const isTaken = busy.has(candidate.contactId);
  const wouldLink = verdict === 'automatic' && !candidate.rejected && !isTaken;
  return { ...certainty(likeness.bits), wouldLink, least: weighing.thresholds.possible };
}

function fromLikeness(account: AccountFacts, compared: Compared, known: Known): Pairing[] {
  const { candidate, likeness, verdict } = compared;
  const { evidence } = likeness;
  const [first] = evidence.toSorted((a, b) => (b.bits ?? 0) - (a.bits ?? 0));
  if (verdict === 'none' || first?.bits === undefined || first.bits <= 0) return [];
  if (isSilent(candidate, evidence) || isHeld(account, compared, known)) return [];
  const weight = weightOf(compared, known);
  const mayLink = known.mayWeightLink && known.weighing.thresholds.automatic.allowed;
  const links = weight.wouldLink && mayLink;
  return [
    {
      contactId: candidate.contactId,
      outcome: links ? 'link' : 'suggest',
      evidence: [first, ...evidence.filter((one) => one !== first)],
      rule: first.rule,
      basis: links ? LIKENESS_BASIS : 'suggestion',
      weight,
    },
  ];
}

/**
 * Whom likeness alone is not worth asking about: a person of whom the account is none, and a contact with another account there.
 * Anybody can call themselves by the name and the website of a known customer. Where the rules let a person have several
 * accounts, more than the name has to speak for the next one.
 */
function isHeld(
  { network, profile }: AccountFacts,
  { candidate, likeness }: Compared,
  { busy, weighing }: Known,
) {
  const { contactId, person } = candidate;
  const mayHaveMore = weighing.severalOn.has(network) && likeness.beyondName;
  if (busy.has(contactId) && !mayHaveMore) return true;
  return isNoPerson(profile) && parseName(person.name).kind === 'person';
}

/** Links that rest upon likeness alone, after people had agreed with hundreds of them. */
export const LIKENESS_BASIS = 'likeness_confirmed_by_shadow_run';

function isSilent(
  { person, rejected, refused }: Candidate,
  evidence: readonly Evidence[],
): boolean {
  if (personVeto(person) !== undefined) return true;
  if (!rejected) return false;
  return refused === undefined || !familiesOf(evidence).some((family) => !refused.includes(family));
}
