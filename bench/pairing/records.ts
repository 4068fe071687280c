import type { BenchRules } from '../../src/domain/pairing/rules/schema.ts';
import { CsvFault, readCsv, requireColumn, type Row, type Table } from '../csv.ts';

/** The records of one file in the order of their ids, so that the order of lines changes nothing. */
export interface RecordSide {
  readonly file: string;
  readonly ids: readonly string[];
  readonly rows: readonly Row[];
  readonly positions: ReadonlyMap<string, number>;
}

/** Both sides; with one file they are the same. */
export interface Records {
  readonly left: RecordSide;
  readonly right: RecordSide;
  readonly oneFile: boolean;
}

export async function readRecords(
  leftFile: string,
  rightFile: string | undefined,
  rules: BenchRules,
): Promise<Records> {
  const ids = typeof rules.id === 'string' ? { left: rules.id, right: rules.id } : rules.id;
  const left = sideOf(await readCsv(leftFile), ids.left, columnsOf(rules, 'left'));
  if (rightFile === undefined) return { left, right: left, oneFile: true };
  const right = sideOf(await readCsv(rightFile), ids.right, columnsOf(rules, 'right'));
  return { left, right, oneFile: false };
}

interface NamedColumn {
  readonly column: string;
  readonly why: string;
}

function columnsOf(rules: BenchRules, side: 'left' | 'right'): readonly NamedColumn[] {
  return rules.compare.flatMap((rule, at) =>
    [rule.field ?? rule[side] ?? [], rule.swapped_with ?? []].flat().map((column) => ({
      column,
      why: `named in the rules, compare[${at}]`,
    })),
  );
}

function sideOf(table: Table, id: string, columns: readonly NamedColumn[]): RecordSide {
  requireColumn(table, id, 'the id of a record, named in the rules: id');
  for (const { column, why } of columns) requireColumn(table, column, why);
  const named = table.rows.map((row, at) => {
    const value = row.get(id);
    if (value === undefined) {
      throw new CsvFault(
        `${table.file}, line ${table.lines[at] ?? 0}, column ${id}: the id is empty`,
      );
    }
    return { id: value, row };
  });
  return side(table.file, named);
}

function side(file: string, named: readonly { id: string; row: Row }[]): RecordSide {
  const sorted = named.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const positions = new Map<string, number>();
  sorted.forEach(({ id }, at) => {
    if (positions.has(id)) {
      throw new CsvFault(`${file}: the id ${JSON.stringify(id)} stands there twice`);
    }
    positions.set(id, at);
  });
  return { file, positions, ids: sorted.map(({ id }) => id), rows: sorted.map(({ row }) => row) };
}

/** The records without those on the right at these positions. Pairs are told by id, so a truth read before is read again. */
export function without(records: Records, removed: ReadonlySet<number>): Records {
  const { right } = records;
  const kept = right.ids.flatMap((id, at) => {
    const row = right.rows[at];
    return removed.has(at) || row === undefined ? [] : [{ id, row }];
  });
  const rest = side(right.file, kept);
  return records.oneFile ? { left: rest, right: rest, oneFile: true } : { ...records, right: rest };
}
