import { z } from 'zod';

/** A comment approved late keeps its old date: each pass reads this far back again. */
const OVERLAP_MS = 30 * 86_400_000;
/** And once a day everything, for what was approved later still. */
const FULL_EVERY_MS = 86_400_000;

const cursorShape = z.object({
  page: z.int().positive(),
  /** Beginning of the running pass; absent: it reads everything. */
  after: z.iso.datetime().optional(),
  /** Newest date seen. */
  newest: z.iso.datetime().optional(),
  /** When the last complete pass began. */
  full: z.iso.datetime(),
});

export type WordpressCursor = z.infer<typeof cursorShape>;

/** A cursor that is not ours begins from the beginning: items may repeat. */
export function readCursor(cursor: string | undefined, now: Date): WordpressCursor {
  try {
    return cursorShape.parse(JSON.parse(cursor ?? ''));
  } catch {
    return { page: 1, full: now.toISOString() };
  }
}

export function nextPage(cursor: WordpressCursor, newest: Date | undefined): WordpressCursor {
  return { ...cursor, page: cursor.page + 1, newest: later(cursor.newest, newest) };
}

export function nextPass(
  cursor: WordpressCursor,
  newest: Date | undefined,
  now: Date,
): WordpressCursor {
  const seen = later(cursor.newest, newest);
  const isDue = now.getTime() - Date.parse(cursor.full) >= FULL_EVERY_MS;
  if (isDue || seen === undefined) return { page: 1, newest: seen, full: now.toISOString() };
  const after = new Date(Date.parse(seen) - OVERLAP_MS).toISOString();
  return { page: 1, after, newest: seen, full: cursor.full };
}

function later(known: string | undefined, newest: Date | undefined): string | undefined {
  if (newest === undefined) return known;
  const found = newest.toISOString();
  return known === undefined || found > known ? found : known;
}
