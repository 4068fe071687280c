import { accountsOfSource, deleteAccount, lockAccount } from '../store/accounts.ts';
import { deleteRefusedItemsOf } from '../store/activities.ts';
import { readConnection, wipeConnection } from '../store/connections.ts';
import { lockContacts } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { linksOfAccount } from '../store/links.ts';
import type { App } from './app.ts';
import { plan } from './plan.ts';

const BATCH = 50;

/**
 * After a source was disconnected: everything that came from it goes (R34), accounts, activities and pairings, and with them
 * what they had brought into the CRM. In batches, so that it can be stopped and goes on where it was. A source that was
 * connected again meanwhile keeps the rest.
 */
export async function forgetSource(
  app: App,
  workspace: string,
  connectionId: string,
): Promise<void> {
  for (;;) {
    const isDone = await app.database.inWorkspace(workspace, async (tx) => {
      const connection = await readConnection(tx, connectionId);
      if (connection?.state !== 'removed') return true;
      const accounts = await accountsOfSource(tx, connectionId, BATCH);
      for (const id of accounts) await forgetAccount(app, tx, id);
      if (accounts.length > 0) return false;
      await deleteRefusedItemsOf(tx, connectionId);
      await wipeConnection(tx, connectionId);
      return true;
    });
    if (isDone) return;
  }
}

async function forgetAccount(app: App, tx: WorkspaceTx, id: string): Promise<void> {
  if ((await lockAccount(tx, id)) === undefined) return;
  const links = await linksOfAccount(tx, id);
  const paired = links.filter((link) => link.state === 'active').map((link) => link.contactId);
  await deleteAccount(tx, id);
  for (const contact of await lockContacts(tx, paired)) await plan(app, tx, contact);
}
