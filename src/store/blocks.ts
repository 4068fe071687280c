import type { Identifier } from '../domain/identifiers.ts';
import type { WorkspaceTx } from './database.ts';

/** Replaces the keys under which the contact is found. One statement; keys that stay are not touched. */
export async function replaceContactBlocks(
  tx: WorkspaceTx,
  contactId: string,
  keys: readonly string[],
): Promise<void> {
  await tx.rows(
    `with gone as (delete from contact_blocks where contact_id = $2 and key <> all($3))
      insert into contact_blocks (workspace_id, contact_id, key) select $1, $2, unnest($3::text[])
      on conflict do nothing`,
    [tx.workspace, contactId, keys],
  );
}

/** What many contacts are found by, written anew in as many statements as for one. */
export async function rewriteContactKeys(
  tx: WorkspaceTx,
  contacts: readonly {
    readonly id: string;
    readonly identifiers: readonly Identifier[];
    readonly keys: readonly string[];
  }[],
): Promise<void> {
  const ids = contacts.map(({ id }) => id);
  await tx.rows('delete from contact_identifiers where contact_id = any($1::bigint[])', [ids]);
  await tx.rows('delete from contact_blocks where contact_id = any($1::bigint[])', [ids]);
  const identifiers = contacts.flatMap(({ id, identifiers: own }) =>
    own.map(({ kind, value }) => ({ id, kind, value })),
  );
  await tx.rows(
    `insert into contact_identifiers (workspace_id, contact_id, kind, value)
      select $1, id, kind, value from jsonb_to_recordset($2::jsonb) as i (id bigint, kind text, value text)
      on conflict do nothing`,
    [tx.workspace, JSON.stringify(identifiers)],
  );
  const blocks = contacts.flatMap(({ id, keys }) => keys.map((key) => ({ id, key })));
  await tx.rows(
    `insert into contact_blocks (workspace_id, contact_id, key)
      select $1, id, key from jsonb_to_recordset($2::jsonb) as b (id bigint, key text)
      on conflict do nothing`,
    [tx.workspace, JSON.stringify(blocks)],
  );
}

export async function replaceAccountBlocks(
  tx: WorkspaceTx,
  accountId: string,
  keys: readonly string[],
): Promise<void> {
  await tx.rows(
    `with gone as (delete from account_blocks where account_id = $2 and key <> all($3))
      insert into account_blocks (workspace_id, account_id, key) select $1, $2, unnest($3::text[])
      on conflict do nothing`,
    [tx.workspace, accountId, keys],
  );
}

/** Live accounts that stand under a key of the contact. A key that more than `largest` accounts share wakes nobody. */
export async function accountsInBlocksOf(
  tx: WorkspaceTx,
  contactId: string,
  largest: number,
): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    `select distinct found.id::text as id from contact_blocks c,
        lateral (select array(select a.account_id from account_blocks a where a.key = c.key limit $2 + 1) as ids) block,
        lateral unnest(block.ids) as found (id)
      where c.contact_id = $1 and cardinality(block.ids) <= $2`,
    [contactId, largest],
  );
  return rows.map((row) => row.id);
}
