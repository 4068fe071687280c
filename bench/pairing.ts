import { parseArgs } from 'node:util';
import { RuleFileFault } from '../src/platform/ruleFile.ts';
import { CsvFault } from './csv.ts';
import { measure } from './pairing/measure.ts';
import { openWorld } from './pairing/openWorld.ts';
import { readRecords } from './pairing/records.ts';
import { figures, reportText, weightsText } from './pairing/report.ts';
import { readBenchRules } from './pairing/rulesFile.ts';
import { readTruth } from './pairing/truth.ts';

const USAGE = `npm run bench:pairing -- --left L.csv [--right R.csv] --truth T.csv --rules R.yaml
                         [--cluster NAME] [--open-world] [--weights] [--json]

  Pairs the records of two CSV files, or finds duplicates in one, and says how well. docs/pairing-rules.md tells how a
  rules file for a new data set is written.

  --truth FILE    two columns of ids, one true pair a line; or, with --cluster, the ids and a column that is equal for
                  records of the same person. It may be the same file as --left.
  --cluster NAME  that column
  --open-world    first removes half of the right-hand records that have a true partner (seeded)
  --weights       also prints the bits of each level
  --json          prints the figures as JSON`;

const { values } = parseArgs({
  options: {
    left: { type: 'string' },
    right: { type: 'string' },
    truth: { type: 'string' },
    rules: { type: 'string' },
    cluster: { type: 'string' },
    'open-world': { type: 'boolean', default: false },
    weights: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

interface Files {
  readonly left: string;
  readonly truth: string;
  readonly rules: string;
}

async function run({ left, truth: truthFile, rules: rulesFile }: Files): Promise<void> {
  const rules = await readBenchRules(rulesFile);
  const records = await readRecords(left, values.right, rules);
  const truth = await readTruth(truthFile, values.cluster, rules, records);
  const world = values['open-world'] ? openWorld(records, truth) : { records, truth };
  const measured = measure(world.records, world.truth, rules);
  console.log(values.json ? JSON.stringify(figures(measured), null, 2) : reportText(measured));
  if (values.weights) console.log(`\n${weightsText(measured)}`);
}

const { left, truth, rules } = values;
if (values.help || left === undefined || truth === undefined || rules === undefined) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  await run({ left, truth, rules }).catch((error: unknown) => {
    if (!(error instanceof CsvFault || error instanceof RuleFileFault)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  });
}
