import type { Pairing, Weight } from '../pairing/decide.ts';
import { isProven, RULES, type Evidence } from '../pairing/evidence.ts';
import { probability } from '../pairing/model/verdict.ts';
import type { LinkState } from '../pairing/states.ts';
import type { Person } from '../person.ts';
import type { Profile } from '../social.ts';
import { freshness, may, type Answer } from './may.ts';
import type { PolicyPacks } from './pack.ts';
import { mayBeMinor, personVeto, wantsNotToBeFound } from './veto.ts';

export interface PairingFacts {
  readonly network: string;
  readonly profile: Profile;
  readonly person: Person;
  /** The state of the link between the two, where there is one: what stands does not fall because a pack froze. */
  readonly standing: LinkState | undefined;
  readonly today: Date;
}

/**
 * What the network's rules and the wishes of those concerned leave of a pairing. Evidence that may not be used is dropped; a proof
 * for which a human has to decide becomes a suggestion; nothing left, no pairing. Never more than was put in.
 */
export function lawful(
  packs: PolicyPacks,
  pairing: Pairing,
  facts: PairingFacts,
): Pairing | undefined {
  if (personVeto(facts.person) !== undefined || mayBeMinor(facts.profile)) return undefined;
  const effects = pairing.evidence.map((one) => ({ one, effect: effectOf(packs, one, facts) }));
  const usable = effects.filter(({ effect }) => effect !== 'none');
  const evidence = usable.map(({ one }) => one);
  const linking = pairing.outcome === 'link' ? linkingBasis(pairing, effects) : undefined;
  const leading = leadingOf(pairing, evidence, linking?.proof);
  if (leading === undefined) return undefined;
  // Somebody who does not want to be found is proposed to nobody; what they told the company themselves still holds (R10).
  if (linking === undefined && wantsNotToBeFound(facts.profile)) return undefined;
  const weight = reweighed(pairing, evidence);
  if (!isEnough(weight, evidence)) return undefined;
  const outcome = linking === undefined ? 'suggest' : 'link';
  const basis = linking?.basis ?? 'suggestion';
  return { ...pairing, outcome, evidence, rule: leading.rule, basis, weight };
}

interface Effected {
  readonly one: Evidence;
  readonly effect: Effect;
}

/** A proof that may link; or likeness, each piece of which may. */
function linkingBasis(
  pairing: Pairing,
  effects: readonly Effected[],
): { readonly proof: Evidence | undefined; readonly basis: string } | undefined {
  const may = effects.filter(({ effect }) => effect === 'link').map(({ one }) => one);
  const proof = may.find(({ rule }) => RULES[rule].proves);
  if (proof !== undefined) return { proof, basis: RULES[proof.rule].basis };
  return may.length === effects.length ? { proof, basis: pairing.basis } : undefined;
}

function leadingOf(
  pairing: Pairing,
  evidence: readonly Evidence[],
  proof: Evidence | undefined,
): Evidence | undefined {
  const same = evidence.find(({ rule }) => rule === pairing.rule);
  return proof ?? same ?? evidence.toSorted((a, b) => strength(b) - strength(a))[0];
}

/** Proof first, then what weighs most. */
function strength({ rule, bits }: Evidence): number {
  return RULES[rule].proves ? Infinity : (bits ?? 0);
}

function isEnough(weight: Weight, evidence: readonly Evidence[]): boolean {
  return weight.probability >= weight.least || isProven(evidence);
}

/** What may not be used does not count either. */
function reweighed(pairing: Pairing, evidence: readonly Evidence[]): Weight {
  const { weight } = pairing;
  if (evidence.length === pairing.evidence.length) return weight;
  const sum = (all: readonly Evidence[]) => all.reduce((bits, one) => bits + (one.bits ?? 0), 0);
  const bits = weight.bits - sum(pairing.evidence) + sum(evidence);
  return { bits, probability: probability(bits), wouldLink: false, least: weight.least };
}

type Effect = 'link' | 'suggest' | 'none';

function effectOf(packs: PolicyPacks, evidence: Evidence, facts: PairingFacts): Effect {
  const isTold = evidence.class === 'E1' || evidence.class === 'E2';
  if (wantsNotToBeFound(facts.profile) && !isTold) return 'none';
  const given = asked(packs, evidence, facts);
  if (given.answer === 'deny') return 'none';
  if (staysSuggestion(packs, facts)) return 'suggest';
  if (given.answer === 'allow') return 'link';
  const agreed = facts.person.linkConsent === 'yes';
  if (given.what === 'consent') return agreed ? 'link' : 'none';
  // Who agreed, and told the company the account, has said all that a human could find out (R03).
  return agreed && isTold ? 'link' : 'suggest';
}

function asked(packs: PolicyPacks, evidence: Evidence, facts: PairingFacts): Answer {
  const isOpen = facts.standing === 'active' || facts.standing === 'suggested';
  return may(packs, {
    network: facts.network,
    purpose: 'link',
    evidenceClass: evidence.class,
    today: isOpen ? undefined : facts.today,
  });
}

/** A link is something new also where there was a suggestion. */
function staysSuggestion(packs: PolicyPacks, { network, standing, today }: PairingFacts): boolean {
  const pack = packs.get(network);
  const isFrozen = pack !== undefined && freshness(pack, today) === 'frozen';
  return isFrozen && standing === 'suggested';
}
