import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubSpotEmulator } from '../../sandbox/hubspot/index.ts';
import { waitFor } from '../../sandbox/quiet.ts';
import { Opened } from '../../src/platform/opened.ts';
import { quantile, rounded } from '../load.ts';
import { everybodyPosts, handleOf } from './posts.ts';
import { connectCrm, setStage, unfinished, type Stage } from './stage.ts';

export interface SyncOptions {
  readonly contacts: number;
  readonly tries: number;
  readonly onProgress: (text: string) => void;
}

/** One kind of write, by the emulator's clock, from its first call to its last. */
interface LaneFigures {
  readonly calls: number;
  readonly callsPer1000: number;
  readonly seconds: number;
  /** Of what HubSpot allows, 110 calls in 10 seconds. */
  readonly share: number;
}

export interface SyncResult {
  readonly contacts: number;
  readonly mirror: { readonly seconds: number; readonly calls: number };
  /** Until all that happened was stored, paired and planned, without sending. */
  readonly planning: { readonly accounts: number; readonly seconds: number };
  readonly drain: {
    readonly seconds: number;
    readonly calls: number;
    readonly share: number;
    readonly fields: LaneFigures;
    readonly entries: LaneFigures;
    readonly rateLimited: number;
    /** Most calls in any ten seconds. */
    readonly peak: number;
    readonly unfinished: number;
  };
  /** From a handle being written in the CRM to the entry in its timeline, in milliseconds. */
  readonly latency: { readonly tries: number; readonly p50: number; readonly p95: number };
  readonly loadAverage: readonly number[];
}

const ALLOWED_PER_SECOND = 11;

export async function measureSync(options: SyncOptions): Promise<SyncResult> {
  return Opened.within((opened) => measure(options, opened));
}

async function measure(options: SyncOptions, opened: Opened): Promise<SyncResult> {
  const { contacts, tries, onProgress } = options;
  const stage = await setStage(opened, onProgress);
  const { hubspot } = stage;
  const portal = hubspot.portal();
  portal.createProperty({
    name: 'echofile_bluesky_handle',
    label: 'Bluesky handle',
    type: 'string',
    fieldType: 'text',
    groupName: 'contactinformation',
  });
  const ids = portal.seedContacts(
    // The last ones have no handle yet: theirs are written when latency is measured.
    Array.from({ length: contacts + tries }, (_, index) => ({
      email: `person-${index}@nordlicht.example`,
      firstname: `Person ${index}`,
      ...(index < contacts ? { echofile_bluesky_handle: handleOf(index) } : {}),
    })),
  );

  onProgress(`Reading ${ids.length} contacts`);
  const { workspace, mirror } = await stage.withService(async (admin) => {
    const began = hubspot.clock.now();
    const connected = await connectCrm(admin);
    const seconds = secondsSince(hubspot, began);
    return { workspace: connected, mirror: { seconds, calls: callsLike(hubspot, /contacts$/) } };
  });

  onProgress(`Pairing ${ids.length} accounts`);
  const planned = hubspot.clock.now();
  const accounts = await stage.withoutWorkers((app) => everybodyPosts(app, workspace, ids.length));
  const planning = { accounts, seconds: secondsSince(hubspot, planned) };

  onProgress('Draining');
  return stage.withService(async () => {
    const drain = await measureDrain(stage, contacts);
    onProgress(`Measuring the latency of ${tries} changes`);
    const latency = await measureLatency(hubspot, ids.slice(contacts), contacts);
    const loadAverage = loadavg().map((one) => rounded(one));
    return { contacts, mirror, planning, drain, latency, loadAverage };
  });
}

async function measureDrain(
  { hubspot, database }: Stage,
  contacts: number,
): Promise<SyncResult['drain']> {
  // The service has begun already; what it sent so far counts.
  await waitFor('the deliveries', async () => (await unfinished(database)) === 0, 900_000);
  const writes = hubspot.stats.writes();
  const ours = writes.filter(({ by }) => by.source === 'INTEGRATION');
  const times = (objectType: string) =>
    ours.filter((write) => write.objectType === objectType).map(({ at }) => at);
  const lane = (objectType: string, pattern: RegExp): LaneFigures => {
    const calls = callsLike(hubspot, pattern);
    const seconds = span(times(objectType));
    return {
      calls,
      callsPer1000: rounded((calls / contacts) * 1000),
      seconds: rounded(seconds),
      share: shareOf(calls, seconds),
    };
  };
  const fields = lane('contacts', /contacts\/batch\/update$/);
  const entries = lane('notes', /notes\/(batch\/upsert|contacts\/batch\/associate\/default)$/);
  const seconds = span(ours.map(({ at }) => at));
  const report = hubspot.stats.report();
  const calls = fields.calls + entries.calls;
  return {
    seconds: rounded(seconds),
    calls,
    share: shareOf(calls, seconds),
    fields,
    entries,
    rateLimited: report.rateLimited,
    peak: report.maxCallsInTenSeconds,
    unfinished: await unfinished(database),
  };
}

/** The first call begins the time and the last one ends it: between n calls lie n - 1 pauses. */
function shareOf(calls: number, seconds: number): number {
  return seconds === 0 ? 1 : rounded((calls - 1) / (ALLOWED_PER_SECOND * seconds), 3);
}

function span(times: readonly number[]): number {
  const first = times.reduce((a, b) => Math.min(a, b), Infinity);
  const last = times.reduce((a, b) => Math.max(a, b), -Infinity);
  return times.length === 0 ? 0 : (last - first) / 1000;
}

/** Long enough that the budget has forgotten the try before. */
const PAUSE_MS = 600;
const LONGEST_MS = 30_000;

async function measureLatency(
  hubspot: HubSpotEmulator,
  ids: readonly string[],
  firstPerson: number,
): Promise<SyncResult['latency']> {
  const portal = hubspot.portal();
  const took: number[] = [];
  for (const [index, id] of ids.entries()) {
    await sleep(PAUSE_MS);
    const began = performance.now();
    portal.edit(id, { echofile_bluesky_handle: handleOf(firstPerson + index) });
    while (portal.notesOf(id).length === 0) {
      if (performance.now() - began > LONGEST_MS) throw new Error(`No entry for contact ${id}`);
      await sleep(2);
    }
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  return {
    tries: took.length,
    p50: Math.round(quantile(took, 0.5)),
    p95: Math.round(quantile(took, 0.95)),
  };
}

function callsLike(hubspot: HubSpotEmulator, pattern: RegExp): number {
  return Object.entries(hubspot.stats.report().calls)
    .filter(([template]) => pattern.test(template))
    .flatMap(([, byStatus]) => Object.values(byStatus))
    .reduce((total, count) => total + count, 0);
}

function secondsSince(hubspot: HubSpotEmulator, time: number): number {
  return rounded((hubspot.clock.now() - time) / 1000);
}
