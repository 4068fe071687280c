import { z } from 'zod';

/**
 * The poll cursor. Bluesky lists newest first by a time that the author's program sets, so a late arrival appears far down
 * among what was read long ago (BEHAVIOR 1). Two kinds of sweep read each source from the top:
 * - quick, each time: down to the newest record of the last whole sweep, minus an overlap;
 * - deep, at first and then as often as the settings say: down to the horizon or to the end of the list.
 */
const minute = 60_000;
export const overlapMs = 10 * minute;
export const horizonMs = 30 * 24 * 60 * minute;

/** A sweep that a bad page keeps sending back to the top is given up after this many times. */
const mostRestarts = 1;
/** Only a list that leads in circles is this long: 200,000 records. */
const mostPages = 2_000;

const time = z.int().nonnegative();
const sweep = z.object({
  kind: z.enum(['quick', 'deep']),
  startedAt: time,
  source: z.string(),
  page: z.string().optional(),
  pages: z.int().nonnegative(),
  restarts: z.int().nonnegative(),
  /** Time of the newest record met so far in this source. */
  newest: time.optional(),
});
const state = z.object({
  v: z.literal(1),
  deepAt: time.optional(),
  /** Per source, the newest record of its last sweep that came to its end. */
  newest: z.record(z.string(), time),
  sweep: sweep.optional(),
});
type Sweep = z.infer<typeof sweep>;
export type SweepState = z.infer<typeof state>;
/** A state with a sweep under way. */
export type Sweeping = SweepState & { readonly sweep: Sweep };

/** What one page showed, as far as the sweep must know. `times` are undefined for records that say none. */
export interface PageFacts {
  readonly times: readonly (number | undefined)[];
  /** The page to read next; undefined at the end of the list. */
  readonly next: string | undefined;
}

/** A cursor that cannot be read, as after an update of this connector, starts from the beginning: nothing is lost by reading twice. */
export function readCursor(cursor: string | undefined): SweepState {
  try {
    const parsed = state.safeParse(JSON.parse(cursor ?? ''));
    if (parsed.success) return parsed.data;
  } catch {
    // Not JSON: as good as none.
  }
  return { v: 1, newest: {} };
}

/** `sources` in the order in which a sweep visits them; never empty. */
export function continueSweep(
  before: SweepState,
  sources: readonly string[],
  { now, deepEveryMs }: { readonly now: Date; readonly deepEveryMs: number },
): Sweeping {
  const newest = Object.fromEntries(
    Object.entries(before.newest).filter(([source]) => sources.includes(source)),
  );
  if (before.sweep && sources.includes(before.sweep.source))
    return { ...before, newest, sweep: before.sweep };
  const startedAt = now.getTime();
  const deepIsDue = before.deepAt === undefined || startedAt - before.deepAt >= deepEveryMs;
  const kind = deepIsDue ? 'deep' : 'quick';
  const sweep = { kind, startedAt, source: sources[0] ?? '', pages: 0, restarts: 0 } as const;
  return { ...before, newest, sweep };
}

export function afterPage(at: Sweeping, sources: readonly string[], page: PageFacts): SweepState {
  const { sweep } = at;
  // A time in the future must not become the mark: every record after it would count as read.
  const times = page.times.map((time) => time && Math.min(time, sweep.startedAt));
  const known = times.filter((time) => time !== undefined);
  const newest = known.length === 0 ? sweep.newest : Math.max(...known, sweep.newest ?? 0);
  const moved: Sweep = { ...sweep, newest, pages: sweep.pages + 1 };

  const floor = floorOf(at);
  const isOld = known.length > 0 && times.every((time) => time !== undefined && time < floor);
  const goesOn = page.next !== undefined && page.next !== sweep.page && moved.pages < mostPages;
  if (goesOn && !isOld) return { ...at, sweep: { ...moved, page: page.next } };

  const mark = Math.max(newest ?? 0, at.newest[sweep.source] ?? 0);
  const marked = mark === 0 ? at.newest : { ...at.newest, [sweep.source]: mark };
  return nextSource({ ...at, newest: marked, sweep: moved }, sources);
}

/** For a page that the network refuses: back to the top, or `givenUp` when that has not helped before. */
export function afterBadPage(at: Sweeping): {
  readonly state: Sweeping;
  readonly givenUp: boolean;
} {
  const { sweep } = at;
  const restarted = { ...sweep, page: undefined, pages: 0, restarts: sweep.restarts + 1 };
  return { state: { ...at, sweep: restarted }, givenUp: sweep.restarts >= mostRestarts };
}

/** Leaves the source where it is; its mark stays, so that the next sweep covers the same ground again. */
export function nextSource(at: Sweeping, sources: readonly string[]): SweepState {
  const { sweep: done, ...rest } = at;
  const source = sources[sources.indexOf(done.source) + 1];
  if (source !== undefined) {
    const { kind, startedAt } = done;
    return { ...rest, sweep: { kind, startedAt, source, pages: 0, restarts: 0 } };
  }
  return done.kind === 'deep' ? { ...rest, deepAt: done.startedAt } : rest;
}

function floorOf({ sweep, newest }: Sweeping): number {
  const horizon = sweep.startedAt - horizonMs;
  const mark = newest[sweep.source];
  if (sweep.kind === 'deep' || mark === undefined) return horizon;
  return Math.max(horizon, mark - overlapMs);
}

/**
 * The notification cursor is the time of the last record alone, and the next page holds what is strictly older: records of
 * the same millisecond on both sides of a page's edge would be lost (BEHAVIOR 2). One millisecond more brings them again.
 * A page full of one millisecond falls back to the cursor as given, for there the step would lead nowhere.
 */
export function overlappingPage(given: string | undefined, asked: string | undefined) {
  const time = exactTime(given);
  if (given === undefined || time === undefined) return given;
  const askedTime = exactTime(asked);
  const overlapping = time + 1;
  if (askedTime !== undefined && overlapping >= askedTime) return given;
  return new Date(overlapping).toISOString();
}

function exactTime(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text))
    return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
