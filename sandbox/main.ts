import { parseArgs } from 'node:util';
import { outcomeOf } from './outcome.ts';
import { waitForQuiet } from './quiet.ts';
import { ADMIN_TOKEN } from './service.ts';
import { playStory } from './story/player.ts';
import { chaptersOf } from './story/chapters.ts';
import { startSandbox, type Sandbox } from './world.ts';

const USAGE = `npm run sandbox -- [--once] [--pace MS] [--port N] [--log]

  --once     play the story as fast as it goes, print the outcome as JSON, end
  --pace MS  milliseconds between two steps of the story (default 400)
  --port N   port of the CRM's pages (default 4801)
  --log      show the service's log`;

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    pace: { type: 'string', default: '400' },
    port: { type: 'string', default: '4801' },
    log: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const pace = wholeNumber(values.pace);
const port = wholeNumber(values.port);
if (values.help) console.log(USAGE);
else if (pace === undefined || port === undefined || port > 65_535) {
  console.error(`--pace and --port take whole numbers.\n\n${USAGE}`);
  process.exitCode = 1;
} else await main({ pace, port });

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

async function main({ pace, port }: { pace: number; port: number }): Promise<void> {
  const began = performance.now();
  const sandbox = await startSandbox({
    hubspotPort: values.once ? 0 : port,
    onProgress: say,
    onLog: (line) => {
      if (values.log) console.error(line);
    },
  });
  if (values.once) await once(sandbox, began);
  else await present(sandbox, pace);
}

async function once(sandbox: Sandbox, began: number): Promise<void> {
  const { company, admin, workspace } = sandbox;
  // In chapters, so that what is deleted later was there before.
  for (const phase of chaptersOf(company.story.steps)) {
    say(`Playing ${phase.length} steps of the story, from ${phase[0]?.at ?? ''}`);
    await playStory(company.networks, { steps: phase });
    await waitForQuiet(admin, workspace);
  }
  const outcome = await outcomeOf(admin, workspace, company, performance.now() - began);
  await sandbox.close();
  console.log(JSON.stringify(outcome, null, 2));
}

async function present(sandbox: Sandbox, paceMs: number): Promise<void> {
  const { company } = sandbox;
  const { story } = company;
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    say('Stopping');
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  console.error(opening(sandbox));
  await playStory(company.networks, {
    steps: story.steps,
    paceMs,
    signal: stopping.signal,
    onStep: (step, index) => {
      say(`${String(index + 1).padStart(3)}/${story.steps.length}  ${step.title.en}`);
    },
  });
  if (!stopping.signal.aborted)
    say('The story has been told. The sandbox stays open until Ctrl+C.');
}

/** What a newcomer can open and try. */
function opening({ company, service, workspace }: Sandbox): string {
  const { hubspot, story, contactIds } = company;
  const { portalId } = hubspot.portal();
  const record = (contact: string) =>
    `${hubspot.url}/contacts/${portalId}/record/0-1/${contactIds.get(contact) ?? ''}`;
  const { url } = service();
  return `
  Open     ${record('C001')}
           Hannah Müller, who has no signal on the train
  Contacts ${hubspot.url}/contacts/${portalId}

  The story of November now plays, ${story.steps.length} steps. Try this meanwhile: open
           ${record('C013')}
  and write "olibennett.test" into "Bluesky-Name". Oliver Bennett's posts appear in his timeline.

  Echofile ${url}
           ${url}/health and ${url}/metrics are open to all.
           The admin API asks for the token ${ADMIN_TOKEN}; in another terminal:
  curl -H 'authorization: Bearer ${ADMIN_TOKEN}' ${url}/api/workspaces
  curl -H 'authorization: Bearer ${ADMIN_TOKEN}' ${url}/api/workspaces/${workspace}
  curl -H 'authorization: Bearer ${ADMIN_TOKEN}' ${url}/api/workspaces/${workspace}/parked
           What Echofile only suggests waits for a person, in this folder:
  ECHOFILE_URL=${url} ADMIN_TOKEN=${ADMIN_TOKEN} npm run review -- list

  Ctrl+C ends everything.
`;
}

/** Progress goes to standard error, so that standard output holds the outcome alone. */
function say(text: string): void {
  console.error(text);
}
