import { only, type WorkspaceTx } from './database.ts';

/** `hashes`: of e-mail addresses, as for suppressions. One that is there already stays. */
export async function insertEmployees(tx: WorkspaceTx, hashes: readonly string[]): Promise<void> {
  await tx.rows(
    `insert into employees (workspace_id, hash) select $1, unnest($2::text[]) on conflict do nothing`,
    [tx.workspace, hashes],
  );
}

export async function deleteEmployees(tx: WorkspaceTx, hashes: readonly string[]): Promise<void> {
  await tx.rows('delete from employees where hash = any($1)', [hashes]);
}

/** Which of these are of somebody who works for the company. */
export async function findEmployees(
  tx: WorkspaceTx,
  hashes: readonly string[],
): Promise<ReadonlySet<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await tx.rows<{ hash: string }>('select hash from employees where hash = any($1)', [
    hashes,
  ]);
  return new Set(rows.map(({ hash }) => hash));
}

export async function countEmployees(tx: WorkspaceTx): Promise<number> {
  return only(await tx.rows<{ n: number }>('select count(*)::int as n from employees')).n;
}

/** Accounts that carry one of these mailboxes, or that a contact with one shares something with or is paired with. */
export async function accountsAtMailboxes(
  tx: WorkspaceTx,
  mailboxes: readonly string[],
): Promise<readonly string[]> {
  const rows = await tx.rows<{ id: string }>(
    `with people as (
        select contact_id from contact_identifiers where kind = 'email' and value = any($1))
      select account_id as id from account_identifiers where kind = 'email' and value = any($1)
      union select l.account_id from links l join people using (contact_id)
      union select a.account_id from contact_identifiers c join people using (contact_id)
        join account_identifiers a using (workspace_id, kind, value)`,
    [mailboxes],
  );
  return rows.map((row) => row.id);
}
