import { readFile } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';

/** One record of a CSV file by the names of its head line; empty values are left out. */
export type Row = ReadonlyMap<string, string>;

export interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Where each row ends in the file, from 1. */
  readonly lines: readonly number[];
}

/** A fault of a file that its owner can mend: the message names file, line and column. */
export class CsvFault extends Error {}

/** UTF-8 with or without BOM, LF or CRLF, quoted values, separated by `,` or `;` or a tab, whichever the head line shows. */
export async function readCsv(file: string): Promise<Table> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new CsvFault(`${file}: cannot be read (${codeOf(error)})`);
  });
  return parseCsv(file, decode(file, bytes));
}

export function parseCsv(file: string, text: string): Table {
  const head = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1)[0] ?? '';
  if (head.trim() === '')
    throw new CsvFault(`${file}, line 1: the head line with the column names is missing`);
  const [first, ...records] = recordsOf(file, text, separatorOf(head));
  const columns = first?.record ?? [];
  checkColumns(file, columns);
  return {
    file,
    columns,
    rows: records.map(({ record }) => rowOf(columns, record)),
    lines: records.map(({ info }) => info.lines),
  };
}

/** Throws a fault that lists the columns there are. */
export function requireColumn(table: Table, column: string, why: string): void {
  if (table.columns.includes(column)) return;
  throw new CsvFault(
    `${table.file}, line 1: there is no column ${JSON.stringify(column)} (${why}). Columns: ${table.columns.join(', ')}`,
  );
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function recordsOf(file: string, text: string, separator: string): readonly CsvRecord[] {
  try {
    // The library's types know of `info` only for objects, not for lists of values.
    return parse(text, {
      info: true,
      bom: true,
      delimiter: separator,
      relax_column_count: false,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as readonly CsvRecord[];
  } catch (error) {
    if (error instanceof CsvError)
      throw new CsvFault(`${file}, ${placeOf(error)}: ${error.message}`);
    throw error;
  }
}

function placeOf(error: CsvError): string {
  const { lines, column } = error as unknown as { lines?: number; column?: number | string };
  const at = typeof column === 'number' ? `, column ${column + 1}` : '';
  return `line ${lines ?? '?'}${at}`;
}

function separatorOf(head: string): string {
  const unquoted = head.replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: unquoted.split(mark).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).mark;
}

function checkColumns(file: string, columns: readonly string[]): void {
  columns.forEach((column, at) => {
    if (column === '')
      throw new CsvFault(`${file}, line 1, column ${at + 1}: the column has no name`);
    if (columns.indexOf(column) !== at) {
      throw new CsvFault(
        `${file}, line 1, column ${at + 1}: ${JSON.stringify(column)} stands there twice`,
      );
    }
  });
}

function rowOf(columns: readonly string[], values: readonly string[]): Row {
  const row = new Map<string, string>();
  columns.forEach((column, at) => {
    const value = values[at] ?? '';
    if (value !== '') row.set(column, value);
  });
  return row;
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CsvFault(`${file}: is not UTF-8; save it as UTF-8 and try again`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
