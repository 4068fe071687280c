import { ConfigInvalid, readConfig } from './config.ts';
import { createLogger } from './platform/logger.ts';
import { start } from './start.ts';

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
  // Settings are told to the person at the terminal; everything else goes through the logger's rules.
  if (error instanceof ConfigInvalid) console.error(error.message);
  else createLogger({ level: 'error' }).error({ event: 'start_failed', error }, 'did not start');
  process.exitCode = 1;
}
