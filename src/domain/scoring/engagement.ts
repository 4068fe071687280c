import type { AccountFacts, EngagementEvent } from './inputs.ts';

const DAY_MS = 86_400_000;
const HALF_LIFE_DAYS = 90;
/** What one person may add in one window, so that a single voice is one voice. */
const MOST_UNITS = 3;
const WINDOW_DAYS = 30;
const UNITS = { like: 0.25, reply: 1, mention: 1, repost: 2, quote: 2, link: 2 } as const;
/** Beyond that many people, what they may add together is more than the whole score. */
const MOST_REMOVED = 400;

/**
 * The engagement that would remain without the strongest `people`, from nobody removed on. With it, a ring of a few can be
 * told from a public. Where it is unknown who is behind a count, only the whole is given.
 */
export interface Remainder {
  readonly people: number;
  readonly units: number;
}

/** Undefined: nothing is known. An empty list of events is known, and 0. */
export function engagementOf(facts: AccountFacts, now: Date): readonly Remainder[] | undefined {
  const { engagement } = facts;
  if (engagement === undefined) return undefined;
  if ('events' in engagement) return fromEvents(engagement.events, now);
  const { mentions, reposts, engagers } = engagement;
  if (mentions === undefined && reposts === undefined && engagers === undefined) return undefined;
  const counted = (mentions ?? 0) * UNITS.mention + (reposts ?? 0) * UNITS.repost;
  const freshness = fade(countedAt(facts), now);
  if (engagers === undefined) return [{ people: 0, units: counted * freshness }];
  // Each of them did at least something; none counts for more than one person may.
  const units = Math.min(Math.max(counted, engagers * UNITS.like), engagers * MOST_UNITS);
  return [
    { people: 0, units: units * freshness },
    { people: engagers, units: 0 },
  ];
}

/** A count without events is as old as its observation, or as the last post if that is older: nothing newer was answered. */
function countedAt({ observedAt, lastPostAt }: AccountFacts): Date {
  return lastPostAt !== undefined && lastPostAt < observedAt ? lastPostAt : observedAt;
}

function fromEvents(events: readonly EngagementEvent[], now: Date): readonly Remainder[] {
  const windows = new Map<string, EngagementEvent[]>();
  for (const event of events) {
    if (event.ignored) continue;
    // Windows stand still in time: were they counted back from now, the same events would regroup, and age could raise them.
    const window = Math.floor(event.at.getTime() / (WINDOW_DAYS * DAY_MS));
    const key = `${window} ${event.engager}`;
    const there = windows.get(key);
    if (there === undefined) windows.set(key, [event]);
    else there.push(event);
  }
  const people = new Map<string, number[]>();
  for (const one of windows.values()) {
    const engager = one[0]?.engager ?? '';
    const units = unitsOf(one, now);
    const there = people.get(engager);
    if (there === undefined) people.set(engager, [units]);
    else there.push(units);
  }
  return withoutTheStrongest([...people.values()].map(sum));
}

/** Youngest first, up to the limit, so that a further event never takes the place of a stronger one. */
function unitsOf(events: readonly EngagementEvent[], now: Date): number {
  let room = MOST_UNITS;
  let units = 0;
  const youngestFirst = events.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  for (const { kind, at } of youngestFirst) {
    const taken = Math.min(room, UNITS[kind]);
    room -= taken;
    units += taken * fade(at, now);
  }
  return units;
}

function withoutTheStrongest(strengths: readonly number[]): readonly Remainder[] {
  const weakestFirst = strengths.toSorted((a, b) => a - b);
  const remainders: Remainder[] = [];
  let units = 0;
  for (let at = 0; at <= weakestFirst.length; at += 1) {
    const people = weakestFirst.length - at;
    if (people <= MOST_REMOVED) remainders.push({ people, units });
    units += weakestFirst[at] ?? 0;
  }
  if (weakestFirst.length > MOST_REMOVED) remainders.push({ people: 0, units });
  return remainders.reverse();
}

/** Ascending, so that the same numbers in another order give the same sum to the last bit. */
function sum(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b).reduce((total, one) => total + one, 0);
}

function fade(at: Date, now: Date): number {
  const days = Math.max(0, now.getTime() - at.getTime()) / DAY_MS;
  return 2 ** (-days / HALF_LIFE_DAYS);
}
