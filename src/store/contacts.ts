import type { Identifier } from '../domain/identifiers.ts';
import type { Fields } from '../domain/mapping/apply.ts';
import { only, type WorkspaceTx } from './database.ts';

export interface Contact {
  readonly id: string;
  readonly connectionId: string;
  readonly externalId: string;
  readonly fields: Fields;
  readonly state: 'live' | 'deleted' | 'merged' | 'erased';
  readonly mergedInto: string | null;
}

export const CONTACT_COLUMNS = `id, connection_id as "connectionId", external_id as "externalId", fields, state,
  merged_into as "mergedInto"`;

/** The mirrored row under a lock that makes changes of one person serial; undefined when never mirrored. */
export async function lockContactByExternalId(
  tx: WorkspaceTx,
  connectionId: string,
  externalId: string,
): Promise<Contact | undefined> {
  const rows = await tx.rows<Contact>(
    `select ${CONTACT_COLUMNS} from contacts where connection_id = $1 and external_id = $2
      for no key update`,
    [connectionId, externalId],
  );
  return rows[0];
}

/**
 * The mirrored row, locked, for a read of the CRM that began at `asOf` (databaseTime). `isNewer`: what stands here was
 * learned after that read began, so its answer may be older than the row.
 */
export async function lockForReading(
  tx: WorkspaceTx,
  read: { readonly connectionId: string; readonly externalId: string; readonly asOf: string },
): Promise<(Contact & { readonly isNewer: boolean }) | undefined> {
  const rows = await tx.rows<Contact & { isNewer: boolean }>(
    `select ${CONTACT_COLUMNS}, coalesce(known_at > $3::timestamptz, false) as "isNewer" from contacts
      where connection_id = $1 and external_id = $2 for no key update`,
    [read.connectionId, read.externalId, read.asOf],
  );
  return rows[0];
}

/** Locks in the order of ids, so that two lanes that touch the same contacts never wait for each other. */
export async function lockContacts(
  tx: WorkspaceTx,
  ids: readonly string[],
): Promise<readonly Contact[]> {
  return tx.rows<Contact>(
    `select ${CONTACT_COLUMNS} from contacts where id = any($1::bigint[]) order by id for no key update`,
    [ids],
  );
}

/** As they stand, unlocked; for what is only looked at. */
export async function readContacts(
  tx: WorkspaceTx,
  ids: readonly string[],
): Promise<readonly Contact[]> {
  if (ids.length === 0) return [];
  return tx.rows<Contact>(
    `select ${CONTACT_COLUMNS} from contacts where id = any($1::bigint[]) order by id`,
    [ids],
  );
}

/** Every record that was merged into the contact, over any number of merges; locked. */
export async function lockMergedInto(tx: WorkspaceTx, id: string): Promise<readonly Contact[]> {
  const rows = await tx.rows<{ id: string }>(
    `with recursive lost as (
        select id from contacts where merged_into = $1
        union select c.id from contacts c join lost on c.merged_into = lost.id)
      select id from lost`,
    [id],
  );
  return lockContacts(
    tx,
    rows.map((row) => row.id),
  );
}

export interface MirroredContact {
  readonly connectionId: string;
  readonly externalId: string;
  readonly fields: Fields;
  readonly updatedAt: Date;
  /** The database's time when the read began; now, when nothing was read. */
  readonly asOf?: string | undefined;
  /** The full read that saw it, if one did. */
  readonly run: string | undefined;
}

export async function putContact(tx: WorkspaceTx, contact: MirroredContact): Promise<string> {
  const rows = await tx.rows<{ id: string }>(
    `insert into contacts
        (workspace_id, connection_id, external_id, fields, updated_in_crm_at, seen_in_run, known_at)
      values ($1, $2, $3, $4, $5, $6, coalesce($7::timestamptz, clock_timestamp()))
      on conflict (workspace_id, connection_id, external_id) do update set
        fields = excluded.fields, updated_in_crm_at = excluded.updated_in_crm_at,
        known_at = excluded.known_at,
        seen_in_run = coalesce(excluded.seen_in_run, contacts.seen_in_run),
        state = 'live', merged_into = null
      returning id`,
    [
      tx.workspace,
      contact.connectionId,
      contact.externalId,
      JSON.stringify(contact.fields),
      contact.updatedAt,
      contact.run ?? null,
      contact.asOf ?? null,
    ],
  );
  return only(rows).id;
}

/** Of these contacts, those that stand here just as they were read: a full read need not touch them one by one. */
export async function markSeenUnchanged(
  tx: WorkspaceTx,
  connectionId: string,
  run: string,
  contacts: readonly { readonly externalId: string; readonly fields: Fields }[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ externalId: string }>(
    `update contacts c set seen_in_run = $2
      from jsonb_to_recordset($3::jsonb) as read ("externalId" text, fields jsonb)
      where c.connection_id = $1 and c.external_id = read."externalId" and c.state = 'live'
        and c.fields = read.fields
      returning c.external_id as "externalId"`,
    [connectionId, run, JSON.stringify(contacts)],
  );
  return new Set(rows.map((row) => row.externalId));
}

/** Live contacts that a finished full read did not meet. */
export async function notSeenIn(
  tx: WorkspaceTx,
  connectionId: string,
  run: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await tx.rows<{ externalId: string }>(
    `select external_id as "externalId" from contacts
      where connection_id = $1 and state = 'live' and (seen_in_run is null or seen_in_run < $2)
      order by id limit $3`,
    [connectionId, run, limit],
  );
  return rows.map((row) => row.externalId);
}

export async function setContactState(
  tx: WorkspaceTx,
  id: string,
  state: Contact['state'],
  mergedInto?: string,
): Promise<void> {
  await tx.rows(
    `update contacts set state = $2, merged_into = $3, known_at = clock_timestamp() where id = $1`,
    [id, state, mergedInto ?? null],
  );
}

/** What we just wrote is what the CRM holds now. */
export async function mirrorWrittenFields(
  tx: WorkspaceTx,
  written: readonly { readonly contactId: string; readonly next: Fields }[],
): Promise<void> {
  await tx.rows(
    `update contacts c
      set fields = jsonb_strip_empty(c.fields || w.next), known_at = clock_timestamp()
      from jsonb_to_recordset($1::jsonb) as w ("contactId" bigint, next jsonb)
      where c.id = w."contactId"`,
    [JSON.stringify(written)],
  );
}

/** Replaces what the contact can be recognised by; tells whether anything changed. */
export async function replaceContactIdentifiers(
  tx: WorkspaceTx,
  contactId: string,
  identifiers: readonly Identifier[],
): Promise<void> {
  await tx.rows('delete from contact_identifiers where contact_id = $1', [contactId]);
  await tx.rows(
    `insert into contact_identifiers (workspace_id, contact_id, kind, value)
      select $1, $2, kind, value from jsonb_to_recordset($3::jsonb) as i (kind text, value text)
      on conflict do nothing`,
    [tx.workspace, contactId, JSON.stringify(identifiers)],
  );
}

/** Live accounts that share an identifier with the contact, or are or were paired with it. */
export async function accountsNear(tx: WorkspaceTx, contactId: string): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select account_id as id from links where contact_id = $1
      union
      select a.account_id from contact_identifiers c
        join account_identifiers a using (workspace_id, kind, value) where c.contact_id = $1`,
    [contactId],
  );
  return rows.map((row) => row.id);
}

export async function countContacts(tx: WorkspaceTx): Promise<number> {
  const rows = await tx.rows<{ n: number }>(
    "select count(*)::int as n from contacts where state = 'live'",
  );
  return only(rows).n;
}

/** Leaves the CRM's id, which is no name of anybody, so that a late message about the contact does not bring it back. */
export async function eraseContact(tx: WorkspaceTx, id: string): Promise<void> {
  await tx.rows('delete from contact_identifiers where contact_id = $1', [id]);
  await tx.rows('delete from contact_blocks where contact_id = $1', [id]);
  await tx.rows('delete from links where contact_id = $1', [id]);
  await tx.rows('delete from link_decisions where contact_id = $1', [id]);
  await tx.rows('delete from scores where contact_id = $1', [id]);
  await tx.rows('delete from restore_conflicts where contact_id = $1', [id]);
  await tx.rows('delete from field_journal where contact_id = $1', [id]);
  await tx.rows("delete from deliveries where contact_id = $1 and kind = 'fields'", [id]);
  await tx.rows(
    `update contacts set state = 'erased', fields = '{}', merged_into = null where id = $1`,
    [id],
  );
}

/** Ids of live contacts with an active link, ascending, after `after`. */
export async function contactsWithActiveLinks(
  tx: WorkspaceTx,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select c.id from contacts c where c.id > $1 and c.state = 'live'
        and exists (select from links l where l.contact_id = c.id and l.state = 'active')
      order by c.id limit $2`,
    [after, limit],
  );
  return rows.map((row) => row.id);
}

/** Which of these mailboxes a live contact other than `ids` has too. */
export async function mailboxesOfOthers(
  tx: WorkspaceTx,
  mailboxes: readonly string[],
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.rows<{ value: string }>(
    `select distinct i.value from contact_identifiers i join contacts c on c.id = i.contact_id
      where i.kind = 'email' and i.value = any($1) and c.state = 'live' and c.id <> all($2::bigint[])`,
    [mailboxes, ids],
  );
  return new Set(rows.map((row) => row.value));
}

/** Of contacts as a search shows them, the CRM's ids of those that are unknown here or were changed after we read them. */
export async function newerThanMirrored(
  tx: WorkspaceTx,
  connectionId: string,
  seen: readonly { readonly id: string; readonly updatedAt: Date }[],
): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select s.id from jsonb_to_recordset($2::jsonb) as s (id text, "updatedAt" timestamptz)
      left join contacts c on c.connection_id = $1 and c.external_id = s.id
      where c.id is null or c.updated_in_crm_at is null or c.updated_in_crm_at < s."updatedAt"`,
    [connectionId, JSON.stringify(seen.map(({ id, updatedAt }) => ({ id, updatedAt })))],
  );
  return rows.map((row) => row.id);
}
