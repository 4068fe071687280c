import type { WorkspaceTx } from './database.ts';

/** An identifier as a keyed hash of platform/secrets; the identifier itself cannot be read back from it. */
export interface HashedIdentifier {
  readonly kind: string;
  readonly hash: string;
}

export async function insertSuppressions(
  tx: WorkspaceTx,
  hashes: readonly HashedIdentifier[],
): Promise<void> {
  await tx.rows(
    `insert into suppressions (workspace_id, kind, hash)
      select $1, kind, hash from jsonb_to_recordset($2::jsonb) as s (kind text, hash text)
      on conflict do nothing`,
    [tx.workspace, JSON.stringify(hashes)],
  );
}

/** Which of these belong to someone who is to be left alone. */
export async function findSuppressed(
  tx: WorkspaceTx,
  hashes: readonly HashedIdentifier[],
): Promise<ReadonlySet<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await tx.rows<HashedIdentifier>(
    `select s.kind, s.hash from suppressions s
      join jsonb_to_recordset($1::jsonb) as q (kind text, hash text) using (kind, hash)`,
    [JSON.stringify(hashes)],
  );
  return new Set(rows.map((row) => row.hash));
}

/** First part of the two-part advisory locks between erasures and whoever stores what was read outside. */
const ERASURES = 7_306_003;

/**
 * Until this transaction ends, no erasure happens in the workspace: what is checked against the suppressions now is stored
 * before anybody is erased, and found by that erasure. First thing in a transaction.
 */
export async function holdErasures(tx: WorkspaceTx): Promise<void> {
  await tx.rows('select pg_advisory_xact_lock_shared($1, hashtext($2))', [ERASURES, tx.workspace]);
}

/** Waits for everybody who holds erasures back, and lets no new one begin before this transaction ends. */
export async function lockErasures(tx: WorkspaceTx): Promise<void> {
  await tx.rows('select pg_advisory_xact_lock($1, hashtext($2))', [ERASURES, tx.workspace]);
}
