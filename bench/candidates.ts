import { parseArgs } from 'node:util';
import { measureCandidates } from './candidates/measure.ts';

const USAGE = `npm run bench:candidates -- [--contacts N] [--tries N] [--seed N]

  Fills a database of its own with synthetic contacts (German and English names as frequent as they are among people) and
  measures how long one new account takes: finding its candidates, comparing and deciding, in milliseconds.

  --contacts N  how many (default 1000000)
  --tries N     accounts to be measured (default 300)
  --seed N      the same seed gives the same contacts and accounts (default 1)`;

/** At the 95th percentile. */
const MOST_MS = 20;

const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '1000000' },
    tries: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else {
  const result = await measureCandidates({
    contacts: Number(values.contacts),
    tries: Number(values.tries),
    seed: Number(values.seed),
    onProgress: (text) => {
      console.error(text);
    },
  });
  const isFast = result.candidatesAndDecision.p95 <= MOST_MS;
  const faults = isFast ? [] : [`p95 above ${MOST_MS} ms`];
  console.log(JSON.stringify({ ...result, verdict: isFast ? 'PASS' : 'FAIL', faults }, null, 2));
  process.exitCode = isFast ? 0 : 1;
}
