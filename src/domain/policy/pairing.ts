import type { Pairing } from '../pairing/decide.ts';
import { RULES, type Evidence } from '../pairing/evidence.ts';
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
  const proof = usable.find(({ one, effect }) => effect === 'link' && RULES[one.rule].proves);
  const links = pairing.outcome === 'link' && proof !== undefined;
  const leading =
    (links ? proof : undefined) ??
    usable.find(({ one }) => one.rule === pairing.rule) ??
    usable.toSorted(
      (a, b) => Number(RULES[b.one.rule].proves) - Number(RULES[a.one.rule].proves),
    )[0];
  if (leading === undefined) return undefined;
  // Somebody who does not want to be found is proposed to nobody; what they told the company themselves still holds (R10).
  if (!links && wantsNotToBeFound(facts.profile)) return undefined;
  return {
    ...pairing,
    outcome: links ? 'link' : 'suggest',
    evidence: usable.map(({ one }) => one),
    rule: leading.one.rule,
    basis: links ? RULES[leading.one.rule].basis : 'suggestion',
  };
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
