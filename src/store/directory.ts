import type { Database, Tx } from './database.ts';

/**
 * The few questions that are asked before a workspace is known. They run as the owner, past row-level security, and tell
 * nothing but ids, connector names and states.
 */
export interface Address {
  readonly workspace: string;
  readonly connection: string;
  readonly connector: string;
  readonly kind: 'crm' | 'social';
}

const ADDRESS = 'workspace_id as workspace, id as connection, connector, kind';

/** Whose CRM this is; undefined for one that is not connected (any more). */
export async function findCrm(
  owner: Tx,
  connector: string,
  accountId: string,
): Promise<Address | undefined> {
  const rows = await owner.rows<Address>(
    `select ${ADDRESS} from connections
      where kind = 'crm' and connector = $1 and account_id = $2 and state <> 'removed'`,
    [connector, accountId],
  );
  return rows[0];
}

export async function listActive(owner: Tx): Promise<readonly Address[]> {
  return owner.rows<Address>(`select ${ADDRESS} from connections where state = 'active'`);
}

export async function listWorkspaces(owner: Tx): Promise<readonly string[]> {
  const rows = await owner.rows<{ id: string }>('select workspace_id as id from workspaces');
  return rows.map((row) => row.id);
}

/** Which workspace an admin who comes back from a vendor's consent page started in. Single use. */
export async function takeOAuthState(
  owner: Tx,
  connector: string,
  stateHash: Uint8Array,
): Promise<string | undefined> {
  const rows = await owner.rows<{ workspace: string }>(
    `delete from oauth_states where state_hash = $1 and connector = $2 and expires_at > now()
      returning workspace_id as workspace`,
    [stateHash, connector],
  );
  return rows[0]?.workspace;
}

/**
 * Webhook intake: one insert, and so one round trip and one commit, before the vendor gets its answer. A job of its own in the
 * same transaction would cost as much again; the row is the job until `queueInbox` hands it on. True when it was not here.
 */
export async function storeParcel(
  database: Database,
  parcel: {
    readonly workspace: string;
    readonly connection: string;
    readonly digest: Uint8Array;
    readonly body: Uint8Array;
  },
): Promise<boolean> {
  const { rowCount } = await database.pool.query({
    name: 'store_parcel',
    text: `insert into inbox (workspace_id, connection_id, digest, body) values ($1, $2, $3, $4)
      on conflict do nothing`,
    values: [parcel.workspace, parcel.connection, parcel.digest, parcel.body],
  });
  return rowCount === 1;
}

/**
 * Hands stored requests to the workers, the oldest first: their jobs and the mark that they have one, in one transaction.
 * Returns how many; as many as `limit` means that there may be more. Two processes never hand on the same row.
 */
export async function queueInbox(owner: Tx, limit: number): Promise<number> {
  const rows = await owner.rows<{ n: number }>(
    `with taken as (
        update inbox set queued_at = now() where id in (
          select id from inbox where queued_at is null order by id limit $1 for update skip locked)
        returning workspace_id, id),
      specs as (
        select array_agg(row('reconcile', json_build_object('workspace', workspace_id, 'inbox', id::text),
          null, null, null, null, null, null)::graphile_worker.job_spec order by id) as list
        from taken having count(*) > 0)
      select count(*)::int as n from specs, graphile_worker.add_jobs(specs.list)`,
    [limit],
  );
  return rows[0]?.n ?? 0;
}

/** How many connections are in which state, over all workspaces. */
export async function listStates(owner: Tx): Promise<Readonly<Record<string, number>>> {
  const rows = await owner.rows<{ state: string; n: number }>(
    'select state, count(*)::int as n from connections group by state',
  );
  return Object.fromEntries(rows.map((row) => [row.state, row.n]));
}
