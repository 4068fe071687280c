import { performance } from 'node:perf_hooks';
import { scoreContact } from '../../src/domain/scoring/contact.ts';
import { explainScore } from '../../src/domain/scoring/explain.ts';
import { roles, type AccountFacts, type ContactFacts } from '../../src/domain/scoring/inputs.ts';
import type { Weights } from '../../src/domain/scoring/weights.ts';
import { seeded } from '../pairing/random.ts';

const DAY_MS = 86_400_000;
const NETWORKS = ['bluesky', 'mastodon', 'blog', 'x'] as const;
const KINDS = ['like', 'reply', 'mention', 'repost', 'quote', 'link'] as const;
/** Explaining searches for variations and is done for one contact when somebody asks; this many are timed. */
const EXPLAINED = 200;

/** Scores made-up contacts with one to three accounts each, half of them with single events, half with counts. */
export function measureRecompute(contacts: number, weights: Weights, now: Date) {
  const random = seeded(1);
  const people = Array.from({ length: contacts }, () => contactOf(random, now));
  const events = people
    .flatMap(({ accounts }) => accounts)
    .map(({ engagement }) => (engagement && 'events' in engagement ? engagement.events.length : 0))
    .reduce((sum, one) => sum + one, 0);
  const options = { weights, purpose: 'service_priority', now } as const;
  const start = performance.now();
  const scores = people.map((facts) => scoreContact(facts, options)?.value ?? 0);
  const seconds = (performance.now() - start) / 1000;
  const explained = people.slice(0, EXPLAINED);
  const before = performance.now();
  for (const facts of explained) explainScore(facts, options);
  const explainMs = (performance.now() - before) / Math.max(1, explained.length);
  const mean = scores.reduce((sum, one) => sum + one, 0) / Math.max(1, scores.length);
  return {
    contacts,
    accounts: people.reduce((sum, { accounts }) => sum + accounts.length, 0),
    events,
    seconds,
    perSecond: contacts / seconds,
    meanScore: mean,
    explainMs,
  };
}

function contactOf(random: () => number, now: Date): ContactFacts {
  const accounts = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, at) =>
    accountOf(random, at, now),
  );
  const kind = roles[Math.floor(random() * roles.length)];
  return random() < 0.1 && kind !== undefined
    ? { accounts, role: { kind, source: 'confirmed' } }
    : { accounts };
}

function accountOf(random: () => number, at: number, now: Date): AccountFacts {
  const upTo = (most: number) => Math.floor(Math.expm1(random() * Math.log1p(most)));
  const ago = (days: number) => new Date(now.getTime() - random() * days * DAY_MS);
  const network = NETWORKS[Math.floor(random() * NETWORKS.length)] ?? 'x';
  return {
    id: String(at),
    network,
    licencePurposes: ['show_reach', 'service_priority'],
    observedAt: now,
    certainty: 1,
    followers: upTo(1e6),
    following: upTo(1e4),
    lists: random() < 0.5 ? upTo(1e4) : undefined,
    graphRank: random() < 0.5 ? upTo(5e3) : undefined,
    lastPostAt: ago(400),
    engagement:
      random() < 0.5
        ? { mentions: upTo(1e4), reposts: upTo(1e3), engagers: upTo(1e3) }
        : {
            events: Array.from({ length: upTo(200) }, () => ({
              engager: String(upTo(500)),
              kind: KINDS[Math.floor(random() * KINDS.length)] ?? 'like',
              at: ago(400),
            })),
          },
  };
}
