import { badRequest } from '../errors.ts';
import { runQuery } from '../query/run.ts';
import { type Call, type Reply, type Router, ok, scopeOf } from './call.ts';

/** SOQL in pages. */
export function queryRoutes(router: Router): void {
  router.on('GET', '/query', (call) => first(call, 'query'));
  router.on('GET', '/queryAll', (call) => first(call, 'queryAll'));
  // The locator of either is read under either name.
  router.on('GET', '/query/:locator', next);
  router.on('GET', '/queryAll/:locator', next);
}

function first(call: Call, name: 'query' | 'queryAll'): Reply {
  const soql = call.query.get('q');
  if (soql === null || soql.trim() === '')
    throw badRequest('MALFORMED_QUERY', 'A query string has to be specified');
  const found = runQuery(scopeOf(call, name === 'queryAll'), soql);
  const { pageSize, longTextPageSize } = call.world.settings;
  const asked = Number(
    /batchSize\s*=\s*(\d+)/i.exec(call.headers['sforce-query-options'] ?? '')?.[1] ?? pageSize,
  );
  // The server may always send fewer than asked for; it never sends fewer than 200 by request.
  const wanted = pageSize < 200 ? pageSize : Math.min(Math.max(asked, 200), pageSize);
  return ok(
    call.tenant.cursors.first(found, {
      pageSize: found.hasLongText ? Math.min(wanted, longTextPageSize) : wanted,
      path: `${call.base}/${name}`,
      userId: call.user.id,
    }),
  );
}

function next(call: Call): Reply {
  return ok(
    call.tenant.cursors.next(call.params.locator ?? '', {
      path: `${call.base}/query`,
      userId: call.user.id,
    }),
  );
}
