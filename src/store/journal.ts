import type { Fields } from '../domain/mapping/apply.ts';
import type { WorkspaceTx } from './database.ts';

/** Values for fields of one contact, and what stands there now. */
export interface FieldWrites {
  readonly contactId: string;
  readonly next: Fields;
  readonly before: Fields;
}

/** What we are about to write, with what stands there now. Before the call: the echo may be faster. One statement for all. */
export async function journalFields(
  tx: WorkspaceTx,
  connectionId: string,
  writes: readonly FieldWrites[],
): Promise<void> {
  const rows = writes.flatMap(({ contactId, next, before }) =>
    Object.entries(next).map(([field, value]) => ({
      contactId,
      field,
      value,
      before: before[field] ?? null,
    })),
  );
  await tx.rows(
    `insert into field_journal (workspace_id, connection_id, contact_id, field, before, value)
      select $1, $2, f."contactId", f.field, f.before, f.value
      from jsonb_to_recordset($3::jsonb) as f ("contactId" bigint, field text, before text, value text)
      -- A write that is repeated because its answer was lost is one write; but another value in between makes it a new one.
      where f.value is distinct from (
        select case when j.confirmed_at is null then j.value end from field_journal j
          where j.contact_id = f."contactId" and j.field = f.field order by j.id desc limit 1)`,
    [tx.workspace, connectionId, JSON.stringify(rows)],
  );
}

/** The CRM took these values. */
export async function confirmJournal(
  tx: WorkspaceTx,
  written: readonly Pick<FieldWrites, 'contactId' | 'next'>[],
): Promise<void> {
  const rows = written.flatMap(({ contactId, next }) =>
    Object.keys(next).map((field) => ({ contactId, field })),
  );
  await tx.rows(
    `update field_journal j set confirmed_at = now()
      from jsonb_to_recordset($1::jsonb) as f ("contactId" bigint, field text)
      where j.contact_id = f."contactId" and j.field = f.field and j.confirmed_at is null`,
    [JSON.stringify(rows)],
  );
}

/** The CRM refused these values: they never stood there, and whoever writes them now is not us. */
export async function forgetRefused(
  tx: WorkspaceTx,
  contactId: string,
  fields: readonly string[],
): Promise<void> {
  await tx.rows(
    'delete from field_journal where contact_id = $1 and field = any($2) and confirmed_at is null',
    [contactId, fields],
  );
}

/**
 * After a merge in the CRM: values that we wrote into the one record now stand, or will, in the other, where that had none
 * of its own. They are ours still, or our own writing would turn into the evidence of a person.
 */
export async function inheritJournal(tx: WorkspaceTx, from: string, to: string): Promise<void> {
  await tx.rows(
    `with newest as (
        select distinct on (contact_id, field) * from field_journal
          where contact_id in ($1, $2) order by contact_id, field, id desc)
      insert into field_journal (workspace_id, connection_id, contact_id, field, value, confirmed_at)
      select lost.workspace_id, lost.connection_id, $2, lost.field, lost.value, now()
      from newest lost join contacts c on c.id = $2
        left join newest own on own.contact_id = $2 and own.field = lost.field
      where lost.contact_id = $1 and lost.value <> ''
        and coalesce(c.fields ->> lost.field, '') in ('', lost.value)
        and own.value is distinct from lost.value`,
    [from, to],
  );
}

/** The value we wrote last into each field of the contact. */
export async function lastWritten(tx: WorkspaceTx, contactId: string): Promise<Fields> {
  const rows = await tx.rows<{ field: string; value: string }>(
    `select distinct on (field) field, value from field_journal
      where contact_id = $1 order by field, id desc`,
    [contactId],
  );
  return Object.fromEntries(rows.map(({ field, value }) => [field, value]));
}

/**
 * By the contact's id, the value of ours that stands in each field as far as we know; those that we never wrote to are left
 * out. A write in hand, as the one that takes a handle back, is not in the mirror yet: until it is confirmed, what we wrote
 * before it is ours as well, or our own writing would turn into the word of a person (R94).
 */
export async function ownValues(
  tx: WorkspaceTx,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, Fields>> {
  if (contactIds.length === 0) return new Map();
  const rows = await tx.rows<{ contactId: string; fields: Fields }>(
    `select "contactId", jsonb_object_agg(field, value) as fields from (
        select j.contact_id as "contactId", j.field, coalesce(
            max(j.value) filter (where j.value = c.fields ->> j.field),
            (array_agg(j.value order by j.id desc))[1]) as value
        from field_journal j join contacts c on c.id = j.contact_id
        where j.contact_id = any($1::bigint[]) and not exists (
          select from field_journal later where later.contact_id = j.contact_id and later.field = j.field
            and later.id > j.id and later.confirmed_at is not null)
        group by j.contact_id, j.field) own
      group by 1`,
    [contactIds],
  );
  return new Map(rows.map(({ contactId, fields }) => [contactId, fields]));
}

/**
 * Values that were sent without an answer yet, and so may stand in the contact's fields by now. A field that somebody changed
 * since is left out: what stands there is theirs.
 */
export async function pendingWrites(tx: WorkspaceTx, contactId: string): Promise<Fields> {
  const rows = await tx.rows<{ field: string; value: string }>(
    `select field, value from (
        select distinct on (field) field, before, value, confirmed_at from field_journal
        where contact_id = $1 order by field, id desc) as newest
      where confirmed_at is null and coalesce(before, '') =
        (select coalesce(c.fields ->> newest.field, '') from contacts c where c.id = $1)`,
    [contactId],
  );
  return Object.fromEntries(rows.map((row) => [row.field, row.value]));
}

/**
 * By the CRM's ids, the values that an echo of our own writing would carry: what we wrote last and what, as far as we know,
 * still stands there or is on its way. A value that a person changed since is not in it: their change back to ours is news.
 */
export async function expectedEchoes(
  tx: WorkspaceTx,
  connectionId: string,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, Fields>> {
  const rows = await tx.rows<{ externalId: string; fields: Fields }>(
    `select external_id as "externalId", jsonb_object_agg(field, value) as fields from (
        select distinct on (c.external_id, j.field) c.external_id, c.fields, j.field, j.value, j.confirmed_at
        from contacts c join field_journal j on j.contact_id = c.id and j.workspace_id = c.workspace_id
        where c.connection_id = $1 and c.external_id = any($2)
        order by c.external_id, j.field, j.id desc) as newest
      where confirmed_at is null or coalesce(fields ->> field, '') = value
      group by external_id`,
    [connectionId, externalIds],
  );
  return new Map(rows.map((row) => [row.externalId, row.fields]));
}
