import { randomUUID } from 'node:crypto';
import type { Express } from 'express';

/** What a route takes in, and so what can be wrong with it. */
export interface RouteUnderTest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As the router knows it. */
  readonly path: string;
  readonly kind: 'webhook' | 'page' | 'admin' | 'open';
  /** Asks for one thing, and `nowhere` names one that is not there. */
  readonly ofOne?: boolean;
}

/** Every route of the service. A test compares this table with the router, so that no route goes unattacked. */
export const ROUTES: readonly RouteUnderTest[] = [
  { method: 'POST', path: '/webhooks/:connector', kind: 'webhook' },
  { method: 'GET', path: '/health', kind: 'open' },
  { method: 'GET', path: '/metrics', kind: 'open' },
  { method: 'GET', path: '/oauth/:connector/callback', kind: 'page' },
  { method: 'GET', path: '/api/policies', kind: 'admin' },
  { method: 'GET', path: '/api/workspaces/:workspace/employees', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/employees', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces', kind: 'admin' },
  { method: 'GET', path: '/api/workspaces', kind: 'admin' },
  { method: 'GET', path: '/api/workspaces/:workspace', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/crm/:connector', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/sources', kind: 'admin' },
  { method: 'DELETE', path: '/api/workspaces/:workspace/connections/:connection', kind: 'admin' },
  {
    method: 'POST',
    path: '/api/workspaces/:workspace/connections/:connection/mirror',
    kind: 'admin',
  },
  { method: 'GET', path: '/api/workspaces/:workspace/links', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/links', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/links/:link/unlink', kind: 'admin' },
  {
    method: 'GET',
    path: '/api/workspaces/:workspace/links/:link/explanation',
    kind: 'admin',
    ofOne: true,
  },
  { method: 'GET', path: '/api/workspaces/:workspace/reviews', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/reviews/:link/decision', kind: 'admin' },
  { method: 'GET', path: '/api/workspaces/:workspace/conflicts', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/conflicts/:conflict', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/undo', kind: 'admin' },
  { method: 'GET', path: '/api/workspaces/:workspace/undo/:undo', kind: 'admin', ofOne: true },
  {
    method: 'GET',
    path: '/api/workspaces/:workspace/contacts/:contact/score',
    kind: 'admin',
    ofOne: true,
  },
  { method: 'POST', path: '/api/workspaces/:workspace/rescore', kind: 'admin' },
  {
    method: 'GET',
    path: '/api/workspaces/:workspace/rescore/:rescore',
    kind: 'admin',
    ofOne: true,
  },
  { method: 'GET', path: '/api/workspaces/:workspace/pairing-rules', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/pairing-rules', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/pairing-rules/dry-run', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/pairing-rules/shadow-run', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/repair', kind: 'admin' },
  { method: 'GET', path: '/api/workspaces/:workspace/repair', kind: 'admin' },
  { method: 'GET', path: '/api/workspaces/:workspace/parked', kind: 'admin' },
  { method: 'POST', path: '/api/workspaces/:workspace/parked/:id/retry', kind: 'admin' },
];

export const nameOf = ({ method, path }: RouteUnderTest): string => `${method} ${path}`;

/** The route's address with these values in it, encoded as a path wants them unless they are escapes already. */
export function addressOf(
  { path }: RouteUnderTest,
  values: Readonly<Record<string, string>>,
): string {
  return path.replace(/:(\w+)/g, (_, name: string) => values[name] ?? `missing-${name}`);
}

/** Values that lead to the route and there to nothing that exists, but for the workspace. */
export function nowhere(
  route: RouteUnderTest,
  workspace: string,
): Readonly<Record<string, string>> {
  return {
    workspace,
    connector: route.kind === 'webhook' || route.kind === 'page' ? 'hubspot' : 'nothing',
    connection: randomUUID(),
    id: 'job-999999',
    link: '999999',
    conflict: '999999',
    undo: '999999',
  };
}

interface Layer {
  readonly rawPath: string;
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** What the router really has, as `METHOD /path`. */
export function routesOf(http: Express): string[] {
  const walk = (stack: readonly Layer[], prefix: string): string[] =>
    stack.flatMap(({ route, handle, rawPath }) => {
      if (route !== undefined) {
        return Object.keys(route.methods).map(
          (method) => `${method.toUpperCase()} ${prefix}${route.path}`,
        );
      }
      return walk(handle.stack ?? [], rawPath === '/' ? prefix : `${prefix}${rawPath}`);
    });
  return walk((http.router as unknown as { stack: readonly Layer[] }).stack, '').sort();
}
