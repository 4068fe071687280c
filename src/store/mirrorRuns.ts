import { only, type WorkspaceTx } from './database.ts';

export interface MirrorRun {
  readonly id: string;
  readonly purpose: 'first' | 'daily' | 'asked';
  readonly afterPage: string | null;
  readonly contactsRead: number;
  readonly contactsChanged: number;
  readonly contactsMissing: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

const COLUMNS = `id, purpose, after_page as "afterPage", contacts_read as "contactsRead",
  contacts_changed as "contactsChanged", contacts_missing as "contactsMissing",
  started_at as "startedAt", finished_at as "finishedAt"`;

/** The run in progress, or a new one. */
export async function openRun(
  tx: WorkspaceTx,
  connectionId: string,
  purpose: MirrorRun['purpose'],
): Promise<MirrorRun> {
  await tx.rows(
    `insert into mirror_runs (workspace_id, connection_id, purpose) values ($1, $2, $3)
      on conflict (workspace_id, connection_id) where finished_at is null do nothing`,
    [tx.workspace, connectionId, purpose],
  );
  return only(
    await tx.rows<MirrorRun>(
      `select ${COLUMNS} from mirror_runs where connection_id = $1 and finished_at is null`,
      [connectionId],
    ),
  );
}

/** False when another job has read this page already: it goes on with the next one. */
export async function advanceRun(
  tx: WorkspaceTx,
  id: string,
  step: {
    readonly from: string | null;
    readonly afterPage: string | undefined;
    readonly read: number;
    readonly changed: number;
  },
): Promise<boolean> {
  const rows = await tx.rows(
    `update mirror_runs set after_page = $2, contacts_read = contacts_read + $3,
        contacts_changed = contacts_changed + $4
      where id = $1 and finished_at is null and after_page is not distinct from $5 returning id`,
    [id, step.afterPage ?? null, step.read, step.changed, step.from],
  );
  return rows.length > 0;
}

export async function finishRun(tx: WorkspaceTx, id: string, missing: number): Promise<void> {
  await tx.rows('update mirror_runs set finished_at = now(), contacts_missing = $2 where id = $1', [
    id,
    missing,
  ]);
}

/** The newest run of the connection, finished or not. */
export async function latestRun(
  tx: WorkspaceTx,
  connectionId: string,
): Promise<MirrorRun | undefined> {
  const rows = await tx.rows<MirrorRun>(
    `select ${COLUMNS} from mirror_runs where connection_id = $1 order by id desc limit 1`,
    [connectionId],
  );
  return rows[0];
}
