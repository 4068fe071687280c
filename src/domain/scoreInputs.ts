import { purposes } from './mapping/mapping.ts';
import type { Person } from './person.ts';
import { may } from './policy/may.ts';
import type { PolicyPacks, StoredField } from './policy/pack.ts';
import { mayBeScored } from './policy/veto.ts';
import type { Profile, ProfileCounters } from './social.ts';
import { OBSERVATION_DAYS } from './scoring/contact.ts';
import {
  roles,
  type AccountFacts,
  type ContactFacts,
  type EngagementEvent,
  type Purpose,
  type Role,
} from './scoring/inputs.ts';
import { roleFromBio } from './scoring/role.ts';

const DAY_MS = 86_400_000;

/** What the service holds of an account with an active link. */
export interface HeldAccount {
  readonly id: string;
  readonly network: string;
  readonly profile: Profile;
  readonly certainty: number;
  readonly counters: (ProfileCounters & { readonly postedAt: Date | undefined }) | undefined;
  /** When it wrote to the brand or about it last. */
  readonly heardAt: Date | undefined;
  /** Answers of others to what it wrote, among what is held: some of all there are. */
  readonly answers: readonly EngagementEvent[];
}

export interface Held {
  readonly accounts: readonly HeldAccount[];
  readonly person: Person;
  /** As the CRM names it, in whatever spelling. */
  readonly role: string | undefined;
}

/**
 * The inputs of a score. Each is asked of the network's rules on its own (R51); an account whose owner does not want to be
 * found, or who must not be scored, brings nothing (R10, R12, R13). What is not held is unknown.
 */
export function factsFrom(
  packs: PolicyPacks,
  held: Held,
  asked: { readonly purpose: Purpose; readonly now: Date },
): ContactFacts {
  const scored = held.accounts.filter(({ profile }) => mayBeScored(profile, held.person));
  const accounts = scored.flatMap((one) => accountFacts(packs, one, asked));
  const role = roleOf(packs, { ...held, accounts: scored }, asked.purpose);
  if (role !== undefined) return { accounts, role };
  // Of whom nothing is known there is no score: a 0 would look measured.
  return { accounts: accounts.some(isKnown) ? accounts : [] };
}

function isKnown({ followers, lists, engagement }: AccountFacts): boolean {
  return [followers, lists, engagement].some((one) => one !== undefined);
}

function accountFacts(
  packs: PolicyPacks,
  account: HeldAccount,
  { purpose, now }: { readonly purpose: Purpose; readonly now: Date },
): readonly AccountFacts[] {
  const { network, answers, heardAt } = account;
  const mayUse = (field: StoredField) => isAllowed(packs, { network, purpose, field });
  const counters =
    mayUse('counts') && isFresh(account.counters, now) ? account.counters : undefined;
  const observedAt = counters?.observedAt ?? heardAt;
  if (observedAt === undefined) return [];
  return [
    {
      id: account.id,
      network,
      licencePurposes: purposes.filter((one) =>
        isAllowed(packs, { network, purpose: one, field: 'score' }),
      ),
      observedAt,
      certainty: account.certainty,
      followers: counters?.followers,
      following: counters?.following,
      lists: counters?.lists,
      engagement: mayUse('text') ? engagementIn(answers) : undefined,
      lastPostAt: later(heardAt, counters?.postedAt),
    },
  ];
}

/** That nobody else answered in what we hold does not say that nobody did. */
function engagementIn(answers: HeldAccount['answers']): AccountFacts['engagement'] {
  return answers.some((one) => !one.ignored) ? { events: [...answers] } : undefined;
}

/** A consent to one purpose is recorded nowhere yet, so a rule that needs one is a no. */
function isAllowed(packs: PolicyPacks, question: Parameters<typeof may>[1]): boolean {
  return may(packs, question).answer === 'allow';
}

function isFresh(counters: HeldAccount['counters'], now: Date): boolean {
  if (counters === undefined) return false;
  return now.getTime() - counters.observedAt.getTime() < OBSERVATION_DAYS * DAY_MS;
}

function later(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

/** What the CRM says is confirmed; a word in a profile is a claim, and counts for less. */
function roleOf(
  packs: PolicyPacks,
  { accounts, role }: Held,
  purpose: Purpose,
): ContactFacts['role'] {
  const confirmed = readRole(role);
  if (confirmed !== undefined) return { kind: confirmed, source: 'confirmed' };
  const said = accounts.flatMap(({ network, profile }) =>
    isAllowed(packs, { network, purpose, field: 'bio' })
      ? (roleFromBio(profile.bio ?? '') ?? [])
      : [],
  );
  const kind = roles.find((one) => said.includes(one));
  return kind === undefined ? undefined : { kind, source: 'bio' };
}

/** One of our own words; anything else in the CRM's field is no role. */
function readRole(text: string | undefined): Role | undefined {
  const word = (text ?? '').trim().toLowerCase().replace(/[ -]/g, '_');
  return roles.find((role) => role === word);
}
