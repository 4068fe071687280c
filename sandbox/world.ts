import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Admin } from './admin.ts';
import { createClock } from './clock.ts';
import { fillInKnownFields, startCompany, type Company } from './company.ts';
import { waitFor, waitForQuiet } from './quiet.ts';
import { freePort, startService, type Service } from './service.ts';
import { loadStory } from './story/story.ts';

/** The morning after the story's last day; counts over 90 days then mean the same in any year. */
const STORY_END = Date.parse('2026-11-21T08:00:00Z');

export interface Sandbox {
  readonly company: Company;
  readonly admin: Admin;
  readonly workspace: string;
  readonly service: () => Service;
  /** Ends the service as a power cut would, and starts it again on the same data. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

export interface SandboxOptions {
  readonly hubspotPort?: number;
  /** Told what is being done, for a person to read. */
  readonly onProgress?: (text: string) => void;
  readonly onLog?: (line: string) => void;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The company and the service side by side, installed, connected and at rest, before the story begins. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next();
  };
  try {
    return await open(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  options: SandboxOptions,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Sandbox> {
  const say = options.onProgress ?? (() => undefined);
  const dataDir = await mkdtemp(join(tmpdir(), 'echofile-sandbox-'));
  closers.push(() => rm(dataDir, { recursive: true, force: true }));
  const clock = createClock({ startAt: STORY_END });
  const port = await freePort();
  say('Starting the sample company: HubSpot, Bluesky, a blog, customers’ websites');
  const company = await startCompany({
    story: loadStory(),
    clock,
    serviceUrl: `http://127.0.0.1:${port}`,
    hubspotPort: options.hubspotPort ?? 0,
  });
  closers.push(() => company.close());
  const launch = () =>
    startService({
      port,
      dataDir,
      environment: environmentFor(company, options.environment),
      ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
    });
  say('Starting Echofile with its embedded PostgreSQL');
  let service = await launch();
  closers.push(() => service.stop());
  const admin = new Admin(service.url);
  const workspace = await settleIn(admin, company, say);
  return {
    company,
    admin,
    workspace,
    service: () => service,
    crash: async () => {
      await service.kill();
      service = await launch();
    },
    close,
  };
}

function environmentFor(
  { hubspot, networks, testHosts }: Company,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    LOG_LEVEL: 'warn',
    HUBSPOT_APP_ID: String(hubspot.app.appId),
    HUBSPOT_CLIENT_ID: hubspot.app.clientId,
    HUBSPOT_CLIENT_SECRET: hubspot.app.clientSecret,
    HUBSPOT_API_URL: hubspot.url,
    HUBSPOT_AUTHORIZE_URL: `${hubspot.url}/oauth/authorize`,
    BLUESKY_SERVERS: networks.bluesky.url,
    // The emulators' time at this moment: signatures and tokens are held against it.
    CLOCK_START: new Date(hubspot.clock.now()).toISOString(),
    TEST_HOSTS: testHosts,
    POLL_SECONDS: '0.25',
    RECHECK_SECONDS: '0.5',
    FOLLOW_SECONDS: '5',
    ...more,
  };
}

async function settleIn(
  admin: Admin,
  company: Company,
  say: (text: string) => void,
): Promise<string> {
  const workspace = await admin.createWorkspace('Nordlicht Mobil');
  say('Installing the app in HubSpot and reading the contacts');
  await admin.installHubSpot(workspace);
  await waitFor(
    'the first full read of HubSpot',
    async () => {
      const { connections } = await admin.overview(workspace);
      const run = connections.find(({ kind }) => kind === 'crm')?.mirror;
      return run?.finishedAt != null;
    },
    60_000,
  );
  say('People of the company fill in the handles and consents they know');
  fillInKnownFields(company);
  say('Connecting Bluesky and the blog');
  await admin.connectSources(workspace, company);
  await waitForQuiet(admin, workspace);
  return workspace;
}
