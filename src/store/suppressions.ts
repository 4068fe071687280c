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
