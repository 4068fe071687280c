import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newKey, testService, type TestService } from '../http/service.ts';
import { admin, atRest, installHubSpot, newWorkspace } from '../http/wire.ts';

const [OLD, NEW] = [newKey('k1'), newKey('k2')];

let service: TestService;
let workspace: string;
beforeAll(async () => {
  service = await testService({ environment: { SECRET_KEYS: OLD } });
  workspace = await newWorkspace(service);
  await installHubSpot(service, workspace);
  await atRest(service);
});
afterAll(() => service.close());

interface Row {
  readonly id: string;
  readonly secrets: Buffer;
}

async function stored(): Promise<Row> {
  const { rows } = await service.database.query<Row>('select id, secrets from connections');
  const [row] = rows;
  if (row === undefined) throw new Error('no connection is stored');
  return row;
}

async function tokens(): Promise<Record<string, string>> {
  const { id, secrets } = await stored();
  const context = { workspace, connection: id, field: 'secrets' };
  return JSON.parse(service.running.app.vault.openText(secrets, context)) as Record<string, string>;
}

const keyIdOf = ({ secrets }: Row) => secrets.subarray(2, 2 + (secrets[1] ?? 0)).toString();

test('tokens stand nowhere in the database, neither as text nor as base64 or hex', async () => {
  const { accessToken = '', refreshToken = '' } = await tokens();
  expect(accessToken.length).toBeGreaterThan(100);
  const { rows: tables } = await service.database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('echofile', 'graphile_worker')`,
  );
  expect(tables.length).toBeGreaterThan(20);
  for (const { name } of tables) {
    const { rows } = await service.database.query<{ row: string }>(
      `select row_to_json(t)::text as row from ${name} t`,
    );
    const text = rows.map(({ row }) => row).join('\n');
    for (const token of [accessToken, refreshToken]) {
      const part = Buffer.from(token.slice(0, 30));
      for (const spelled of [
        part.toString(),
        part.toString('base64').slice(0, 36),
        part.toString('hex'),
      ])
        expect(text.includes(spelled)).toBe(false);
    }
  }
});

describe('a rotation', () => {
  test('puts stored secrets under the new key at start, and they still open and work', async () => {
    const before = await tokens();
    expect(keyIdOf(await stored())).toBe('k1');
    service = await service.restart({ SECRET_KEYS: `${NEW},${OLD}` });
    expect(keyIdOf(await stored())).toBe('k2');
    expect(await tokens()).toEqual(before);
    expect(service.log.some((line) => line.includes('secrets_rewrapped'))).toBe(true);
    const { id } = await stored();
    const calls = service.emulator.stats.report().total;
    await admin(service, 'POST', `/workspaces/${workspace}/connections/${id}/mirror`);
    await atRest(service);
    expect(service.emulator.stats.report().total).toBeGreaterThan(calls);
  });

  test('a start with the same keys writes nothing', async () => {
    const before = await stored();
    service = await service.restart({ SECRET_KEYS: `${NEW},${OLD}` });
    expect((await stored()).secrets.equals(before.secrets)).toBe(true);
  });

  test('a secret whose key is lost is told and left, and the service starts all the same', async () => {
    const before = await stored();
    service = await service.restart({ SECRET_KEYS: newKey('k9') });
    expect((await stored()).secrets.equals(before.secrets)).toBe(true);
    const told = service.log.filter((line) => line.includes('secret_unreadable'));
    expect(told.length).toBeGreaterThan(0);
    expect(told.join()).toContain(before.id);
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
    service = await service.restart({ SECRET_KEYS: `${NEW},${OLD}` });
    expect(await tokens()).toHaveProperty('refreshToken');
  });
});
