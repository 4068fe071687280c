import { badRequest } from '../errors.ts';
import { type Call, type Json, type Reply, type Router, objectBody, ok } from './call.ts';

const MOST = 25;
const MOST_QUERIES = 5;

class RolledBack extends Error {}

/** Several requests in one, each of which may use what an earlier one answered. */
export function compositeRoutes(router: Router): void {
  router.on('POST', '/composite', (call) => composite(router, call));
  router.on('POST', '/composite/batch', (call) => batch(router, call));
}

interface SubRequest {
  method: string;
  url: string;
  referenceId: string;
  body?: unknown;
  httpHeaders?: Record<string, string>;
}

function composite(router: Router, call: Call): Reply {
  const { compositeRequest, allOrNone } = objectBody(call);
  const requests = demandList(compositeRequest) as unknown as SubRequest[];
  const heavy = requests.filter(({ url }) => /\/(query|queryAll|composite\/sobjects)\b/.test(url));
  if (heavy.length > MOST_QUERIES)
    throw badRequest(
      'INVALID_INPUT',
      `A composite holds ${MOST_QUERIES} queries and collections at most.`,
    );
  let answers: Json[] = [];
  try {
    call.org.transaction.run(() => {
      answers = runAll(router, call, requests);
      if (allOrNone === true && answers.some(failed)) throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
    answers = answers.map((one) =>
      failed(one)
        ? one
        : halted(
            one.referenceId,
            'The transaction was rolled back since another operation in the same transaction failed.',
          ),
    );
  }
  return ok({ compositeResponse: answers });
}

const failed = ({ httpStatusCode }: Json): boolean => Number(httpStatusCode) >= 400;

const halted = (referenceId: unknown, message: string): Json => ({
  body: [{ errorCode: 'PROCESSING_HALTED', message }],
  httpHeaders: {},
  httpStatusCode: 400,
  referenceId,
});

function runAll(router: Router, call: Call, requests: readonly SubRequest[]): Json[] {
  const known = new Map<string, unknown>();
  return requests.map((request) => {
    const { referenceId } = request;
    let filled: SubRequest;
    try {
      filled = JSON.parse(fillIn(JSON.stringify(request), known)) as SubRequest;
    } catch {
      return halted(
        referenceId,
        `Invalid reference specified: an operation ${referenceId} builds upon failed.`,
      );
    }
    const reply = dispatch(router, call, filled);
    if (reply.status < 400) known.set(referenceId, reply.body);
    return {
      body: reply.body ?? null,
      httpHeaders: reply.headers ?? {},
      httpStatusCode: reply.status,
      referenceId,
    };
  });
}

/** `@{refId.records[0].Id}` stands for what an earlier answer holds there. */
function fillIn(text: string, known: ReadonlyMap<string, unknown>): string {
  return text.replace(/@\{(\w+)\.([\w.[\]]+)\}/g, (_, reference: string, path: string) => {
    if (!known.has(reference)) throw new Error(reference);
    const value = path
      .split(/[.[\]]+/)
      .filter((part) => part !== '')
      .reduce<unknown>((at, part) => (at as Json | undefined)?.[part], known.get(reference));
    if (typeof value !== 'string' && typeof value !== 'number') throw new Error(path);
    return JSON.stringify(String(value)).slice(1, -1);
  });
}

function dispatch(
  router: Router,
  call: Call,
  { method, url, body, httpHeaders = {} }: SubRequest,
): Reply {
  const target = URL.parse(url, 'http://localhost');
  const found = /^(?:\/services\/data)?\/v(\d+\.0)(\/.*)?$/.exec(target?.pathname ?? '');
  if (target === null || found === null || /^\/composite(\/batch)?$/.test(found[2] ?? '')) {
    return {
      status: 400,
      body: [{ errorCode: 'INVALID_INPUT', message: `Not a URL for a subrequest: ${url}` }],
    };
  }
  const headers = Object.fromEntries(
    Object.entries(httpHeaders).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return router.run(
    {
      ...call,
      method: method.toUpperCase(),
      query: target.searchParams,
      body,
      headers: { ...call.headers, ...headers },
    },
    found[2] ?? '',
  );
}

function demandList(list: unknown): Json[] {
  if (Array.isArray(list) && list.length > 0 && list.length <= MOST) return list as Json[];
  throw badRequest('INVALID_INPUT', `Between 1 and ${MOST} subrequests are taken.`);
}

/** Independent of each other; each counts for itself. */
function batch(router: Router, call: Call): Reply {
  const { batchRequests, haltOnError } = objectBody(call);
  let stopped = false;
  const results = demandList(batchRequests).map((request) => {
    if (stopped)
      return {
        statusCode: 412,
        result: [
          { errorCode: 'BATCH_PROCESSING_HALTED', message: 'Batch processing halted per request' },
        ],
      };
    const url = `/${String(request.url).replace(/^\//, '')}`;
    const reply = dispatch(router, call, {
      method: String(request.method),
      url,
      body: request.richInput,
      referenceId: '',
    });
    stopped = haltOnError === true && reply.status >= 400;
    return { statusCode: reply.status, result: reply.body ?? null };
  });
  return ok({ hasErrors: results.some(({ statusCode }) => statusCode >= 400), results });
}
