import { only, type WorkspaceTx } from './database.ts';
import type { Link } from './links.ts';

/** Where in the queue an item stands. Greater comes first; it does not change by the passing of time alone. */
export interface QueuePlace {
  readonly priority: number;
  readonly accountId: string;
  readonly connectionId: string;
}

export interface QueuedReview extends QueuePlace {
  readonly network: string;
  readonly nativeId: string;
  readonly handle: string | null;
  readonly displayName: string | null;
  readonly url: string | null;
  readonly contested: boolean;
  /** Live activities that would come to the contact's timeline. */
  readonly waiting: number;
  readonly lastAt: Date | null;
}

export interface QueuePage {
  readonly limit: number;
  readonly after: QueuePlace | undefined;
  readonly now: Date;
  /** The rules whose evidence is proof. */
  readonly proofs: readonly string[];
}

/** Pairs that a person may be asked about: neither put off, nor lost to one that a person decided for. */
const ASKABLE = `l.state = 'suggested' and (l.postponed_until is null or l.postponed_until <= $1)
  and not exists (select from links w where w.id = l.lost_to and w.state = 'active')`;

/**
 * Accounts in doubt, one item per CRM, by value times uncertainty: how many activities wait, how recent they are (half as
 * much after 30 days), and how little is known (most at even odds; a contested account counts double). As logarithms, in
 * which the age is the same addend for all: the order stands still.
 */
export async function queuedReviews(
  tx: WorkspaceTx,
  { limit, after, now, proofs }: QueuePage,
): Promise<readonly QueuedReview[]> {
  return tx.rows<QueuedReview>(
    `with asked as (
        select l.account_id, l.connection_id, max(l.decided_at) as decided_at,
            max(coalesce(4 * l.probability * (1 - l.probability), 0.75)) as doubt,
            count(*) filter (where l.rule = any($2)) > 1 or exists (
              select from links o where o.account_id = l.account_id and o.connection_id = l.connection_id
                and o.state = 'active') as contested
          from links l join contacts c on c.id = l.contact_id and c.state = 'live'
          where ${ASKABLE} group by l.account_id, l.connection_id),
      valued as (
        select asked.*, a.network, a.native_id, a.profile, v.waiting, v.last_at,
            ln(1 + v.waiting) + ln(2) * extract(epoch from coalesce(v.last_at, asked.decided_at))::float8 / 2592000
              + ln(case when contested then 2 else greatest(doubt, 0.01) end) as priority
          from asked join accounts a on a.id = asked.account_id and a.state = 'live',
            lateral (select count(*)::int as waiting, max(least(x.published_at, x.first_seen_at)) as last_at
              from activities x where x.account_id = asked.account_id and x.state = 'live') v)
      select priority, account_id as "accountId", connection_id as "connectionId", network,
          native_id as "nativeId", profile ->> 'handle' as handle, profile ->> 'displayName' as "displayName",
          profile ->> 'url' as url, contested, waiting, last_at as "lastAt"
        from valued
        where $3::float8 is null or (priority, account_id, connection_id) < ($3, $4::bigint, $5::uuid)
        order by priority desc, account_id desc, connection_id desc limit $6`,
    [
      now,
      proofs,
      after?.priority ?? null,
      after?.accountId ?? null,
      after?.connectionId ?? null,
      limit,
    ],
  );
}

export async function countReviews(tx: WorkspaceTx, now: Date): Promise<number> {
  const rows = await tx.rows<{ n: number }>(
    `select count(distinct (l.account_id, l.connection_id))::int as n from links l
      join contacts c on c.id = l.contact_id and c.state = 'live'
      join accounts a on a.id = l.account_id and a.state = 'live'
      where ${ASKABLE}`,
    [now],
  );
  return only(rows).n;
}

/** Active links of the same account to the same person in other CRMs: contacts that share an identifier are one person. */
export async function siblingLinks(tx: WorkspaceTx, link: Link): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select l.id from links l
      where l.account_id = $1 and l.connection_id <> $2 and l.state = 'active' and exists (
        select from contact_identifiers one
          join contact_identifiers other using (workspace_id, kind, value)
          where one.contact_id = $3 and other.contact_id = l.contact_id)
      order by l.id`,
    [link.accountId, link.connectionId, link.contactId],
  );
  return rows.map((row) => row.id);
}
