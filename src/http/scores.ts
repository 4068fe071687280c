import type { Router } from 'express';
import { z } from 'zod';
import type { App } from '../services/app.ts';
import { explainScore } from '../services/explainScore.ts';
import { askForRescore, rescoreProgress } from '../services/rescore.ts';
import { HttpRefusal } from './errors.ts';

/** As PostgreSQL writes the ids of rows. */
const NUMBER = /^[1-9]\d{0,17}$/;
/** The CRM's id of a contact. */
const EXTERNAL_ID = /^[^\p{Cc}]{1,100}$/u;

const asked = z.strictObject({
  language: z.enum(['de', 'en']).default('en'),
  connection: z.uuid().optional(),
});

const nothing = z.strictObject({});

/** Adds to the admin API: why a contact has its multiplier score, and computing all of them again. */
export function scoreRoutes(router: Router, app: App): Router {
  router.param('contact', (_request, _response, next, id: string) => {
    next(EXTERNAL_ID.test(id) ? undefined : unknown('contact'));
  });
  router.param('rescore', (_request, _response, next, id: string) => {
    next(NUMBER.test(id) ? undefined : unknown('run'));
  });
  router.get('/workspaces/:workspace/contacts/:contact/score', async (request, response) => {
    const { workspace, contact } = request.params;
    const { language, connection } = asked.parse(request.query);
    const answer = await explainScore(app, workspace, { contact, connection }, language);
    if (answer === 'unknown') throw unknown('contact');
    if (answer === 'ambiguous')
      throw new HttpRefusal(409, {
        code: 'ambiguous',
        message: 'Several CRMs of this workspace know a contact by that id.',
        next: 'Add `connection` with the id of the CRM connection that you mean.',
      });
    response.json(answer);
  });
  router.post('/workspaces/:workspace/rescore', async (request, response) => {
    nothing.parse(request.query);
    nothing.optional().parse(request.body);
    response.status(202).json({ rescore: await askForRescore(app, request.params.workspace) });
  });
  router.get('/workspaces/:workspace/rescore/:rescore', async (request, response) => {
    const { workspace, rescore } = request.params;
    const run = await rescoreProgress(app, workspace, rescore);
    if (run === undefined) throw unknown('run');
    response.json({ rescore: run });
  });
  return router;
}

function unknown(what: string): HttpRefusal {
  return new HttpRefusal(404, { code: 'not_found', message: `There is no such ${what}.` });
}
