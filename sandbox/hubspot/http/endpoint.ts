import type { Request, Response, Router } from 'express';
import { ApiError, invalid } from '../errors.ts';
import type { Actor } from '../model.ts';
import type { Portal } from '../portal.ts';
import type { World } from '../world.ts';
import { RateLimiter } from './limits.ts';

export type Json = Record<string, unknown>;

/** One authenticated API call, as a handler sees it. */
export interface Call {
  world: World;
  portal: Portal;
  actor: Actor;
  userId: number;
  scopes: readonly string[];
  params: Record<string, string>;
  query: URLSearchParams;
  body: Json;
  bodyLength: number;
}

export interface Reply {
  status: number;
  body?: unknown;
}

interface EndpointOptions {
  method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  path: string;
  /** One of these scopes must have been granted. Default: any token will do. */
  scopes?: readonly string[];
  /** Which bucket the call counts against. Default: 'calls'. */
  bucket?: 'calls' | 'search';
}

const bodyLengths = new WeakMap<object, number>();

/** For express.json's `verify`: remembers how long the body was on the wire. */
export const rememberLength = (req: object, _res: unknown, bytes: Buffer): void => {
  bodyLengths.set(req, bytes.length);
};

export type Register = (options: EndpointOptions, handle: (call: Call) => Reply) => void;

/** Binds handlers to paths behind authentication, rate limits and scopes, in that order. */
export const endpointsOf =
  (world: World, router: Router): Register =>
  (options, handle) => {
    router[options.method](options.path, (req: Request, res: Response) => {
      const call = authenticate(world, req);
      for (const [name, value] of Object.entries(spend(call, options.bucket ?? 'calls'))) {
        res.setHeader(name, value);
      }
      demandScope(call, options.scopes ?? []);
      const { status, body } = handle(call);
      if (body === undefined) res.status(status).end();
      else res.status(status).json(body);
    });
  };

function authenticate(world: World, req: Request): Call {
  const [scheme, token] = (req.headers.authorization ?? '').split(' ');
  const found = scheme === 'Bearer' && token ? world.tokens.access(token) : undefined;
  const portal = found?.grant && world.portals.get(found.grant.portalId);
  if (found?.grant === undefined || portal === undefined) {
    throw new ApiError(401, {
      category: 'INVALID_AUTHENTICATION',
      message:
        'Authentication credentials not found. Send an OAuth access token of an installed account.',
    });
  }
  const late = world.clock.now() - found.expiresAt;
  if (late >= 0) {
    throw new ApiError(401, {
      category: 'EXPIRED_AUTHENTICATION',
      message: `The OAuth token used to make this call expired ${Math.floor(late / 1_000)} second(s) ago.`,
      context: { 'expire time': [new Date(found.expiresAt).toISOString()] },
    });
  }
  return {
    world,
    portal,
    actor: { source: 'INTEGRATION', appId: world.app.appId },
    userId: found.grant.userId,
    scopes: found.scopes,
    params: Object.fromEntries(
      Object.entries(req.params).map(([name, value]) => [name, String(value)]),
    ),
    query: new URL(req.originalUrl, 'http://localhost').searchParams,
    body: readBody(req),
    bodyLength: bodyLengths.get(req) ?? 0,
  };
}

function readBody(req: Request): Json {
  const body: unknown = req.body;
  if (body === undefined) return {};
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('Invalid input JSON: an object was expected.');
  }
  return body as Json;
}

function spend({ world, portal }: Call, bucket: 'calls' | 'search'): Record<string, string> {
  const limiter = world.limiters.get(portal.portalId) ?? new RateLimiter(world.limits);
  world.limiters.set(portal.portalId, limiter);
  const now = world.clock.now();
  if (bucket === 'search') {
    world.stats.countCall(portal.portalId, 'search', now);
    limiter.search(now);
    return {};
  }
  world.stats.countCall(portal.portalId, 'all', now);
  const headers = limiter.call(now);
  world.stats.countCall(portal.portalId, 'accepted', now);
  return headers;
}

function demandScope({ scopes }: Call, wanted: readonly string[]): void {
  if (wanted.length === 0 || wanted.some((scope) => scopes.includes(scope))) return;
  throw new ApiError(403, {
    category: 'MISSING_SCOPES',
    message: "This app hasn't been granted all required scopes to make this call.",
    errors: [
      {
        message: `One of these scopes is required: ${wanted.join(', ')}`,
        context: { requiredGranularScopes: [...wanted] },
      },
    ],
  });
}
