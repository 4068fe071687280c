import type { BenchRules } from '../../src/domain/pairing/rules/schema.ts';
import { CsvFault, readCsv, requireColumn, type Row, type Table } from '../csv.ts';
import type { Records } from './records.ts';

/** Which pairs are the same person, by positions of the records. */
export interface Truth {
  /** Keys of true pairs, see `pairKey`. */
  readonly pairs: ReadonlySet<number>;
  /** Where only listed pairs are judged: all of them, true or not. */
  readonly listed: ReadonlySet<number> | undefined;
}

export function pairKey(records: Records, left: number, right: number): number {
  const size = records.right.ids.length;
  const swap = records.oneFile && left > right;
  return swap ? right * size + left : left * size + right;
}

export function positionsOf(records: Records, key: number): readonly [number, number] {
  const size = records.right.ids.length;
  return [Math.floor(key / size), key % size];
}

export async function readTruth(
  file: string,
  cluster: string | undefined,
  rules: BenchRules,
  records: Records,
): Promise<Truth> {
  const table = await readCsv(file);
  const column = cluster ?? rules.truth.cluster;
  if (column !== undefined) return fromClusters(table, column, rules, records);
  return fromPairs(table, rules, records);
}

function fromPairs(table: Table, rules: BenchRules, records: Records): Truth {
  const { left, right, label, pairs: judged } = rules.truth;
  if ((left === undefined || right === undefined) && table.columns.length !== 2) {
    throw new CsvFault(
      `${table.file}, line 1: which two of the columns ${table.columns.join(', ')} are ids? Name them in the rules: truth: { left: ..., right: ... }`,
    );
  }
  const [first = '', second = ''] = table.columns;
  const names = { left: left ?? first, right: right ?? second };
  requireColumn(table, names.left, 'truth.left');
  requireColumn(table, names.right, 'truth.right');
  if (label !== undefined) requireColumn(table, label, 'truth.label');
  const pairs = new Set<number>();
  const listed = new Set<number>();
  table.rows.forEach((row, at) => {
    const place = `${table.file}, line ${table.lines[at] ?? 0}`;
    const from = position(records.left, row, names.left, place);
    const to = position(records.right, row, names.right, place);
    if (records.oneFile && from === to) return;
    const key = pairKey(records, from, to);
    listed.add(key);
    if (label === undefined || saysYes(row.get(label))) pairs.add(key);
  });
  return { pairs, listed: judged === 'listed' ? listed : undefined };
}

function position(side: Records['left'], row: Row, column: string, place: string): number {
  const id = row.get(column);
  const at = id === undefined ? undefined : side.positions.get(id);
  if (at !== undefined) return at;
  const what = id === undefined ? 'is empty' : `${JSON.stringify(id)} is the id of no record`;
  throw new CsvFault(`${place}, column ${column}: ${what} in ${side.file}`);
}

function saysYes(text: string | undefined): boolean {
  if (text === undefined) return false;
  const number = Number(text);
  return Number.isNaN(number) ? /^(true|yes|y|match|positive)$/i.test(text) : number >= 0.5;
}

function fromClusters(table: Table, column: string, rules: BenchRules, records: Records): Truth {
  requireColumn(table, column, 'the cluster column');
  const idNames = typeof rules.id === 'string' ? [rules.id] : [rules.id.left, rules.id.right];
  if (!idNames.some((name) => table.columns.includes(name))) {
    requireColumn(table, idNames[0] ?? 'id', 'the id of a record');
  }
  const clusterOf = clusterReader(rules.truth.pattern);
  const clusters = new Map<string, string>();
  for (const { row, id } of [
    ...table.rows.flatMap((row) => idNames.flatMap((name) => ({ row, id: row.get(name) }))),
    ...[records.left, records.right].flatMap((side) =>
      side.rows.map((row, at) => ({ row, id: side.ids[at] })),
    ),
  ]) {
    const cluster = clusterOf(row.get(column));
    if (id !== undefined && cluster !== undefined) clusters.set(id, cluster);
  }
  return { pairs: pairsOf(clusters, records), listed: undefined };
}

function clusterReader(
  pattern: string | undefined,
): (text: string | undefined) => string | undefined {
  if (pattern === undefined) return (text) => text;
  const expression = new RegExp(pattern, 'u');
  return (text) => (text === undefined ? undefined : expression.exec(text)?.[1]);
}

function pairsOf(clusters: ReadonlyMap<string, string>, records: Records): ReadonlySet<number> {
  const members = new Map<string, number[]>();
  records.right.ids.forEach((id, at) => {
    const cluster = clusters.get(id);
    if (cluster !== undefined) members.set(cluster, [...(members.get(cluster) ?? []), at]);
  });
  const pairs = new Set<number>();
  records.left.ids.forEach((id, at) => {
    for (const other of members.get(clusters.get(id) ?? '') ?? []) {
      if (!records.oneFile || other > at) pairs.add(pairKey(records, at, other));
    }
  });
  return pairs;
}
