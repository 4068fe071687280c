/** One process for the tests that takes a job and a delivery in hand, says so, and holds on to them until it is killed. */
import { openDatabase } from '../../src/store/database.ts';
import { startJobs } from '../../src/store/jobRunner.ts';
import { joinProcesses } from '../../src/store/processes.ts';
import { claimEntries } from '../../src/store/sending.ts';

const [settings = '{}', workspace = '', connectionId = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);

const database = openDatabase({
  poolConfig: JSON.parse(settings) as object,
  onError: () => undefined,
});
const alive = await joinProcesses(database, () => undefined);
await startJobs({
  database,
  process: alive,
  tasks: ['poll'],
  concurrency: 1,
  work: async () => {
    const claim = { connectionId, processId: alive.id, limit: 9 };
    const taken = await database.inWorkspace(workspace, (tx) => claimEntries(tx, claim));
    say(`in hand ${taken.length}`);
    await new Promise(() => undefined);
  },
  everyMinute: () => Promise.resolve(),
  onError: (error) => {
    say(String(error));
  },
});
