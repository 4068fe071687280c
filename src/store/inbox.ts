import type { WorkspaceTx } from './database.ts';

export interface InboxRow {
  readonly id: string;
  readonly connectionId: string;
  readonly body: Uint8Array;
}

/** Locked until it is done; undefined when it is done already. */
export async function lockInboxRow(tx: WorkspaceTx, id: string): Promise<InboxRow | undefined> {
  const rows = await tx.rows<InboxRow>(
    `select id, connection_id as "connectionId", body from inbox
      where id = $1 and done_at is null and body is not null for update`,
    [id],
  );
  return rows[0];
}

/** The body holds personal data and is of no more use; the digest stays, so that a replay is known. */
export async function finishInboxRow(tx: WorkspaceTx, id: string): Promise<void> {
  await tx.rows('update inbox set done_at = now(), body = null where id = $1', [id]);
}

/** The keys that were not seen before, now remembered. */
export async function rememberEvents(
  tx: WorkspaceTx,
  connectionId: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ key: string }>(
    `insert into inbox_events (workspace_id, connection_id, event_key)
      select distinct $1::uuid, $2::uuid, key from unnest($3::text[]) as key order by key
      on conflict do nothing returning event_key as key`,
    [tx.workspace, connectionId, keys],
  );
  return new Set(rows.map((row) => row.key));
}

export async function requestRefreshes(
  tx: WorkspaceTx,
  connectionId: string,
  externalIds: readonly string[],
  mergedInto?: string,
): Promise<void> {
  await tx.rows(
    `insert into refreshes (workspace_id, connection_id, external_id, merged_into)
      select distinct $1::uuid, $2::uuid, id, $4 from unnest($3::text[]) as id order by id
      on conflict (workspace_id, connection_id, external_id) do update
        set requested_at = clock_timestamp(),
          merged_into = coalesce(excluded.merged_into, refreshes.merged_into)`,
    [tx.workspace, connectionId, externalIds, mergedInto ?? null],
  );
}

export interface Refresh {
  readonly externalId: string;
  /** The database's own spelling: a round trip through Date would lose microseconds. */
  readonly requestedAt: string;
  /** The CRM's id of the survivor, where a merge was announced. */
  readonly mergedInto: string | null;
}

export async function readRefreshes(
  tx: WorkspaceTx,
  connectionId: string,
  limit: number,
): Promise<readonly Refresh[]> {
  return tx.rows<Refresh>(
    `select external_id as "externalId", requested_at::text as "requestedAt",
        merged_into as "mergedInto" from refreshes
      where connection_id = $1 order by requested_at limit $2`,
    [connectionId, limit],
  );
}

/** What was asked for again since stays. */
export async function finishRefreshes(
  tx: WorkspaceTx,
  connectionId: string,
  done: readonly Refresh[],
): Promise<void> {
  await tx.rows(
    `delete from refreshes r using jsonb_to_recordset($2::jsonb) as d ("externalId" text, "requestedAt" timestamptz)
      where r.connection_id = $1 and r.external_id = d."externalId" and r.requested_at = d."requestedAt"`,
    [connectionId, JSON.stringify(done)],
  );
}

/**
 * Forgets what is too old to be delivered again: HubSpot retries for 24 hours, people replay for a month. A request that
 * waits for its turn is never forgotten. One that could not be understood, and that no person looked at in this time, is:
 * its body holds personal data, and all its contacts were read from the CRM daily since. Returns how many of these there were.
 */
export async function pruneInbox(tx: WorkspaceTx): Promise<number> {
  const expired = await tx.rows(
    `with parked as (
        delete from parked_jobs p using inbox i
          where p.task = 'reconcile' and i.id = (p.payload ->> 'inbox')::bigint
            and i.received_at < now() - interval '30 days'
          returning i.id)
      update inbox set done_at = now(), body = null from parked
        where inbox.id = parked.id and done_at is null returning inbox.id`,
  );
  await tx.rows("delete from inbox where done_at < now() - interval '30 days'");
  await tx.rows("delete from inbox_events where seen_at < now() - interval '30 days'");
  return expired.length;
}
