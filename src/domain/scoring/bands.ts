/** Points from which on a band begins: 0-19, 20-39, 40-59, 60-79, 80-100. */
export const BAND_STARTS = [0, 20, 40, 60, 80] as const;
export type Band = 0 | 1 | 2 | 3 | 4;

/** Smaller changes are not written: a CRM that shows 41 today and 42 tomorrow only makes noise. */
const LEAST_CHANGE = 2;

export function bandOf(value: number): Band {
  return BAND_STARTS.findLastIndex((start) => value >= start) as Band;
}

/** As the band is written into a field: `40-59`. */
export function bandLabel(band: Band): string {
  const next = BAND_STARTS[band + 1];
  return `${BAND_STARTS[band]}-${next === undefined ? 100 : next - 1}`;
}

interface Written {
  readonly value: number;
  readonly band: Band;
}

/** Whether the CRM should get the new score. The end of a score is always written, so that no old value stays (R56). */
export function isWorthWriting(written: Written | undefined, score: Written | undefined): boolean {
  if (written === undefined || score === undefined) return written !== score;
  return Math.abs(score.value - written.value) >= LEAST_CHANGE || score.band !== written.band;
}

export type Trend = 'rising' | 'falling' | 'steady';

/** From two exact scores, by the same measure as above. */
export function trendOf(earlier: number | undefined, exact: number): Trend {
  const change = exact - (earlier ?? exact);
  if (Math.abs(change) < LEAST_CHANGE) return 'steady';
  return change > 0 ? 'rising' : 'falling';
}
