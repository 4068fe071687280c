import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../platform/logger.ts';
import type { Database } from '../store/database.ts';
import { queueInbox } from '../store/directory.ts';

/** What a process that was not woken finds by itself: requests that another process took in, or one that was killed. */
const LOOK_EVERY_MS = 1_000;
/** Requests that come this close together are handed on together. */
const GATHER_MS = 20;
const BATCH = 200;

export interface Dispatch {
  /** Something was stored: look soon. */
  wake(): void;
  stop(): Promise<void>;
}

/**
 * Hands stored webhook requests to the workers. Waking only speeds it up; what was accepted is in the database, and any
 * working process finds it within a second of being there.
 */
export function startDispatch(database: Database, logger: Logger): Dispatch {
  let isStopped = false;
  let wakeUp: () => void = () => undefined;
  let isWoken = false;

  const rest = async () => {
    if (isWoken || isStopped) return;
    const pause = new AbortController();
    wakeUp = () => {
      pause.abort();
    };
    await sleep(LOOK_EVERY_MS, undefined, { signal: pause.signal }).catch(() => undefined);
  };
  const run = async () => {
    while (!isStopped) {
      await rest();
      isWoken = false;
      const queued = await handOn(database, logger);
      if (queued === BATCH) isWoken = true;
      else if (queued > 0) await sleep(GATHER_MS);
    }
  };
  const ended = run();
  return {
    wake: () => {
      isWoken = true;
      wakeUp();
    },
    stop: async () => {
      isStopped = true;
      wakeUp();
      await ended;
    },
  };
}

async function handOn(database: Database, logger: Logger): Promise<number> {
  try {
    return await database.asOwner((owner) => queueInbox(owner, BATCH));
  } catch (error) {
    logger.warn({ event: 'dispatch_failed', error }, 'stored webhooks wait for the next look');
    return 0;
  }
}
