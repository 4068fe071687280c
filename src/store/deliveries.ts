import type { Fields } from '../domain/mapping/apply.ts';
import { only, type WorkspaceTx } from './database.ts';

export type DeliveryKind = 'fields' | 'entry';

/** What a timeline entry should say. Plain JSON, the same bytes for the same content. */
export interface WantedEntry {
  readonly occurredAt: string;
  readonly network: string;
  readonly kind: 'mention' | 'reply' | 'quote' | 'post' | 'comment';
  readonly author: string;
  readonly text: string;
  readonly url: string | null;
  readonly edited: boolean;
  readonly reason: string;
  readonly language: 'de' | 'en';
}

export interface DeliveryPlan {
  readonly connectionId: string;
  readonly key: string;
  readonly contactId: string;
}

/** True when this plans a write: what is wanted is not what was confirmed or is already planned. */
export async function planEntry(
  tx: WorkspaceTx,
  plan: DeliveryPlan & { readonly activityId: string },
  wanted: WantedEntry,
): Promise<boolean> {
  return upsert(tx, { ...plan, kind: 'entry' }, wanted);
}

/**
 * Coalesces with what is still planned for the contact: one write carries the newest values. `restores`: the fields among
 * them that get back what stood there before us, which needs no pairing.
 */
export async function planFields(
  tx: WorkspaceTx,
  plan: DeliveryPlan & { readonly restores?: readonly string[] },
  changes: Fields,
): Promise<boolean> {
  return upsert(tx, { ...plan, kind: 'fields', activityId: undefined }, changes);
}

export interface FieldsToAdd extends DeliveryPlan {
  readonly changes: Fields;
}

/**
 * Values for many contacts, to be written beside whatever else is planned for them. One statement for all: for a value that
 * changes everywhere at once.
 */
export async function addPlannedFields(
  tx: WorkspaceTx,
  plans: readonly FieldsToAdd[],
): Promise<void> {
  if (plans.length === 0) return;
  await tx.rows(
    `insert into deliveries as d (workspace_id, connection_id, kind, key, contact_id, wanted)
      select $1, p."connectionId", 'fields', p.key, p."contactId", p.changes
      from jsonb_to_recordset($2::jsonb) as p ("connectionId" uuid, key text, "contactId" bigint, changes jsonb)
      on conflict (workspace_id, connection_id, key) do update set
        -- What was done or called off is not wanted again.
        wanted = case when d.state in ('planned', 'sent', 'parked') then coalesce(d.wanted, '{}') else '{}' end
          || excluded.wanted,
        restores = case when d.state in ('planned', 'sent', 'parked') then array(
          select unnest(d.restores) except select jsonb_object_keys(excluded.wanted)) else '{}' end,
        version = d.version + 1, contact_id = excluded.contact_id,
        state = case when d.state = 'sent' then 'sent' else 'planned' end,
        reason = null, attempts = 0, due_at = now(), planned_at = now()`,
    [tx.workspace, JSON.stringify(plans)],
  );
}

async function upsert(
  tx: WorkspaceTx,
  plan: DeliveryPlan & {
    readonly kind: DeliveryKind;
    readonly activityId: string | undefined;
    readonly restores?: readonly string[];
  },
  wanted: unknown,
): Promise<boolean> {
  const rows = await tx.rows(
    `insert into deliveries as d (workspace_id, connection_id, kind, key, contact_id, activity_id, wanted, restores)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (workspace_id, connection_id, key) do update set
        wanted = excluded.wanted, restores = excluded.restores, version = d.version + 1, contact_id = excluded.contact_id,
        -- One that is in a process's hand comes back to be planned when that process is done with it.
        state = case when d.state = 'sent' then 'sent' else 'planned' end,
        reason = null, attempts = 0, due_at = now(), planned_at = now()
      where d.wanted is distinct from excluded.wanted or d.restores <> excluded.restores
        or (d.kind = 'fields' and d.state in ('confirmed', 'withdrawn'))
        or (d.state = 'withdrawn' and d.confirmed_version < d.version)
      returning id`,
    [
      tx.workspace,
      plan.connectionId,
      plan.kind,
      plan.key,
      plan.contactId,
      plan.activityId ?? null,
      JSON.stringify(wanted),
      plan.restores ?? [],
    ],
  );
  return rows.length > 0;
}

/**
 * Entries of a contact that should be on no timeline, because their activity is not in `keep`. One that was never sent is
 * dropped; one that the CRM may hold is planned for removal. Returns how many have to be removed.
 */
export async function planRemovals(
  tx: WorkspaceTx,
  contactId: string,
  keep: readonly string[],
): Promise<number> {
  await tx.rows(
    `delete from deliveries where kind = 'entry' and contact_id = $1 and not maybe_written
      and state <> 'sent' and activity_id <> all($2::bigint[])`,
    [contactId, keep],
  );
  const rows = await tx.rows(
    `update deliveries set wanted = null, version = version + 1, reason = null, attempts = 0,
        due_at = now(), state = case when state = 'sent' then 'sent' else 'planned' end
      where kind = 'entry' and contact_id = $1
        -- A removal that was called off with its contact is due again when that is back, or lives on in another.
        and (wanted is not null or state = 'withdrawn')
        and activity_id <> all($2::bigint[]) returning id`,
    [contactId, keep],
  );
  return rows.length;
}

/** Field values that are planned but not yet sent are no longer wanted. */
export async function dropPlannedFields(tx: WorkspaceTx, contactId: string): Promise<void> {
  await tx.rows(
    `update deliveries set state = 'withdrawn', reason = 'no longer needed'
      where kind = 'fields' and contact_id = $1 and state = 'planned'`,
    [contactId],
  );
}

/** The contact is no more in the CRM: whatever was to be written there is pointless, and its timeline went with it. */
export async function withdrawDeliveries(
  tx: WorkspaceTx,
  contactId: string,
  reason: string,
): Promise<void> {
  await tx.rows(
    `update deliveries set state = 'withdrawn', reason = $2, claimed_by = null
      where contact_id = $1 and state in ('planned', 'parked')`,
    [contactId, reason],
  );
}

export interface OutcomeCount {
  readonly kind: DeliveryKind;
  readonly state: string;
  readonly count: number;
}

export async function countDeliveries(tx: WorkspaceTx): Promise<readonly OutcomeCount[]> {
  return tx.rows<OutcomeCount>(
    `select kind, state, count(*)::int as count from deliveries group by kind, state
      order by kind, state`,
  );
}

export async function countUnfinished(tx: WorkspaceTx, connectionId: string): Promise<number> {
  const rows = await tx.rows<{ n: number }>(
    `select count(*)::int as n from deliveries where connection_id = $1 and state in ('planned', 'sent')`,
    [connectionId],
  );
  return only(rows).n;
}
