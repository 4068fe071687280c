import { badRequest, notFound } from '../errors.ts';
import { stamp } from '../model.ts';
import { Access } from '../schema/access.ts';
import { describeBriefly, describeFully } from '../schema/describe.ts';
import type { ObjectDefinition } from '../schema/objects.ts';
import { type Call, type Reply, type Router, ok } from './call.ts';

const DAY = 86_400_000;
const RESOURCES = ['composite', 'jobs', 'limits', 'query', 'queryAll', 'sobjects', 'tooling'];

/** What there is: resources, objects, fields, limits, and what changed or went. */
export function objectRoutes(router: Router): void {
  router.on('GET', '', ({ base }) =>
    ok(Object.fromEntries(RESOURCES.map((name) => [name, `${base}/${name}`]))),
  );
  router.on('GET', '/sobjects', ({ org, user, base }) => {
    const access = new Access(user);
    const visible = org.schema.all().filter((one) => access.seesObject(one));
    return ok({
      encoding: 'UTF-8',
      maxBatchSize: 200,
      sobjects: visible.map((one) => describeBriefly(one, base)),
    });
  });
  router.on('GET', '/sobjects/:type', (call) => {
    const object = visibleObject(call);
    return ok({ objectDescribe: describeBriefly(object, call.base), recentItems: [] });
  });
  router.on('GET', '/sobjects/:type/describe', (call) => {
    const object = visibleObject(call);
    return ok(describeFully(call.org, new Access(call.user), { object, base: call.base }));
  });
  router.on('GET', '/sobjects/:type/deleted', deleted);
  router.on('GET', '/sobjects/:type/updated', updated);
  router.on('GET', '/limits', limits);
}

export function visibleObject({ org, user, params }: Call): ObjectDefinition {
  const object = org.schema.object(params.type ?? '');
  if (object === undefined || !new Access(user).seesObject(object)) throw notFound();
  return object;
}

/** Seconds are cut off, as Salesforce does: both ends fall on whole minutes. */
function spanOf({ query, org }: Call, daysBack: number): [from: number, to: number] {
  const at = (name: string) => {
    const text = query.get(name) ?? '';
    const time = Date.parse(text.replace(' ', '+').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
    if (Number.isNaN(time))
      throw badRequest('INVALID_REPLICATION_DATE', `${name} is no date and time: ${text}`);
    return Math.floor(time / 60_000) * 60_000;
  };
  const [from, to] = [at('start'), at('end')];
  if (from >= to) throw badRequest('INVALID_REPLICATION_DATE', 'startDate must be before endDate');
  if (from < org.now() - daysBack * DAY) {
    throw badRequest(
      'INVALID_REPLICATION_DATE',
      `startDate cannot be more than ${daysBack} days ago`,
    );
  }
  return [from, to];
}

function deleted(call: Call): Reply {
  const { name } = visibleObject(call);
  const [from, to] = spanOf(call, 15);
  return ok({
    deletedRecords: call.org.bin.deletedBetween(name, from, to),
    earliestDateAvailable: stamp(call.org.now() - 15 * DAY),
    latestDateCovered: stamp(Math.min(to, call.org.now())),
  });
}

function updated(call: Call): Reply {
  const { name } = visibleObject(call);
  const [from, to] = spanOf(call, 30);
  const [first, last] = [stamp(from), stamp(to)];
  const ids = [...call.org.records.table(name).rows.values()]
    .filter(({ values }) => {
      const at = String(values.SystemModstamp);
      return values.IsDeleted !== true && at >= first && at < last;
    })
    .map(({ id }) => id);
  if (ids.length > 600_000)
    throw badRequest('EXCEEDED_ID_LIMIT', 'Too many ids: choose a shorter time.');
  return ok({ ids, latestDateCovered: stamp(Math.min(to, call.org.now())) });
}

function limits({ tenant, org }: Call): Reply {
  const { usage } = tenant;
  const of = (Max: number, used = 0) => ({ Max, Remaining: Math.max(0, Max - used) });
  return ok({
    DailyApiRequests: of(usage.max, usage.used(org.now())),
    DailyBulkApiBatches: of(15_000),
    DailyBulkV2QueryJobs: of(10_000),
    DailyBulkV2QueryFileStorageMB: of(976_562),
    DailyAsyncApexExecutions: of(250_000),
    DataStorageMB: of(1_024),
    FileStorageMB: of(1_024),
    HourlyPublishedStandardVolumePlatformEvents: of(1_000),
    SingleEmail: of(5_000),
  });
}
