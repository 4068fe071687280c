import { createHash, timingSafeEqual } from 'node:crypto';
import { Router, type RequestHandler } from 'express';
import { z } from 'zod';
import { refusalOf } from '../domain/policy/may.ts';
import type { App } from '../services/app.ts';
import { beginInstall, connectSource, disconnect } from '../services/connect.ts';
import { createWorkspace } from '../services/createWorkspace.ts';
import { hasWorkspace } from '../services/hasWorkspace.ts';
import { listLinks } from '../services/listLinks.ts';
import { listWorkspaces } from '../services/listWorkspaces.ts';
import { askForMirror } from '../services/mirror.ts';
import { overview } from '../services/overview.ts';
import { listParked, retryParked } from '../services/parked.ts';
import { HttpRefusal, refuse } from './errors.ts';
import { jsonBody } from './json.ts';
import { pairingRoutes } from './pairing.ts';
import { policyRoutes } from './policies.ts';
import { reviewRoutes } from './reviews.ts';
import { scoreRoutes } from './scores.ts';

/** As PostgreSQL writes ids. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** PostgreSQL keeps no NUL in a text; no name needs any of these. */
const CONTROL = /\p{Cc}/u;

const newWorkspace = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine((name) => !CONTROL.test(name), 'no control characters'),
  language: z.enum(['de', 'en']).default('en'),
});

const newSource = z.strictObject({
  connector: z.string().max(50),
  settings: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.unknown()).default({}),
});

const MORE = [policyRoutes, reviewRoutes, scoreRoutes, pairingRoutes] as const;

/** The admin API: JSON, behind one bearer token. The screens of the admin are built on it. */
export function adminRoutes(app: App, token: string): Router {
  const router = Router({ caseSensitive: true });
  router.use(requireToken(token));
  router.use(jsonBody('256kb'));

  router.param('workspace', async (_request, _response, next, id: string) => {
    next(ID.test(id) && (await hasWorkspace(app, id)) ? undefined : unknown('workspace'));
  });
  router.param('connection', (_request, _response, next, id: string) => {
    next(ID.test(id) ? undefined : unknown('connection'));
  });

  router.post('/workspaces', async (request, response) => {
    const workspace = await createWorkspace(app, newWorkspace.parse(request.body ?? {}));
    response.status(201).json({ workspace });
  });
  router.get('/workspaces', async (_request, response) => {
    response.json({ workspaces: await listWorkspaces(app) });
  });
  router.get('/workspaces/:workspace', async (request, response) => {
    response.json(await overview(app, request.params.workspace));
  });
  router.post('/workspaces/:workspace/crm/:connector', async (request, response) => {
    const { workspace, connector } = request.params;
    if (!app.crms.has(connector)) throw missing(app, connector, 'CRM connector');
    response.status(201).json({ authorizeUrl: await beginInstall(app, workspace, connector) });
  });
  router.post('/workspaces/:workspace/sources', async (request, response) => {
    const draft = newSource.parse(request.body ?? {});
    const network = app.networks.get(draft.connector)?.network ?? draft.connector;
    if (!app.networks.has(draft.connector) || refusalOf(app.policies, network) !== undefined) {
      throw missing(app, network, 'social connector');
    }
    const connection = await connectSource(app, request.params.workspace, draft);
    response.status(201).json({ connection });
  });
  router.delete('/workspaces/:workspace/connections/:connection', async (request, response) => {
    const done = await disconnect(app, request.params.workspace, request.params.connection);
    if (!done) throw unknown('connection');
    response.status(204).end();
  });
  router.post(
    '/workspaces/:workspace/connections/:connection/mirror',
    async (request, response) => {
      const asked = await askForMirror(app, request.params.workspace, request.params.connection);
      if (!asked) throw unknown('active CRM connection');
      response.status(202).end();
    },
  );
  router.get('/workspaces/:workspace/links', async (request, response) => {
    response.json({ links: await listLinks(app, request.params.workspace) });
  });
  router.get('/workspaces/:workspace/parked', async (request, response) => {
    response.json({ parked: await listParked(app, request.params.workspace) });
  });
  router.post('/workspaces/:workspace/parked/:id/retry', async (request, response) => {
    const { workspace, id } = request.params;
    if (!(await retryParked(app, workspace, id))) throw unknown('parked work');
    response.status(202).end();
  });
  return MORE.reduce((all, add) => add(all, app), router);
}

/** A network that forbids what we do is no gap in the list: who asks for it is told why it is not there (R11). */
function missing({ policies }: App, connector: string, what: string): HttpRefusal {
  const refusal = refusalOf(policies, connector);
  if (refusal === undefined) return unknown(what);
  return new HttpRefusal(422, {
    code: 'network_not_permitted',
    message: `${refusal.title} cannot be connected. ${refusal.text.en}`,
    ...(refusal.source && { next: `See ${refusal.source.title}: ${refusal.source.url}` }),
  });
}

function unknown(what: string): HttpRefusal {
  return new HttpRefusal(404, { code: 'not_found', message: `There is no such ${what}.` });
}

/** Compared as hashes: equally long, and in a time that tells nothing. */
function requireToken(token: string): RequestHandler {
  const expected = digest(`Bearer ${token}`);
  return (request, response, next) => {
    if (timingSafeEqual(expected, digest(request.headers.authorization ?? ''))) {
      next();
      return;
    }
    response.setHeader('www-authenticate', 'Bearer');
    refuse(response, 401, {
      code: 'unauthorized',
      message: 'The admin API needs its token.',
      next: 'Send `Authorization: Bearer` with the ADMIN_TOKEN of this service.',
    });
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
