import type { SocialConnector } from '../contract/social.ts';
import { recentThreads, speakersOf } from '../store/activities.ts';
import type { Connection } from '../store/connections.ts';
import { enqueueAttribute } from '../store/jobs.ts';
import { holdErasures } from '../store/suppressions.ts';
import type { App } from './app.ts';
import { ingest } from './ingest.ts';

/** A conversation is followed this long after its last word to the brand. */
const FOLLOWED_DAYS = 14;
/** Per round: each is one call. */
const MOST_THREADS = 100;

/**
 * Reads recent conversations with the brand as a whole: who complains in three posts names the brand in the first only, and
 * the network announces none of the others. Only people who spoke to the brand in that very conversation are listened to
 * (R21): what others say there to each other is none of our business.
 */
export async function readThreads(
  app: App,
  workspace: string,
  connection: Connection,
  source: SocialConnector,
): Promise<void> {
  if (source.thread === undefined) return;
  const since = new Date(app.clock.now().getTime() - FOLLOWED_DAYS * 86_400_000);
  const threads = await app.database.inWorkspace(workspace, (tx) =>
    recentThreads(tx, connection.id, since, MOST_THREADS),
  );
  for (const thread of threads) {
    const items = await source.thread(thread);
    await app.database.inWorkspace(workspace, async (tx) => {
      await holdErasures(tx);
      const speakers = await speakersOf(tx, connection.id, thread);
      const theirs = items.filter((item) => speakers.has(item.author.nativeId));
      const { awake } = await ingest(app, tx, connection, theirs);
      await enqueueAttribute(tx, awake);
    });
  }
}
