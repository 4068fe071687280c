import { engagementOf, type Remainder } from './engagement.ts';
import type { AccountFacts } from './inputs.ts';
import type { Weights } from './weights.ts';

const DAY_MS = 86_400_000;
const AWAKE_DAYS = 180;
const DORMANT_HALF_LIFE_DAYS = 365;
/** What one person's engagement may add to an account's score (of 1): twenty who agree with each other get 5 points. */
const MOST_PER_PERSON = 0.0025;
/** Readers of these follow without being followed: there is nothing to compare with. */
const WITHOUT_FOLLOWING: ReadonlySet<string> = new Set(['blog', 'feed', 'wiki']);

export const accountParts = ['reach', 'engagement', 'curation', 'network'] as const;
export type AccountPart = (typeof accountParts)[number];

export interface AccountScore {
  /** 0 to 1. */
  readonly score: number;
  /** What the score would be if all that is unknown were at its best. */
  readonly ceiling: number;
  /** The four parts, 0 to 1, reach as measured (before others confirm it); undefined is unknown, never 0. */
  readonly measured: Readonly<Record<AccountPart, number | undefined>>;
  /** What each part adds to the score; together they are the score. */
  readonly points: Readonly<Record<AccountPart, number>>;
  /** Reach, confirmed by others and by the share of followed accounts (R'). */
  readonly confirmedReach: number;
  /** By followers against followed accounts, 0.5 to 1 (g). */
  readonly authenticity: number;
  /** 1 awake, towards 0 the longer nothing was posted. */
  readonly wakefulness: number;
  /** Share of the weights whose part is known, 0 to 1. */
  readonly coverage: number;
}

export interface CountedAccount extends AccountScore {
  readonly facts: AccountFacts;
}

/** Points of a contact: the strongest account's parts, what its other accounts add, and the role. */
export type ScoreParts = Readonly<Record<AccountPart | 'combination' | 'role', number>>;

/** Formula 1 for one account; docs/score.md tells it in words. */
export function scoreAccount(facts: AccountFacts, weights: Weights, now: Date): AccountScore {
  const remainders = engagementOf(facts, now);
  const curated = known(facts.lists, facts.inboundLinks, facts.pressMentions);
  const { references } = weights;
  const reference = references.followers[facts.network] ?? references.followers.default;
  const measured = {
    reach: level(facts.followers, reference),
    engagement: level(remainders?.[0]?.units, references.engagement),
    curation: level(curated, references.curation),
    network: level(facts.graphRank, references.network),
  };
  const terms = { facts, weights, reference, measured };
  const best = (remainders ?? [{ people: 0, units: 0 }])
    .map((one) => pointsWithout(terms, one))
    .reduce((least, one) => (one.total < least.total ? one : least));
  const wakefulness = wakefulnessOf(facts.lastPostAt, now);
  return {
    score: best.total * wakefulness,
    ceiling: Math.min(1, ceilingOf(terms, best.total)) * wakefulness,
    measured,
    points: {
      reach: best.points.reach * wakefulness,
      engagement: best.points.engagement * wakefulness,
      curation: best.points.curation * wakefulness,
      network: best.points.network * wakefulness,
    },
    confirmedReach: best.confirmed.reach,
    authenticity: best.confirmed.authenticity,
    wakefulness,
    coverage: accountParts.reduce(
      (sum, part) => sum + (measured[part] === undefined ? 0 : weights.weights[part]),
      0,
    ),
  };
}

interface Terms {
  readonly facts: AccountFacts;
  readonly weights: Weights;
  readonly reference: number;
  readonly measured: AccountScore['measured'];
}

/**
 * The score as if the strongest people were not there, plus what each of them may add. The least of these over all numbers
 * of people is the score: whoever brings twenty friends gains what twenty may add, whatever these do.
 */
function pointsWithout(terms: Terms, { people, units }: Remainder) {
  const { measured, weights } = terms;
  const engagement = level(units, weights.references.engagement) ?? 0;
  const curation = measured.curation ?? 0;
  const network = measured.network ?? 0;
  const confirmed = confirmReach(terms, secondOf(engagement, curation, network));
  const points = {
    reach: weights.weights.reach * confirmed.reach,
    engagement: weights.weights.engagement * engagement + people * MOST_PER_PERSON,
    curation: weights.weights.curation * curation,
    network: weights.weights.network * network,
  };
  const total = points.reach + points.engagement + points.curation + points.network;
  return { total, points, confirmed };
}

/** Followers count as far as others confirm them, and fully only where the account does not follow as many itself. */
function confirmReach({ facts, weights, reference, measured }: Terms, confirmation: number) {
  const limit = Math.min(1, confirmation + weights.headroom);
  const reach = Math.min(measured.reach ?? 0, limit);
  // The comparison too uses only followers that are confirmed: else bought ones would buy authenticity.
  const followers = Math.min(facts.followers ?? 0, Math.expm1(limit * Math.log1p(reference)));
  const authenticity = authenticityOf(facts, followers);
  return { reach: reach * authenticity, authenticity };
}

/** Whom an account follows is unknown at times; then it gets the least, as any unknown does. */
function authenticityOf({ network, following }: AccountFacts, followers: number): number {
  const followed = following ?? (WITHOUT_FOLLOWING.has(network) ? 0 : Infinity);
  const lead = Math.log1p(followers) - Math.log1p(followed) + 0.7;
  return 0.5 + 0.5 / (1 + Math.exp(-1.5 * lead));
}

/** What is missing, at its best: the parts at 1, and with any of them unknown also reach confirmed by it. */
function ceilingOf({ measured, weights: { weights }, facts }: Terms, total: number): number {
  const unknown = accountParts.filter((part) => measured[part] === undefined);
  const isRatioKnown = facts.following !== undefined || WITHOUT_FOLLOWING.has(facts.network);
  if (unknown.length === 0 && isRatioKnown) return total;
  const known = accountParts.filter((part) => part !== 'reach' && measured[part] !== undefined);
  const rest = known.reduce((sum, part) => sum + weights[part] * (measured[part] ?? 0), 0);
  const missing = unknown
    .filter((part) => part !== 'reach')
    .reduce((sum, part) => sum + weights[part], 0);
  return Math.max(total, rest + missing + weights.reach * (measured.reach ?? 1));
}

function secondOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** Logarithmic, 1 at the reference. */
function level(count: number | undefined, reference: number): number | undefined {
  return count === undefined ? undefined : Math.min(1, Math.log1p(count) / Math.log1p(reference));
}

function known(...counts: readonly (number | undefined)[]): number | undefined {
  const given = counts.filter((count) => count !== undefined);
  return given.length === 0 ? undefined : given.reduce((sum, count) => sum + count, 0);
}

function wakefulnessOf(lastPostAt: Date | undefined, now: Date): number {
  if (lastPostAt === undefined) return 1;
  const days = (now.getTime() - lastPostAt.getTime()) / DAY_MS;
  return 2 ** (-Math.max(0, days - AWAKE_DAYS) / DORMANT_HALF_LIFE_DAYS);
}
