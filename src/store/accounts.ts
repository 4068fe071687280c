import type { Identifier } from '../domain/identifiers.ts';
import type { Profile, ProfileCounters } from '../domain/social.ts';
import { only, type WorkspaceTx } from './database.ts';

export interface Account {
  readonly id: string;
  readonly network: string;
  readonly nativeId: string;
  readonly connectionId: string;
  /** Its counters are kept apart, see scores. */
  readonly profile: Profile;
  readonly isBrand: boolean;
  readonly state: 'live' | 'gone';
  readonly goneReason: string | null;
}

const COLUMNS = `id, network, native_id as "nativeId", connection_id as "connectionId", profile,
  is_brand as "isBrand", state, gone_reason as "goneReason"`;

export interface SeenAccount {
  readonly network: string;
  readonly connectionId: string;
  readonly profile: Profile;
  readonly isBrand: boolean;
  /** False for the short view of an author that comes with a post: what it leaves out is not gone. */
  readonly complete: boolean;
}

/** Counters as they are stored. More posts than last time: the account posted since, wherever that was. */
export interface StoredCounters extends Omit<ProfileCounters, 'observedAt'> {
  readonly observedAt: string;
  readonly postedAt?: string;
}

const COUNTERS = `case when excluded.counters is null and $8 then null
  when excluded.counters is null then accounts.counters
  else excluded.counters || jsonb_strip_nulls(jsonb_build_object('postedAt',
    case when (excluded.counters ->> 'posts')::bigint > (accounts.counters ->> 'posts')::bigint
      then excluded.counters -> 'observedAt' else accounts.counters -> 'postedAt' end)) end`;

/** Stores a profile as it was just seen. `changed` tells whether pairing has to look again. */
export async function putAccount(
  tx: WorkspaceTx,
  seen: SeenAccount,
): Promise<{ readonly id: string; readonly changed: boolean; readonly profile: Profile }> {
  // Undefined members vanish in JSON. The websites were found in the bio, and are as unknown as it is.
  const { counters, ...profile } = seen.profile;
  const { bio, websites, ...short } = profile;
  const isShort = !seen.complete && bio === undefined && websites.length === 0;
  const news = JSON.stringify(isShort ? short : profile);
  const known = (row: string) => (seen.complete ? "'{}'::jsonb" : `${row}.profile`);
  const rows = await tx.rows<{ id: string; changed: boolean; profile: Profile }>(
    `with before as (select profile, state, counters from accounts where network = $2 and native_id = $3)
      insert into accounts (workspace_id, network, native_id, connection_id, profile, is_brand, counters)
      values ($1, $2, $3, $4, $5, $6, $9)
      on conflict (workspace_id, network, native_id) do update set
        connection_id = excluded.connection_id, is_brand = excluded.is_brand or accounts.is_brand,
        profile = ${known('accounts')} || $7::jsonb, state = 'live', gone_reason = null,
        checked_at = case when $8 then now() else accounts.checked_at end,
        counters = ${COUNTERS}
      returning id, profile, not exists (
        select from before where ${known('before')} || $7::jsonb = before.profile
          and before.state = 'live'
          -- How they move is the daily work of the score; that there are any at all is news.
          and (before.counters is not null or $9::jsonb is null)) as changed`,
    [
      tx.workspace,
      seen.network,
      seen.profile.nativeId,
      seen.connectionId,
      JSON.stringify(profile),
      seen.isBrand,
      news,
      seen.complete,
      counters === undefined ? null : JSON.stringify(counters),
    ],
  );
  return only(rows);
}

/** Under the lock of the person's lane: two jobs of one account run one after the other. */
export async function lockAccount(tx: WorkspaceTx, id: string): Promise<Account | undefined> {
  const rows = await tx.rows<Account>(
    `select ${COLUMNS} from accounts where id = $1 for no key update`,
    [id],
  );
  return rows[0];
}

export async function readAccounts(
  tx: WorkspaceTx,
  ids: readonly string[],
): Promise<readonly Account[]> {
  return tx.rows<Account>(
    `select ${COLUMNS} from accounts where id = any($1::bigint[]) order by id`,
    [ids],
  );
}

/** Of these accounts, those on the network. */
export async function accountsOnNetwork(
  tx: WorkspaceTx,
  ids: readonly string[],
  network: string,
): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    'select id from accounts where id = any($1::bigint[]) and network = $2 order by id',
    [ids, network],
  );
  return rows.map((row) => row.id);
}

export async function replaceAccountIdentifiers(
  tx: WorkspaceTx,
  accountId: string,
  identifiers: readonly Identifier[],
): Promise<void> {
  await tx.rows('delete from account_identifiers where account_id = $1', [accountId]);
  await tx.rows(
    `insert into account_identifiers (workspace_id, account_id, kind, value)
      select $1, $2, kind, value from jsonb_to_recordset($3::jsonb) as i (kind text, value text)
      on conflict do nothing`,
    [tx.workspace, accountId, JSON.stringify(identifiers)],
  );
}

/**
 * What the network no longer shows, we no longer hold: of the account only its key stays, so that it is not taken for new.
 * Should it come back, its profile comes with it. True when it was live until now.
 */
export async function markAccountGone(
  tx: WorkspaceTx,
  id: string,
  reason: string,
): Promise<boolean> {
  const rows = await tx.rows(
    `update accounts set state = 'gone', gone_reason = $2, checked_at = now(), counters = null,
        profile = jsonb_build_object('nativeId', native_id, 'websites', '[]'::jsonb, 'handleIsDomain', false)
      where id = $1 and state = 'live' returning id`,
    [id, reason],
  );
  await tx.rows('delete from account_identifiers where account_id = $1', [id]);
  await tx.rows('delete from account_blocks where account_id = $1', [id]);
  await tx.rows('delete from backlinks where account_id = $1', [id]);
  return rows.length > 0;
}

/** Live accounts of a source, those checked longest ago first, that were last checked before `before`. */
export async function accountsToCheck(
  tx: WorkspaceTx,
  connectionId: string,
  before: Date,
  limit: number,
): Promise<readonly Pick<Account, 'id' | 'nativeId'>[]> {
  return tx.rows(
    `select id, native_id as "nativeId" from accounts
      where connection_id = $1 and state = 'live' and not is_brand and checked_at < $2
      order by checked_at limit $3`,
    [connectionId, before, limit],
  );
}

export async function markAccountsChecked(tx: WorkspaceTx, ids: readonly string[]): Promise<void> {
  await tx.rows('update accounts set checked_at = now() where id = any($1::bigint[])', [ids]);
}

export async function readBacklinks(
  tx: WorkspaceTx,
  accountId: string,
): Promise<ReadonlyMap<string, boolean>> {
  const rows = await tx.rows<{ host: string; found: boolean }>(
    'select host, found from backlinks where account_id = $1',
    [accountId],
  );
  return new Map(rows.map((row) => [row.host, row.found]));
}

/** True when this is news: not known before, or the other answer. */
export async function putBacklink(
  tx: WorkspaceTx,
  accountId: string,
  host: string,
  found: boolean,
): Promise<boolean> {
  const rows = await tx.rows<{ news: boolean }>(
    `with before as (select found from backlinks where account_id = $2 and host = $3)
      insert into backlinks (workspace_id, account_id, host, found) values ($1, $2, $3, $4)
      on conflict (workspace_id, account_id, host) do update
        set found = excluded.found, checked_at = now()
      returning not exists (select from before where before.found = $4) as news`,
    [tx.workspace, accountId, host, found],
  );
  return only(rows).news;
}

/** Backlinks last looked at before `before`, which may have changed since. */
export async function backlinksToCheck(
  tx: WorkspaceTx,
  before: Date,
  limit: number,
): Promise<readonly { readonly accountId: string; readonly host: string }[]> {
  return tx.rows(
    `select account_id as "accountId", host from backlinks where checked_at < $1
      order by checked_at limit $2`,
    [before, limit],
  );
}

/** The account that a network knows by one of these ids or handles. */
export async function findAccount(
  tx: WorkspaceTx,
  network: string,
  names: readonly string[],
): Promise<string | undefined> {
  const rows = await tx.rows<{ id: string }>(
    `select id from accounts where network = $1
        and (native_id = any($2) or lower(profile ->> 'handle') = any($2))
      order by native_id <> all($2), id limit 1`,
    [network, names],
  );
  return rows[0]?.id;
}

/** Takes the account and all that hangs on it out of the store. */
export async function deleteAccount(tx: WorkspaceTx, id: string): Promise<void> {
  await tx.rows('delete from accounts where id = $1', [id]);
}

const IS_IDLE = `not is_brand
  and not exists (select from activities x where x.account_id = accounts.id)
  and not exists (select from links l where l.account_id = accounts.id
    and l.state in ('active', 'suggested', 'rejected'))`;

/**
 * Takes out accounts of which nothing is left that they said, and of which nobody decided anything. Locked first and looked at
 * again then: an activity that was being stored meanwhile would otherwise go with its account.
 */
export async function pruneAccounts(
  tx: WorkspaceTx,
  limit: number,
): Promise<readonly Pick<Account, 'id' | 'nativeId'>[]> {
  const idle = await tx.rows<{ id: string }>(
    `select id from accounts where ${IS_IDLE} order by id limit $1 for update skip locked`,
    [limit],
  );
  return tx.rows(
    `delete from accounts where id = any($1::bigint[]) and ${IS_IDLE}
      returning id, native_id as "nativeId"`,
    [idle.map(({ id }) => id)],
  );
}

/** Accounts that a source showed last, the brand's own among them; ascending. */
export async function accountsOfSource(
  tx: WorkspaceTx,
  connectionId: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    'select id from accounts where connection_id = $1 order by id limit $2',
    [connectionId, limit],
  );
  return rows.map((row) => row.id);
}
