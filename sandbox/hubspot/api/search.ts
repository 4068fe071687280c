import { invalid } from '../errors.ts';
import type { Call, Json, Register, Reply } from '../http/endpoint.ts';
import type { CrmRecord, ObjectType } from '../model.ts';
import type { ObjectSchema } from '../crm/schema.ts';
import { type Filter, matchesFilter, orderOf } from './filters.ts';
import { READ_SCOPES, limitOf, objectTypeOf, shown } from './records.ts';

const MOST = {
  groups: 5,
  filtersPerGroup: 6,
  filters: 18,
  page: 200,
  reachable: 10_000,
  body: 3_000,
};

const SEARCHED: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: [
    'firstname',
    'lastname',
    'email',
    'hs_additional_emails',
    'phone',
    'mobilephone',
    'company',
  ],
  notes: ['hs_note_body'],
};

/** CRM search: what the index knows, a moment late, in its own small rate bucket. */
export function searchEndpoint(register: Register): void {
  register(
    {
      method: 'post',
      path: '/crm/objects/2026-09/:objectType/search',
      scopes: READ_SCOPES,
      bucket: 'search',
    },
    search,
  );
}

function search(call: Call): Reply {
  const { portal, body } = call;
  const type = objectTypeOf(call.params.objectType);
  if (call.bodyLength > MOST.body) {
    throw invalid(
      `The search body is ${call.bodyLength} characters long; the limit is ${MOST.body}.`,
    );
  }
  const { schema } = portal.store(type);
  const groups = filterGroupsOf(body);
  for (const { propertyName } of groups.flat()) demandProperty(schema, propertyName);
  const limit = limitOf(body.limit as number | undefined, MOST.page, 10);
  const from = Number(body.after ?? 0);
  if (from + limit > MOST.reachable) {
    throw invalid(`Only the first ${MOST.reachable} results of a search can be paged.`);
  }
  const hits: CrmRecord[] = [];
  for (const record of portal.index.at(portal.now(), type)) {
    if (matchesGroups(schema, groups, record) && matchesQuery(type, body.query, record))
      hits.push(record);
  }
  const ordered = sorted(schema, hits, body.sorts ?? [{ propertyName: createdProperty(type) }]);
  const asked = Array.isArray(body.properties) ? body.properties.map(String) : [];
  const page = ordered.slice(from, from + limit);
  const more = from + limit < Math.min(ordered.length, MOST.reachable);
  return {
    status: 200,
    body: {
      total: hits.length,
      results: page.map((record) => shown(portal, type, record, asked)),
      ...(more && { paging: { next: { after: String(from + limit) } } }),
    },
  };
}

const createdProperty = (type: ObjectType) =>
  type === 'contacts' ? 'createdate' : 'hs_createdate';

/** Groups are joined by OR, the filters inside by AND. A bare `filters` list is one group. */
function filterGroupsOf(body: Json): Filter[][] {
  const given =
    body.filterGroups ?? (body.filters === undefined ? [] : [{ filters: body.filters }]);
  if (!Array.isArray(given)) throw invalid('filterGroups must be a list.');
  const groups = (given as { filters?: Filter[] }[]).map(({ filters }) => filters ?? []);
  if (groups.length > MOST.groups)
    throw invalid(`At most ${MOST.groups} filter groups are allowed.`);
  if (groups.some((filters) => filters.length > MOST.filtersPerGroup)) {
    throw invalid(`At most ${MOST.filtersPerGroup} filters are allowed in a group.`);
  }
  if (groups.flat().length > MOST.filters)
    throw invalid(`At most ${MOST.filters} filters are allowed.`);
  return groups;
}

function demandProperty(schema: ObjectSchema, name: string): void {
  if (schema.get(name) === undefined)
    throw invalid(`There was a problem with the request: no property ${name}.`);
}

const matchesGroups = (schema: ObjectSchema, groups: Filter[][], record: CrmRecord): boolean =>
  groups.length === 0 ||
  groups.some((filters) => filters.every((filter) => matchesFilter(schema, filter, record)));

function matchesQuery(type: ObjectType, query: unknown, { values }: CrmRecord): boolean {
  if (typeof query !== 'string' || query.trim() === '') return true;
  const text = SEARCHED[type]
    .map((name) => values[name] ?? '')
    .join(' ')
    .toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function sorted(schema: ObjectSchema, records: CrmRecord[], given: unknown): CrmRecord[] {
  if (!Array.isArray(given) || given.length === 0) return records;
  if (given.length > 1) throw invalid('Only one sort is allowed.');
  const sort = given[0] as string | { propertyName?: string; direction?: string };
  const name = typeof sort === 'string' ? sort.replace(/^-/, '') : (sort.propertyName ?? '');
  const down = typeof sort === 'string' ? sort.startsWith('-') : sort.direction === 'DESCENDING';
  demandProperty(schema, name);
  const order = orderOf(schema, name);
  return records.sort((a, b) => (down ? -1 : 1) * order(a, b));
}
