import { lockContacts } from '../store/contacts.ts';
import { closeConflict, readConflict, refreshConflict } from '../store/restores.ts';
import type { App } from './app.ts';
import { plan } from './plan.ts';
import { CONFLICT_HASH } from './restore.ts';

export interface ConflictAnswer {
  readonly answer: 'keep' | 'restore';
  readonly by: string;
}

/** `changed`: the field was changed once more since the conflict was listed; the person has to look again. */
export type ConflictOutcome = 'decided' | 'changed' | 'unknown';

/** A person's word on a field that was changed under us: keep what stands there, or put back what stood there before us. */
export async function decideConflict(
  app: App,
  workspace: string,
  id: string,
  { answer, by }: ConflictAnswer,
): Promise<ConflictOutcome> {
  return app.database.inWorkspace(workspace, async (tx) => {
    const seen = await readConflict(tx, id);
    if (seen === undefined) return 'unknown';
    const [contact] = await lockContacts(tx, [seen.contactId]);
    const conflict = await readConflict(tx, id);
    if (conflict === undefined || contact?.state !== 'live') return 'unknown';
    const state = answer === 'keep' ? 'kept' : 'restored';
    if (conflict.state !== 'open') return conflict.state === state ? 'decided' : 'unknown';
    const now = contact.fields[conflict.field] ?? '';
    const hashes: readonly string[] = app.pepper.pepperedHashes(CONFLICT_HASH, now);
    if (answer === 'restore' && !hashes.includes(conflict.current)) {
      await refreshConflict(tx, id, app.pepper.pepperedHash(CONFLICT_HASH, now));
      return 'changed';
    }
    await closeConflict(tx, id, { state, by: `person:${by}`, at: app.clock.now() });
    await plan(app, tx, contact);
    return 'decided';
  });
}
