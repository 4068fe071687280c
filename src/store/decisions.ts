import type { Evidence } from '../domain/pairing/evidence.ts';
import type { LinkAction, LinkState } from '../domain/pairing/states.ts';
import type { WorkspaceTx } from './database.ts';

/** One step in the life of a pairing, as it was when it was made. Rows are only ever added. */
export interface LinkDecision {
  readonly id: string;
  readonly accountId: string;
  readonly contactId: string;
  readonly action: LinkAction;
  /** The state that it led to. */
  readonly state: LinkState;
  /** `rules@N` or `person:<name>`. */
  readonly actor: string;
  readonly rule: string;
  readonly ruleVersion: number;
  readonly evidence: readonly Evidence[];
  readonly bits: number | null;
  readonly probability: number | null;
  readonly basis: string;
  readonly batch: string;
  readonly note: string | null;
  readonly at: Date;
}

const COLUMNS = `d.id, d.account_id as "accountId", d.contact_id as "contactId", d.action, d.state, d.actor, d.rule,
  d.rule_version as "ruleVersion", d.evidence, d.bits, d.probability, d.basis, d.batch, d.note, d.at`;

export async function insertDecision(
  tx: WorkspaceTx,
  decision: Omit<LinkDecision, 'id'> & { readonly wouldLink?: boolean },
): Promise<void> {
  await tx.rows(
    `insert into link_decisions (workspace_id, account_id, contact_id, action, state, actor, rule,
        rule_version, evidence, bits, probability, basis, batch, note, at, would_link)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      tx.workspace,
      decision.accountId,
      decision.contactId,
      decision.action,
      decision.state,
      decision.actor,
      decision.rule,
      decision.ruleVersion,
      JSON.stringify(decision.evidence),
      decision.bits,
      decision.probability,
      decision.basis,
      decision.batch,
      decision.note,
      decision.at,
      decision.wouldLink ?? false,
    ],
  );
}

export interface NamedDecision extends LinkDecision {
  /** The CRM's id of the contact, and which CRM. */
  readonly externalId: string;
  readonly connectionId: string;
}

/** Everything that was ever decided about an account, the earliest first. */
export async function decisionsOfAccount(
  tx: WorkspaceTx,
  accountId: string,
): Promise<readonly NamedDecision[]> {
  return tx.rows<NamedDecision>(
    `select ${COLUMNS}, c.external_id as "externalId", c.connection_id as "connectionId"
      from link_decisions d join contacts c on c.id = d.contact_id
      where d.account_id = $1 order by d.id`,
    [accountId],
  );
}

/** What is quoted about an account goes when its owner takes the account away. */
export async function forgetDecisions(tx: WorkspaceTx, accountId: string): Promise<void> {
  await tx.rows('delete from link_decisions where account_id = $1', [accountId]);
}
