import express, { Router, type Request } from 'express';
import type { RawRequest } from '../contract/definition.ts';
import type { App } from '../services/app.ts';
import { createReceiver } from '../services/receive.ts';
import { errorReply, refuse } from './errors.ts';

/** HubSpot's batches of 100 events are about 33 kB. */
const LIMIT = '1mb';

/** Signed messages of vendors: verified over the bytes as they came, stored, and only then answered. */
export function webhookRoutes(app: App): Router {
  const router = Router({ caseSensitive: true });
  const receive = createReceiver(app);
  router.post(
    '/:connector',
    // No vendor compresses; an inflated bomb is refused unread.
    express.raw({ type: () => true, limit: LIMIT, inflate: false }),
    async (request, response) => {
      const receipt = await receive(request.params.connector, rawRequest(app, request));
      if (receipt === undefined) {
        refuse(response, 404, { code: 'not_found', message: 'No such webhook.' });
      } else if ('outcome' in receipt) {
        response.status(204).end();
      } else {
        const status = receipt.verdict === 'refused' ? 401 : 400;
        refuse(response, status, { code: receipt.verdict, message: receipt.reason });
      }
    },
  );
  router.use(errorReply(app.logger));
  return router;
}

function rawRequest(app: App, request: Request): RawRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  return {
    method: request.method,
    // From the configured address: the Host header is the caller's to choose.
    url: `${app.publicUrl}${request.originalUrl}`,
    headers,
    body: Buffer.isBuffer(request.body) ? request.body : new Uint8Array(),
  };
}
