import express, { type NextFunction, type Request, type Response } from 'express';
import { accountEndpoints } from './api/account.ts';
import { associationEndpoints } from './api/associations.ts';
import { batchEndpoints } from './api/batch.ts';
import { objectEndpoints } from './api/objects.ts';
import { propertyEndpoints } from './api/properties.ts';
import { searchEndpoint } from './api/search.ts';
import { timelineEndpoints } from './api/timeline.ts';
import { controlRoutes } from './control/routes.ts';
import { ApiError, invalid, notFound } from './errors.ts';
import { endpointsOf, rememberLength } from './http/endpoint.ts';
import { RateLimitError } from './http/limits.ts';
import { pageRoutes } from './page/routes.ts';
import { oauthRoutes } from './oauth/routes.ts';
import type { World } from './world.ts';

const API = /^\/(crm|oauth|account-info|appinstalls|integrators)\//;

export function createServer(world: World): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use((req, res, next) => {
    if (API.test(req.path)) {
      res.on('close', () => {
        // A connection that was cut before an answer counts as status 0.
        const status = res.writableFinished ? res.statusCode : 0;
        world.stats.countAnswer(req.method, req.path, status);
      });
      world.faults.middleware(req, res, next);
      return;
    }
    next();
  });
  oauthRoutes(world, app);
  controlRoutes(world, app);
  pageRoutes(world, app);
  app.use(express.json({ limit: '12mb', verify: rememberLength }));
  const register = endpointsOf(world, app);
  accountEndpoints(register);
  propertyEndpoints(register);
  batchEndpoints(register);
  searchEndpoint(register);
  objectEndpoints(register);
  associationEndpoints(register);
  timelineEndpoints(register);
  app.use(() => {
    throw notFound('No API lives at this path and version.');
  });
  app.use(answerError(world));
  return app;
}

const answerError =
  (world: World) => (error: unknown, _req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const known = apiErrorOf(error);
    if (known instanceof RateLimitError) res.set(known.headers);
    res.status(known.status).json(known.body(world.random.uuid()));
  };

function apiErrorOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof SyntaxError)
    return invalid('Invalid input JSON: the body could not be parsed.');
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError(500, { category: 'INTERNAL_ERROR', message });
}
