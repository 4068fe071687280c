import type { Activity } from '../domain/social.ts';
import { only, type WorkspaceTx } from './database.ts';

export interface StoredActivity {
  readonly id: string;
  readonly accountId: string;
  readonly network: string;
  readonly nativeId: string;
  readonly kind: Activity['kind'];
  readonly text: string;
  readonly url: string | null;
  readonly publishedAt: Date;
  readonly editedAt: Date | null;
}

/** `changed`: it is new, came back, or its content is another than before. */
export async function putActivity(
  tx: WorkspaceTx,
  source: { readonly connectionId: string; readonly network: string; readonly accountId: string },
  activity: Activity,
): Promise<{ readonly id: string; readonly changed: boolean }> {
  const rows = await tx.rows<{ id: string; changed: boolean }>(
    `with before as (
        select revision, state from activities where network = $4 and native_id = $5)
      insert into activities (workspace_id, account_id, connection_id, network, native_id, kind, text, url,
        published_at, edited_at, revision, language, thread_id, in_reply_to)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
      on conflict (workspace_id, network, native_id) do update set
        connection_id = excluded.connection_id, text = excluded.text, url = excluded.url,
        revision = excluded.revision, state = 'live', gone_reason = null, checked_at = now(),
        edited_at = case when activities.revision = excluded.revision then activities.edited_at
          else coalesce(excluded.edited_at, now()) end
      returning id, not exists (
        select from before where before.revision = $11 and before.state = 'live') as changed`,
    [
      tx.workspace,
      source.accountId,
      source.connectionId,
      source.network,
      activity.nativeId,
      activity.kind,
      activity.text,
      activity.url ?? null,
      activity.publishedAt,
      activity.editedAt ?? null,
      activity.revision,
      activity.language ?? null,
      activity.threadId,
      activity.inReplyTo ?? null,
    ],
  );
  return only(rows);
}

/** Live activities of the accounts, oldest first. */
export async function liveActivitiesOf(
  tx: WorkspaceTx,
  accountIds: readonly string[],
): Promise<readonly StoredActivity[]> {
  return tx.rows<StoredActivity>(
    `select id, account_id as "accountId", network, native_id as "nativeId", kind, text, url,
        published_at as "publishedAt", edited_at as "editedAt"
      from activities where account_id = any($1::bigint[]) and state = 'live'
      order by published_at, id`,
    [accountIds],
  );
}

/** Live activities of a source that were last checked before `before`, the longest unchecked first. */
export async function activitiesToCheck(
  tx: WorkspaceTx,
  connectionId: string,
  before: Date,
  limit: number,
): Promise<
  readonly { readonly id: string; readonly nativeId: string; readonly accountId: string }[]
> {
  return tx.rows(
    `select id, native_id as "nativeId", account_id as "accountId" from activities
      where connection_id = $1 and state = 'live' and checked_at < $2
      order by checked_at limit $3`,
    [connectionId, before, limit],
  );
}

export async function markActivitiesChecked(
  tx: WorkspaceTx,
  ids: readonly string[],
): Promise<void> {
  await tx.rows('update activities set checked_at = now() where id = any($1::bigint[])', [ids]);
}

/** What is gone at its source keeps its key, so that it is not taken for new, and loses its content. */
export async function markActivityGone(
  tx: WorkspaceTx,
  id: string,
  reason: string,
): Promise<boolean> {
  const rows = await tx.rows(
    `update activities set state = 'gone', gone_reason = $2, text = '', url = null, checked_at = now()
      where id = $1 and state = 'live' returning id`,
    [id, reason],
  );
  return rows.length > 0;
}

/** The same for everything of an account that is gone itself. */
export async function markActivitiesOfAccountGone(
  tx: WorkspaceTx,
  accountId: string,
  reason: string,
): Promise<void> {
  await tx.rows(
    `update activities set state = 'gone', gone_reason = $2, text = '', url = null, checked_at = now()
      where account_id = $1 and state = 'live'`,
    [accountId, reason],
  );
}

export async function insertRefusedItem(
  tx: WorkspaceTx,
  connectionId: string,
  item: { readonly nativeId: string; readonly reason: string },
): Promise<void> {
  await tx.rows(
    `insert into refused_items (workspace_id, connection_id, native_id, reason)
      values ($1, $2, $3, $4)
      on conflict (workspace_id, connection_id, native_id) do update
        set reason = excluded.reason, seen_at = now()`,
    [tx.workspace, connectionId, item.nativeId, item.reason],
  );
}

/** Notes about what could not be read whose id names this account, as an at:// URI names its author. */
export async function deleteRefusedItems(tx: WorkspaceTx, accountNativeId: string): Promise<void> {
  await tx.rows('delete from refused_items where position($1 in native_id) > 0', [accountNativeId]);
}

export async function deleteRefusedItemsOf(tx: WorkspaceTx, connectionId: string): Promise<void> {
  await tx.rows('delete from refused_items where connection_id = $1', [connectionId]);
}

export interface SocialCounts {
  readonly accounts: number;
  readonly activities: number;
  readonly activitiesGone: number;
  readonly refused: number;
}

export async function countSocial(tx: WorkspaceTx): Promise<SocialCounts> {
  return only(
    await tx.rows<SocialCounts>(
      `select (select count(*)::int from accounts where not is_brand) as accounts,
          (select count(*)::int from activities where state = 'live') as activities,
          (select count(*)::int from activities where state = 'gone') as "activitiesGone",
          (select count(*)::int from refused_items) as refused`,
    ),
  );
}

/**
 * Takes out the oldest activities, said or first seen before then, of accounts that no contact is paired with or suggested for.
 * The time that an author claims may lie in the future. Returns how many.
 */
export async function pruneActivities(
  tx: WorkspaceTx,
  before: Date,
  limit: number,
): Promise<number> {
  const rows = await tx.rows(
    `delete from activities where id in (
        select x.id from activities x join accounts a on a.id = x.account_id
          where least(x.published_at, x.first_seen_at) < $1 and not a.is_brand and not exists (
            select from links l where l.account_id = a.id and l.state in ('active', 'suggested'))
          order by x.id limit $2 for update of x skip locked)
      returning id`,
    [before, limit],
  );
  return rows.length;
}

/** Conversations of a source with something live in them since then, the latest first, by the id of their first activity. */
export async function recentThreads(
  tx: WorkspaceTx,
  connectionId: string,
  since: Date,
  limit: number,
): Promise<readonly string[]> {
  const rows = await tx.rows<{ thread: string }>(
    `select thread_id as thread from activities
      where connection_id = $1 and state = 'live' and published_at >= $2
      group by thread_id order by max(published_at) desc limit $3`,
    [connectionId, since, limit],
  );
  return rows.map((row) => row.thread);
}

/** Native ids of the live accounts that speak to the brand in a conversation. */
export async function speakersOf(
  tx: WorkspaceTx,
  connectionId: string,
  thread: string,
): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ nativeId: string }>(
    `select distinct a.native_id as "nativeId" from activities x join accounts a on a.id = x.account_id
      where x.connection_id = $1 and x.thread_id = $2 and x.state = 'live' and a.state = 'live'`,
    [connectionId, thread],
  );
  return new Set(rows.map((row) => row.nativeId));
}
