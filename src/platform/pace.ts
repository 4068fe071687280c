import PQueue from 'p-queue';

/**
 * Lets callers through one after the other, each when `take` says so: `take` books a call and returns how many
 * milliseconds to wait before making it. Queued here, so that a hundred waiting calls are one question to the database.
 */
export function createPace(
  take: (bucket: string) => Promise<number>,
  sleep: (ms: number) => Promise<unknown>,
): (bucket: string) => Promise<void> {
  const queues = new Map<string, PQueue>();
  const queueFor = (bucket: string) => {
    const known = queues.get(bucket);
    if (known !== undefined) return known;
    const queue = new PQueue({ concurrency: 1 });
    queues.set(bucket, queue);
    return queue;
  };
  return async (bucket) => {
    await queueFor(bucket).add(async () => {
      const waitMs = await take(bucket);
      if (waitMs > 0) await sleep(waitMs);
    });
  };
}
