import { openConflicts } from '../store/restores.ts';
import type { App } from './app.ts';

export interface ListedConflict {
  readonly id: string;
  readonly connection: string;
  /** The CRM's id of the contact. */
  readonly contact: string;
  readonly field: string;
  /** What stood there before us, '' for nothing: what restoring would write. */
  readonly before: string;
  readonly since: Date;
}

/** Fields that somebody changed before we could take our value back, oldest first; at most 1,000. */
export async function listConflicts(
  app: App,
  workspace: string,
): Promise<readonly ListedConflict[]> {
  return app.database.inWorkspace(workspace, async (tx) =>
    (await openConflicts(tx, 1_000)).map((one) => ({
      id: one.id,
      connection: one.connectionId,
      contact: one.externalId,
      field: one.field,
      before: one.before,
      since: one.openedAt,
    })),
  );
}
