import { Router } from 'express';
import type { Metrics } from './metrics.ts';

export interface Health {
  /** `down`: cannot serve at all. `degraded`: serves, and a person should look. */
  readonly status: 'ok' | 'degraded' | 'down';
  readonly parts: Readonly<
    Record<string, { readonly status: string; readonly [fact: string]: unknown }>
  >;
  readonly depths: Readonly<Record<string, number>>;
}

export function healthRoutes(health: () => Promise<Health>, metrics: Metrics): Router {
  const router = Router();
  router.get('/health', async (_request, response) => {
    const { status, parts } = await health();
    response.status(status === 'down' ? 503 : 200).json({ status, parts });
  });
  router.get('/metrics', async (_request, response) => {
    const { depths } = await health();
    response.type(metrics.contentType).send(await metrics.text(depths));
  });
  return router;
}
