import { accountParts, scoreAccount } from '../../src/domain/scoring/account.ts';
import { bandLabel, bandOf } from '../../src/domain/scoring/bands.ts';
import type { AccountFacts } from '../../src/domain/scoring/inputs.ts';
import type { Weights } from '../../src/domain/scoring/weights.ts';
import { auc } from './auc.ts';

/** One row of the result, in the order in which its columns are printed. Parts are points; they add up to `exact`. */
export interface ScoredRow {
  readonly line: number;
  readonly network: string;
  readonly score: number;
  readonly exact: number;
  readonly band: string;
  readonly coverage: number;
  readonly up_to: number;
  readonly reach: number;
  readonly engagement: number;
  readonly curation: number;
  readonly graph: number;
  /** Known of 0 to 1, before weights; undefined is unknown. */
  readonly measured: Readonly<Record<string, number | null>>;
  readonly authenticity: number;
  readonly wakefulness: number;
}

/**
 * By the account's part of the formula alone: a bench measures that, whatever the terms of the account's network let a
 * composite use. An account that is surely a contact's gives a contact without a role the same score.
 */
export function scoreRow(
  facts: AccountFacts,
  line: number,
  { weights, now }: { readonly weights: Weights; readonly now: Date },
): ScoredRow {
  const { score, points, ceiling, coverage, measured, ...account } = scoreAccount(
    facts,
    weights,
    now,
  );
  const value = Math.round(100 * score);
  return {
    line,
    network: facts.network,
    score: value,
    exact: round(100 * score),
    band: bandLabel(bandOf(value)),
    coverage: Math.round(100 * coverage),
    up_to: Math.round(100 * ceiling),
    reach: round(100 * points.reach),
    engagement: round(100 * points.engagement),
    curation: round(100 * points.curation),
    graph: round(100 * points.network),
    measured: Object.fromEntries(accountParts.map((part) => [part, orNull(measured[part])])),
    authenticity: round(account.authenticity),
    wakefulness: round(account.wakefulness),
  };
}

function orNull(value: number | undefined): number | null {
  return value === undefined ? null : round(value);
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

const HEAD = ['line', 'network', 'score', 'band', 'coverage', 'up_to'] as const;
const PARTS = ['reach', 'engagement', 'curation', 'graph'] as const;

/** Unknown parts show as `?`: they are not measured as 0. */
export function tableText(rows: readonly ScoredRow[]): string {
  const lines = rows.map((row) => [
    ...HEAD.map((column) => String(row[column])),
    ...PARTS.map((part) =>
      row.measured[part === 'graph' ? 'network' : part] === null ? '?' : row[part].toFixed(1),
    ),
  ]);
  const all = [[...HEAD, ...PARTS], ...lines];
  const widths =
    all[0]?.map((_, at) => Math.max(...all.map((line) => line[at]?.length ?? 0))) ?? [];
  return all
    .map((line) => line.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  '))
    .join('\n');
}

export interface PairFigures {
  readonly pairs: number;
  readonly auc: number | undefined;
  /** Of each part alone. */
  readonly parts: Readonly<Record<(typeof PARTS)[number], number | undefined>>;
}

export function pairFigures(
  first: readonly ScoredRow[],
  second: readonly ScoredRow[],
  choices: readonly boolean[],
): PairFigures {
  const by = (value: (row: ScoredRow) => number) =>
    auc(
      first.map((row, at) => value(row) - value(second[at] ?? row)),
      choices,
    );
  const alone = Object.fromEntries(PARTS.map((part) => [part, by((row) => row[part])]));
  return {
    pairs: first.length,
    auc: by((row) => row.exact),
    parts: alone as PairFigures['parts'],
  };
}
