import { matchKey } from '../domain/pairing/explain/parts.ts';
import { familiesOf, type Evidence, type Family } from '../domain/pairing/evidence.ts';
import {
  transition,
  UNKNOWN_PAIR,
  type Actor,
  type LinkAction,
  type LinkStanding,
  type LinkState,
} from '../domain/pairing/states.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { insertDecision } from '../store/decisions.ts';
import { putLink, type Link } from '../store/links.ts';

export interface Pair {
  readonly accountId: string;
  readonly contactId: string;
  /** As it is stored; undefined for a pair that nobody has spoken of. */
  readonly link: Link | undefined;
}

/** What speaks for the pair from now on. */
export interface Grounds {
  readonly evidence: readonly Evidence[];
  readonly rule: string;
  readonly ruleVersion: number;
  readonly bits?: number | null;
  readonly probability?: number | null;
  /** Probability alone would have linked the pair if it were allowed to. */
  readonly wouldLink?: boolean;
}

export interface Decision {
  readonly action: LinkAction;
  /** `rules@N` or `person:<name>`. */
  readonly actor: string;
  readonly at: Date;
  readonly batch: string;
  /** Left out: as before. */
  readonly grounds?: Grounds;
  /** Why we may. Needed for a link that becomes active. */
  readonly basis?: string;
  readonly note?: string | undefined;
  readonly postponedUntil?: Date;
  readonly lostTo?: string;
  /** A suggestion that a person made room for follows the rules again. */
  readonly leftToRules?: boolean;
}

export function actorKind(actor: string): Actor {
  return actor.startsWith('rules@') ? 'rules' : 'person';
}

export function standingOf(link: Link | undefined): LinkStanding {
  if (link === undefined) return UNKNOWN_PAIR;
  return { state: link.state, by: actorKind(link.decidedBy), wasRefused: link.refused !== null };
}

export function mayDecide(link: Link | undefined, action: LinkAction, actor: string): boolean {
  return transition(standingOf(link), action, actorKind(actor)) !== undefined;
}

/**
 * The only way in which a link comes to be or changes: the step is held against the state machine, the link is stored and the
 * log says what happened, all in the caller's transaction. Throws when the step is not one; ask `mayDecide` first where a
 * person chose it. Returns the link's id.
 */
export async function recordDecision(
  tx: WorkspaceTx,
  { accountId, contactId, link }: Pair,
  decision: Decision,
): Promise<string> {
  const { action, actor, at, batch } = decision;
  const state = transition(standingOf(link), action, actorKind(actor));
  if (state === undefined)
    throw new Error(`${action} by ${actorKind(actor)}: not from ${link?.state ?? 'none'}`);
  const grounds = decision.grounds ?? link;
  if (grounds === undefined) throw new Error(`${action} without any evidence`);
  const { evidence, rule, ruleVersion, bits = null, probability = null } = grounds;
  const said = {
    ...{ accountId, contactId, state, evidence, rule, ruleVersion, bits, probability, batch },
    basis: basisOf(state, decision, link),
  };
  const families = familiesOf(evidence);
  const id = await putLink(tx, {
    ...said,
    families,
    matchKey: matchKey({ evidence, bits, probability }),
    decidedBy: ownerOf(decision, link, ruleVersion),
    decidedAt: at,
    refused: refusedAfter(decision, { state, families }, link),
    ...waitingAfter(decision, { state, families }, link),
  });
  const { note = null, grounds: given } = decision;
  const wouldLink = given?.wouldLink ?? false;
  await insertDecision(tx, { ...said, action, actor, note, at, wouldLink });
  return id;
}

interface After {
  readonly state: LinkState;
  readonly families: readonly Family[];
}

/** Who is to be asked later, or not at all while another link stands, stays so until there is a new family to judge by. */
function waitingAfter(decision: Decision, { state, families }: After, link: Link | undefined) {
  const isNews = families.some((family) => link?.families.includes(family) !== true);
  const stays = state === 'suggested' && !isNews;
  const before = stays && decision.action === 'suggest' ? link : undefined;
  return {
    postponedUntil: decision.postponedUntil ?? before?.postponedUntil ?? null,
    lostTo: decision.lostTo ?? (stays ? (link?.lostTo ?? null) : null),
  };
}

function basisOf(state: LinkState, decision: Decision, link: Link | undefined): string {
  if (state === 'suggested') return 'suggestion';
  const basis = decision.basis ?? (state === 'active' ? undefined : link?.basis);
  if (basis === undefined || (state === 'active' && basis === ''))
    throw new Error('a link needs a basis');
  return basis;
}

/** Whose word it is from now on: not being sure decides nothing. */
function ownerOf(decision: Decision, link: Link | undefined, ruleVersion: number): string {
  if (decision.leftToRules === true) return `rules@${ruleVersion}`;
  return decision.action === 'unsure' && link !== undefined ? link.decidedBy : decision.actor;
}

const REFUSALS: ReadonlySet<LinkAction> = new Set(['reject', 'unlink', 'undo']);

function refusedAfter(
  { action, actor }: Decision,
  { state, families }: After,
  link: Link | undefined,
): readonly Family[] | null {
  if (action === 'confirm' || (action === 'undo' && state === 'suggested')) return null;
  const before = link?.refused ?? null;
  // The rules only put back into force what a person had refused.
  if (actorKind(actor) === 'rules' || !REFUSALS.has(action)) return before;
  return [...new Set([...(before ?? []), ...families])];
}
