import { pruneAccounts } from '../store/accounts.ts';
import { deleteRefusedItems, pruneActivities } from '../store/activities.ts';
import { deleteParkedJobs } from '../store/jobs.ts';
import { strangersSince } from '../domain/retention.ts';
import type { App } from './app.ts';

const BATCH = 500;

/**
 * What people who are no contact said too long ago goes, and their accounts with the last of it. In batches, so that it can be
 * stopped and goes on where it was. Who is paired or suggested is left alone.
 */
export async function prune(app: App, workspace: string): Promise<void> {
  const before = strangersSince(app.clock.now());
  const inBatches = async (batch: () => Promise<number>) => {
    let all = 0;
    for (;;) {
      const some = await batch();
      if (some === 0) return all;
      all += some;
    }
  };
  const activities = await inBatches(() =>
    app.database.inWorkspace(workspace, (tx) => pruneActivities(tx, before, BATCH)),
  );
  const accounts = await inBatches(() =>
    app.database.inWorkspace(workspace, async (tx) => {
      const gone = await pruneAccounts(tx, BATCH);
      for (const account of gone) {
        await deleteRefusedItems(tx, account.nativeId);
        await deleteParkedJobs(tx, { account: account.id });
      }
      return gone.length;
    }),
  );
  if (activities + accounts === 0) return;
  app.logger.info(
    { event: 'strangers_pruned', workspace, activity: activities, account: accounts },
    'what people who are no contact said long ago was deleted',
  );
}
