import { parseArgs } from 'node:util';
import { measureIngest } from './ingest/measure.ts';

const USAGE = `npm run bench:ingest -- [--seconds N] [--rounds N] [--connections N]

  Signed webhooks of 100 events against the service, and against a bare handler that only verifies, parses and stores one
  row in the same database server. In turns, so that whatever else the machine does meets both.

  --seconds N      length of one measurement (default 8)
  --rounds N       measurements of each (default 3)
  --connections N  kept-alive connections (default 16)`;

const LEAST_RATIO = 0.7;
const MOST_MS = 250;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '3' },
    connections: { type: 'string', default: '16' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else {
  const result = await measureIngest({
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
    connections: Number(values.connections),
    onProgress: (text) => {
      console.error(text);
    },
  });
  const faults = [
    ...(result.ratio >= LEAST_RATIO ? [] : [`ratio below ${LEAST_RATIO}`]),
    ...(result.ours.p99 <= MOST_MS ? [] : [`p99 above ${MOST_MS} ms`]),
    ...(result.durable ? [] : ['an accepted request is not in the database']),
    ...(result.refused === 0 ? [] : ['requests were refused']),
  ];
  console.log(
    JSON.stringify({ ...result, verdict: faults.length === 0 ? 'PASS' : 'FAIL', faults }, null, 2),
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
}
