import type { Mapping, MappingRow, OurName } from './mapping.ts';

export type Fields = Readonly<Record<string, string>>;

/** A value of ours, before it is put into the CRM's form. Undefined: we know of none (any more). */
export type OurValue = string | number | Date | undefined;

/** Names of all fields of the CRM that the mapping reads or compares with. */
export function mappedFields(mapping: Mapping): readonly string[] {
  return mapping.fields.map((row) => row.theirs);
}

/**
 * The CRM's values under our names, empty ones left out. `written` holds what we wrote last into each field: a shared
 * field that still holds our own value tells us nothing, or our own writing would become evidence.
 */
export function readValues(
  mapping: Mapping,
  fields: Fields,
  written: Fields,
): ReadonlyMap<OurName, string> {
  const rows = mapping.fields.flatMap((row): [OurName, string][] => {
    const value = fields[row.theirs]?.trim() ?? '';
    const isOurs = row.owner !== 'crm' && value === (written[row.theirs] ?? '');
    return value === '' || isOurs || row.owner === 'us' ? [] : [[row.ours, value]];
  });
  return new Map(rows);
}

/**
 * The fields to write so that the CRM holds what it should: only those that differ, '' to clear. Nothing is ever cleared
 * that we did not write (R91).
 */
export function changesFor(
  mapping: Mapping,
  values: ReadonlyMap<OurName, OurValue>,
  current: Fields,
  written: Fields,
): Fields {
  const changes = mapping.fields.flatMap((row): [string, string][] => {
    if (row.owner === 'crm') return [];
    const now = current[row.theirs] ?? '';
    const ours = written[row.theirs] ?? '';
    const next = format(row, values.get(row.ours));
    if (sameValue(row, now, next)) return [];
    if (next === '' && (ours === '' || !sameValue(row, now, ours))) return [];
    if (row.owner === 'shared' && now !== '' && !sameValue(row, now, ours)) return [];
    return [[row.theirs, next]];
  });
  return Object.fromEntries(changes);
}

function format(row: MappingRow, value: OurValue): string {
  if (value === undefined) return '';
  if (row.as === 'integer') return String(Math.round(Number(value)));
  if (row.as === 'datetime') return (value instanceof Date ? value : new Date(value)).toISOString();
  return String(value);
}

/** CRMs return numbers and times in a spelling of their own: "3.0", "2026-11-02T06:41:00Z", epoch milliseconds. */
export function sameValue(row: Pick<MappingRow, 'as'>, a: string, b: string): boolean {
  if (a === b) return true;
  if (a === '' || b === '') return false;
  if (row.as === 'integer') return Number(a) === Number(b);
  if (row.as === 'datetime') return instant(a) === instant(b);
  return false;
}

function instant(text: string): number {
  return /^\d{12,}$/.test(text) ? Number(text) : Date.parse(text);
}
