import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../../src/platform/logger.ts';
import type { App } from '../../src/services/app.ts';
import { checkHealth } from '../../src/services/checkHealth.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { testDatabase, type TestDatabase } from '../fixtures/database.ts';
import { eventually } from './wire.ts';

/** Stands between the service and its database; while it is mute, what either side says is lost and nobody is told. */
let isMute = false;
let stored: TestDatabase;
let between: Server;
let database: Database;
const sockets = new Set<Socket>();

beforeAll(async () => {
  stored = await testDatabase();
  const path = `${String(stored.poolConfig.host)}/.s.PGSQL.${String(stored.poolConfig.port ?? 5432)}`;
  between = createServer((near) => {
    const far = connect(path);
    join(near, far);
    join(far, near);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const { port } = between.address() as { port: number };
  const poolConfig = { ...stored.poolConfig, host: '127.0.0.1', port };
  database = openDatabase({ poolConfig, onError: () => undefined });
});

function join(from: Socket, to: Socket): void {
  sockets.add(from);
  from.on('data', (chunk) => {
    if (!isMute) to.write(chunk);
  });
  from.on('error', () => undefined);
  from.on('close', () => {
    sockets.delete(from);
    to.destroy();
  });
}

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await database.close();
  between.close();
  await stored.close();
});

const ask = () =>
  checkHealth({
    database,
    logger: createLogger({ level: 'silent' }),
    networks: new Map(),
    policies: new Map(),
  } as unknown as App);

async function timed() {
  const began = performance.now();
  const report = await ask();
  return { report, ms: performance.now() - began };
}

describe('a database that takes connections and says nothing', () => {
  test('is named within seconds, in an open session and in a new one, and is well again when it speaks', async () => {
    expect((await ask()).status).toBe('ok');
    isMute = true;
    for (let time = 0; time < 2; time += 1) {
      const { report, ms } = await timed();
      expect(report).toEqual({
        status: 'down',
        parts: { database: { status: 'not answering' } },
        depths: {},
      });
      // Two limits of 2 s one after the other would be more.
      expect(ms).toBeLessThan(3_900);
    }
    isMute = false;
    await eventually('a healthy database', async () => {
      await sleep(50);
      return (await ask()).status === 'ok' ? true : undefined;
    });
  }, 40_000);

  test('holds no place in the pool for ever', async () => {
    isMute = true;
    await Promise.all(Array.from({ length: 12 }, ask));
    expect(database.pool.totalCount).toBeGreaterThan(0);
    await eventually('the places to be free again', () =>
      Promise.resolve(database.pool.totalCount === 0 ? true : undefined),
    );
    isMute = false;
    expect((await ask()).status).toBe('ok');
  }, 40_000);
});
