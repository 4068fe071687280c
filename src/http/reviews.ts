import type { Router } from 'express';
import { z } from 'zod';
import { isBasis } from '../domain/pairing/confirm.ts';
import type { App } from '../services/app.ts';
import { decideConflict } from '../services/decideConflict.ts';
import { decideReview } from '../services/decideReview.ts';
import { explainLink } from '../services/explainLink.ts';
import { listConflicts } from '../services/listConflicts.ts';
import { listReviews } from '../services/listReviews.ts';
import type { ReviewOutcome } from '../services/personsWord.ts';
import { recordLink } from '../services/recordLink.ts';
import { previewUndo, undoBatch, undoProgress } from '../services/undoBatch.ts';
import { unlink } from '../services/unlink.ts';
import { HttpRefusal } from './errors.ts';

/** As PostgreSQL writes the ids of rows. */
const NUMBER = /^[1-9]\d{0,17}$/;
const CONTROL = /\p{Cc}/u;
const NOT_CONTROL = 'no control characters';

const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => !CONTROL.test(text), NOT_CONTROL);
const by = line(100);
const note = line(2_000);
const batch = line(100).regex(/^(?!rules@)/, 'is a name that only the rules use');
const basis = line(130).refine(
  isBasis,
  'is consent:<where>, legitimate_interest:<where>, contract or told_us',
);

const page = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(400).optional(),
});
const place = z.strictObject({
  priority: z.number(),
  accountId: z.string().regex(NUMBER),
  connectionId: z.uuid(),
});
const answer = z.discriminatedUnion('answer', [
  z.strictObject({
    answer: z.literal('yes'),
    by,
    basis,
    note: note.optional(),
    batch: batch.optional(),
  }),
  z.strictObject({
    answer: z.enum(['no', 'unsure']),
    by,
    note: note.optional(),
    batch: batch.optional(),
  }),
]);
const parting = z.strictObject({ by, note: note.optional(), batch: batch.optional() });
const known = z.strictObject({
  network: z.string().regex(/^[a-z][a-z0-9]{0,49}$/),
  account: line(300),
  connection: z.uuid(),
  contact: line(100),
  by,
  note,
  basis,
  batch: batch.optional(),
});
const asked = z.strictObject({
  language: z.enum(['de', 'en']).default('en'),
  decision: z.string().regex(NUMBER).optional(),
});
const undo = z.strictObject({
  by: z.enum(['batch', 'rule_version', 'value']),
  value: line(300),
  dryRun: z.boolean().default(false),
  actor: by,
  note: note.optional(),
});
const conflictAnswer = z.strictObject({ answer: z.enum(['keep', 'restore']), by });

/** Adds to the admin API what people decide about pairings. */
export function reviewRoutes(router: Router, app: App): Router {
  for (const name of ['link', 'conflict', 'undo'])
    router.param(name, (_request, _response, next, id: string) => {
      next(NUMBER.test(id) ? undefined : unknown(name));
    });
  queueRoutes(app, router);
  linkRoutes(app, router);
  undoRoutes(app, router);
  return router;
}

function queueRoutes(app: App, router: Router): void {
  router.get('/workspaces/:workspace/reviews', async (request, response) => {
    const { limit, after } = page.parse(request.query);
    const { workspace } = request.params;
    const from = after === undefined ? undefined : placeIn(after);
    const { total, reviews, next } = await listReviews(app, workspace, { limit, after: from });
    response.json({ total, reviews, ...(next === undefined ? {} : { next: tokenOf(next) }) });
  });
  router.post('/workspaces/:workspace/reviews/:link/decision', async (request, response) => {
    const { workspace, link } = request.params;
    const given = answer.parse(request.body ?? {});
    response.json(settled(await decideReview(app, workspace, link, given)));
  });
  router.get('/workspaces/:workspace/conflicts', async (request, response) => {
    response.json({ conflicts: await listConflicts(app, request.params.workspace) });
  });
  router.post('/workspaces/:workspace/conflicts/:conflict', async (request, response) => {
    const { workspace, conflict } = request.params;
    const given = conflictAnswer.parse(request.body ?? {});
    const outcome = await decideConflict(app, workspace, conflict, given);
    if (outcome === 'unknown') throw unknown('open conflict');
    if (outcome === 'changed')
      throw new HttpRefusal(409, {
        code: 'changed_again',
        message: 'The field was changed once more since it was listed.',
        next: 'Look at it in the CRM, then answer again.',
      });
    response.status(204).end();
  });
}

function linkRoutes(app: App, router: Router): void {
  router.post('/workspaces/:workspace/links', async (request, response) => {
    const given = known.parse(request.body ?? {});
    const outcome = await recordLink(app, request.params.workspace, given);
    response.status(201).json(settled(outcome, 'account or contact'));
  });
  router.post('/workspaces/:workspace/links/:link/unlink', async (request, response) => {
    const { workspace, link } = request.params;
    const given = parting.parse(request.body ?? {});
    response.json(settled(await unlink(app, workspace, link, given)));
  });
  router.get('/workspaces/:workspace/links/:link/explanation', async (request, response) => {
    const { workspace, link } = request.params;
    const explanation = await explainLink(app, workspace, link, asked.parse(request.query));
    if (explanation === undefined) throw unknown('link or decision');
    response.json({ explanation });
  });
}

function undoRoutes(app: App, router: Router): void {
  router.post('/workspaces/:workspace/undo', async (request, response) => {
    const { dryRun, ...given } = undo.parse(request.body ?? {});
    const { workspace } = request.params;
    if (dryRun) response.json(await previewUndo(app, workspace, given));
    else response.status(202).json(await undoBatch(app, workspace, given));
  });
  router.get('/workspaces/:workspace/undo/:undo', async (request, response) => {
    const { workspace, undo: id } = request.params;
    const run = await undoProgress(app, workspace, id);
    if (run === undefined) throw unknown('undo');
    response.json({ undo: run });
  });
}

function settled(outcome: ReviewOutcome, what = 'link') {
  if (outcome.outcome === 'unknown') throw unknown(what);
  if (outcome.outcome === 'decided') return { link: outcome.link, state: outcome.state };
  const { reason, en, de, clause } = outcome.obstacle;
  throw new HttpRefusal(reason === 'taken' || reason === 'closed' ? 409 : 422, {
    code: `not_decided_${reason}`,
    message: en,
    messages: { en, de },
    ...(clause === undefined
      ? {}
      : { next: `See the clause ${clause} of the network's policy pack.` }),
  });
}

function placeIn(token: string) {
  try {
    return place.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch {
    throw new HttpRefusal(422, {
      code: 'invalid',
      message: 'Some values are missing or wrong.',
      fields: ['after: is not a place in the queue'],
    });
  }
}

function tokenOf(next: z.infer<typeof place>): string {
  return Buffer.from(JSON.stringify(next)).toString('base64url');
}

function unknown(what: string): HttpRefusal {
  return new HttpRefusal(404, { code: 'not_found', message: `There is no such ${what}.` });
}
