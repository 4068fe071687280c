import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseCsv } from './csv.ts';

const FOLDER = join(import.meta.dirname, 'captures');

export interface Capture {
  meta: { name: string; phase: string; recorded_at: string; note: string };
  request: { method: string; path: string; headers: Record<string, string>; body?: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown };
}

/** One row of a table: the cell of a column, an error when there is no such column. */
export type Row = (column: string) => string;

export function readTable(file: string): Row[] {
  return parseCsv(readFileSync(join(FOLDER, file), 'utf8')).map((cells) => (column) => {
    const cell = cells[column];
    if (cell === undefined) throw new Error(`${file} has no column ${column}`);
    return cell;
  });
}

export function readLines(file: string): unknown[] {
  const lines = readFileSync(join(FOLDER, file), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}

/** A recorded exchange by folder and number, for example `bluesky`, `015`. */
export function readCapture(folder: 'bluesky' | 'wordpress', number: string): Capture {
  const file = readdirSync(join(FOLDER, folder)).find((name) => name.startsWith(`${number}-`));
  if (file === undefined) throw new Error(`No capture ${folder}/${number}`);
  return JSON.parse(readFileSync(join(FOLDER, folder, file), 'utf8')) as Capture;
}
