import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Admin } from '../../sandbox/admin.ts';
import { freePort, startService, type Service } from '../../sandbox/service.ts';
import { Opened } from '../../src/platform/opened.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { startEmbedded } from '../../src/store/postgres/index.ts';
import { environmentFor, startCrm } from '../company.ts';
import { fire, median, quantile, rounded, type Fired } from '../load.ts';
import { countRows, startBare } from './contenders.ts';
import { EVENTS, prepare, type Target } from './requests.ts';

export interface IngestOptions {
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  readonly onProgress: (text: string) => void;
}

/** Requests per second and latencies in milliseconds; medians over the rounds. */
interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

export interface IngestResult {
  /** Web part alone, as where workers run elsewhere: the like-for-like figure. */
  readonly ours: Figures;
  readonly bare: Figures;
  /** Median of the rounds' ratios. */
  readonly ratio: number;
  readonly ratios: readonly number[];
  readonly eventsPerSecond: number;
  /** With the process's own workers working what comes in, on the same two cores. */
  readonly withWorkers: Figures & { readonly ratio: number };
  readonly accepted: number;
  readonly stored: number;
  readonly refused: number;
  /** Each accepted request is a row. */
  readonly durable: boolean;
  readonly loadAverage: readonly number[];
}

/** More than any machine answers in a second, so that a slice ends by time. */
const MOST_PER_SECOND = 4_000;
const CONTACTS = 1_000;
const WORKERS = 6;

interface Contender {
  readonly port: number;
  readonly target: Target;
}

export async function measureIngest(options: IngestOptions): Promise<IngestResult> {
  return Opened.within((opened) => measure(options, opened));
}

async function measure(options: IngestOptions, opened: Opened): Promise<IngestResult> {
  const stage = await setUp(opened, options.onProgress);
  const alone = await inTurns(stage, options);
  options.onProgress('With workers');
  await stage.restart(WORKERS);
  const together = await inTurns({ ours: stage.ours }, { ...options, rounds: 1 });
  const stored = await stage.stored();
  const all = [alone.warm, together.warm, ...alone.ours, ...together.ours];
  const accepted = all.reduce((total, one) => total + one.accepted, 0);
  const ratios = ratiosOf(alone);
  return {
    ours: figures(alone.ours),
    bare: figures(alone.bare),
    ratio: median(ratios),
    ratios,
    eventsPerSecond: Math.round(figures(alone.ours).perSecond * EVENTS),
    withWorkers: withWorkers(together, alone),
    accepted,
    stored,
    refused: all.reduce((total, one) => total + one.refused, 0),
    durable: stored === accepted,
    loadAverage: loadavg().map((one) => rounded(one)),
  };
}

/** The service with a connected CRM, and the bare handler beside it on the same database server. */
async function setUp(opened: Opened, onProgress: (text: string) => void) {
  const dataDir = await mkdtemp(join(tmpdir(), 'echofile-bench-'));
  opened.defer(() => rm(dataDir, { recursive: true, force: true }));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const hubspot = await startCrm(url);
  opened.defer(() => hubspot.close());
  const contactIds = hubspot
    .portal()
    .seedContacts(
      Array.from({ length: CONTACTS }, (_, index) => ({ email: `c${index}@nordlicht.example` })),
    );
  const server = await startEmbedded({ dataDir, logger: createLogger({ level: 'warn' }) });
  opened.defer(() => server.stop());
  const launch = (workers: number) =>
    startService({
      port,
      dataDir,
      environment: environmentFor(hubspot, workers),
      onLog: onProgress,
    });
  let service: Service = await launch(0);
  opened.defer(() => service.stop());
  const admin = new Admin(url);
  await admin.installHubSpot(await admin.createWorkspace('Bench'));
  const secret = hubspot.app.clientSecret;
  const handler = await startBare({ connection: server.connection, secret, publicUrl: url });
  opened.defer(() => handler.stop());
  const { portalId } = hubspot.portal();
  const target = { url: `${url}/webhooks/hubspot`, secret, portalId, contactIds };
  const database = new pg.Client(server.connection);
  await database.connect();
  opened.defer(() => database.end());
  return {
    ours: { port, target },
    bare: { port: handler.port, target },
    stored: () => countRows(database, 'echofile.inbox'),
    restart: async (workers: number) => {
      await service.stop();
      service = await launch(workers);
    },
  };
}

interface Turns {
  readonly ours: readonly Fired[];
  readonly bare: readonly Fired[];
  /** What went to ours before the measuring began. */
  readonly warm: Fired;
}

async function inTurns(
  contenders: { readonly ours: Contender; readonly bare?: Contender },
  { seconds, rounds, connections, onProgress }: IngestOptions,
): Promise<Turns> {
  const shoot = ({ port, target }: Contender, forSeconds: number) =>
    fire({
      port,
      connections,
      milliseconds: forSeconds * 1000,
      next: prepare(target, Math.ceil(MOST_PER_SECOND * forSeconds)),
    });
  const warmSeconds = Math.min(2, seconds);
  if (contenders.bare !== undefined) await shoot(contenders.bare, warmSeconds);
  const warm = await shoot(contenders.ours, warmSeconds);
  const ours: Fired[] = [];
  const bare: Fired[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (contenders.bare !== undefined) bare.push(await shoot(contenders.bare, seconds));
    ours.push(await shoot(contenders.ours, seconds));
    onProgress(`round ${round + 1}: bare ${told(bare.at(-1))}, ours ${told(ours.at(-1))}`);
  }
  return { ours, bare, warm };
}

/** Against the bare handler's figure from before: while our workers still work off what came in, nobody else is measured. */
function withWorkers(together: Turns, alone: Turns): IngestResult['withWorkers'] {
  const own = figures(together.ours);
  return { ...own, ratio: rounded(own.perSecond / figures(alone.bare).perSecond, 3) };
}

function told(fired: Fired | undefined): string {
  return fired === undefined ? '' : JSON.stringify(figures([fired]));
}

function perSecond({ accepted, seconds }: Fired): number {
  return accepted / seconds;
}

function ratiosOf({ ours, bare }: Turns): readonly number[] {
  return ours.map((one, round) => {
    const other = bare[round];
    return other === undefined ? 0 : rounded(perSecond(one) / perSecond(other), 3);
  });
}

function figures(rounds: readonly Fired[]): Figures {
  return {
    perSecond: Math.round(median(rounds.map(perSecond))),
    p50: rounded(median(rounds.map((one) => quantile(one.latencies, 0.5)))),
    p99: rounded(median(rounds.map((one) => quantile(one.latencies, 0.99)))),
  };
}
