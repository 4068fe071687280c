import type { Fields } from '../domain/mapping/apply.ts';
import type { WantedEntry } from './deliveries.ts';
import type { WorkspaceTx } from './database.ts';

interface Claimed {
  readonly id: string;
  readonly key: string;
  readonly contactId: string;
  readonly externalId: string;
  readonly version: number;
  readonly attempts: number;
}

export interface ClaimedFields extends Claimed {
  readonly wanted: Fields;
  /** What the CRM holds now, as far as we know. */
  readonly current: Fields;
}

export interface ClaimedEntry extends Claimed {
  readonly wanted: WantedEntry;
}

export interface Claim {
  readonly connectionId: string;
  readonly processId: string;
  readonly limit: number;
}

/**
 * Takes planned writes in hand. In this very transaction each is held against what was decided since it was planned: a
 * contact that is gone or erased, or a link that is no longer active, is withdrawn and never sent (R02).
 */
export async function claimFields(
  tx: WorkspaceTx,
  claim: Claim,
): Promise<readonly ClaimedFields[]> {
  return take<ClaimedFields>(tx, claim, "kind = 'fields'");
}

export async function claimEntries(
  tx: WorkspaceTx,
  claim: Claim,
): Promise<readonly ClaimedEntry[]> {
  return take<ClaimedEntry>(tx, claim, "kind = 'entry' and wanted is not null");
}

/** Removals need no link and no living contact: what should be gone should be gone. */
export async function claimRemovals(tx: WorkspaceTx, claim: Claim): Promise<readonly Claimed[]> {
  return take<Claimed>(tx, claim, "kind = 'entry' and wanted is null");
}

/**
 * Locked first, then checked, then taken: only rows that were checked are sent. Rows that another transaction holds are passed
 * over; waiting for one while holding others would be a deadlock with whoever plans for several contacts at once.
 */
async function take<Row>(
  tx: WorkspaceTx,
  claim: Claim,
  condition: string,
): Promise<readonly Row[]> {
  for (;;) {
    const due = await tx.rows<{ id: string }>(
      `select id from deliveries
        where connection_id = $1 and state = 'planned' and due_at <= now() and ${condition}
        order by id limit $2 for update skip locked`,
      [claim.connectionId, claim.limit],
    );
    if (due.length === 0) return [];
    const ids = due.map((row) => row.id);
    await withdrawUnwanted(tx, ids);
    const taken = await tx.rows<Row>(
      `update deliveries d set state = 'sent', claimed_by = $2, sent_version = d.version,
          sent_at = clock_timestamp(), maybe_written = true
        from contacts c where d.id = any($1::bigint[]) and d.state = 'planned' and c.id = d.contact_id
        returning d.id, d.key, d.contact_id as "contactId", c.external_id as "externalId", d.version,
          d.attempts, d.wanted, c.fields as current`,
      [ids, claim.processId],
    );
    if (taken.length > 0) return taken;
  }
}

/** Row by row through the primary keys: as conditions on whole tables, these questions took most of the time of a large push. */
async function withdrawUnwanted(tx: WorkspaceTx, ids: readonly string[]): Promise<void> {
  await tx.rows(
    `with unwanted as (
        select d.id from deliveries d
          left join lateral (
            select c.id from contacts c
              where c.workspace_id = d.workspace_id and c.id = d.contact_id and c.state = 'live' limit 1
          ) contact on true
          left join lateral (
            select l.id from links l
              where l.workspace_id = d.workspace_id and l.contact_id = d.contact_id and l.state = 'active'
                and (d.kind = 'fields' or exists (
                  select from activities a where a.workspace_id = d.workspace_id and a.id = d.activity_id
                    and a.account_id = l.account_id and a.state = 'live')) limit 1
          ) pairing on true
        where d.id = any($1::bigint[]) and d.wanted is not null
          and (contact.id is null
            or pairing.id is null and (d.kind = 'entry'
              -- With no pairing left, our fields may only be cleared or get back what stood there before us.
              or exists (select from jsonb_each_text(d.wanted)
                where value <> '' and key <> all(d.restores)))))
      update deliveries d set state = 'withdrawn', reason = 'the contact is gone or no longer paired'
        from unwanted where d.id = unwanted.id`,
    [ids],
  );
}

/** They are in hand still. The call may have to wait for its turn far longer than a call takes; see reclaimForgotten. */
export async function keepInHand(tx: WorkspaceTx, ids: readonly string[]): Promise<void> {
  await tx.rows(
    `update deliveries set sent_at = clock_timestamp() where id = any($1::bigint[]) and state = 'sent'`,
    [ids],
  );
}

/**
 * The CRM holds what this version wanted. Something newer that was planned meanwhile is planned still. An entry that was
 * removed leaves no row behind.
 */
export async function confirmDeliveries(
  tx: WorkspaceTx,
  done: readonly {
    readonly id: string;
    readonly version: number;
    readonly remoteId: string | null;
  }[],
): Promise<void> {
  await tx.rows(
    `update deliveries d set claimed_by = null, confirmed_version = w.version,
        remote_id = coalesce(w."remoteId", d.remote_id), confirmed_at = now(), attempts = 0,
        state = case when d.version = w.version then 'confirmed' else 'planned' end
      from jsonb_to_recordset($1::jsonb) as w (id bigint, version int, "remoteId" text)
      where d.id = w.id`,
    [JSON.stringify(done)],
  );
  await tx.rows(
    `delete from deliveries where id = any($1::bigint[]) and kind = 'entry' and wanted is null
      and state = 'confirmed'`,
    [done.map((one) => one.id)],
  );
}

/** The contact is gone in the CRM. Should it come back, what was wanted is planned again. */
export async function withdrawLost(tx: WorkspaceTx, ids: readonly string[]): Promise<void> {
  await tx.rows(
    `update deliveries set claimed_by = null, reason = 'the contact is gone in the CRM',
        state = case when version = sent_version then 'withdrawn' else 'planned' end
      where id = any($1::bigint[]) and state = 'sent'`,
    [ids],
  );
}

/** Not done, through no fault of the records: they wait. `attempts` counts only where the failure counts. */
export async function returnDeliveries(
  tx: WorkspaceTx,
  ids: readonly string[],
  wait: { readonly delayMs: number; readonly counts: boolean },
): Promise<void> {
  await tx.rows(
    `update deliveries set state = 'planned', claimed_by = null,
        attempts = attempts + $3, due_at = clock_timestamp() + make_interval(secs => $2 / 1000.0)
      where id = any($1::bigint[]) and state = 'sent'`,
    [ids, wait.delayMs, wait.counts ? 1 : 0],
  );
}

/** Held back with a reason, until a person retries or something newer is wanted. */
export async function parkDelivery(
  tx: WorkspaceTx,
  delivery: { readonly id: string; readonly version: number },
  reason: string,
): Promise<void> {
  await tx.rows(
    `update deliveries set claimed_by = null, reason = $3,
        state = case when version = $2 then 'parked' else 'planned' end
      where id = $1`,
    [delivery.id, delivery.version, reason],
  );
}

export interface ParkedDelivery {
  readonly id: string;
  readonly connectionId: string;
  readonly kind: 'fields' | 'entry';
  /** The CRM's id of the contact. */
  readonly externalId: string;
  readonly reason: string;
  readonly attempts: number;
  readonly plannedAt: Date;
}

export async function listParkedDeliveries(tx: WorkspaceTx): Promise<readonly ParkedDelivery[]> {
  return tx.rows<ParkedDelivery>(
    `select d.id, d.connection_id as "connectionId", d.kind, c.external_id as "externalId", d.reason,
        d.attempts, d.planned_at as "plannedAt"
      from deliveries d join contacts c on c.id = d.contact_id
      where d.state = 'parked' order by d.id limit 1000`,
  );
}

/** The connection whose queue it went back to; undefined when it is not parked (any more). */
export async function retryDelivery(tx: WorkspaceTx, id: string): Promise<string | undefined> {
  const rows = await tx.rows<{ connectionId: string }>(
    `update deliveries set state = 'planned', reason = null, attempts = 0, due_at = now()
      where id = $1 and state = 'parked' returning connection_id as "connectionId"`,
    [id],
  );
  return rows[0]?.connectionId;
}

/** When the next waiting delivery of the connection is due; undefined when none waits. */
export async function nextDue(tx: WorkspaceTx, connectionId: string): Promise<Date | undefined> {
  const rows = await tx.rows<{ dueAt: Date | null }>(
    `select min(due_at) as "dueAt" from deliveries where connection_id = $1 and state = 'planned'`,
    [connectionId],
  );
  return rows[0]?.dueAt ?? undefined;
}
