import { mailboxSpellings, parseEmail, type Identifier } from '../domain/identifiers.ts';
import type { WorkspaceTx } from '../store/database.ts';
import {
  accountsAtMailboxes,
  countEmployees,
  deleteEmployees,
  findEmployees,
  insertEmployees,
} from '../store/employees.ts';
import { enqueueAttribute } from '../store/jobs.ts';
import type { App } from './app.ts';

export interface EmployeeChange {
  /** E-mail addresses. Only keyed hashes of them are kept. */
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Changes who works for the company itself (R12), and has their pairings looked at again. Returns how many there are now. */
export async function changeEmployees(
  app: App,
  workspace: string,
  change: EmployeeChange,
): Promise<number> {
  const emailsIn = (addresses: readonly string[]) =>
    addresses.flatMap((text) => parseEmail(text) ?? []);
  const [added, removed] = [emailsIn(change.add), emailsIn(change.remove)];
  const leaving = removed.flatMap(mailboxSpellings);
  return app.database.inWorkspace(workspace, async (tx) => {
    await deleteEmployees(
      tx,
      leaving.flatMap((one) => app.pepper.pepperedHashes(KIND, one)),
    );
    await insertEmployees(
      tx,
      added.map(({ mailbox }) => app.pepper.pepperedHash(KIND, mailbox)),
    );
    const mailboxes = [...added.flatMap(mailboxSpellings), ...leaving];
    await enqueueAttribute(tx, await accountsAtMailboxes(tx, mailboxes));
    return countEmployees(tx);
  });
}

export async function howManyEmployees(app: App, workspace: string): Promise<number> {
  return app.database.inWorkspace(workspace, countEmployees);
}

/** True when one of these mailboxes is of somebody who works for the company. */
export async function areEmployed(
  app: Pick<App, 'pepper'>,
  tx: WorkspaceTx,
  identifiers: readonly Identifier[],
): Promise<boolean> {
  return (await whoAreEmployed(app, tx, identifiers)).size > 0;
}

/** Those mailboxes that are of somebody who works for the company. */
export async function whoAreEmployed(
  app: Pick<App, 'pepper'>,
  tx: WorkspaceTx,
  identifiers: readonly Identifier[],
): Promise<ReadonlySet<Identifier>> {
  const hashes = identifiers.flatMap((of) =>
    app.pepper.pepperedHashes(KIND, of.value).map((hash) => ({ of, hash })),
  );
  const found = await findEmployees(
    tx,
    hashes.map(({ hash }) => hash),
  );
  return new Set(hashes.filter(({ hash }) => found.has(hash)).map(({ of }) => of));
}

/** Apart from the hashes of suppressions, so that nobody can hold the two lists side by side. */
const KIND = 'employee';
