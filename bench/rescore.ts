import { parseArgs } from 'node:util';
import { measureRescore } from './rescore/measure.ts';

const USAGE = `npm run bench:rescore -- [--contacts N]

  A database with N contacts, each with a linked account or two, and all their multiplier scores computed in one run, with its
  progress: first when none has a score, then again on the same day, then ten days later.

  --contacts N  contacts (default 100000)`;

const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '100000' },
    help: { type: 'boolean', default: false },
  },
});
const contacts = Number(values.contacts);

if (values.help) console.log(USAGE);
else if (!Number.isInteger(contacts) || contacts < 1 || contacts > 1e6) {
  console.error(`--contacts takes a whole number from 1 to 1000000\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  const result = await measureRescore(contacts, (text) => {
    console.error(text);
  });
  console.log(JSON.stringify(result, null, 2));
}
