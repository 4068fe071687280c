import type { Pairing, Weight } from './decide.ts';
import type { Evidence, Family } from './evidence.ts';
import { familiesOf, isProven } from './evidence.ts';
import type { Actor, LinkState } from './states.ts';

/** A stored pair, as far as the rules have to respect it. */
export interface SettledLink {
  readonly contactId: string;
  /** The CRM that the contact stands in. */
  readonly crm: string;
  readonly state: LinkState;
  readonly by: Actor;
  readonly evidence: readonly Evidence[];
  readonly rule: string;
  readonly ruleVersion: number;
  readonly basis: string;
  /** Null where nothing was weighed. */
  readonly bits: number | null;
  /** The families that a person had seen when they said no; undefined when nobody did. */
  readonly refused: readonly Family[] | undefined;
}

export interface Circumstances {
  /** The account is gone at its network: what its owner took away is not quoted here any longer. */
  readonly isGone: boolean;
  /** Contacts that must not be paired whoever decided it: they said no, or are barred in another way (R06). */
  readonly vetoed: ReadonlySet<string>;
  readonly ruleVersion: number;
  /** The CRM of each contact that the pairings speak of. */
  readonly crmOf: (contactId: string) => string;
}

export type Step =
  | { readonly contactId: string; readonly do: 'forget' | 'withdraw' | 'silence' }
  | { readonly contactId: string; readonly do: 'suggest' | 'link'; readonly pairing: Pairing };

/**
 * What the rules have to change about one account so that the stored pairs say what the pairings say. What a person decided
 * stays, whatever the rules say and however often, but for a veto. In this order no contact is active twice in between: what
 * ends comes first, then suggestions, then links.
 */
export function settle(
  links: readonly SettledLink[],
  said: readonly Pairing[],
  now: Circumstances,
): readonly Step[] {
  const pairings = said.filter((pairing) => !isSilenced(links, pairing));
  const endings = links.flatMap((link): Step[] => ending(link, pairings, now));
  const taken = new Set(
    links
      .filter((link) => link.state === 'active' && link.by === 'person')
      .filter((link) => !now.vetoed.has(link.contactId))
      .map((link) => link.crm),
  );
  const begun = pairings.flatMap((pairing): Step[] => {
    if (now.vetoed.has(pairing.contactId)) return [];
    const link = links.find((one) => one.contactId === pairing.contactId);
    const isFree = !taken.has(now.crmOf(pairing.contactId)) && link?.refused === undefined;
    const outcome = pairing.outcome === 'link' && isFree ? 'link' : 'suggest';
    if (link !== undefined && !mayRulesSpeak(link)) return [];
    const basis = outcome === 'link' ? pairing.basis : 'suggestion';
    const said = { ...pairing, outcome, basis } as const;
    if (link !== undefined && isSame(link, said, now.ruleVersion)) return [];
    return [{ contactId: pairing.contactId, do: outcome, pairing: said }];
  });
  return [
    ...endings,
    ...begun.filter((step) => step.do === 'suggest'),
    ...begun.filter((step) => step.do === 'link'),
  ];
}

function ending(link: SettledLink, pairings: readonly Pairing[], now: Circumstances): Step[] {
  const { contactId, state } = link;
  if (state !== 'active' && state !== 'suggested')
    return now.isGone && link.by === 'rules' ? [{ contactId, do: 'forget' }] : [];
  if (now.vetoed.has(contactId)) return [{ contactId, do: afterVeto(link) }];
  const stillSaid = pairings.some((pairing) => pairing.contactId === contactId);
  if (stillSaid || link.by === 'person') return [];
  // The pairing goes with the account: its evidence quotes what its owner took away.
  if (now.isGone) return [{ contactId, do: 'forget' }];
  return [{ contactId, do: unsaid(link) }];
}

function afterVeto({ by, state, refused }: SettledLink) {
  const isMere = by === 'rules' && state === 'suggested' && refused === undefined;
  return isMere ? 'forget' : 'withdraw';
}

function unsaid({ state, refused }: SettledLink) {
  if (state === 'active') return 'withdraw';
  return refused === undefined ? 'forget' : 'silence';
}

/** A person said no to the pair, and has seen all that speaks for it now. */
function isSilenced(links: readonly SettledLink[], { contactId, evidence }: Pairing): boolean {
  const refused = links.find((one) => one.contactId === contactId)?.refused;
  return refused !== undefined && !familiesOf(evidence).some((one) => !refused.includes(one));
}

/** The rules own what they decided, and may ask again about what a person refused before there was something new. */
function mayRulesSpeak({ by, state, refused }: SettledLink): boolean {
  return by === 'rules' || (refused !== undefined && state !== 'active');
}

/** The time of an observation is no news: otherwise every look would be a decision. */
function isSame(link: SettledLink, pairing: Pairing, ruleVersion: number): boolean {
  return (
    link.state === (pairing.outcome === 'link' ? 'active' : 'suggested') &&
    link.rule === pairing.rule &&
    link.ruleVersion === ruleVersion &&
    link.basis === pairing.basis &&
    isSameWeight(link.bits, weightOf(pairing)?.bits ?? null) &&
    canonical(link.evidence) === canonical(pairing.evidence)
  );
}

/** What a pairing is stored with: where there is proof, nothing has to be weighed. */
export function weightOf({ evidence, weight }: Pairing): Weight | undefined {
  return isProven(evidence) ? undefined : weight;
}

/** How rare a name is changes by a trifle with each contact: that is no news. */
const TRIFLE_BITS = 1;

function isSameWeight(before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before === now;
  return Math.abs(before - now) < TRIFLE_BITS;
}

function canonical(evidence: readonly Evidence[]): string {
  return JSON.stringify(
    evidence.map((one) => [one.class, one.rule, one.source, one.value, one.family, one.licence]),
  );
}
