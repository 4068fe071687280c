import { ApiError, RecordError, badRequest, fault, notFound, statusOf } from '../errors.ts';
import type { Actor } from '../model.ts';
import type { Org } from '../org.ts';
import type { Scope } from '../query/scope.ts';
import { Access } from '../schema/access.ts';
import type { User } from '../users.ts';
import type { Tenant, World } from '../world.ts';

export type Json = Record<string, unknown>;

/** One authenticated API call, as a handler sees it. */
export interface Call {
  world: World;
  tenant: Tenant;
  org: Org;
  user: User;
  method: string;
  /** `68.0` */
  version: string;
  /** `/services/data/v68.0` */
  base: string;
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  body: unknown;
  /** By lower-case name. */
  headers: Readonly<Record<string, string | undefined>>;
}

export interface Reply {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

export type Handler = (call: Call) => Reply;

export const ok = (body: unknown): Reply => ({ status: 200, body });

export function actorOf({ user, headers }: Call): Actor {
  const client = /(?:^|,)\s*client=([^,]+)/i.exec(headers['sforce-call-options'] ?? '')?.[1];
  const duplicates = headers['sforce-duplicate-rule-header'] ?? '';
  return {
    user,
    via: 'api',
    ...(client !== undefined && { client }),
    allowDuplicates: /allowSave\s*=\s*true/i.test(duplicates),
  };
}

export const scopeOf = ({ org, user, base }: Call, all = false): Scope => ({
  org,
  access: new Access(user),
  base,
  all,
});

export function objectBody({ body }: Pick<Call, 'body'>): Json {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest(
      'JSON_PARSER_ERROR',
      'The HTTP entity body is required, but this request has none that is an object.',
    );
  }
  return body as Json;
}

interface Route {
  method: string;
  parts: string[];
  handle: Handler;
}

/** Paths below /services/data/vXX.0; composite requests go through it again. */
export class Router {
  readonly #routes: Route[] = [];

  on(method: string, pattern: string, handle: Handler): void {
    this.#routes.push({ method, parts: pattern.split('/'), handle });
  }

  /** `path` as it stood in the request line, still encoded. A refusal is an answer too. */
  run(call: Omit<Call, 'params'>, path: string): Reply {
    const parts = path.replace(/\/+$/, '').split('/').map(decode);
    const fitting = this.#routes.filter((route) => fits(route.parts, parts));
    const route = fitting.find(({ method }) => method === call.method);
    try {
      if (fitting.length === 0) throw notFound();
      if (route === undefined) {
        const allowed = fitting.map(({ method }) => method).join(', ');
        throw new ApiError(
          405,
          fault(
            'METHOD_NOT_ALLOWED',
            `HTTP Method '${call.method}' not allowed. Allowed are ${allowed}`,
          ),
        );
      }
      return route.handle({ ...call, params: paramsOf(route.parts, parts) });
    } catch (error) {
      if (error instanceof ApiError) return { status: error.status, body: error.body() };
      if (error instanceof RecordError) {
        return { status: statusOf(error), body: new ApiError(0, ...error.faults).body() };
      }
      throw error;
    }
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest('URL_NOT_RESET', `Malformed escape in the path: ${part}`);
  }
}

const fits = (pattern: readonly string[], parts: readonly string[]): boolean =>
  pattern.length === parts.length &&
  pattern.every(
    (one, place) => one.startsWith(':') || one.toLowerCase() === parts[place]?.toLowerCase(),
  );

const paramsOf = (pattern: readonly string[], parts: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    pattern.flatMap((one, place) =>
      one.startsWith(':') ? [[one.slice(1), parts[place] ?? '']] : [],
    ),
  );
