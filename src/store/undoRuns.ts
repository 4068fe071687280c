import { only, type WorkspaceTx } from './database.ts';

/** Which pairings are taken back: those of one run or action, of one version of the rules, or upon one shared value. */
export interface UndoCriterion {
  readonly by: 'batch' | 'rule_version' | 'value';
  readonly value: string;
}

/**
 * A batch is taken back whole. By version or value only what rules decided is: a person who looked at a single pair saw more
 * than the rule. A suggestion that lost to another one is no doing of its own.
 */
const CONDITION = `case $1 when 'batch' then l.batch = $2
      and (l.state in ('active', 'suggested') and l.decided_by like 'rules@%' and l.lost_to is null
          and l.batch like 'rules@%'
        or l.state in ('active', 'rejected') and l.decided_by not like 'rules@%')
    when 'rule_version' then l.rule_version::text = $2 and l.state in ('active', 'suggested')
      and l.decided_by like 'rules@%'
    else l.evidence @> jsonb_build_array(jsonb_build_object('value', $2)) and l.state in ('active', 'suggested')
      and l.decided_by like 'rules@%' end`;

export interface UndoEffect {
  /** Active links, suggestions and refusals that would be taken back. */
  readonly links: number;
  readonly suggestions: number;
  readonly refusals: number;
  /** Links by the same version or value that a person decided for, which stay. */
  readonly kept: number;
}

export async function countUndo(
  tx: WorkspaceTx,
  { by, value }: UndoCriterion,
): Promise<UndoEffect> {
  return only(
    await tx.rows<UndoEffect>(
      `select count(*) filter (where goes and l.state = 'active')::int as links,
          count(*) filter (where goes and l.state = 'suggested')::int as suggestions,
          count(*) filter (where goes and l.state = 'rejected')::int as refusals,
          count(*) filter (where not goes and l.state = 'active' and l.decided_by not like 'rules@%' and
            case $1 when 'rule_version' then l.rule_version::text = $2
              when 'value' then l.evidence @> jsonb_build_array(jsonb_build_object('value', $2))
              else false end)::int as kept
        from links l, lateral (select ${CONDITION} as goes) c`,
      [by, value],
    ),
  );
}

export interface UndoneLink {
  readonly id: string;
  readonly network: string;
  readonly account: string;
  /** The CRM's id of the contact. */
  readonly contact: string;
  readonly state: string;
  readonly rule: string;
}

/** The pairings that an undo would take back, or has not yet taken back. */
export async function linksToUndo(
  tx: WorkspaceTx,
  { by, value }: UndoCriterion,
  limit: number,
): Promise<readonly UndoneLink[]> {
  return tx.rows<UndoneLink>(
    `select l.id, a.network, coalesce(a.profile ->> 'handle', a.native_id) as account,
        c.external_id as contact, l.state, l.rule
      from links l join accounts a on a.id = l.account_id join contacts c on c.id = l.contact_id
      where ${CONDITION} order by l.id limit $3`,
    [by, value, limit],
  );
}

/** Whether the criterion (still) means this pairing. */
export async function isToBeUndone(
  tx: WorkspaceTx,
  { by, value }: UndoCriterion,
  link: string,
): Promise<boolean> {
  const rows = await tx.rows(`select from links l where l.id = $3 and ${CONDITION}`, [
    by,
    value,
    link,
  ]);
  return rows.length > 0;
}

export interface UndoRun extends UndoCriterion {
  readonly id: string;
  /** `person:<name>`. */
  readonly actor: string;
  readonly note: string | null;
  readonly total: number;
  readonly done: number;
  readonly finishedAt: Date | null;
}

export async function insertUndoRun(
  tx: WorkspaceTx,
  run: Omit<UndoRun, 'id' | 'done' | 'finishedAt'>,
): Promise<string> {
  const rows = await tx.rows<{ id: string }>(
    `insert into undo_runs (workspace_id, by, value, actor, note, total)
      values ($1, $2, $3, $4, $5, $6) returning id`,
    [tx.workspace, run.by, run.value, run.actor, run.note, run.total],
  );
  return only(rows).id;
}

export async function readUndoRun(tx: WorkspaceTx, id: string): Promise<UndoRun | undefined> {
  const rows = await tx.rows<UndoRun>(
    `select id, by, value, actor, note, total, done, finished_at as "finishedAt"
      from undo_runs where id = $1`,
    [id],
  );
  return rows[0];
}

/** One more is done; finished when nothing is left. */
export async function advanceUndoRun(
  tx: WorkspaceTx,
  id: string,
  step: { readonly done: number; readonly isFinished: boolean },
): Promise<void> {
  await tx.rows(
    `update undo_runs set done = done + $2, finished_at = case when $3 then now() end where id = $1`,
    [id, step.done, step.isFinished],
  );
}
