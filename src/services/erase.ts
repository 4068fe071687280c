import { accountIdentifiers, type Identifier } from '../domain/identifiers.ts';
import { compare } from '../domain/pairing/compare.ts';
import { RULES } from '../domain/pairing/evidence.ts';
import { personIdentifiers, type Person } from '../domain/person.ts';
import { deleteAccount, readAccounts, readBacklinks, type Account } from '../store/accounts.ts';
import { deleteRefusedItems } from '../store/activities.ts';
import {
  accountsNear,
  eraseContact,
  lockContactByExternalId,
  lockMergedInto,
  mailboxesOfOthers,
  putContact,
  type Contact,
} from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { planRemovals } from '../store/deliveries.ts';
import { deleteParkedJobs, enqueuePush } from '../store/jobs.ts';
import { linksOfAccount } from '../store/links.ts';
import { lockErasures } from '../store/suppressions.ts';
import { personOf } from './persons.ts';
import type { App } from './app.ts';
import { lastingIdentifiers, suppress } from './suppress.ts';

/**
 * Forgets a person for good (R32, R33): the mirrored contact and what was merged into it, every account that is theirs and
 * all that these said, what we wrote into the CRM, and the journal of it. What stays are keyed hashes that keep it from
 * coming back (R06), and the keys of entries until the CRM has removed them. Safe to repeat. Of a contact we never knew, the
 * CRM's id is noted, since a page that was read before may be on its way.
 */
export async function erase(
  app: App,
  workspace: string,
  target: { readonly connection: string; readonly externalId: string },
): Promise<void> {
  await app.database.inWorkspace(workspace, async (tx) => {
    await lockErasures(tx);
    const contact = await lockContactByExternalId(tx, target.connection, target.externalId);
    if (contact === undefined) return eraseUnknown(app, tx, target);
    if (contact.state === 'erased') return;
    const records = [contact, ...(await lockMergedInto(tx, contact.id))];
    const persons: Person[] = [];
    for (const record of records) persons.push(await personOf(app, tx, record));
    const mailboxes = await ownMailboxes(tx, records, persons);
    const accounts = await accountsOf(tx, { records, persons, mailboxes });
    await suppress(app, tx, [
      ...mailboxes,
      ...accounts.flatMap((account) => lastingIdentifiers(account.network, account.profile)),
    ]);
    for (const account of accounts) await forgetAccount(tx, account);
    for (const { id } of records) {
      await planRemovals(tx, id, []);
      await eraseContact(tx, id);
    }
    await enqueuePush(tx, target.connection);
  });
}

/** What refers to the account by name goes with it; the rest falls with its row. */
async function forgetAccount(tx: WorkspaceTx, account: Account): Promise<void> {
  await deleteRefusedItems(tx, account.nativeId);
  await deleteParkedJobs(tx, { account: account.id });
  await deleteAccount(tx, account.id);
}

async function eraseUnknown(
  app: App,
  tx: WorkspaceTx,
  { connection, externalId }: { readonly connection: string; readonly externalId: string },
): Promise<void> {
  const id = await putContact(tx, {
    connectionId: connection,
    externalId,
    fields: {},
    updatedAt: app.clock.now(),
    run: undefined,
  });
  await eraseContact(tx, id);
}

/** A mailbox that another contact has too stays theirs: forgetting one of a couple must not silence the other. */
async function ownMailboxes(
  tx: WorkspaceTx,
  records: readonly Contact[],
  persons: readonly Person[],
): Promise<readonly Identifier[]> {
  const all = persons.flatMap(personIdentifiers).filter((one) => one.kind === 'email');
  const shared = await mailboxesOfOthers(
    tx,
    all.map((one) => one.value),
    records.map((record) => record.id),
  );
  return all.filter((one) => !shared.has(one.value));
}

interface Forgotten {
  readonly records: readonly Contact[];
  readonly persons: readonly Person[];
  readonly mailboxes: readonly Identifier[];
}

/**
 * The accounts that are paired with one of the records; those that would be by proof (when the CRM told first that the record
 * is deleted, or the person said no, the pairing has ended before the erasure comes); and those whose profile holds a mailbox
 * of theirs, which must be found nowhere afterwards.
 */
async function accountsOf(
  tx: WorkspaceTx,
  { records, persons, mailboxes }: Forgotten,
): Promise<readonly Account[]> {
  const addresses = new Set(mailboxes.map((one) => one.value));
  const near = new Set<string>();
  for (const { id } of records) for (const account of await accountsNear(tx, id)) near.add(account);
  const own = new Set(records.map((record) => record.id));
  const theirs: Account[] = [];
  for (const account of await readAccounts(tx, [...near])) {
    const links = await linksOfAccount(tx, account.id);
    const active = links.find((link) => link.state === 'active');
    const isRejected = links.some((link) => link.state === 'rejected' && own.has(link.contactId));
    const facts = { ...account, backlinks: await readBacklinks(tx, account.id) };
    const isProven = () =>
      !isRejected &&
      persons.some((person) =>
        compare(facts, person, new Date(0)).some((evidence) => RULES[evidence.rule].proves),
      );
    const holdsMailbox = accountIdentifiers(account.network, account.profile).some(
      (one) => one.kind === 'email' && addresses.has(one.value),
    );
    const isTheirs = active === undefined ? isProven() : own.has(active.contactId);
    if (isTheirs || holdsMailbox) theirs.push(account);
  }
  return theirs;
}
