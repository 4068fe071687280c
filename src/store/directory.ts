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
 * Webhook intake: one statement, and so one round trip and one commit, before the vendor gets its answer. The function runs
 * as its owner and writes the row and its job. True when this request was not here before; then `wakeWorkers` is due.
 */
export async function storeParcel(
  database: Database,
  parcel: {
    readonly workspace: string;
    readonly connection: string;
    readonly digest: Uint8Array;
    readonly body: string;
  },
): Promise<boolean> {
  const { rows } = await database.pool.query<{ fresh: boolean }>({
    name: 'receive',
    text: 'select receive($1, $2, $3, $4) as fresh',
    values: [parcel.workspace, parcel.connection, parcel.digest, parcel.body],
  });
  return rows[0]?.fresh === true;
}

/** Tells idle workers of all processes that jobs came in, so that they need not wait for their next look. */
export async function wakeWorkers(database: Database, jobs: number): Promise<void> {
  if (database.pool.ending) return;
  // As graphile_worker.add_jobs says it. The random part keeps PostgreSQL from folding equal ones into one.
  await database.pool.query({
    name: 'wake',
    text: `select pg_notify('jobs:insert', json_build_object('r', random(), 'count', $1::int)::text)`,
    values: [jobs],
  });
}

/** How many connections are in which state, over all workspaces. */
export async function listStates(owner: Tx): Promise<Readonly<Record<string, number>>> {
  const rows = await owner.rows<{ state: string; n: number }>(
    'select state, count(*)::int as n from connections group by state',
  );
  return Object.fromEntries(rows.map((row) => [row.state, row.n]));
}
