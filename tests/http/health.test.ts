import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testService, type TestService } from './service.ts';
import { admin, atRest, eventually, installHubSpot, newWorkspace, sendWebhook } from './wire.ts';

const PERSON = {
  firstname: 'Zerlinda',
  lastname: 'Quambusch',
  email: 'zerlinda.quambusch@customer.example',
};

let service: TestService;
let workspace: string;
beforeAll(async () => {
  service = await testService();
  workspace = await newWorkspace(service);
  service.emulator.portal().seedContacts([PERSON]);
  await installHubSpot(service, workspace);
  await atRest(service);
});
afterAll(() => service.close());

interface Health {
  readonly status: string;
  readonly parts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function health(): Promise<{ readonly http: number } & Health> {
  const reply = await fetch(`${service.url}/health`);
  return { http: reply.status, ...((await reply.json()) as Health) };
}

describe('/health', () => {
  test('at rest is ok, part by part', async () => {
    expect(await health()).toMatchObject({
      http: 200,
      status: 'ok',
      parts: {
        database: { status: 'ok' },
        jobs: { status: 'ok' },
        deliveries: { status: 'ok', planned: 0, parked: 0 },
        parked: { status: 'ok', count: 0 },
        connections: { status: 'ok', active: 1 },
        policies: { status: 'ok', stale: [], frozen: [] },
      },
    });
  });

  test('with parked work, a revoked connection or jobs that nobody works is degraded', async () => {
    await service.database.query(
      `insert into parked_jobs (workspace_id, task, payload, reason, attempts) values ($1, 'poll', '{}', 'x', 1)`,
      [workspace],
    );
    expect(await health()).toMatchObject({
      http: 200,
      status: 'degraded',
      parts: { parked: { count: 1 } },
    });
    await service.database.query('delete from parked_jobs');

    await service.database.query("update connections set state = 'revoked'");
    expect(await health()).toMatchObject({
      status: 'degraded',
      parts: { connections: { revoked: 1 } },
    });
    await service.database.query("update connections set state = 'active'");

    // Due for five minutes, but for a task that no worker here knows.
    await service.database.query(
      "select graphile_worker.add_job('unknown_task', run_at => now() - interval '5 minutes', job_key => 'stuck')",
    );
    expect(await health()).toMatchObject({
      status: 'degraded',
      parts: { jobs: { status: 'lagging' } },
    });
    await service.database.query("select graphile_worker.remove_job('stuck')");
    expect(await health()).toMatchObject({ status: 'ok' });
  });

  test('names no customer and no address', async () => {
    const text = await (await fetch(`${service.url}/health`)).text();
    expect(text).not.toMatch(/@|4801001|Nordlicht|postgres/i);
    expect(text).not.toContain(workspace);
  });
});

/** One line of Prometheus' text format. */
const LINE =
  /^(# (HELP|TYPE) [a-zA-Z_:][\w:]* .+|[a-zA-Z_:][\w:]*(\{([a-zA-Z_]\w*="([^"\\\n]|\\[\\"n])*",?)*\})? (NaN|[+-]?Inf|[-+\d.eE]+)( \d+)?|)$/;

describe('/metrics', () => {
  test('is Prometheus text with depths and counters, and no person in it', async () => {
    const event = {
      portalId: service.emulator.portal().portalId,
      subscriptionType: 'contact.propertyChange',
      propertyName: 'email',
      propertyValue: PERSON.email,
      objectId: 1,
      eventId: 1,
      occurredAt: 1,
    };
    expect((await sendWebhook(service, JSON.stringify([event]))).status).toBe(204);
    await atRest(service);
    const reply = await fetch(`${service.url}/metrics`);
    expect(reply.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await reply.text();
    for (const line of text.split('\n')) expect(line).toMatch(LINE);
    for (const queue of ['jobs', 'deliveries', 'parked', 'inbox'])
      expect(text).toMatch(new RegExp(`^echofile_queue_depth\\{queue="${queue}"\\} \\d+$`, 'm'));
    expect(text).toMatch(/^echofile_webhook_parcels_total\{connector="hubspot"\} 1$/m);
    expect(text).toMatch(/^echofile_jobs_total\{task="mirror",outcome="done"\} \d+$/m);
    for (const value of [...Object.values(PERSON), workspace, 'Nordlicht', '4801001'])
      expect(text).not.toContain(value);
  });
});

describe('the database', () => {
  test('out of reach: 503 and 5xx, but the service lives, and serves again when it is back', async () => {
    await service.database.query('alter schema echofile rename to away');
    expect(await health()).toMatchObject({
      http: 503,
      status: 'down',
      parts: { database: { status: 'down' } },
    });
    const metrics = await fetch(`${service.url}/metrics`);
    expect(metrics.status).toBe(200);
    // No number is better than an old one.
    expect(await metrics.text()).not.toMatch(/^echofile_queue_depth\{/m);
    expect((await admin(service, 'GET', `/workspaces/${workspace}`)).status).toBe(500);
    expect((await admin(service, 'POST', '/workspaces', { name: 'x' })).status).toBe(500);
    await service.database.query('alter schema away rename to echofile');
    await eventually('a healthy service', async () =>
      (await health()).http === 200 ? true : undefined,
    );
    expect((await admin(service, 'GET', `/workspaces/${workspace}`)).status).toBe(200);
  });

  test('with a locked table: that part is named within its time, the others answer, and nothing stays waiting', async () => {
    const holder = await service.database.connect();
    await holder.query('begin; lock table deliveries in access exclusive mode');
    const began = performance.now();
    const answer = await health();
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(answer).toMatchObject({
      http: 503,
      status: 'down',
      parts: {
        database: { status: 'ok' },
        deliveries: { status: 'not answering' },
        parked: { status: 'not answering' },
        connections: { status: 'ok' },
      },
    });
    // The table is still locked: the server itself gives the question up, within a moment of the answer.
    await eventually('the end of the question', async () => {
      const { rowCount } = await holder.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%as parked%'`,
      );
      return rowCount === 0 ? true : undefined;
    });
    await holder.query('rollback');
    holder.release();
    await eventually('a healthy service', async () =>
      (await health()).http === 200 ? true : undefined,
    );
  });

  test('restarted, all sessions cut: requests and jobs go on', async () => {
    await service.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await eventually('a healthy service', async () =>
      (await health()).http === 200 ? true : undefined,
    );
    const calls = service.emulator.stats.report().total;
    const { rows } = await service.database.query<{ id: string }>('select id from connections');
    const path = `/workspaces/${workspace}/connections/${rows[0]?.id ?? ''}/mirror`;
    expect((await admin(service, 'POST', path)).status).toBe(202);
    await eventually('a call of the mirror', () =>
      Promise.resolve(service.emulator.stats.report().total > calls ? true : undefined),
    );
    await atRest(service);
  });
});
