import { personIdentifiers } from '../domain/person.ts';
import { deleteAccount, readAccounts } from '../store/accounts.ts';
import { eraseContact, lockContactByExternalId, type Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { planRemovals } from '../store/deliveries.ts';
import { enqueuePush } from '../store/jobs.ts';
import { linksOfContact } from '../store/links.ts';
import { personOf } from './attribute.ts';
import type { App } from './app.ts';
import { lastingIdentifiers, suppress } from './suppress.ts';

/**
 * Forgets a person for good (R32, R33): the mirrored contact, every account paired with it and all that these said, what we
 * wrote into the CRM, and the journal of it. What stays are keyed hashes that keep it from coming back (R06), and the keys
 * of entries until the CRM has removed them. Safe to repeat, and safe for a contact we never knew.
 */
export async function erase(
  app: App,
  workspace: string,
  target: { readonly connection: string; readonly externalId: string },
): Promise<void> {
  await app.database.inWorkspace(workspace, async (tx) => {
    const contact = await lockContactByExternalId(tx, target.connection, target.externalId);
    if (contact === undefined || contact.state === 'erased') return;
    const links = (await linksOfContact(tx, contact.id)).filter((link) => link.state === 'active');
    const accounts = await readAccounts(
      tx,
      links.map((link) => link.accountId),
    );
    await suppress(app, tx, [
      ...(await mailboxesOf(app, tx, contact)),
      ...accounts.flatMap((account) => lastingIdentifiers(account.network, account.profile)),
    ]);
    for (const account of accounts) await deleteAccount(tx, account.id);
    await planRemovals(tx, contact.id, []);
    await eraseContact(tx, contact.id);
    await enqueuePush(tx, target.connection);
  });
}

async function mailboxesOf(app: App, tx: WorkspaceTx, contact: Contact) {
  const person = await personOf(app, tx, contact);
  return personIdentifiers(person).filter((one) => one.kind === 'email');
}
