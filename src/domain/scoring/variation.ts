import type { AccountFacts, ContactFacts, Purpose } from './inputs.ts';
import type { Weights } from './weights.ts';

const DAY_MS = 86_400_000;

/** One change of the facts, to see what it would do. */
export type Variation =
  | { readonly kind: 'more_engagement'; readonly account: string; readonly people: number }
  | { readonly kind: 'more_lists'; readonly account: string; readonly lists: number }
  | { readonly kind: 'more_followers'; readonly account: string; readonly followers: number }
  | { readonly kind: 'posts_again'; readonly account: string }
  | { readonly kind: 'role_confirmed' }
  /** A further account with this share (0 to 1, logarithmic) of what is needed for a full score. */
  | { readonly kind: 'new_account'; readonly strength: number }
  | { readonly kind: 'silence'; readonly days: number }
  | { readonly kind: 'unlinked'; readonly accounts: readonly string[] };

export interface Situation {
  readonly facts: ContactFacts;
  readonly now: Date;
}

/** The situation as it would be. What it needs of weights and purpose only a new account uses. */
export function applyVariation(
  { facts, now }: Situation,
  variation: Variation,
  { weights, purpose }: { readonly weights: Weights; readonly purpose: Purpose },
): Situation {
  switch (variation.kind) {
    case 'more_engagement':
      return {
        facts: change(facts, variation.account, moreEngagement(variation.people, now)),
        now,
      };
    case 'more_lists':
      return {
        facts: change(facts, variation.account, (one) => ({
          ...one,
          lists: (one.lists ?? 0) + variation.lists,
        })),
        now,
      };
    case 'more_followers':
      return {
        facts: change(facts, variation.account, (one) => ({
          ...one,
          followers: (one.followers ?? 0) + variation.followers,
        })),
        now,
      };
    case 'posts_again':
      return {
        facts: change(facts, variation.account, (one) => ({ ...one, lastPostAt: now })),
        now,
      };
    case 'role_confirmed':
      return {
        facts: facts.role ? { ...facts, role: { ...facts.role, source: 'confirmed' } } : facts,
        now,
      };
    case 'new_account': {
      const account = newAccount(variation.strength, weights, { purpose, now });
      return { facts: { ...facts, accounts: [...facts.accounts, account] }, now };
    }
    case 'silence':
      return {
        facts: {
          ...facts,
          accounts: facts.accounts.map((one) => ({ ...one, lastPostAt: one.lastPostAt ?? now })),
        },
        now: new Date(now.getTime() + variation.days * DAY_MS),
      };
    case 'unlinked':
      return {
        facts: {
          ...facts,
          accounts: facts.accounts.filter((one) => !variation.accounts.includes(one.id)),
        },
        now,
      };
  }
}

function change(
  facts: ContactFacts,
  account: string,
  how: (facts: AccountFacts) => AccountFacts,
): ContactFacts {
  return {
    ...facts,
    accounts: facts.accounts.map((one) => (one.id === account ? how(one) : one)),
  };
}

/** That many people more mention the account, each once, now. */
function moreEngagement(people: number, now: Date): (facts: AccountFacts) => AccountFacts {
  return (facts) => {
    const { engagement } = facts;
    if (engagement !== undefined && 'events' in engagement) {
      const events = Array.from({ length: people }, (_, at) => ({
        engager: `new ${at}`,
        kind: 'mention' as const,
        at: now,
      }));
      return { ...facts, engagement: { events: [...engagement.events, ...events] } };
    }
    const mentions = (engagement?.mentions ?? 0) + people;
    // Where it is unknown who engages it stays unknown: a number that covers only the new people would cut the rest.
    const isNew = engagement?.mentions === undefined && engagement?.reposts === undefined;
    const engagers =
      engagement?.engagers === undefined
        ? isNew
          ? people
          : undefined
        : engagement.engagers + people;
    return { ...facts, engagement: { ...engagement, mentions, engagers } };
  };
}

function newAccount(
  strength: number,
  { references }: Weights,
  { purpose, now }: { readonly purpose: Purpose; readonly now: Date },
): AccountFacts {
  const share = (reference: number) => Math.expm1(strength * Math.log1p(reference));
  return {
    id: 'a further account',
    network: 'blog',
    licencePurposes: [purpose],
    observedAt: now,
    certainty: 1,
    followers: share(references.followers.blog ?? references.followers.default),
    following: 0,
    lists: share(references.curation),
    engagement: { mentions: share(references.engagement), engagers: share(references.engagement) },
    graphRank: share(references.network),
    lastPostAt: now,
  };
}
