import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../sandbox/service.ts';
import { readConfig } from '../../src/config.ts';
import { Opened } from '../../src/platform/opened.ts';
import { createLogger } from '../../src/platform/logger.ts';
import type { App } from '../../src/services/app.ts';
import { assess, attribute } from '../../src/services/attribute.ts';
import { createWorkspace } from '../../src/services/createWorkspace.ts';
import { rulesInForce } from '../../src/services/pairingRules.ts';
import { sealSecrets } from '../../src/services/openConnection.ts';
import { requestRepair } from '../../src/services/repair.ts';
import { start } from '../../src/start.ts';
import { lockAccount } from '../../src/store/accounts.ts';
import { putConnection } from '../../src/store/connections.ts';
import { seeded } from '../pairing/random.ts';
import { fillContacts, insertAccounts, type Place } from './fill.ts';

export interface Options {
  readonly contacts: number;
  readonly tries: number;
  readonly seed: number;
  readonly onProgress: (text: string) => void;
}

const WARM_UP = 20;

/** One new account after the other against a CRM of so many contacts, in a PostgreSQL of its own. */
export async function measureCandidates(options: Options) {
  return Opened.within(async (opened) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'echofile-candidates-'));
    opened.defer(() => rm(dataDir, { recursive: true, force: true }));
    const { app, stop } = await service(dataDir);
    opened.defer(stop);
    const place = await connected(app, seeded(options.seed));
    const began = performance.now();
    const known = await fillContacts(place, options.contacts, (done) => {
      if (done % 50_000 === 0) options.onProgress(`${done} contacts`);
    });
    const filledIn = performance.now() - began;
    const accounts = await insertAccounts(place, known, options.tries + WARM_UP);
    const { workspace } = place;
    // From here on the number of contacts is known.
    await app.database.inWorkspace(workspace, (tx) => requestRepair(app, tx, 'first'));
    options.onProgress('looking for accounts');
    const looks = await looksFor(place, accounts);
    const whole = await timed(accounts.slice(WARM_UP), (id) => attribute(app, workspace, id));
    const times = looks.slice(WARM_UP);
    const rows = await app.database.pool.query<{ blocks: number; state: string }>(
      `select (select count(*)::int from contact_blocks) as blocks,
          coalesce((select string_agg(state || ' ' || n, ', ') from (
            select state, count(*) as n from links group by state order by 1) s), '') as state`,
    );
    return {
      contacts: options.contacts,
      tries: times.length,
      candidatesAndDecision: spread(times.map(({ ms }) => ms)),
      wholeJob: spread(whole),
      candidates: spread(times.map(({ candidates }) => candidates)),
      blockRows: rows.rows[0]?.blocks ?? 0,
      outcome: rows.rows[0]?.state ?? '',
      fillSeconds: Math.round(filledIn / 1000),
    };
  });
}

async function service(dataDir: string): Promise<{ app: App; stop: () => Promise<void> }> {
  const config = readConfig({
    PUBLIC_URL: 'http://127.0.0.1',
    PORT: String(await freePort()),
    DATA_DIR: dataDir,
    WORKERS: '0',
    LOG_LEVEL: 'warn',
    HUBSPOT_APP_ID: '1',
    HUBSPOT_CLIENT_ID: 'bench',
    HUBSPOT_CLIENT_SECRET: 'bench-secret-bench-secret',
    ADMIN_TOKEN: 'bench-token-bench-token-bench-token',
  });
  return start(config, createLogger({ level: 'warn' }));
}

async function connected(app: App, random: () => number): Promise<Place> {
  const workspace = await createWorkspace(app, { name: 'Bench', language: 'de' });
  const connect = (kind: 'crm' | 'social', connector: string) =>
    app.database.inWorkspace(workspace, (tx) =>
      putConnection(
        tx,
        { kind, connector, accountId: `bench ${kind}`, title: 'Bench', settings: {} },
        (id) => sealSecrets(app, workspace, id, {}),
      ),
    );
  const crm = await connect('crm', 'hubspot');
  return { app, workspace, crm, source: await connect('social', 'bluesky'), random };
}

/** As the job does it, from the beginning of the transaction to the decision; what follows from it is left out. */
async function looksFor({ app, workspace }: Place, accounts: readonly string[]) {
  const looks: { ms: number; candidates: number }[] = [];
  for (const id of accounts) {
    const began = performance.now();
    const candidates = await app.database.inWorkspace(workspace, async (tx) => {
      const account = await lockAccount(tx, id);
      if (account === undefined) throw new Error('the account is not there');
      return (await assess(app, tx, account, await rulesInForce(app, tx))).candidates.length;
    });
    looks.push({ ms: performance.now() - began, candidates });
  }
  return looks;
}

async function timed(ids: readonly string[], work: (id: string) => Promise<unknown>) {
  const times: number[] = [];
  for (const id of ids) {
    const began = performance.now();
    await work(id);
    times.push(performance.now() - began);
  }
  return times;
}

function spread(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 100) / 100;
  return { p50: at(0.5), p95: at(0.95), most: at(1) };
}
