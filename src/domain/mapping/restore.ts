import { sameValue, type Fields, type OurValue } from './apply.ts';
import type { Mapping, MappingRow, OurName } from './mapping.ts';

/** One write of ours into a field, as the journal has it. */
export interface FieldWrite {
  readonly journalId: string;
  readonly field: string;
  /** What we had written before that; null for the first. */
  readonly previous: string | null;
  /** What stood there; null for nothing. */
  readonly before: string | null;
  readonly value: string;
}

/** Our writes into one field that followed each other with nobody else's value in between. */
export interface Series {
  /** What stood there before the first of them, '' for nothing: what the field goes back to. */
  readonly before: string;
  /** What the last of them wrote. */
  readonly ours: string;
  readonly journalId: string;
}

/** By field of the CRM. The writes of each field in the order in which they were made. */
export function seriesOf(
  mapping: Mapping,
  writes: readonly FieldWrite[],
): ReadonlyMap<string, Series> {
  const found = new Map<string, Series>();
  for (const write of writes) {
    const row = mapping.fields.find((one) => one.theirs === write.field);
    if (row === undefined) continue;
    const known = found.get(write.field);
    const before = write.before ?? '';
    const goesOn =
      known !== undefined && write.previous !== null && sameValue(row, write.previous, before);
    found.set(write.field, {
      before: goesOn ? known.before : before,
      ours: write.value,
      journalId: write.journalId,
    });
  }
  return found;
}

/** Fields that hold, or may hold, a value of ours although we have none for them (any more). */
export function endedFields(
  mapping: Mapping,
  values: ReadonlyMap<OurName, OurValue>,
  written: Fields,
): readonly MappingRow[] {
  return mapping.fields.filter((row) => {
    const value = values.get(row.ours);
    const hasNone = value === undefined || value === '';
    return row.owner !== 'crm' && hasNone && (written[row.theirs] ?? '') !== '';
  });
}

/** Changes that would clear a field put back what stood there before our first write; one that stands there again needs none. */
export function restoreBefore(
  mapping: Mapping,
  changes: Fields,
  series: ReadonlyMap<string, Series>,
  current: Fields,
): { readonly changes: Fields; readonly restores: readonly string[] } {
  const restores: string[] = [];
  const restored = Object.entries(changes).flatMap(([field, value]): [string, string][] => {
    const before = series.get(field)?.before ?? '';
    if (value !== '' || before === '') return [[field, value]];
    const row = mapping.fields.find((one) => one.theirs === field);
    if (row !== undefined && sameValue(row, current[field] ?? '', before)) return [];
    restores.push(field);
    return [[field, before]];
  });
  return { changes: Object.fromEntries(restored), restores };
}

export interface ChangedByOthers {
  readonly field: string;
  readonly series: Series;
  readonly current: string;
}

/** Fields whose value of ours somebody changed before we could take it back: left alone, for a person to decide about (R09). */
export function changedByOthers(
  ended: readonly MappingRow[],
  series: ReadonlyMap<string, Series>,
  current: Fields,
): readonly ChangedByOthers[] {
  return ended.flatMap((row) => {
    const ours = series.get(row.theirs);
    const now = current[row.theirs] ?? '';
    if (ours === undefined || sameValue(row, ours.ours, ours.before)) return [];
    const isSettled = sameValue(row, now, ours.ours) || sameValue(row, now, ours.before);
    return isSettled ? [] : [{ field: row.theirs, series: ours, current: now }];
  });
}
