import { foldPlain } from '../names/fold.ts';
import { parseName } from '../names/personName.ts';
import type { Person } from '../person.ts';
import type { AccountFacts } from './compare.ts';
import { nameKeyOf } from './blockKeys.ts';
import { FAMILIES, type Evidence, type EvidenceRule, type Family } from './evidence.ts';
import { personFields, profileFields, type IsGeneric } from './fields.ts';
import { MISSING, type Comparison, type Fields, type Value } from './model/comparison.ts';
import { familyPlan, type FamilyPlan } from './model/families.ts';
import { comparisonsOf } from './model/rulesModel.ts';
import { fixedShares } from './model/train.ts';
import { probability, SPEAKS, type Thresholds } from './model/verdict.ts';
import { levelBits, type LevelBits } from './model/weights.ts';
import type { ServiceRules } from './rules/schema.ts';

/** Rules made ready: what likeness weighs, and what it leads to. */
export interface Weighing {
  readonly version: number;
  readonly comparisons: readonly Comparison[];
  readonly bits: readonly LevelBits[];
  /** Of each comparison, the share of strangers that agree fully. */
  readonly agree: readonly number[];
  readonly plan: FamilyPlan;
  readonly expectedShare: number;
  readonly frequencyFloor: number;
  readonly thresholds: Thresholds;
  /** Proof that links; any other only suggests. */
  readonly proofs: ReadonlySet<EvidenceRule>;
  /** On how many contacts a value may stand and still say something. */
  readonly genericAbove: Readonly<Record<'email' | 'website', number>>;
  /** Networks on which a contact may have more than one account. */
  readonly severalOn: ReadonlySet<string>;
}

export function weighingOf(rules: ServiceRules): Weighing {
  const comparisons = comparisonsOf(rules);
  const shares = comparisons.map((one) => fixedShares(one) ?? { m: [0.5], u: [0.5] });
  return {
    version: rules.version,
    comparisons,
    bits: shares.map(levelBits),
    agree: shares.map(({ u }) => u[0] ?? 1),
    plan: familyPlan(comparisons, rules.families),
    expectedShare: rules.expected_share,
    frequencyFloor: rules.term_frequency_floor,
    thresholds: rules.decide,
    proofs: new Set(rules.proofs),
    genericAbove: {
      email: genericAbove(rules, ['email', 'bio_email']),
      website: genericAbove(rules, ['website']),
    },
    severalOn: new Set(rules.several_accounts_on),
  };
}

function genericAbove({ compare }: ServiceRules, fields: readonly string[]): number {
  const limits = compare
    .filter(({ left }) => [left ?? []].flat().some((field) => fields.includes(field)))
    .flatMap(({ generic_above: above }) => above ?? []);
  return Math.min(MOST_HOLDERS, ...limits);
}

/** A value that more contacts of one CRM have points at nobody, whatever the rules say. */
export const MOST_HOLDERS = 3;

/** Among how many people somebody is looked for, and how many of them bear a name. */
export interface Population {
  readonly contacts: number;
  /** By `nameKeyOf`; the contact itself is one of them. */
  readonly bearers: ReadonlyMap<string, number>;
}

/**
 * A CRM of ten contacts is still part of a world of many: among so few, any two who are alike would seem the same. It also keeps
 * what was weighed from changing with every contact that is added.
 */
const FEWEST = 1_000;

/** The number of contacts that probability reckons with: doubling steps, so that it seldom changes. */
export function reckonedContacts(contacts: number, before = FEWEST): number {
  let reckoned = FEWEST;
  while (reckoned < contacts) reckoned *= 2;
  // One contact more or less at a step would have everything weighed anew each time.
  return reckoned === before / 2 && contacts > reckoned * 0.8 ? before : reckoned;
}

export interface Likeness {
  /** With what is known before anything is compared. */
  readonly bits: number;
  readonly probability: number;
  /** Whatever weighs anything, for or against. Its bits and the prior are the bits above. */
  readonly evidence: readonly Evidence[];
  readonly families: readonly Family[];
  /** Whether something that is not the likeness of a name speaks for it (R05). */
  readonly beyondName: boolean;
}

export interface Sides {
  readonly account: AccountFacts;
  readonly person: Person;
  readonly population: Population;
  /** A value that too many share says nothing. */
  readonly isGeneric: IsGeneric;
  readonly now: Date;
  /** What the account's side was read as: the same for one candidate after the other. */
  readonly readings?: Map<string, Value | undefined>;
}

/** What likeness says about a pair. The same for the same two, whoever is compared before or after. */
export function weigh(weighing: Weighing, sides: Sides): Likeness {
  const { account, person, population, now } = sides;
  const left = profileFields(account.profile, person, sides.isGeneric);
  const right = personFields(person, sides.isGeneric);
  const found = weighing.comparisons.map((comparison, at) =>
    compareOne(weighing, at, {
      comparison,
      left,
      right,
      person,
      population,
      readings: sides.readings ?? new Map<string, Value | undefined>(),
    }),
  );
  const counted = weighing.plan.families.flatMap(({ sum, members }) => {
    const said = members.flatMap((member) => found[member] ?? []);
    return sum ? said : said.toSorted((a, b) => b.bits - a.bits).slice(0, 1);
  });
  const prior = Math.log2(weighing.expectedShare / population.contacts);
  const bits = round(counted.reduce((all, one) => all + one.bits, round(prior)));
  const evidence = counted.filter((one) => one.bits !== 0).map((one) => toEvidence(one, now));
  const speaking = counted.filter((one) => one.bits >= SPEAKS);
  return {
    bits,
    probability: probability(bits),
    evidence,
    families: FAMILIES.filter((family) =>
      speaking.some(({ comparison }) => comparison.family === family),
    ),
    beyondName: speaking.some(({ comparison }) => !comparison.isName),
  };
}

interface Found {
  readonly comparison: Comparison;
  readonly bits: number;
  readonly isFull: boolean;
  readonly value: string;
}

interface Compared {
  readonly comparison: Comparison;
  readonly left: Fields;
  readonly right: Fields;
  readonly person: Person;
  readonly population: Population;
  readonly readings: Map<string, Value | undefined>;
}

function compareOne(weighing: Weighing, at: number, compared: Compared): Found | undefined {
  const { comparison, left, right } = compared;
  const ours = readLeft(at, compared);
  const theirs = ours && comparison.read(right, 'right');
  if (ours === undefined || theirs === undefined) return undefined;
  const level = comparison.level(ours, theirs);
  if (level === MISSING) return undefined;
  const bits = bitsAt(weighing, at, { level, compared });
  const value = sharedText(comparison, left, right);
  return { comparison, bits: round(bits), isFull: level === 1, value };
}

function readLeft(at: number, { comparison, left, readings }: Compared): Value | undefined {
  const columns = [comparison.rule.left ?? []].flat();
  const key = `${at} ${columns.map((column) => left.get(column) ?? '').join('\n')}`;
  if (!readings.has(key)) readings.set(key, comparison.read(left, 'left'));
  return readings.get(key);
}

function bitsAt(
  weighing: Weighing,
  at: number,
  { level, compared }: { readonly level: number; readonly compared: Compared },
): number {
  const bits = weighing.bits[at]?.[level - 1] ?? 0;
  const { levels, rule } = compared.comparison;
  if (!rule.term_frequency || bits <= 0) return bits;
  const rare = rarity(weighing, at, compared);
  // A frequent name takes from every likeness, a rare one adds to the whole name only: so that a better level never weighs less.
  const isWhole = WHOLE.has(levels[level - 1]?.is ?? 'different');
  return Math.max(0, bits + (isWhole ? rare : Math.min(0, rare)));
}

/** Levels at which the whole name is the same. */
const WHOLE: ReadonlySet<string> = new Set(['exact', 'folded', 'swapped', 'full']);

/** What both sides share, in the form in which it can be looked for; else what the account shows. */
function sharedText({ rule, isName }: Comparison, left: Fields, right: Fields): string {
  const textsOf = (columns: string | readonly string[] | undefined, fields: Fields) =>
    [columns ?? []].flat().flatMap((column) => fields.get(column) ?? []);
  const shown = textsOf(rule.left, left).join(' ');
  if (isName) return foldPlain(shown);
  const theirs = new Set(textsOf(rule.right, right).flatMap((text) => text.split(';')));
  return shown.split(';').find((one) => theirs.has(one)) ?? shown;
}

/** By how much an agreement on this very name differs from an agreement on any. */
function rarity(weighing: Weighing, at: number, { person, population }: Compared): number {
  const key = nameKeyOf(person);
  if (key === undefined) return 0;
  // One of the bearers is the contact itself.
  const others = (population.bearers.get(key) ?? 1) - 1;
  const share = Math.max(weighing.frequencyFloor, others / population.contacts);
  return Math.log2((weighing.agree[at] ?? 1) / share);
}

const RULE_OF_FAMILY: Partial<Readonly<Record<Family, EvidenceRule>>> = {
  contact_point: 'email_in_profile',
  website: 'one_way_link',
  handle: 'handle_elsewhere',
  place: 'same_place',
  organisation: 'same_organisation',
};

const SOURCES: Readonly<Record<string, string>> = {
  bio_email: 'profile:bio',
  place: 'profile:bio',
  organisation: 'profile:bio',
  email: 'comment:email',
};

function toEvidence({ comparison, bits, isFull, value }: Found, now: Date): Evidence {
  const family = FAMILIES.find((one) => one === comparison.family) ?? 'topic';
  const rule = bits < 0 ? 'disagreement' : ruleOf(comparison, family, isFull);
  const [field = 'name'] = [comparison.rule.left].flat();
  return {
    class: classOf(field, family),
    rule,
    source: SOURCES[field] ?? `profile:${field}`,
    value: value.slice(0, 300),
    observedAt: now.toISOString(),
    bits,
    family,
  };
}

/** What was given to the company, what is said in public about the same identifier, and what is only alike. */
function classOf(field: string, family: Family): Evidence['class'] {
  if (field === 'email') return 'E2';
  return family === 'contact_point' || family === 'website' ? 'E3' : 'E5';
}

function ruleOf(comparison: Comparison, family: Family, isFull: boolean): EvidenceRule {
  if (family !== 'name') return RULE_OF_FAMILY[family] ?? 'same_organisation';
  if (comparison.rule.as === 'name_in_handle') return 'name_in_handle';
  return isFull ? 'same_name' : 'similar_name';
}

/** An account that calls itself an organisation or a robot is no single person's, whatever else agrees. */
export function isNoPerson({ displayName = '', handle = '' }: AccountFacts['profile']): boolean {
  if (/(?:^|[^\p{L}])(?:bot|robot)(?:$|[^\p{L}])/iu.test(`${displayName} ${handle}`)) return true;
  if (displayName.includes('🤖')) return true;
  return parseName(displayName).kind === 'organisation';
}

/** To a thousandth of a bit, so that sums are the same on every machine. */
function round(bits: number): number {
  return Math.round(bits * 1000) / 1000;
}
