import { ConfigInvalid, readConfig } from './config.ts';
import { createLogger } from './platform/logger.ts';
import { start } from './start.ts';
import { EmbeddedPostgresFailed } from './store/postgres/index.ts';

/** Long enough for a bulk write to be answered, short enough for any supervisor's patience. */
const STOP_MS = 25_000;

try {
  const config = readConfig();
  const logger = createLogger({ level: config.LOG_LEVEL });
  const running = await start(config, logger);
  const stop = (signal: string) => {
    logger.info({ event: 'stopping', signal }, 'finishing what is in hand');
    setTimeout(() => process.exit(1), STOP_MS).unref();
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ event: 'stop_failed', error }, 'did not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop(signal);
    });
  }
} catch (error) {
  // What the person at the terminal can mend is told to them; everything else goes through the logger's rules.
  const isForPerson = error instanceof ConfigInvalid || error instanceof EmbeddedPostgresFailed;
  if (isForPerson) console.error(error.message);
  else createLogger({ level: 'error' }).error({ event: 'start_failed', error }, 'did not start');
  process.exitCode = 1;
}
