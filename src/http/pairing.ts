import type { RequestHandler, Router } from 'express';
import { z } from 'zod';
import { RuleFileFault } from '../platform/ruleFile.ts';
import type { App } from '../services/app.ts';
import { dryRunRules } from '../services/dryRunRules.ts';
import { publishRules, showRules, takeShadowRun } from '../services/publishRules.ts';
import { askForRepair, repairProgress } from '../services/repair.ts';
import { HttpRefusal } from './errors.ts';

/** As PostgreSQL writes the ids of rows. */
const NUMBER = /^[1-9]\d{0,17}$/;
const NO_CONTROL = /^[^\p{Cc}]+$/u;

const text = z.string().min(1).max(200_000);
const draft = z.strictObject({
  text,
  by: z.string().trim().min(1).max(100).regex(NO_CONTROL, 'no control characters'),
  note: z.string().trim().min(1).max(2_000).regex(NO_CONTROL, 'no control characters').optional(),
});
const trial = z.strictObject({
  text,
  after: z.string().regex(NUMBER).optional(),
  limit: z.int().min(1).max(200).default(100),
});
const nothing = z.strictObject({});

/** Adds to the admin API: the rules of pairing from draft to force, and looking at everything again. */
export function pairingRoutes(router: Router, app: App): Router {
  router.get('/workspaces/:workspace/pairing-rules', async (request, response) => {
    response.json(await showRules(app, request.params.workspace));
  });
  router.post(
    '/workspaces/:workspace/pairing-rules',
    explained(async (request, response) => {
      const given = draft.parse(request.body ?? {});
      response.status(201).json(await publishRules(app, request.params.workspace ?? '', given));
    }),
  );
  router.post(
    '/workspaces/:workspace/pairing-rules/dry-run',
    explained(async (request, response) => {
      const given = trial.parse(request.body ?? {});
      response.json(await dryRunRules(app, request.params.workspace ?? '', given));
    }),
  );
  router.post('/workspaces/:workspace/pairing-rules/shadow-run', async (request, response) => {
    nothing.parse(request.query);
    nothing.optional().parse(request.body);
    response.status(201).json({ shadowRun: await takeShadowRun(app, request.params.workspace) });
  });
  router.post('/workspaces/:workspace/repair', async (request, response) => {
    nothing.parse(request.query);
    nothing.optional().parse(request.body);
    response.status(202).json({ repair: await askForRepair(app, request.params.workspace) });
  });
  router.get('/workspaces/:workspace/repair', async (request, response) => {
    const run = await repairProgress(app, request.params.workspace);
    response.json({ repair: run ?? null });
  });
  return router;
}

type Handler = (
  request: Parameters<RequestHandler<Record<string, string>>>[0],
  response: Parameters<RequestHandler>[1],
) => Promise<void>;

/** A file that cannot be used is the caller's to put right: every fault with its line, its path and the remedy. */
function explained(handler: Handler): RequestHandler<Record<string, string>> {
  return async (request, response) => {
    await handler(request, response).catch((error: unknown) => {
      if (!(error instanceof RuleFileFault)) throw error;
      const [message = '', ...faults] = error.message.split('\n').map((one) => one.trim());
      throw new HttpRefusal(422, { code: 'rules_unusable', message, fields: faults });
    });
  };
}
