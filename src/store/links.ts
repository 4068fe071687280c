import type { Evidence, Family } from '../domain/pairing/evidence.ts';
import type { LinkState } from '../domain/pairing/states.ts';
import { only, type WorkspaceTx } from './database.ts';

export interface Link {
  readonly id: string;
  readonly accountId: string;
  readonly contactId: string;
  /** The CRM that the contact stands in. */
  readonly connectionId: string;
  readonly state: LinkState;
  readonly evidence: readonly Evidence[];
  readonly rule: string;
  readonly ruleVersion: number;
  readonly basis: string;
  /** `rules@N` or `person:<name>`. */
  readonly decidedBy: string;
  readonly decidedAt: Date;
  /** Null where nothing was weighed. */
  readonly bits: number | null;
  readonly probability: number | null;
  readonly matchKey: string;
  readonly families: readonly Family[];
  /** What a person had seen when they said no; null when nobody did. */
  readonly refused: readonly Family[] | null;
  readonly batch: string;
  readonly postponedUntil: Date | null;
  /** The link that a person decided for instead. */
  readonly lostTo: string | null;
}

const COLUMNS = `id, account_id as "accountId", contact_id as "contactId", connection_id as "connectionId", state,
  evidence, rule, rule_version as "ruleVersion", basis, decided_by as "decidedBy", decided_at as "decidedAt", bits,
  probability, match_key as "matchKey", families, refused, batch, postponed_until as "postponedUntil",
  lost_to as "lostTo"`;

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

export async function readLink(tx: WorkspaceTx, id: string): Promise<Link | undefined> {
  const rows = await tx.rows<Link>(`select ${COLUMNS} from links where id = $1`, [id]);
  return rows[0];
}

type Weighed =
  | 'bits'
  | 'probability'
  | 'matchKey'
  | 'families'
  | 'refused'
  | 'batch'
  | 'postponedUntil'
  | 'lostTo';
export type NewLink = Omit<Link, 'id' | 'connectionId' | Weighed> & Partial<Pick<Link, Weighed>>;

/** Returns the link's id. What is left out is reset: a link is always stored as a whole. */
export async function putLink(tx: WorkspaceTx, link: NewLink): Promise<string> {
  const rows = await tx.rows<{ id: string }>(
    `insert into links (workspace_id, account_id, contact_id, state, evidence, rule, rule_version,
        basis, decided_by, decided_at, bits, probability, match_key, families, refused, batch,
        postponed_until, lost_to)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
      on conflict (workspace_id, account_id, contact_id) do update set
        state = excluded.state, evidence = excluded.evidence, rule = excluded.rule,
        rule_version = excluded.rule_version, basis = excluded.basis,
        decided_by = excluded.decided_by,
        -- The time of a decision that did not change stays.
        decided_at = case when links.state = excluded.state and links.rule = excluded.rule
          and links.decided_by = excluded.decided_by then links.decided_at else excluded.decided_at end,
        bits = excluded.bits, probability = excluded.probability, match_key = excluded.match_key,
        families = excluded.families, refused = excluded.refused, batch = excluded.batch,
        postponed_until = excluded.postponed_until, lost_to = excluded.lost_to
      returning id`,
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
      link.bits ?? null,
      link.probability ?? null,
      link.matchKey ?? '',
      link.families ?? [],
      link.refused ?? null,
      link.batch ?? '',
      link.postponedUntil ?? null,
      link.lostTo ?? null,
    ],
  );
  return only(rows).id;
}

/** A suggestion that nothing speaks for any more. What was decided about the pair stays in the log. */
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
  await tx.rows('update link_decisions set contact_id = $2 where contact_id = $1', [from, to]);
  await tx.rows('delete from scores where contact_id = $1', [from]);
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
    `select l.*, a.network, a.native_id as "nativeId", a.profile ->> 'handle' as handle,
        c.external_id as "externalId"
      from (select ${COLUMNS} from links order by decided_at desc, id desc limit $1) l
        join accounts a on a.id = l."accountId" join contacts c on c.id = l."contactId"
      order by l."decidedAt" desc, l.id desc`,
    [limit],
  );
}
