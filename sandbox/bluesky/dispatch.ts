import express, { type ErrorRequestHandler, type RequestHandler, Router } from 'express';

import type { RateLimit } from './server-methods.ts';
import { signInKey } from './server-methods.ts';
import type { Tokens } from './tokens.ts';
import {
  internalError,
  invalidRequest,
  Params,
  XrpcError,
  type Method,
  type Methods,
} from './xrpc.ts';

export interface Dispatch {
  methods: Methods;
  tokens: Tokens;
  signIns: RateLimit;
  requests: RateLimit;
  /** Revision of the company's repository, sent with views so that a client can see its own writes arrive. */
  repoRev: () => string;
}

const LABELERS = 'did:plc:2bk56ulrsoyomugu27ygik5e;redact,did:example:labeler;redact';

/** Looks up the method, checks verb, limits and token in the recorded order, and answers value or error. */
export function dispatch(parts: Dispatch): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.set('access-control-allow-origin', '*');
    next();
  });
  router.use(express.json({ limit: '1mb' }));
  router.use('/xrpc/:nsid', answer(parts));
  router.use(reportError);
  return router;
}

function answer(parts: Dispatch): RequestHandler<{ nsid: string }> {
  return (request, response) => {
    const { nsid } = request.params;
    const method = methodFor(parts.methods, nsid, request.method);
    const ip = request.ip ?? '';
    const signsIn = nsid === 'com.atproto.server.createSession';
    const taken = signsIn ? parts.signIns(signInKey(request.body, ip)) : parts.requests(ip);
    response.set(taken.headers);
    if (method.auth !== 'none') {
      response.set({ 'cache-control': 'private', vary: 'Authorization, Accept-Encoding' });
    }
    if (!taken.allowed) throw new XrpcError(429, 'RateLimitExceeded', 'Rate Limit Exceeded');

    const token = bearer(method, request.get('authorization'));
    if (method.auth !== 'none') parts.tokens.verify(method.auth, token);
    const params = new Params(new URL(request.originalUrl, 'http://localhost').searchParams);
    const value = method.run({ params, body: request.body ?? {}, token, ip });
    if (nsid.startsWith('app.bsky.')) {
      response.set({ 'atproto-content-labelers': LABELERS, 'atproto-repo-rev': parts.repoRev() });
    }
    if (value === undefined) response.status(200).end();
    else response.json(value);
  };
}

function methodFor(methods: Methods, nsid: string, verb: string): Method {
  const method = Object.hasOwn(methods, nsid) ? methods[nsid] : undefined;
  if (method === undefined) {
    throw new XrpcError(501, 'MethodNotImplemented', 'Method Not Implemented');
  }
  const expected = method.type === 'query' ? 'GET' : 'POST';
  if (verb !== expected && !(verb === 'HEAD' && expected === 'GET')) {
    throw invalidRequest(`Incorrect HTTP method (${verb}) expected ${expected}`);
  }
  return method;
}

function bearer({ auth }: Method, header: string | undefined): string {
  const token = /^Bearer (.+)$/i.exec(header ?? '')?.[1];
  if (token === undefined && auth !== 'none') {
    throw new XrpcError(401, 'AuthMissing', 'Authentication Required');
  }
  return token ?? '';
}

const reportError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const known = toXrpcError(error);
  response.status(known.status).json({ error: known.error, message: known.message });
};

function toXrpcError(error: unknown): XrpcError {
  if (error instanceof XrpcError) return error;
  // body-parser wraps the parser's complaint; the recorded server passes the parser's own words on.
  if (error instanceof SyntaxError) return new XrpcError(400, 'SyntaxError', error.message);
  return internalError(500);
}
