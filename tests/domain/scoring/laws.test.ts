import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { scoreAccount } from '../../../src/domain/scoring/account.ts';
import { bandOf } from '../../../src/domain/scoring/bands.ts';
import { scoreContact } from '../../../src/domain/scoring/contact.ts';
import { engagementOf } from '../../../src/domain/scoring/engagement.ts';
import type { AccountFacts } from '../../../src/domain/scoring/inputs.ts';
import {
  account,
  accountFacts,
  contactFacts,
  counts,
  DAY_MS,
  EPSILON,
  events,
  NOW,
  options,
  permittedWeights,
  weights,
} from './scene.ts';

const runs = { numRuns: 1000 };
const exact = (facts: Parameters<typeof scoreContact>[0], now = NOW) =>
  scoreContact(facts, { ...options, now })?.exact ?? 0;
const points = (facts: AccountFacts, now = NOW) => 100 * scoreAccount(facts, weights, now).score;
const later = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

describe('any score', () => {
  test('lies between 0 and 100, in its band, and comes out the same again (R50)', () => {
    fc.assert(
      fc.property(contactFacts, permittedWeights, (facts, any) => {
        const score = scoreContact(facts, { ...options, weights: any });
        expect(score?.value).toBeGreaterThanOrEqual(0);
        expect(score?.value).toBeLessThanOrEqual(100);
        expect(score?.ceiling).toBeLessThanOrEqual(100);
        expect(score?.ceiling).toBeGreaterThanOrEqual(score?.value ?? 0);
        expect(score?.coverage).toBeLessThanOrEqual(100);
        expect(score?.band).toBe(bandOf(score?.value ?? -1));
        expect(scoreContact(facts, { ...options, weights: any })).toEqual(score);
      }),
      runs,
    );
  });

  test('is the sum of its parts, none of them below 0', () => {
    fc.assert(
      fc.property(contactFacts, (facts) => {
        const score = scoreContact(facts, options);
        const parts = Object.values(score?.parts ?? {});
        expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(score?.exact ?? -1, 9);
        for (const part of parts) expect(part).toBeGreaterThanOrEqual(-EPSILON);
      }),
      runs,
    );
  });

  test('does not depend on the order of accounts and events', () => {
    fc.assert(
      fc.property(contactFacts, (facts) => {
        const accounts = facts.accounts
          .toReversed()
          .map((one) =>
            one.engagement && 'events' in one.engagement
              ? { ...one, engagement: { events: one.engagement.events.toReversed() } }
              : one,
          );
        expect(exact({ ...facts, accounts })).toBe(exact(facts));
      }),
      runs,
    );
  });

  test('says by which formula and weights it was made', () => {
    const score = scoreContact({ accounts: [account({ followers: 9 })] }, options);
    expect(score).toMatchObject({ formula: 1, computedAt: NOW, weights: { version: 1 } });
    expect(score?.weights.hash).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('the score never falls with more', () => {
  const COUNTS = ['followers', 'lists', 'inboundLinks', 'pressMentions', 'graphRank'] as const;
  test.each(COUNTS)('%s, also from unknown', (input) => {
    fc.assert(
      fc.property(accountFacts, counts(1e6), (facts, more) => {
        const raised = { ...facts, [input]: (facts[input] ?? 0) + more };
        expect(points(raised)).toBeGreaterThanOrEqual(points(facts) - EPSILON);
      }),
      runs,
    );
  });

  test('mentions and reposts, also from unknown, whoever is known to be behind them', () => {
    const known = fc.option(counts(1e4), { nil: undefined });
    fc.assert(
      fc.property(accountFacts, known, counts(1e5), counts(1e5), (facts, engagers, a, b) => {
        const none = { ...facts, engagement: engagers === undefined ? undefined : { engagers } };
        const some = { ...facts, engagement: { engagers, mentions: a } };
        const more = { ...facts, engagement: { engagers, mentions: a + b, reposts: b } };
        expect(points(some)).toBeGreaterThanOrEqual(points(none) - EPSILON);
        expect(points(more)).toBeGreaterThanOrEqual(points(some) - EPSILON);
      }),
      runs,
    );
  });

  test('engagers', () => {
    fc.assert(
      fc.property(accountFacts, counts(1e5), counts(1e4), counts(1e4), (facts, mentions, a, b) => {
        const few = { ...facts, engagement: { mentions, engagers: a } };
        const many = { ...facts, engagement: { mentions, engagers: a + b } };
        expect(points(many)).toBeGreaterThanOrEqual(points(few) - EPSILON);
      }),
      runs,
    );
  });

  test('events', () => {
    fc.assert(
      fc.property(accountFacts, events, events, (facts, some, more) => {
        const few = { ...facts, engagement: { events: some } };
        const many = { ...facts, engagement: { events: [...some, ...more] } };
        expect(points(many)).toBeGreaterThanOrEqual(points(few) - EPSILON);
      }),
      runs,
    );
  });

  test('accounts, and unlinking one restores what was before', () => {
    fc.assert(
      fc.property(contactFacts, accountFacts, (facts, further) => {
        const more = { ...facts, accounts: [further, ...facts.accounts] };
        expect(exact(more)).toBeGreaterThanOrEqual(exact(facts) - EPSILON);
        const unlinked = more.accounts.filter((one) => one !== further);
        expect(exact({ ...more, accounts: unlinked })).toBe(exact(facts));
      }),
      runs,
    );
  });

  test('certainty that a role is held', () => {
    fc.assert(
      fc.property(contactFacts, ({ accounts, role }) => {
        const kind = role?.kind ?? 'author';
        const [none, bio, confirmed] = [
          undefined,
          { kind, source: 'bio' as const },
          { kind, source: 'confirmed' as const },
        ].map((given) => exact({ accounts, role: given }));
        expect(bio).toBeGreaterThanOrEqual((none ?? 0) - EPSILON);
        expect(confirmed).toBeGreaterThanOrEqual((bio ?? 0) - EPSILON);
      }),
      runs,
    );
  });
});

describe('the score never rises with', () => {
  test('more followed accounts; unknown counts as the most', () => {
    fc.assert(
      fc.property(accountFacts, counts(1e5), counts(1e6), (facts, few, more) => {
        const [least, middle, most] = [few, few + more, undefined].map((following) =>
          points({ ...facts, network: 'bluesky', following }),
        ) as [number, number, number];
        expect(middle).toBeLessThanOrEqual(least + EPSILON);
        expect(most).toBeLessThanOrEqual(middle + EPSILON);
      }),
      runs,
    );
  });

  test('time alone', () => {
    fc.assert(
      fc.property(contactFacts, fc.nat(800), (facts, days) => {
        expect(exact(facts, later(days))).toBeLessThanOrEqual(exact(facts) + EPSILON);
      }),
      runs,
    );
  });

  test('an earlier last post', () => {
    fc.assert(
      fc.property(accountFacts, fc.nat(900), fc.nat(900), (facts, days, more) => {
        const post = (ago: number) => ({ ...facts, lastPostAt: later(-ago) });
        expect(points(post(days + more))).toBeLessThanOrEqual(points(post(days)) + EPSILON);
      }),
      runs,
    );
  });

  test('more bots and own accounts among those who engage', () => {
    fc.assert(
      fc.property(accountFacts, events, fc.nat(39), (facts, all, flagged) => {
        const some = all.map((event, at) =>
          at < flagged ? { ...event, ignored: true as const } : event,
        );
        const honest = points({ ...facts, engagement: { events: all } });
        expect(points({ ...facts, engagement: { events: some } })).toBeLessThanOrEqual(
          honest + EPSILON,
        );
      }),
      runs,
    );
  });
});

describe('in numbers', () => {
  test('after 90 days without anything new, engagement counts exactly half', () => {
    fc.assert(
      fc.property(accountFacts, (facts) => {
        const now = engagementOf(facts, NOW)?.[0]?.units ?? 0;
        const then = engagementOf(facts, later(90))?.[0]?.units ?? 0;
        expect(then).toBeCloseTo(now / 2, 6);
      }),
      runs,
    );
  });

  test('twice the followers alone are worth at most 5 points', () => {
    fc.assert(
      fc.property(accountFacts, (facts) => {
        const twice = { ...facts, followers: facts.followers && 2 * facts.followers };
        expect(points(twice) - points(facts)).toBeLessThanOrEqual(5);
      }),
      { numRuns: 10_000 },
    );
  });

  test('reach alone is worth at most 9 points, whatever the weights', () => {
    fc.assert(
      fc.property(accountFacts, permittedWeights, ({ network, followers, following }, any) => {
        const facts = account({ network, followers, following });
        expect(100 * scoreAccount(facts, any, NOW).score).toBeLessThanOrEqual(9);
      }),
      runs,
    );
  });

  test('splitting the followers over two accounts gains at most a fifth', () => {
    fc.assert(
      fc.property(accountFacts, fc.double({ min: 0, max: 1, noNaN: true }), (facts, part) => {
        const followers = facts.followers ?? 0;
        const one = exact({ accounts: [{ ...facts, followers }] });
        const two = exact({
          accounts: [
            { ...facts, id: 'one', followers: followers * part },
            { ...facts, id: 'two', followers: followers * (1 - part) },
          ],
        });
        expect(two).toBeLessThanOrEqual(one * 2 ** (1 / 4) + EPSILON);
      }),
      runs,
    );
  });

  test('one account by hand', () => {
    const facts = account({
      followers: 5000,
      following: 500,
      lists: 40,
      graphRank: 60,
      engagement: { mentions: 300, reposts: 100, engagers: 250 },
      lastPostAt: later(-3),
    });
    const [r, e, l, n] = [
      Math.log(5001) / Math.log(300_001),
      Math.log(1 + 500 * 2 ** (-3 / 90)) / Math.log(10_001),
      Math.log(41) / Math.log(20_001),
      Math.log(61) / Math.log(5001),
    ] as const;
    const limit = n + 0.17;
    const confirmed = Math.min(5000, Math.expm1(limit * Math.log(300_001)));
    const g = 0.5 + 0.5 / (1 + Math.exp(-1.5 * (Math.log1p(confirmed) - Math.log(501) + 0.7)));
    const by = 0.3 * Math.min(r, limit) * g + 0.3 * e + 0.2 * l + 0.2 * n;
    expect(points(facts)).toBeCloseTo(100 * by, 9);
  });

  test('what is missing is unknown and lowers the coverage; it is never a measured 0', () => {
    const unknown = scoreAccount(account({ followers: 100 }), weights, NOW);
    expect(unknown.measured).toMatchObject({ engagement: undefined, curation: undefined });
    expect(unknown.coverage).toBeCloseTo(0.3);
    const none = scoreAccount(
      account({ followers: 100, lists: 0, engagement: { events: [] } }),
      weights,
      NOW,
    );
    expect(none.measured).toMatchObject({ engagement: 0, curation: 0 });
    expect(none.coverage).toBeCloseTo(0.8);
    expect(none.score).toBe(unknown.score);
    expect(none.ceiling).toBeLessThan(unknown.ceiling);
  });
});
