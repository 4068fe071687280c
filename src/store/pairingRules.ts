import { only, type WorkspaceTx } from './database.ts';

export interface PublishedRules {
  readonly version: number;
  readonly text: string;
  readonly publishedBy: string;
  readonly note: string | null;
  readonly publishedAt: Date;
}

export interface PairingState {
  /** Null while the workspace uses the rules that come with the service. */
  readonly rulesVersion: number | null;
  /** Null before the first run over everything. */
  readonly reckonedContacts: number | null;
}

/** What each account is paired under. One statement: it is asked for each time. */
export async function readPairingState(tx: WorkspaceTx): Promise<PairingState> {
  const rows = await tx.rows<PairingState>(
    `select (select max(version) from pairing_rules) as "rulesVersion",
        (select reckoned_contacts from repair_runs order by id desc limit 1) as "reckonedContacts"`,
  );
  return only(rows);
}

export async function readRulesText(tx: WorkspaceTx, version: number): Promise<string | undefined> {
  const rows = await tx.rows<{ text: string }>(
    'select text from pairing_rules where version = $1',
    [version],
  );
  return rows[0]?.text;
}

/** The newest first. */
export async function listRules(tx: WorkspaceTx): Promise<readonly Omit<PublishedRules, 'text'>[]> {
  return tx.rows(
    `select version, published_by as "publishedBy", note, published_at as "publishedAt"
      from pairing_rules order by version desc limit 100`,
  );
}

/** False when the version was published before. */
export async function insertRules(
  tx: WorkspaceTx,
  rules: Omit<PublishedRules, 'publishedAt'>,
): Promise<boolean> {
  const rows = await tx.rows(
    `insert into pairing_rules (workspace_id, version, text, published_by, note)
      values ($1, $2, $3, $4, $5) on conflict do nothing returning version`,
    [tx.workspace, rules.version, rules.text, rules.publishedBy, rules.note],
  );
  return rows.length > 0;
}

export interface ShadowRun {
  readonly rulesVersion: number;
  readonly reviewed: number;
  readonly wrong: number;
  readonly recordedAt: Date;
}

/**
 * Counts what people decided about suggestions of a version that probability would have linked, each pair by the last word, and
 * keeps the count.
 */
export async function recordShadowRun(tx: WorkspaceTx, rulesVersion: number): Promise<ShadowRun> {
  const rows = await tx.rows<ShadowRun>(
    `with shown as (
        select distinct account_id, contact_id from link_decisions
          where would_link and action = 'suggest' and rule_version = $2),
      words as (
        select distinct on (d.account_id, d.contact_id) d.action from link_decisions d
          join shown using (account_id, contact_id)
          where d.actor like 'person:%' and d.action in ('confirm', 'reject', 'unlink', 'undo')
          order by d.account_id, d.contact_id, d.id desc)
      insert into shadow_runs (workspace_id, rules_version, reviewed, wrong)
        select $1, $2, count(*), count(*) filter (where action <> 'confirm') from words
        returning rules_version as "rulesVersion", reviewed, wrong, recorded_at as "recordedAt"`,
    [tx.workspace, rulesVersion],
  );
  return only(rows);
}

export async function latestShadowRun(tx: WorkspaceTx): Promise<ShadowRun | undefined> {
  const rows = await tx.rows<ShadowRun>(
    `select rules_version as "rulesVersion", reviewed, wrong, recorded_at as "recordedAt"
      from shadow_runs order by id desc limit 1`,
  );
  return rows[0];
}
