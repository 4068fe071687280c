import { only, type WorkspaceTx } from './database.ts';

export interface RepairRun {
  readonly id: string;
  readonly reason: string;
  readonly rulesVersion: number;
  readonly keysVersion: number;
  readonly reckonedContacts: number;
  readonly phase: 'contacts' | 'accounts';
  readonly afterId: string;
  readonly contactsTotal: number;
  readonly contactsDone: number;
  readonly accountsTotal: number;
  readonly accountsDone: number;
  readonly pairingsChanged: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

const COLUMNS = `id, reason, rules_version as "rulesVersion", keys_version as "keysVersion",
  reckoned_contacts as "reckonedContacts", phase, after_id as "afterId", contacts_total as "contactsTotal",
  contacts_done as "contactsDone", accounts_total as "accountsTotal", accounts_done as "accountsDone",
  pairings_changed as "pairingsChanged", started_at as "startedAt", finished_at as "finishedAt"`;

/** The newest run, finished or not. */
export async function latestRepair(tx: WorkspaceTx): Promise<RepairRun | undefined> {
  const rows = await tx.rows<RepairRun>(
    `select ${COLUMNS} from repair_runs order by id desc limit 1`,
  );
  return rows[0];
}

/** A run from the beginning. One that is under way begins anew: what it did was done by what held before. */
export async function openRepair(
  tx: WorkspaceTx,
  run: Pick<RepairRun, 'reason' | 'rulesVersion' | 'keysVersion' | 'reckonedContacts' | 'phase'>,
): Promise<RepairRun> {
  const rows = await tx.rows<RepairRun>(
    `insert into repair_runs as r (workspace_id, reason, rules_version, keys_version, reckoned_contacts, phase,
        contacts_total, accounts_total)
      select $1, $2, $3, $4, $5, $6, (select count(*) from contacts where state = 'live'),
        (select count(*) from accounts where state = 'live' and not is_brand)
      on conflict (workspace_id) where finished_at is null do update set
        reason = excluded.reason, rules_version = excluded.rules_version,
        keys_version = excluded.keys_version, reckoned_contacts = excluded.reckoned_contacts,
        -- Keys that are still to be made are made.
        phase = case when r.phase = 'contacts' then r.phase else excluded.phase end, after_id = 0,
        contacts_total = excluded.contacts_total, contacts_done = 0,
        accounts_total = excluded.accounts_total, accounts_done = 0, pairings_changed = 0
      returning ${COLUMNS}`,
    [tx.workspace, run.reason, run.rulesVersion, run.keysVersion, run.reckonedContacts, run.phase],
  );
  return only(rows);
}

/** Past what was just done. False when the run stands elsewhere by now: it began anew, or another job did this. */
export async function advanceRepair(
  tx: WorkspaceTx,
  run: Pick<RepairRun, 'id' | 'phase' | 'afterId'>,
  step: {
    readonly phase: RepairRun['phase'];
    readonly afterId: string;
    readonly contacts: number;
    readonly accounts: number;
    readonly changed: number;
    readonly isFinished: boolean;
  },
): Promise<boolean> {
  const rows = await tx.rows(
    `update repair_runs set phase = $4, after_id = $5, contacts_done = contacts_done + $6,
        accounts_done = accounts_done + $7, pairings_changed = pairings_changed + $8,
        finished_at = case when $9 then now() end
      where id = $1 and phase = $2 and after_id = $3 and finished_at is null returning id`,
    [
      run.id,
      run.phase,
      run.afterId,
      step.phase,
      step.afterId,
      step.contacts,
      step.accounts,
      step.changed,
      step.isFinished,
    ],
  );
  return rows.length > 0;
}

/** Live contacts in the order of their ids. */
export async function contactIdsAfter(
  tx: WorkspaceTx,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select id from contacts where id > $1 and state = 'live' order by id limit $2`,
    [after, limit],
  );
  return rows.map((row) => row.id);
}

export async function accountIdsAfter(
  tx: WorkspaceTx,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select id from accounts where id > $1 and state = 'live' and not is_brand order by id limit $2`,
    [after, limit],
  );
  return rows.map((row) => row.id);
}
