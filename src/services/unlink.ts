import { lockContacts } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { enqueueAttribute } from '../store/jobs.ts';
import { readLink, type Link } from '../store/links.ts';
import { siblingLinks } from '../store/reviews.ts';
import { accountsAround } from './accountsAround.ts';
import type { App } from './app.ts';
import {
  byPerson,
  CLOSED,
  decided,
  lockPair,
  type PersonsWord,
  type ReviewOutcome,
} from './personsWord.ts';
import { plan } from './plan.ts';
import { recordDecision } from './recordDecision.ts';

/**
 * A person says: that is somebody else. The pair ends in every CRM in which it stands for the same person, our timeline
 * entries go, and the fields get back what stood there before us, as far as nobody changed them since (R09). Twice is once.
 */
export async function unlink(
  app: App,
  workspace: string,
  linkId: string,
  word: PersonsWord,
): Promise<ReviewOutcome> {
  return app.database.inWorkspace(workspace, async (tx) => {
    const found = await lockPair(tx, linkId);
    if (found === undefined) return { outcome: 'unknown' };
    const { link } = found;
    if (link.state === 'rejected') return decided(link, 'rejected');
    if (link.state !== 'active') return CLOSED;
    return unlinkIn(app, tx, link, word);
  });
}

/** The same in the transaction of a caller who holds the account's lock. */
export async function unlinkIn(
  app: App,
  tx: WorkspaceTx,
  link: Link,
  word: PersonsWord,
): Promise<ReviewOutcome> {
  const decision = byPerson(app, word);
  const ended = [link];
  for (const id of await siblingLinks(tx, link)) {
    const sibling = await readLink(tx, id);
    if (sibling !== undefined) ended.push(sibling);
  }
  for (const one of ended)
    await recordDecision(tx, { ...one, link: one }, { ...decision, action: 'unlink' });
  const contacts = ended.map((one) => one.contactId);
  for (const contact of await lockContacts(tx, contacts)) await plan(app, tx, contact);
  // Other accounts may be proposed for the contact again.
  await enqueueAttribute(tx, [link.accountId, ...(await accountsAround(tx, ...contacts))]);
  return decided(link, 'rejected');
}
