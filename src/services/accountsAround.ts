import { accountsInBlocksOf } from '../store/blocks.ts';
import { accountsNear } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { LARGEST_BLOCK } from './candidates.ts';

/** Accounts that share an identifier with one of the contacts, are alike, or are paired with it. */
export async function accountsAround(
  tx: WorkspaceTx,
  ...contactIds: readonly string[]
): Promise<readonly string[]> {
  const near = new Set<string>();
  for (const id of contactIds) {
    for (const account of await accountsNear(tx, id)) near.add(account);
    for (const account of await accountsInBlocksOf(tx, id, LARGEST_BLOCK)) near.add(account);
  }
  return [...near];
}
