import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { AccountFacts, ContactFacts } from '../../../src/domain/scoring/inputs.ts';
import { roles } from '../../../src/domain/scoring/inputs.ts';
import { multiplierSchema, weightsOf } from '../../../src/domain/scoring/weights.ts';
import { readRuleFile } from '../../../src/platform/ruleFile.ts';

export const NOW = new Date('2026-11-21T12:00:00Z');
export const DAY_MS = 86_400_000;
export const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);

export const RULES_FILE = new URL('../../../mappings/multiplier.yaml', import.meta.url);
export const rules = readRuleFile(
  'multiplier.yaml',
  readFileSync(RULES_FILE, 'utf8'),
  multiplierSchema,
);
export const weights = weightsOf(rules);
export const options = { weights, purpose: 'service_priority', now: NOW } as const;
/** Sums in another order differ in the last bits. */
export const EPSILON = 1e-9;

export function account(facts: Partial<AccountFacts> = {}): AccountFacts {
  return {
    id: 'a',
    network: 'bluesky',
    licencePurposes: ['service_priority'],
    observedAt: NOW,
    certainty: 1,
    ...facts,
  };
}

/** Counts spread over all sizes, as they are in the world, and not only over the largest. */
export const counts = (most: number) =>
  fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((share) => Math.floor(Math.expm1(share * Math.log1p(most))));
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const times = (days: number) =>
  fc.double({ min: 0, max: days, noNaN: true }).map((ago) => daysAgo(ago));

export const events = fc.array(
  fc.record({
    engager: fc.nat(30).map(String),
    kind: fc.constantFrom('like', 'reply', 'mention', 'repost', 'quote', 'link'),
    at: times(400),
  }),
  { maxLength: 40 },
);

export const engagements = fc.oneof(
  fc.record({ events }),
  fc.record({ mentions: counts(1e5), reposts: maybe(counts(1e5)), engagers: maybe(counts(1e4)) }),
);

export const accountFacts: fc.Arbitrary<AccountFacts> = fc.record({
  id: fc.uuid(),
  network: fc.constantFrom('bluesky', 'mastodon', 'x', 'blog', 'elsewhere'),
  licencePurposes: fc.constant(['service_priority' as const]),
  observedAt: times(300),
  certainty: fc.constantFrom(1, 1, 0.999, 0.5),
  followers: maybe(counts(1e7)),
  following: maybe(counts(1e5)),
  lists: maybe(counts(1e5)),
  inboundLinks: maybe(counts(1e4)),
  pressMentions: maybe(counts(1e3)),
  graphRank: maybe(counts(1e4)),
  lastPostAt: maybe(times(2000)),
  engagement: maybe(engagements),
});

export const contactFacts: fc.Arbitrary<ContactFacts> = fc.record({
  accounts: fc.uniqueArray(accountFacts, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
  role: maybe(
    fc.record({ kind: fc.constantFrom(...roles), source: fc.constantFrom('confirmed', 'bio') }),
  ),
});

const share = (least: number, most: number) => fc.double({ min: least, max: most, noNaN: true });
/** Any weights that a rule file may hold. */
export const permittedWeights = fc
  .record({
    reach: share(0.1, 0.3),
    engagement: share(0.1, 0.4),
    curation: share(0.1, 0.4),
    headroom: share(0.1, 0.18),
  })
  .map(({ headroom, ...parts }) => ({
    ...rules,
    headroom,
    weights: { ...parts, network: 1 - parts.reach - parts.engagement - parts.curation },
  }))
  .filter((given) => multiplierSchema.safeParse(given).success)
  .map(weightsOf);
