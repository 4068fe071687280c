import express, { type NextFunction, type Request, type Response } from 'express';
import { controlRoutes } from './control/routes.ts';
import { ApiError, RecordError, badRequest, fault, notFound, statusOf } from './errors.ts';
import { oauthRoutes } from './oauth/routes.ts';
import { pageRoutes } from './page/routes.ts';
import { apiRouter } from './rest/api.ts';
import { type Reply, type Router } from './rest/call.ts';
import { demandVersion, listVersions } from './rest/versions.ts';
import type { User } from './users.ts';
import { type Tenant, type World, tenantOf } from './world.ts';

const LONGEST_URI = 16_384;

export function createServer(world: World): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((req, res, next) => {
    if (!req.path.startsWith('/services/')) {
      next();
      return;
    }
    const { path } = req;
    res.on('close', () => {
      // A connection that was cut before an answer counts as status 0.
      world.stats.countAnswer(req.method, path, res.writableFinished ? res.statusCode : 0);
    });
    if (req.originalUrl.length > LONGEST_URI)
      throw new ApiError(414, fault('URI_TOO_LONG', 'The URI is longer than 16384 bytes.'));
    world.faults.middleware(req, res, next);
  });
  oauthRoutes(world, app);
  controlRoutes(world, app);
  pageRoutes(world, app);
  app.get('/services/data', (_req, res) => {
    res.json(listVersions());
  });
  app.use(
    '/services/data',
    express.json({ limit: '20mb', strict: false }),
    apiEndpoint(world, apiRouter()),
  );
  app.use(() => {
    throw notFound();
  });
  app.use((error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const known = apiErrorOf(error);
    res.status(known.status).json(known.body());
  });
  return app;
}

/** Authentication, budget, version, then the work; the budget stands in the header of each answer. */
function apiEndpoint(world: World, router: Router) {
  return (req: Request, res: Response): void => {
    const { tenant, user } = authenticate(world, req);
    const now = world.clock.now();
    res.set('Date', new Date(now).toUTCString());
    res.set('Sforce-Limit-Info', tenant.usage.header(now));
    tenant.usage.spend(now);
    res.set('Sforce-Limit-Info', tenant.usage.header(now));
    const [, version = '', path = ''] = /^\/v([^/]+)(.*)$/.exec(req.path) ?? [];
    demandVersion(version);
    const call = {
      world,
      tenant,
      org: tenant.org,
      user,
      method: req.method,
      version,
      base: `/services/data/v${version}`,
      query: new URL(req.originalUrl, 'http://localhost').searchParams,
      body: req.body as unknown,
      headers: Object.fromEntries(
        Object.entries(req.headers).map(([name, value]) => [name, [value].flat().join(', ')]),
      ),
    };
    send(res, router.run(call, path));
  };
}

function authenticate(world: World, req: Request): { tenant: Tenant; user: User } {
  const token = /^(?:Bearer|OAuth)\s+(.+)$/i.exec(req.headers.authorization ?? '')?.[1];
  const grant = token === undefined ? undefined : world.sessions.session(token);
  const tenant = grant && tenantOf(world, grant.orgId);
  const user = tenant?.org.users.get(grant?.userId ?? '');
  if (tenant !== undefined && user?.apiEnabled === true) return { tenant, user };
  throw new ApiError(401, fault('INVALID_SESSION_ID', 'Session expired or invalid'));
}

function send(res: Response, { status, body, headers = {} }: Reply): void {
  res.status(status).set(headers);
  if (body === undefined) res.end();
  else if (typeof body === 'string') res.send(body);
  else res.json(body);
}

function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof RecordError) return new ApiError(statusOf(error), ...error.faults);
  if (error instanceof SyntaxError) return badRequest('JSON_PARSER_ERROR', error.message);
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError(500, fault('UNKNOWN_EXCEPTION', message));
}
