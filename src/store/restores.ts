import type { FieldWrite } from '../domain/mapping/restore.ts';
import type { WorkspaceTx } from './database.ts';

/**
 * The journal of a contact's fields, in order, as far as it tells where a series of our writes began: a write onto the very
 * value that we had written before is left out, but for the last.
 */
export async function fieldWrites(
  tx: WorkspaceTx,
  contactId: string,
  fields: readonly string[],
): Promise<readonly FieldWrite[]> {
  return tx.rows<FieldWrite>(
    `select id as "journalId", field, previous, before, value from (
        select id, field, before, value,
          lag(value) over (partition by field order by id) as previous,
          lead(id) over (partition by field order by id) is null as is_last
        from field_journal where contact_id = $1 and field = any($2)) as w
      where is_last or previous is null or previous is distinct from before order by field, id`,
    [contactId, fields],
  );
}

export interface NewConflict {
  readonly contactId: string;
  readonly field: string;
  readonly journalId: string;
  readonly before: string;
  /** Keyed hashes. */
  readonly ours: string;
  readonly current: string;
}

/** One that was asked about is not asked about again, however it was decided. */
export async function openConflict(tx: WorkspaceTx, conflict: NewConflict): Promise<void> {
  await tx.rows(
    `insert into restore_conflicts (workspace_id, contact_id, field, journal_id, before, ours, current)
      values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      tx.workspace,
      conflict.contactId,
      conflict.field,
      conflict.journalId,
      conflict.before,
      conflict.ours,
      conflict.current,
    ],
  );
}

export interface RestoreConflict extends NewConflict {
  readonly id: string;
  readonly state: 'open' | 'kept' | 'restored';
  readonly openedAt: Date;
  /** The CRM, and its id of the contact. */
  readonly connectionId: string;
  readonly externalId: string;
}

const CONFLICTS = `select r.id, r.contact_id as "contactId", r.field, r.journal_id as "journalId", r.before, r.ours,
    r.current, r.state, r.opened_at as "openedAt", c.connection_id as "connectionId",
    c.external_id as "externalId"
  from restore_conflicts r join contacts c on c.id = r.contact_id`;

/** Those that wait for a person, oldest first. Where we have written into the field since, there is nothing left to ask. */
export async function openConflicts(
  tx: WorkspaceTx,
  limit: number,
): Promise<readonly RestoreConflict[]> {
  return tx.rows<RestoreConflict>(
    `${CONFLICTS} where r.state = 'open' and c.state = 'live' and not exists (
        select from field_journal j where j.contact_id = r.contact_id and j.field = r.field
          and j.id > r.journal_id)
      order by r.id limit $1`,
    [limit],
  );
}

export async function readConflict(
  tx: WorkspaceTx,
  id: string,
): Promise<RestoreConflict | undefined> {
  const rows = await tx.rows<RestoreConflict>(`${CONFLICTS} where r.id = $1`, [id]);
  return rows[0];
}

export async function restoresAsked(
  tx: WorkspaceTx,
  contactId: string,
): Promise<readonly RestoreConflict[]> {
  return tx.rows<RestoreConflict>(
    `${CONFLICTS} where r.contact_id = $1 and r.state = 'restored' order by r.id`,
    [contactId],
  );
}

/** The field changed once more while it waited: this is what the person will decide about. */
export async function refreshConflict(tx: WorkspaceTx, id: string, current: string): Promise<void> {
  await tx.rows('update restore_conflicts set current = $2 where id = $1', [id, current]);
}

export async function closeConflict(
  tx: WorkspaceTx,
  id: string,
  decision: {
    readonly state: 'kept' | 'restored';
    readonly by: string;
    readonly at: Date;
  },
): Promise<void> {
  await tx.rows(
    `update restore_conflicts set state = $2, decided_by = $3, decided_at = $4 where id = $1`,
    [id, decision.state, decision.by, decision.at],
  );
}
