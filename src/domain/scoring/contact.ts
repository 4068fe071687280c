import { accountParts, scoreAccount, type CountedAccount, type ScoreParts } from './account.ts';
import { bandOf, type Band } from './bands.ts';
import type { AccountFacts, ContactFacts, Purpose } from './inputs.ts';
import { isSeparate, mayCount } from './licence.ts';
import { topReasons, type Reason } from './reasons.ts';
import { roleShare } from './role.ts';
import { FORMULA_VERSION, type Weights } from './weights.ts';

const DAY_MS = 86_400_000;
/** What was observed longer ago counts as unknown: counters are kept for 13 months (R56). */
export const OBSERVATION_DAYS = 395;
/** A score that nobody computed again ends by itself. */
const SCORE_DAYS = 90;

export interface ScoreOptions {
  readonly weights: Weights;
  readonly purpose: Purpose;
  readonly now: Date;
  /** Whether the workspace accepted the amendment that lets YouTube's numbers be mixed with others'. */
  readonly youtubeAmendment?: boolean;
}

export interface MultiplierScore {
  readonly purpose: Purpose;
  /** 0 to 100, whole. */
  readonly value: number;
  /** Not rounded; two of them make a trend. */
  readonly exact: number;
  readonly band: Band;
  /** Percent of the weights whose part is known. */
  readonly coverage: number;
  /** What the value would be if all that is unknown were at its best. */
  readonly ceiling: number;
  /** Points that add up to `exact`: the strongest account's parts, the other accounts' share, the role. */
  readonly parts: ScoreParts;
  readonly accounts: readonly CountedAccount[];
  /** Scores that the network's terms keep out of the composite. */
  readonly separate: readonly { readonly network: string; readonly value: number }[];
  readonly reasons: readonly Reason[];
  readonly computedAt: Date;
  readonly expiresAt: Date;
  readonly formula: number;
  readonly weights: { readonly version: number; readonly hash: string };
}

/**
 * The score of a contact for one purpose, from the accounts that are licensed for it only (R51). Undefined where no account
 * may count or none was observed lately: no score, which is not a score of 0.
 */
export function scoreContact(
  facts: ContactFacts,
  options: ScoreOptions,
): MultiplierScore | undefined {
  const { weights, purpose, now } = options;
  const usable = facts.accounts.filter(
    (one) => mayCount(one, purpose) && ageInDays(one.observedAt, now) < OBSERVATION_DAYS,
  );
  const [apart, together] = split(usable, options.youtubeAmendment ?? false);
  const accounts = together.map((one) => ({ facts: one, ...scoreAccount(one, weights, now) }));
  const strongest = strongestOf(accounts);
  if (strongest === undefined) return undefined;
  const combined = norm(accounts.map((one) => one.facts.certainty * one.score));
  const share = roleShare(facts.role, weights.roles);
  const exact = 100 * raise(combined, share);
  const value = Math.round(exact);
  const parts = partsOf(strongest, combined, exact);
  const ceiling = norm(accounts.map((one) => one.facts.certainty * one.ceiling));
  return {
    purpose,
    value,
    exact,
    band: bandOf(value),
    coverage: Math.round((100 * sum(accounts.map((one) => one.coverage))) / accounts.length),
    ceiling: Math.round(100 * raise(ceiling, share)),
    parts,
    accounts,
    separate: apart.map((one) => ({
      network: one.network,
      value: Math.round(100 * one.certainty * scoreAccount(one, weights, now).score),
    })),
    reasons: topReasons({ parts, strongest, accounts, role: facts.role }),
    computedAt: now,
    expiresAt: expiryOf(together, now),
    formula: FORMULA_VERSION,
    weights: { version: weights.version, hash: weights.hash },
  };
}

/** The score as it may still be shown or used at a time; undefined once it ended (R56). */
export function scoreAt<S extends Pick<MultiplierScore, 'expiresAt'>>(
  score: S | undefined,
  now: Date,
): S | undefined {
  return score !== undefined && now < score.expiresAt ? score : undefined;
}

function split(
  facts: readonly AccountFacts[],
  hasAmendment: boolean,
): [readonly AccountFacts[], readonly AccountFacts[]] {
  const apart = facts.filter((one) => isSeparate(one, hasAmendment));
  // In one order whatever the order they came in, so that sums agree to the last bit.
  const together = facts
    .filter((one) => !apart.includes(one))
    .toSorted((a, b) => compareText(a.network, b.network) || compareText(a.id, b.id));
  return [apart, together];
}

function strongestOf(accounts: readonly CountedAccount[]): CountedAccount | undefined {
  const weight = (one: CountedAccount) => one.facts.certainty * one.score;
  return accounts.reduce<CountedAccount | undefined>(
    (best, one) => (best === undefined || weight(one) > weight(best) ? one : best),
    undefined,
  );
}

function partsOf(
  { facts, points, score }: CountedAccount,
  combined: number,
  exact: number,
): ScoreParts {
  const [reach, engagement, curation, network] = accountParts.map(
    (part) => 100 * facts.certainty * points[part],
  ) as [number, number, number, number];
  const combination = 100 * (combined - facts.certainty * score);
  return { reach, engagement, curation, network, combination, role: exact - 100 * combined };
}

/** The fourth power lets the strongest account lead: splitting one account into two gains less than a fifth. */
function norm(scores: readonly number[]): number {
  return Math.min(1, sum(scores.map((score) => score ** 4)) ** (1 / 4));
}

function raise(score: number, share: number): number {
  return 1 - (1 - score) * (1 - share);
}

function expiryOf(accounts: readonly AccountFacts[], now: Date): Date {
  const observed = accounts.map((one) => one.observedAt.getTime() + OBSERVATION_DAYS * DAY_MS);
  return new Date(Math.min(now.getTime() + SCORE_DAYS * DAY_MS, ...observed));
}

function ageInDays(at: Date, now: Date): number {
  return (now.getTime() - at.getTime()) / DAY_MS;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
