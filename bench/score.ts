import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import {
  FORMULA_VERSION,
  multiplierSchema,
  weightsOf,
  type Weights,
} from '../src/domain/scoring/weights.ts';
import { readRuleFile, RuleFileFault } from '../src/platform/ruleFile.ts';
import { CsvFault, readCsv, requireColumn, type Table } from './csv.ts';
import { accountsOf, choicesOf } from './score/accounts.ts';
import { measureRecompute } from './score/recompute.ts';
import { pairFigures, scoreRow, tableText, type ScoredRow } from './score/report.ts';

const USAGE = `npm run bench:score -- --accounts A.csv [--pairs] [--json] [--out FILE] [--now TIME] [--rules FILE]
npm run bench:score -- --recompute 100000

  Prints the multiplier score of each account with its parts in points; they add up to the score. docs/score.md tells what
  the columns mean and how the score is computed.

  --accounts FILE  CSV, one account a line, with any of the columns network, followers, following, posts, lists,
                   mentions_received, reposts_received, graph_rank, engagers, last_post_at. An empty value or a missing
                   column is unknown, which is not 0. Other columns are left alone.
  --pairs          each line holds two accounts, their columns prefixed a_ and b_, and the column choice: A or 1 where the
                   first has more influence, B or 0 where the second has. Prints the area under the curve (AUC).
  --json           prints {formula, weights, now, rows: [{line, score, exact, band, coverage, up_to, reach, engagement,
                   curation, graph, measured, authenticity, wakefulness}]}; with --pairs {pairs, auc, parts}
  --out FILE       writes that JSON into a file
  --now TIME       the time to compute for, as 2026-11-21 (default: now)
  --rules FILE     weights (default: mappings/multiplier.yaml)
  --recompute N    scores N made-up contacts and says how long it took`;

const DEFAULT_RULES = new URL('../mappings/multiplier.yaml', import.meta.url);
/** The acceptance of the project: 100,000 contacts in 10 seconds. */
const LEAST_PER_SECOND = 10_000;

class UsageFault extends Error {}

const { values } = readArguments();

function readArguments() {
  try {
    return parseArgs({
      options: {
        accounts: { type: 'string' },
        pairs: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        out: { type: 'string' },
        now: { type: 'string' },
        rules: { type: 'string' },
        recompute: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

async function readWeights(): Promise<Weights> {
  const file = values.rules ?? DEFAULT_RULES;
  const name = values.rules ?? 'mappings/multiplier.yaml';
  const text = await readFile(file, 'utf8').catch(() => {
    throw new UsageFault(`${name}: cannot be read`);
  });
  return weightsOf(readRuleFile(name, text, multiplierSchema));
}

function readNow(): Date {
  const now = values.now === undefined ? new Date() : new Date(values.now);
  if (Number.isNaN(now.getTime())) throw new UsageFault('--now is no time; write 2026-11-21');
  return now;
}

interface Terms {
  readonly weights: Weights;
  readonly now: Date;
}

function scoreRows(table: Table, prefix: '' | 'a_' | 'b_', terms: Terms): ScoredRow[] {
  return accountsOf(table, prefix, terms.now).map((facts, at) =>
    scoreRow(facts, table.lines[at] ?? 0, terms),
  );
}

async function output(result: object, text: () => string): Promise<void> {
  const json = JSON.stringify(result, null, 2);
  if (values.out !== undefined) await writeFile(values.out, `${json}\n`);
  else console.log(values.json ? json : text());
}

async function comparePairs(table: Table, terms: Terms): Promise<void> {
  requireColumn(table, 'choice', 'which account of the pair has more influence');
  const first = scoreRows(table, 'a_', terms);
  const figures = pairFigures(first, scoreRows(table, 'b_', terms), choicesOf(table));
  const spell = (auc: number | undefined) =>
    auc === undefined ? 'none (all choices are the same)' : auc.toFixed(4);
  await output(figures, () =>
    [
      `pairs ${figures.pairs}`,
      `AUC ${spell(figures.auc)}`,
      ...Object.entries(figures.parts).map(([part, auc]) => `  ${part} alone ${spell(auc)}`),
    ].join('\n'),
  );
}

async function scoreAccounts(file: string, terms: Terms): Promise<void> {
  const table = await readCsv(file);
  if (values.pairs) {
    await comparePairs(table, terms);
    return;
  }
  const rows = scoreRows(table, '', terms);
  const { version, hash } = terms.weights;
  const head = { formula: FORMULA_VERSION, weights: { version, hash }, now: terms.now };
  await output({ ...head, rows }, () => tableText(rows));
}

function recompute(contacts: number, { weights, now }: Terms): void {
  if (!Number.isInteger(contacts) || contacts < 1 || contacts > 1e6) {
    throw new UsageFault('--recompute takes a whole number from 1 to 1000000');
  }
  const figures = measureRecompute(contacts, weights, now);
  const verdict = figures.perSecond >= LEAST_PER_SECOND ? 'PASS' : 'FAIL';
  console.log(JSON.stringify({ ...figures, verdict }, null, 2));
  process.exitCode = verdict === 'PASS' ? 0 : 1;
}

async function run(): Promise<void> {
  const terms = { weights: await readWeights(), now: readNow() };
  if (values.recompute !== undefined) recompute(Number(values.recompute), terms);
  else if (values.accounts !== undefined) await scoreAccounts(values.accounts, terms);
}

if (values.help || (values.accounts === undefined && values.recompute === undefined)) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  await run().catch((error: unknown) => {
    const isReaders = [CsvFault, RuleFileFault, UsageFault].some((kind) => error instanceof kind);
    if (!isReaders) throw error;
    console.error((error as Error).message);
    process.exitCode = 2;
  });
}
