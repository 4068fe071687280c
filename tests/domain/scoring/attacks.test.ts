import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scoreAccount } from '../../../src/domain/scoring/account.ts';
import type { AccountFacts } from '../../../src/domain/scoring/inputs.ts';
import { account, counts, daysAgo, engagements, EPSILON, NOW, permittedWeights } from './scene.ts';

const gain = (before: AccountFacts, after: AccountFacts, by: Parameters<typeof scoreAccount>[1]) =>
  100 * (scoreAccount(after, by, NOW).score - scoreAccount(before, by, NOW).score);

const unit = fc.double({ min: 0, max: 1, noNaN: true });
/** Real ones: on a list by at most 3 % of followers, answered or shared by at most a third, small in the graph. */
const smallAccounts = fc
  .record({
    size: unit,
    following: counts(5000),
    parts: fc.tuple(unit, unit, unit, unit),
    isPeopleKnown: fc.boolean(),
  })
  .map(({ size, following, parts: [lists, mentions, reposts, rank], isPeopleKnown }) => {
    const followers = Math.round(2000 ** size);
    const mentioned = Math.floor(followers * 0.3 * mentions ** 2);
    const reposted = Math.floor(mentioned * reposts);
    return account({
      network: 'x',
      followers,
      following: Math.max(10, following),
      lists: Math.floor(followers * 0.03 * lists ** 2),
      graphRank: (followers / 50) * rank,
      engagement: {
        mentions: mentioned,
        reposts: reposted,
        engagers: isPeopleKnown ? Math.ceil((mentioned + reposted) * 0.6) : undefined,
      },
    });
  });

describe('bought for a small account', () => {
  test('100,000 followers raise the score by at most 4 points, whatever the weights', () => {
    fc.assert(
      fc.property(smallAccounts, permittedWeights, (facts, any) => {
        const bought = { ...facts, followers: (facts.followers ?? 0) + 100_000 };
        expect(gain(facts, bought, any)).toBeLessThanOrEqual(4);
      }),
      { numRuns: 3000 },
    );
  });

  test('by following back as many, they gain less still', () => {
    fc.assert(
      fc.property(smallAccounts, permittedWeights, (facts, any) => {
        const followers = (facts.followers ?? 0) + 100_000;
        const bought = { ...facts, followers };
        const ring = { ...bought, following: (facts.following ?? 0) + 100_000 };
        expect(gain(facts, ring, any)).toBeLessThanOrEqual(gain(facts, bought, any) + EPSILON);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a ring of 20 raises the score by at most 5 points', () => {
  const RING = Array.from({ length: 20 }, (_, at) => `ring ${at}`);

  test('with single events, of any account and however busy it is', () => {
    const own = fc.record({
      followers: counts(1e6),
      following: counts(1e4),
      lists: counts(1e4),
      graphRank: fc.option(counts(1e4), { nil: undefined }),
      engagement: engagements,
    });
    fc.assert(
      fc.property(own, fc.integer({ min: 1, max: 30 }), permittedWeights, (facts, posts, any) => {
        const before =
          'events' in facts.engagement
            ? account({ ...facts, engagement: facts.engagement })
            : account({ ...facts, engagement: { events: [] } });
        const already =
          before.engagement && 'events' in before.engagement ? before.engagement.events : [];
        const ring = RING.flatMap((engager) =>
          Array.from({ length: posts }, (_, at) => ({
            engager,
            kind: at % 3 === 0 ? ('repost' as const) : ('like' as const),
            at: daysAgo((at * 13) % 300),
          })),
        );
        const after = { ...before, engagement: { events: [...already, ...ring] } };
        expect(gain(before, after, any)).toBeLessThanOrEqual(5 + EPSILON);
      }),
      { numRuns: 1000 },
    );
  });

  test('with counts, of a small account: their likes, answers and reposts without end', () => {
    fc.assert(
      fc.property(smallAccounts, counts(1e6), counts(1e6), permittedWeights, (facts, a, b, any) => {
        const counted = facts.engagement && 'mentions' in facts.engagement ? facts.engagement : {};
        const people = Math.ceil((counted.mentions ?? 0) + (counted.reposts ?? 0));
        const before = { ...facts, engagement: { ...counted, engagers: people } };
        const after = {
          ...facts,
          engagement: {
            mentions: (counted.mentions ?? 0) + a,
            reposts: (counted.reposts ?? 0) + b,
            engagers: people + RING.length,
          },
        };
        expect(gain(before, after, any)).toBeLessThanOrEqual(5 + EPSILON);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a person who boosts their own account', () => {
  test('gains nothing by accounts of their own or bots', () => {
    const event = { engager: 'self', kind: 'repost', at: NOW, ignored: true } as const;
    const before = account({ followers: 500, engagement: { events: [] } });
    const after = { ...before, engagement: { events: Array.from({ length: 1000 }, () => event) } };
    fc.assert(fc.property(permittedWeights, (any) => gain(before, after, any) === 0));
  });

  test('gains a quarter of a point by one account that nobody knows to be theirs', () => {
    fc.assert(
      fc.property(smallAccounts, permittedWeights, (facts, any) => {
        const before = { ...facts, engagement: { mentions: 0, reposts: 0, engagers: 0 } };
        const after = { ...facts, engagement: { mentions: 1e6, reposts: 1e6, engagers: 1 } };
        expect(gain(before, after, any)).toBeLessThanOrEqual(0.25 + EPSILON);
      }),
      { numRuns: 3000 },
    );
  });
});
