import { describe, expect, test } from '@jest/globals';
import {
  afterPage,
  continueSweep,
  horizonMs,
  overlapMs,
  overlappingPage,
  readCursor,
  type PageFacts,
  type SweepState,
} from '../../../connectors/social/bluesky/sweep.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const sources = ['notifications', 'search:nordlicht'];
const deepEveryMs = 3_600_000;
const at = (time: number) => ({ now: new Date(time), deepEveryMs });
const begin = (state: SweepState, time = now) => continueSweep(state, sources, at(time));
const page = (times: PageFacts['times'], next?: string): PageFacts => ({ times, next });

/** One whole sweep: a page with these times for the first source, an empty one for the second. */
function swept(state: SweepState, times: PageFacts['times'], at = now): SweepState {
  const first = afterPage(begin(state, at), sources, page(times));
  return afterPage(begin(first, at), sources, page([]));
}

describe('a sweep', () => {
  test('is deep at first, quick within the hour, and deep again after it', () => {
    const start = readCursor(undefined);
    expect(begin(start).sweep.kind).toBe('deep');
    const done = swept(start, [now]);
    expect(done.sweep).toBeUndefined();
    expect(begin(done, now + deepEveryMs - 1).sweep.kind).toBe('quick');
    expect(begin(done, now + deepEveryMs).sweep.kind).toBe('deep');
  });

  test('that is quick ends with the first page that is old throughout', () => {
    const done = swept(readCursor(undefined), [now]);
    const old = now - overlapMs - 1;
    const quick = begin(done);
    expect(afterPage(quick, sources, page([now, old], 'next')).sweep?.page).toBe('next');
    expect(afterPage(quick, sources, page([now - overlapMs], 'next')).sweep?.page).toBe('next');
    expect(afterPage(quick, sources, page([old], 'next')).sweep?.source).toBe(sources[1]);
  });

  test('that is deep ends at the horizon', () => {
    const deep = begin(readCursor(undefined));
    const within = afterPage(deep, sources, page([now - horizonMs], 'next'));
    expect(within.sweep).toMatchObject({ source: sources[0], page: 'next' });
    const beyond = afterPage(deep, sources, page([now - horizonMs - 1], 'next'));
    expect(beyond.sweep?.source).toBe(sources[1]);
  });

  test('goes on past empty pages and unreadable times, to the end of the list', () => {
    const quick = begin(swept(readCursor(undefined), [now]));
    expect(afterPage(quick, sources, page([], 'next')).sweep?.page).toBe('next');
    expect(afterPage(quick, sources, page([undefined, 0], 'next')).sweep?.page).toBe('next');
    expect(afterPage(quick, sources, page([], undefined)).sweep?.source).toBe(sources[1]);
  });

  test('leaves a list that leads to the same page for ever', () => {
    const first = afterPage(begin(readCursor(undefined)), sources, page([now], 'same'));
    const second = afterPage(begin(first), sources, page([now], 'same'));
    expect(second.sweep?.source).toBe(sources[1]);
  });

  test('does not take a time in the future as its mark', () => {
    const done = swept(readCursor(undefined), [now + 10 * deepEveryMs]);
    expect(done.newest.notifications).toBe(now);
  });

  test('of a source that was removed starts anew, and its mark is dropped', () => {
    const under = afterPage(begin(readCursor(undefined)), sources, page([now]));
    expect(under.sweep?.source).toBe('search:nordlicht');
    const after = continueSweep(under, ['search:bahn'], at(now));
    expect(after.sweep).toMatchObject({ source: 'search:bahn', kind: 'deep' });
    expect(after.newest).toEqual({});
  });
});

describe('the next page', () => {
  const at = (ms: number) => new Date(now + ms).toISOString();
  test.each([
    ['is none at the end', undefined, undefined, undefined],
    ['overlaps by a millisecond', at(0), undefined, at(1)],
    ['overlaps while it moves on', at(-5), at(1), at(-4)],
    ['is the one given, where the step would lead nowhere', at(0), at(1), at(0)],
    [
      'is the one given, where the cursor is no time',
      '1794162000000__bafy',
      undefined,
      '1794162000000__bafy',
    ],
  ])('%s', (_, given, asked, next) => {
    expect(overlappingPage(given, asked)).toBe(next);
  });
});
