import { badRequest } from '../errors.ts';
import { type Job, placeOf, shownJob } from './bulk-jobs.ts';
import { type Call, type Json, type Reply, type Router, objectBody, ok, scopeOf } from './call.ts';

/** Bulk 2.0 queries: a job is created, asked for until it is complete, and its result read in parts. */
export function bulkRoutes(router: Router): void {
  router.on('POST', '/jobs/query', (call) => {
    const { user, version, world } = call;
    const job = call.tenant.bulk.create(scopeOf(call), objectBody(call), {
      userId: user.id,
      version,
      polls: world.settings.bulkPolls,
    });
    return ok(shownJob(job));
  });
  router.on('GET', '/jobs/query', ({ tenant }) =>
    ok({ done: true, records: tenant.bulk.all().map(shownJob), nextRecordsUrl: null }),
  );
  router.on('GET', '/jobs/query/:id', ({ tenant, params }) =>
    ok(detail(tenant.bulk.poll(tenant.bulk.get(params.id)))),
  );
  router.on('PATCH', '/jobs/query/:id', (call) => {
    const job = call.tenant.bulk.get(call.params.id);
    if (objectBody(call).state !== 'Aborted')
      throw badRequest('INVALIDJOBSTATE', 'A query job can only be aborted.');
    job.state = 'Aborted';
    return ok(detail(job));
  });
  router.on('DELETE', '/jobs/query/:id', ({ tenant, params }) => {
    const job = tenant.bulk.get(params.id);
    if (job.state === 'UploadComplete' || job.state === 'InProgress') {
      throw badRequest('INVALIDJOBSTATE', 'A running job cannot be deleted.');
    }
    tenant.bulk.delete(job);
    return { status: 204 };
  });
  router.on('GET', '/jobs/query/:id/results', results);
}

function results(call: Call): Reply {
  const { tenant, params, query, world } = call;
  const asked = query.get('maxRecords');
  const count = asked === null ? world.settings.bulkPageSize : Number(asked);
  if (!Number.isInteger(count) || count < 1)
    throw badRequest('INVALID_INPUT', 'maxRecords is a whole number.');
  const job = tenant.bulk.get(params.id);
  const { csv, locator, rows } = tenant.bulk.results(job, {
    from: placeOf(query.get('locator')),
    count,
  });
  return {
    status: 200,
    body: csv,
    headers: {
      'Content-Type': 'text/csv; charset=UTF-8',
      'Sforce-Locator': locator,
      'Sforce-NumberOfRecords': String(rows),
    },
  };
}

const detail = (job: Job): Json => ({
  ...shownJob(job),
  jobType: 'V2Query',
  numberRecordsProcessed: job.state === 'JobComplete' ? job.lines.length : 0,
  retries: 0,
  totalProcessingTime: 100,
  isPkChunkingSupported: true,
});
