import { SecretUnreadable } from '../platform/secrets/index.ts';
import { lockAllSecrets, writeSecrets } from '../store/connections.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { listWorkspaces } from '../store/directory.ts';
import type { App } from './app.ts';

/**
 * After a rotation: puts every stored secret under the current key, workspace by workspace, so that old keys can be taken
 * out of the ring. One that cannot be opened is left as it is and told, and stops no other. Returns how many were changed.
 */
export async function rewrapSecrets(app: App): Promise<number> {
  let changed = 0;
  for (const workspace of await app.database.asOwner(listWorkspaces)) {
    changed += await app.database.inWorkspace(workspace, (tx) => rewrapWorkspace(app, tx));
  }
  if (changed > 0) {
    app.logger.info(
      { event: 'secrets_rewrapped', count: changed },
      'stored secrets are sealed with the current key now',
    );
  }
  return changed;
}

async function rewrapWorkspace(app: App, tx: WorkspaceTx): Promise<number> {
  let changed = 0;
  for (const { id, secrets } of await lockAllSecrets(tx)) {
    const context = { workspace: tx.workspace, connection: id, field: 'secrets' };
    try {
      if (!app.vault.needsRewrap(secrets)) continue;
      await writeSecrets(tx, id, app.vault.rewrap(secrets, context));
      changed += 1;
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      app.logger.error(
        { event: 'secret_unreadable', workspace: tx.workspace, connection: id, error },
        'a stored secret opens with none of the keys; connect it again, or bring its key back',
      );
    }
  }
  return changed;
}
