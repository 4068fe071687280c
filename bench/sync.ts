import { parseArgs } from 'node:util';
import { measureSync } from './sync/measure.ts';

const USAGE = `npm run bench:sync -- [--contacts N] [--tries N]

  A HubSpot emulator with its real rate limit, and the service connected to it: how long the first full read takes, how
  well a change of every contact is drained, and how long one change in the CRM takes to become a timeline entry.

  --contacts N  contacts in the CRM (default 10000)
  --tries N     changes whose latency is measured (default 50)`;

/** Of field writes, per 1,000 contacts. */
const MOST_CALLS = 12;
const LEAST_SHARE = 0.95;

const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '10000' },
    tries: { type: 'string', default: '50' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else {
  const result = await measureSync({
    contacts: Number(values.contacts),
    tries: Number(values.tries),
    onProgress: (text) => {
      console.error(text);
    },
  });
  const { fields, rateLimited } = result.drain;
  const faults = [
    ...(fields.callsPer1000 <= MOST_CALLS ? [] : [`more than ${MOST_CALLS} calls per 1,000`]),
    ...(fields.share >= LEAST_SHARE ? [] : [`share of the allowed rate below ${LEAST_SHARE}`]),
    ...(rateLimited === 0 ? [] : ['the vendor refused calls for their number']),
    ...(result.drain.unfinished === 0 ? [] : ['not everything was delivered']),
  ];
  const verdict = faults.length === 0 ? 'PASS' : 'FAIL';
  console.log(JSON.stringify({ ...result, verdict, faults }, null, 2));
  process.exitCode = faults.length === 0 ? 0 : 1;
}
