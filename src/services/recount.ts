import { contactsWithActiveLinks, lockContacts } from '../store/contacts.ts';
import type { App } from './app.ts';
import { plan } from './plan.ts';

const BATCH = 200;

/** Values that change by the passing of time alone, as a count over 90 days: planned again for every paired contact. */
export async function recount(app: App, workspace: string): Promise<void> {
  let after = '0';
  for (;;) {
    const last = after;
    const next = await app.database.inWorkspace(workspace, async (tx) => {
      const ids = await contactsWithActiveLinks(tx, last, BATCH);
      for (const contact of await lockContacts(tx, ids)) await plan(app, tx, contact);
      return ids.at(-1);
    });
    if (next === undefined) return;
    after = next;
  }
}
