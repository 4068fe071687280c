import { lockContacts } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { enqueue, enqueueAttribute } from '../store/jobs.ts';
import {
  advanceUndoRun,
  countUndo,
  insertUndoRun,
  isToBeUndone,
  linksToUndo,
  readUndoRun,
  type UndoCriterion,
  type UndoEffect,
  type UndoneLink,
  type UndoRun,
} from '../store/undoRuns.ts';
import { accountsAround } from './accountsAround.ts';
import type { App } from './app.ts';
import { lockPair } from './personsWord.ts';
import { plan } from './plan.ts';
import { recordDecision } from './recordDecision.ts';

export interface UndoPreview extends UndoEffect {
  /** The first of them. */
  readonly sample: readonly UndoneLink[];
}

const SAMPLE = 100;

/** What an undo would take back, without doing anything. */
export async function previewUndo(
  app: App,
  workspace: string,
  criterion: UndoCriterion,
): Promise<UndoPreview> {
  return app.database.inWorkspace(workspace, (tx) => preview(tx, criterion));
}

async function preview(tx: WorkspaceTx, criterion: UndoCriterion): Promise<UndoPreview> {
  const effect = await countUndo(tx, criterion);
  return { ...effect, sample: await linksToUndo(tx, criterion, SAMPLE) };
}

/**
 * Takes back all pairings of one batch, version of the rules or shared value. The work is a job; its progress can be asked for.
 * What the rules decided ends and stays silent until a new family of evidence appears; what a person decided in the batch is a
 * question again. Asked twice, the second finds nothing to do.
 */
export async function undoBatch(
  app: App,
  workspace: string,
  asked: UndoCriterion & { readonly actor: string; readonly note?: string | undefined },
): Promise<UndoPreview & { readonly undo: string }> {
  const { by, value, actor, note } = asked;
  return app.database.inWorkspace(workspace, async (tx) => {
    const effect = await preview(tx, { by, value });
    const total = effect.links + effect.suggestions + effect.refusals;
    const run = { by, value, actor: `person:${actor}`, note: note ?? null, total };
    const undo = await insertUndoRun(tx, run);
    await enqueue(tx, 'undo', { undo }, { key: `undo:${undo}` });
    return { ...effect, undo };
  });
}

export async function undoProgress(
  app: App,
  workspace: string,
  id: string,
): Promise<UndoRun | undefined> {
  return app.database.inWorkspace(workspace, (tx) => readUndoRun(tx, id));
}

const BATCH = 100;

/** The job: pair by pair, each in a transaction of its own, until none is left. */
export async function runUndo(app: App, workspace: string, id: string): Promise<void> {
  const inWorkspace = <T>(work: (tx: WorkspaceTx) => Promise<T>) =>
    app.database.inWorkspace(workspace, work);
  for (;;) {
    const run = await inWorkspace((tx) => readUndoRun(tx, id));
    if (run?.finishedAt !== null) return;
    const links = await inWorkspace((tx) => linksToUndo(tx, run, BATCH));
    for (const link of links) await inWorkspace((tx) => undoOne(app, tx, run, link.id));
    if (links.length === 0)
      await inWorkspace((tx) => advanceUndoRun(tx, id, { done: 0, isFinished: true }));
  }
}

async function undoOne(app: App, tx: WorkspaceTx, run: UndoRun, linkId: string): Promise<void> {
  const found = await lockPair(tx, linkId);
  // Somebody may have decided about it since the list was made.
  if (found === undefined || !(await isToBeUndone(tx, run, linkId))) return;
  const { link, account } = found;
  await recordDecision(
    tx,
    { ...link, link },
    {
      action: 'undo',
      actor: run.actor,
      at: app.clock.now(),
      batch: `undo/${run.id}`,
      ...(run.note === null ? {} : { note: run.note }),
      // What a person decided is the rules' to ask about again.
      leftToRules: !link.decidedBy.startsWith('rules@'),
    },
  );
  for (const contact of await lockContacts(tx, [link.contactId])) await plan(app, tx, contact);
  await advanceUndoRun(tx, run.id, { done: 1, isFinished: false });
  await enqueueAttribute(tx, [account.id, ...(await accountsAround(tx, link.contactId))]);
}
