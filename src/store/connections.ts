import { only, type WorkspaceTx } from './database.ts';

export type ConnectionState = 'active' | 'revoked' | 'removed';

export interface Connection {
  readonly id: string;
  readonly kind: 'crm' | 'social';
  readonly connector: string;
  readonly accountId: string;
  readonly title: string;
  readonly settings: unknown;
  readonly state: ConnectionState;
  readonly stateReason: string | null;
  readonly stateSince: Date;
  readonly brandAccount: string | null;
  readonly pollCursor: string | null;
  readonly polledAt: Date | null;
  readonly recheckedAt: Date | null;
  readonly changesSince: Date | null;
}

const COLUMNS = `id, kind, connector, account_id as "accountId", title, settings, state,
  state_reason as "stateReason", state_since as "stateSince", brand_account as "brandAccount",
  poll_cursor as "pollCursor", polled_at as "polledAt", rechecked_at as "recheckedAt",
  changes_since as "changesSince"`;

export interface ConnectionDraft {
  readonly kind: 'crm' | 'social';
  readonly connector: string;
  readonly accountId: string;
  readonly title: string;
  readonly settings: unknown;
  readonly brandAccount?: string | undefined;
}

/**
 * Connects, or connects again: the same CRM or source is one connection with new secrets, whatever its state was.
 * `sealSecrets` gets the id to bind them to.
 */
export async function putConnection(
  tx: WorkspaceTx,
  draft: ConnectionDraft,
  sealSecrets: (connectionId: string) => Uint8Array,
): Promise<string> {
  const [known] = await tx.rows<{ id: string }>(
    // Also one that was disconnected: its contacts and entries are still those of this CRM, and a second set would be
    // namesakes of the first.
    `select id from connections where kind = $1 and connector = $2 and account_id = $3
      order by state = 'removed', state_since desc limit 1 for no key update`,
    [draft.kind, draft.connector, draft.accountId],
  );
  const id = known?.id ?? only(await tx.rows<{ id: string }>('select gen_random_uuid() as id')).id;
  await tx.rows(
    `insert into connections
        (workspace_id, id, kind, connector, account_id, title, settings, secrets, brand_account)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      on conflict (workspace_id, id) do update set title = excluded.title,
        settings = excluded.settings, secrets = excluded.secrets,
        brand_account = excluded.brand_account, state = 'active', state_reason = null,
        state_since = now()`,
    [
      tx.workspace,
      id,
      draft.kind,
      draft.connector,
      draft.accountId,
      draft.title,
      JSON.stringify(draft.settings),
      sealSecrets(id),
      draft.brandAccount ?? null,
    ],
  );
  return id;
}

export async function readConnection(tx: WorkspaceTx, id: string): Promise<Connection | undefined> {
  const rows = await tx.rows<Connection>(`select ${COLUMNS} from connections where id = $1`, [id]);
  return rows[0];
}

export async function listConnections(tx: WorkspaceTx): Promise<readonly Connection[]> {
  return tx.rows<Connection>(`select ${COLUMNS} from connections order by created_at`);
}

/** The CRM that this workspace writes to. */
export async function listCrmConnections(tx: WorkspaceTx): Promise<readonly Connection[]> {
  return tx.rows<Connection>(
    `select ${COLUMNS} from connections where kind = 'crm' and state <> 'removed' order by created_at`,
  );
}

/** True when the state changed by this. */
export async function setConnectionState(
  tx: WorkspaceTx,
  id: string,
  state: ConnectionState,
  reason: string | undefined,
): Promise<boolean> {
  const rows = await tx.rows(
    `update connections set state = $2, state_reason = $3, state_since = now()
      where id = $1 and state is distinct from $2 returning id`,
    [id, state, reason ?? null],
  );
  return rows.length > 0;
}

/** Locks against every other reader of secrets that means to change them; others may go on referring to the connection. */
export async function readSecrets(
  tx: WorkspaceTx,
  id: string,
  lock: 'none' | 'renew',
): Promise<Uint8Array> {
  const rows = await tx.rows<{ secrets: Uint8Array }>(
    `select secrets from connections where id = $1 ${lock === 'renew' ? 'for no key update' : ''}`,
    [id],
  );
  return only(rows).secrets;
}

/** Of every connection of the workspace, whatever its state; locked like `renew`. */
export async function lockAllSecrets(
  tx: WorkspaceTx,
): Promise<readonly { readonly id: string; readonly secrets: Uint8Array }[]> {
  return tx.rows(
    "select id, secrets from connections where secrets <> '' order by id for no key update",
  );
}

export async function writeSecrets(tx: WorkspaceTx, id: string, sealed: Uint8Array): Promise<void> {
  await tx.rows('update connections set secrets = $2 where id = $1', [id, sealed]);
}

export async function savePoll(tx: WorkspaceTx, id: string, cursor: string): Promise<void> {
  await tx.rows('update connections set poll_cursor = $2, polled_at = now() where id = $1', [
    id,
    cursor,
  ]);
}

export async function saveRechecked(tx: WorkspaceTx, id: string): Promise<void> {
  await tx.rows('update connections set rechecked_at = now() where id = $1', [id]);
}

export async function saveChangesSince(tx: WorkspaceTx, id: string, since: Date): Promise<void> {
  await tx.rows('update connections set changes_since = $2 where id = $1', [id, since]);
}

export async function insertOAuthState(
  tx: WorkspaceTx,
  state: { readonly hash: Uint8Array; readonly connector: string; readonly minutes: number },
): Promise<void> {
  // Installations begun and never finished.
  await tx.rows('delete from oauth_states where expires_at < now()');
  await tx.rows(
    `insert into oauth_states (workspace_id, state_hash, connector, expires_at)
      values ($1, $2, $3, now() + make_interval(mins => $4))`,
    [tx.workspace, state.hash, state.connector, state.minutes],
  );
}

/** A removed connection keeps its name and state and nothing that opens anything. It is filled anew if it is connected again. */
export async function wipeConnection(tx: WorkspaceTx, id: string): Promise<void> {
  await tx.rows(
    `update connections set secrets = '', settings = '{}', poll_cursor = null, brand_account = null
      where id = $1 and state = 'removed'`,
    [id],
  );
}
