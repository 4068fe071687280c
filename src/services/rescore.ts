import { changesFor } from '../domain/mapping/apply.ts';
import { fieldsKey } from '../domain/timeline.ts';
import { listConnections } from '../store/connections.ts';
import { lockContacts, type Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { addPlannedFields, type FieldsToAdd } from '../store/deliveries.ts';
import { enqueue, enqueuePush } from '../store/jobs.ts';
import {
  advanceRescoreRun,
  insertRescoreRun,
  lockRescoreRun,
  readRescoreRun,
  type RescoreRun,
} from '../store/rescoreRuns.ts';
import { contactsToScore } from '../store/scores.ts';
import { readWorkspace } from '../store/workspaces.ts';
import { offerOf, type App } from './app.ts';
import { plan, scoreValues } from './plan.ts';
import { scoreContacts, type Scored } from './scoreContacts.ts';

const BATCH = 500;

/**
 * Computes every score again: time alone lowers and ends scores, and counters are looked at again without a word to anybody.
 * One batch a transaction, each noting how far it came: a run that was stopped goes on where it was.
 */
export async function rescore(app: App, workspace: string, run: string): Promise<void> {
  while (await app.database.inWorkspace(workspace, (tx) => rescoreBatch(app, tx, run)));
}

async function rescoreBatch(app: App, tx: WorkspaceTx, id: string): Promise<boolean> {
  const run = await lockRescoreRun(tx, id);
  if (run?.finishedAt !== null) return false;
  const ids = await contactsToScore(tx, run.after, BATCH);
  const contacts = await lockContacts(tx, ids);
  const scored = await scoreContacts(app, tx, contacts);
  const changed = contacts.filter((one) => scored.get(one.id)?.changed);
  await planScores(app, tx, changed, scored);
  const step = { done: ids.length, changed: changed.length, after: ids.at(-1) };
  await advanceRescoreRun(tx, id, step);
  return ids.length > 0;
}

/** A score that is there stands beside the other fields, and is planned for all at once; the rare end of one with everything. */
async function planScores(
  app: App,
  tx: WorkspaceTx,
  contacts: readonly Contact[],
  scored: ReadonlyMap<string, Scored>,
): Promise<void> {
  const { language } = await readWorkspace(tx);
  const connections = new Map((await listConnections(tx)).map((one) => [one.id, one]));
  const together: FieldsToAdd[] = [];
  for (const contact of contacts) {
    const { connectionId, id: contactId } = contact;
    const score = scored.get(contactId)?.written;
    if (score === undefined) {
      await plan(app, tx, contact);
      continue;
    }
    const { mapping } = offerOf(app, connections.get(connectionId)?.connector ?? '');
    const changes = changesFor(mapping, scoreValues(score, language), {}, {});
    if (Object.keys(changes).length > 0)
      together.push({ connectionId, contactId, key: fieldsKey(contactId), changes });
  }
  await addPlannedFields(tx, together);
  for (const id of new Set(together.map((one) => one.connectionId))) await enqueuePush(tx, id);
}

/** Has it done in a job. With a day, once for that day. Returns the run's id, by which its progress can be asked for. */
export async function requestRescore(tx: WorkspaceTx, day?: string): Promise<string> {
  const run = await insertRescoreRun(tx, day);
  await enqueue(tx, 'rescore', { run }, { key: `rescore:${run}`, keepTime: true });
  return run;
}

export async function askForRescore(app: App, workspace: string): Promise<string> {
  return app.database.inWorkspace(workspace, (tx) => requestRescore(tx));
}

export async function rescoreProgress(
  app: App,
  workspace: string,
  run: string,
): Promise<RescoreRun | undefined> {
  return app.database.inWorkspace(workspace, (tx) => readRescoreRun(tx, run));
}
