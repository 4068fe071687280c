import type { Evidence } from '../domain/pairing/evidence.ts';
import type { WorkspaceTx } from './database.ts';

export type LinkState = 'suggested' | 'active' | 'rejected' | 'withdrawn' | 'expired' | 'erased';

export interface Link {
  readonly id: string;
  readonly accountId: string;
  readonly contactId: string;
  readonly state: LinkState;
  readonly evidence: readonly Evidence[];
  readonly rule: string;
  readonly ruleVersion: number;
  readonly basis: string;
  readonly decidedBy: string;
  readonly decidedAt: Date;
}

const COLUMNS = `id, account_id as "accountId", contact_id as "contactId", state, evidence, rule,
  rule_version as "ruleVersion", basis, decided_by as "decidedBy", decided_at as "decidedAt"`;

export async function linksOfAccount(tx: WorkspaceTx, accountId: string): Promise<readonly Link[]> {
  return tx.rows<Link>(`select ${COLUMNS} from links where account_id = $1 order by id`, [
    accountId,
  ]);
}

export async function linksOfContact(tx: WorkspaceTx, contactId: string): Promise<readonly Link[]> {
  return tx.rows<Link>(`select ${COLUMNS} from links where contact_id = $1 order by id`, [
    contactId,
  ]);
}

/** Whether a contact is paired with or suggested for the account that a network knows by this id. */
export async function isLinked(
  tx: WorkspaceTx,
  network: string,
  nativeId: string,
): Promise<boolean> {
  const rows = await tx.rows(
    `select from links l join accounts a on a.id = l.account_id
      where a.network = $1 and a.native_id = $2 and l.state in ('active', 'suggested') limit 1`,
    [network, nativeId],
  );
  return rows.length > 0;
}

export type NewLink = Omit<Link, 'id'>;

export async function putLink(tx: WorkspaceTx, link: NewLink): Promise<void> {
  await tx.rows(
    `insert into links (workspace_id, account_id, contact_id, state, evidence, rule, rule_version,
        basis, decided_by, decided_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      on conflict (workspace_id, account_id, contact_id) do update set
        state = excluded.state, evidence = excluded.evidence, rule = excluded.rule,
        rule_version = excluded.rule_version, basis = excluded.basis,
        decided_by = excluded.decided_by,
        -- The time of a decision that did not change stays.
        decided_at = case when links.state = excluded.state and links.rule = excluded.rule
          then links.decided_at else excluded.decided_at end`,
    [
      tx.workspace,
      link.accountId,
      link.contactId,
      link.state,
      JSON.stringify(link.evidence),
      link.rule,
      link.ruleVersion,
      link.basis,
      link.decidedBy,
      link.decidedAt,
    ],
  );
}

export async function setLinkState(
  tx: WorkspaceTx,
  id: string,
  state: LinkState,
  decision: { readonly by: string; readonly at: Date },
): Promise<void> {
  await tx.rows('update links set state = $2, decided_by = $3, decided_at = $4 where id = $1', [
    id,
    state,
    decision.by,
    decision.at,
  ]);
}

/** A suggestion that nothing speaks for any more leaves no trace. */
export async function deleteLink(tx: WorkspaceTx, id: string): Promise<void> {
  await tx.rows('delete from links where id = $1', [id]);
}

/** After a merge in the CRM: what was said about the one contact is now said about the other, unless that was said too. */
export async function moveLinks(tx: WorkspaceTx, from: string, to: string): Promise<void> {
  await tx.rows(
    `update links l set contact_id = $2 where contact_id = $1
      and not exists (select from links o where o.account_id = l.account_id and o.contact_id = $2)`,
    [from, to],
  );
  await tx.rows('delete from links where contact_id = $1', [from]);
}

export interface LinkCount {
  readonly state: LinkState;
  readonly rule: string;
  readonly count: number;
}

export async function countLinks(tx: WorkspaceTx): Promise<readonly LinkCount[]> {
  return tx.rows<LinkCount>(
    'select state, rule, count(*)::int as count from links group by state, rule order by state, rule',
  );
}

export interface NamedLink extends Link {
  readonly network: string;
  readonly nativeId: string;
  readonly handle: string | null;
  /** The CRM's id of the contact. */
  readonly externalId: string;
}

export async function listLinksWithNames(
  tx: WorkspaceTx,
  limit: number,
): Promise<readonly NamedLink[]> {
  return tx.rows<NamedLink>(
    `select l.id, l.account_id as "accountId", l.contact_id as "contactId", l.state, l.evidence, l.rule,
        l.rule_version as "ruleVersion", l.basis, l.decided_by as "decidedBy",
        l.decided_at as "decidedAt", a.network, a.native_id as "nativeId",
        a.profile ->> 'handle' as handle, c.external_id as "externalId"
      from links l join accounts a on a.id = l.account_id join contacts c on c.id = l.contact_id
      order by l.decided_at desc, l.id desc limit $1`,
    [limit],
  );
}
