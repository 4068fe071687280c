/** One Echofile process for the tests: holds the embedded database of a folder until told otherwise on stdin. */
import { createInterface } from 'node:readline';

import { Pool } from 'pg';

import { createLogger } from '../../src/platform/logger.ts';
import { startEmbedded } from '../../src/store/postgres/index.ts';

const [dataDir = '', transport, openHome] = process.argv.slice(2);
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const logger = createLogger({
  level: 'info',
  destination: { write: (line) => process.stderr.write(line) },
});

const began = performance.now();
try {
  const postgres = await startEmbedded({
    dataDir,
    logger,
    ...(transport === 'tcp' || transport === 'socket' ? { transport } : {}),
    ...(openHome === undefined ? {} : { openHome }),
  });
  const pool = new Pool({ ...postgres.connection, max: 2 });
  pool.on('error', () => undefined);
  // The lock, because `if not exists` fails in all but one of several sessions that are at it together.
  await pool.query(
    'begin; select pg_advisory_xact_lock(1); create table if not exists kept (n bigint primary key); commit',
  );
  const { adopted, connection, cluster } = postgres;
  say({ ready: true, adopted, connection, cluster, ms: Math.round(performance.now() - began) });

  createInterface({ input: process.stdin }).on('line', (line) => {
    const commands: Record<string, () => Promise<void>> = {
      /** Each acknowledged number is committed. */
      insert: async () => {
        for (let n = 1; ; n += 1) {
          await pool.query('insert into kept values ($1)', [n]);
          say({ acknowledged: n });
        }
      },
      stop: async () => {
        await pool.end();
        await postgres.stop();
        say({ stopped: true });
        process.exit(0);
      },
    };
    commands[line]?.().catch((error: unknown) => say({ failed: String(error) }));
  });
} catch (error) {
  say({ failed: String(error) });
  process.exit(1);
}
