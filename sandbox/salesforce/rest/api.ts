import { bulkRoutes } from './bulk.ts';
import { Router } from './call.ts';
import { collectionRoutes } from './collections.ts';
import { compositeRoutes } from './composite.ts';
import { objectRoutes } from './objects.ts';
import { queryRoutes } from './queries.ts';
import { recordRoutes } from './records.ts';
import { toolingRoutes } from './tooling.ts';

export function apiRouter(): Router {
  const router = new Router();
  objectRoutes(router);
  recordRoutes(router);
  collectionRoutes(router);
  compositeRoutes(router);
  queryRoutes(router);
  bulkRoutes(router);
  toolingRoutes(router);
  return router;
}
