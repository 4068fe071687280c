import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import pg from 'pg';
import type { Bare } from './contenders.ts';

/** What any receiver must do, and nothing else: the bytes, the signature, JSON, one durable row, the answer. */
function serve({ connection, secret, publicUrl }: Bare): void {
  const pool = new pg.Pool({ ...connection, max: 8 });
  const app = express();
  app.post(
    '/webhooks/hubspot',
    express.raw({ type: () => true, limit: '1mb' }),
    async (request, response) => {
      const body = request.body as Buffer;
      const expected = createHmac('sha256', secret)
        .update(`POST${publicUrl}${request.originalUrl}`)
        .update(body)
        .update(request.get('x-hubspot-request-timestamp') ?? '')
        .digest();
      const given = Buffer.from(request.get('x-hubspot-signature-v3') ?? '', 'base64');
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        response.status(401).end();
        return;
      }
      const text = body.toString('utf8');
      const events = JSON.parse(text) as unknown;
      if (!Array.isArray(events)) {
        response.status(400).end();
        return;
      }
      await pool.query({
        name: 'insert',
        text: 'insert into raw_requests (body) values ($1)',
        values: [text],
      });
      response.status(204).end();
    },
  );
  const server = app.listen(0, '127.0.0.1', () => {
    process.send?.((server.address() as AddressInfo).port);
  });
}

process.once('message', (bare: Bare) => {
  serve(bare);
});
