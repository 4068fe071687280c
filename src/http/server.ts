import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { adminRoutes } from './admin.ts';
import { errorReply, notFound } from './errors.ts';
import { healthRoutes, type Health } from './health.ts';
import type { Metrics } from './metrics.ts';
import { oauthRoutes } from './oauth.ts';
import { webhookRoutes } from './webhooks.ts';
import type { App } from '../services/app.ts';

export interface HttpOptions {
  readonly app: App;
  readonly adminToken: string;
  readonly health: () => Promise<Health>;
  readonly metrics: Metrics;
}

export function createHttp({ app, adminToken, health, metrics }: HttpOptions): Express {
  const http = express();
  http.disable('x-powered-by');
  http.disable('etag');
  // Before everything else: this path is hot, and wants the bytes as they came.
  http.use('/webhooks', webhookRoutes(app));
  http.use(helmet());
  http.use(healthRoutes(health, metrics));
  http.use('/oauth', oauthRoutes(app));
  http.use('/api', adminRoutes(app, adminToken));
  http.use(notFound);
  http.use(errorReply(app.logger));
  return http;
}

class CannotListen extends Error {
  override readonly name = 'CannotListen';
  readonly logMessage: string;

  constructor(address: { readonly host: string; readonly port: number }, cause: Error) {
    super(`Cannot listen on ${address.host} port ${address.port}: see HOST and PORT`, { cause });
    this.logMessage = this.message;
  }
}

/** Bounds against slow and endless requests; node's own defaults would hold a silent client for minutes. */
export async function listen(
  http: Express,
  address: { readonly host: string; readonly port: number },
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(
    {
      headersTimeout: 5_000,
      requestTimeout: 8_000,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 65_000,
    },
    http,
  );
  server.maxConnections = 2_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(new CannotListen(address, error));
    });
    server.listen(address.port, address.host, resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}
