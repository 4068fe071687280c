import type { ScoreParts } from '../domain/scoring/account.ts';
import type { Band } from '../domain/scoring/bands.ts';
import type { Purpose } from '../domain/scoring/inputs.ts';
import type { Reason, Sentences } from '../domain/scoring/reasons.ts';
import type { Account, StoredCounters } from './accounts.ts';
import type { WorkspaceTx } from './database.ts';

/** A score as the CRM is to show it, whole: never the value of one day with the reasons of another. */
export interface WrittenScore {
  readonly value: number;
  readonly band: Band;
  readonly coverage: number;
  readonly reasons: readonly Sentences[];
  /** The accounts and parts that it rests on. */
  readonly grounds: readonly string[];
  /** ISO 8601, as JSON holds it. */
  readonly computedAt: string;
  readonly version: string;
}

export interface StoredScore {
  readonly contactId: string;
  readonly value: number;
  readonly band: Band;
  readonly coverage: number;
  readonly parts: ScoreParts;
  readonly reasons: readonly Reason[];
  readonly formula: number;
  readonly weightsVersion: number;
  readonly weightsHash: string;
  readonly computedAt: Date;
  readonly expiresAt: Date;
  readonly written: WrittenScore;
}

const COLUMNS = `contact_id as "contactId", value, band, coverage, parts, reasons, formula,
  weights_version as "weightsVersion", weights_hash as "weightsHash", computed_at as "computedAt",
  expires_at as "expiresAt", written`;

/** By contact. */
export async function readScores(
  tx: WorkspaceTx,
  contactIds: readonly string[],
  purpose: Purpose,
): Promise<ReadonlyMap<string, StoredScore>> {
  const rows = await tx.rows<StoredScore>(
    `select ${COLUMNS} from scores where contact_id = any($1::bigint[]) and purpose = $2`,
    [contactIds, purpose],
  );
  return new Map(rows.map((row) => [row.contactId, row]));
}

export async function putScores(
  tx: WorkspaceTx,
  scores: readonly StoredScore[],
  purpose: Purpose,
): Promise<void> {
  if (scores.length === 0) return;
  await tx.rows(
    `insert into scores (workspace_id, contact_id, purpose, value, band, coverage, parts, reasons, formula,
        weights_version, weights_hash, computed_at, expires_at, written)
      select $1, s."contactId", $2, s.value, s.band, s.coverage, s.parts, s.reasons, s.formula, s."weightsVersion",
        s."weightsHash", s."computedAt", s."expiresAt", s.written
      from jsonb_to_recordset($3::jsonb) as s ("contactId" bigint, value int, band int, coverage int, parts jsonb,
        reasons jsonb, formula int, "weightsVersion" int, "weightsHash" text, "computedAt" timestamptz,
        "expiresAt" timestamptz, written jsonb)
      on conflict (workspace_id, contact_id, purpose) do update set value = excluded.value, band = excluded.band,
        coverage = excluded.coverage, parts = excluded.parts, reasons = excluded.reasons, formula = excluded.formula,
        weights_version = excluded.weights_version, weights_hash = excluded.weights_hash,
        computed_at = excluded.computed_at, expires_at = excluded.expires_at, written = excluded.written`,
    [tx.workspace, purpose, JSON.stringify(scores)],
  );
}

/** The scores of these contacts end, for whatever purpose. */
export async function deleteScores(tx: WorkspaceTx, contactIds: readonly string[]): Promise<void> {
  if (contactIds.length === 0) return;
  await tx.rows('delete from scores where contact_id = any($1::bigint[])', [contactIds]);
}

export interface BandCount {
  readonly band: Band;
  readonly count: number;
}

/** How many contacts have a score that still holds, by band. */
export async function countScores(tx: WorkspaceTx, now: Date): Promise<readonly BandCount[]> {
  return tx.rows<BandCount>(
    `select band, count(*)::int as count from scores where expires_at > $1 group by band order by band`,
    [now],
  );
}

/** An account that a contact is actively paired with, and what is held of it. */
export interface PairedAccount extends Pick<Account, 'id' | 'network' | 'profile'> {
  readonly contactId: string;
  readonly rule: string;
  readonly decidedBy: string;
  readonly probability: number | null;
  readonly counters: StoredCounters | null;
  readonly heardAt: Date | null;
  readonly answers:
    readonly { readonly by: string; readonly at: string; readonly own: boolean }[] | null;
}

/**
 * Accounts with an active link to these contacts, each with the time of its last live activity and who answered its
 * activities. `own`: the answer came from another account of the same contact.
 */
export async function pairedAccounts(
  tx: WorkspaceTx,
  contactIds: readonly string[],
): Promise<readonly PairedAccount[]> {
  return tx.rows<PairedAccount>(
    `select l.contact_id as "contactId", l.rule, l.decided_by as "decidedBy", l.probability,
        a.id, a.network, a.profile, a.counters, said."heardAt", said.answers
      from links l join accounts a on a.workspace_id = l.workspace_id and a.id = l.account_id
        left join lateral (
          select max(x.published_at) as "heardAt",
            jsonb_agg(jsonb_build_object('by', r.account_id::text, 'at', r.published_at,
              'own', o.account_id is not null)) filter (where r.id is not null) as answers
          from activities x
            left join activities r on r.workspace_id = x.workspace_id and r.network = x.network
              and r.in_reply_to = x.native_id and r.state = 'live' and r.account_id <> x.account_id
            left join links o on o.workspace_id = r.workspace_id and o.account_id = r.account_id
              and o.contact_id = l.contact_id and o.state = 'active'
          where x.workspace_id = a.workspace_id and x.account_id = a.id and x.state = 'live') said on true
      where l.contact_id = any($1::bigint[]) and l.state = 'active' and a.state = 'live' and not a.is_brand
      order by l.contact_id, a.id`,
    [contactIds],
  );
}

const IS_SCORED = `c.state = 'live' and exists (select from links l where l.workspace_id = c.workspace_id
    and l.contact_id = c.id and l.state = 'active')
  or exists (select from scores s where s.workspace_id = c.workspace_id and s.contact_id = c.id)`;

/** Ids of contacts that have a score or may have one, ascending, after `after`. */
export async function contactsToScore(
  tx: WorkspaceTx,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select c.id from contacts c where c.id > $1 and (${IS_SCORED}) order by c.id limit $2`,
    [after, limit],
  );
  return rows.map((row) => row.id);
}
