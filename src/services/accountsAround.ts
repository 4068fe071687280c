import { accountsInBlocksOf } from '../store/blocks.ts';
import { accountsNear } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { LARGEST_BLOCK } from './candidates.ts';

/** Accounts that share an identifier with the contact, are alike, or are paired with it. */
export async function accountsAround(
  tx: WorkspaceTx,
  contactId: string,
): Promise<readonly string[]> {
  const near = await accountsNear(tx, contactId);
  return [...new Set([...near, ...(await accountsInBlocksOf(tx, contactId, LARGEST_BLOCK))])];
}
