import {
  type FieldType,
  type OrderByClause,
  type Query,
  type Subquery,
  type QueryBase,
  parseQuery,
} from '@jetstreamapp/soql-parser-js';
import { badRequest } from '../errors.ts';
import type { Row } from '../model.ts';
import type { ObjectDefinition } from '../schema/objects.ts';
import { aggregate, isAggregate } from './aggregate.ts';
import { compareRows } from './compare.ts';
import { type Scope, objectNamed, pathTo } from './scope.ts';
import { type Json, compileSelect } from './select.ts';
import { compileWhere } from './where.ts';

const LONGEST = 100_000;

export interface Found {
  object: ObjectDefinition;
  columns: string[];
  hasLongText: boolean;
  /** How many rows there are; count() has a size and no rows. */
  size: number;
  rows: readonly Row[];
  write(row: Row): Json;
  /** Instead of rows, where rows were grouped. */
  groups?: readonly Json[];
}

export function parse(soql: string): Query {
  if (soql.length > LONGEST) {
    throw badRequest(
      'MALFORMED_QUERY',
      `SOQL statements cannot be longer than ${LONGEST} characters.`,
    );
  }
  try {
    return parseQuery(soql);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown';
    throw badRequest('MALFORMED_QUERY', `\n${soql}\n^\nERROR at Row:1:Column:1\n${message}`);
  }
}

export function runQuery(scope: Scope, soql: string): Found {
  scope.org.bin.purge();
  const query = parse(soql);
  return find(scope, objectNamed(scope, query.sObject ?? ''), query);
}

function find(scope: Scope, object: ObjectDefinition, query: QueryBase): Found {
  if ((query.offset ?? 0) > 2_000) {
    throw badRequest('NUMBER_OUTSIDE_VALID_RANGE', 'Maximum SOQL offset allowed is 2000');
  }
  const fields = query.fields ?? [];
  const matching = matchingRows(scope, object, query);
  if (isAggregate(query)) {
    const groups = aggregate(scope, object, { query, rows: matching });
    const bare = isBareCount(fields);
    const shown = bare ? [] : page(groups, query);
    return {
      object,
      columns: [],
      hasLongText: false,
      size: bare ? Math.min(matching.length, query.limit ?? Infinity) : shown.length,
      rows: [],
      groups: shown,
      write: () => ({}),
    };
  }
  const selection = compileSelect(scope, object, {
    fields,
    limit: query.limit,
    runChild: (child, subquery, isChild) => {
      // The limit of a subquery counts per parent.
      const all: Partial<Subquery> = { ...subquery };
      delete all.limit;
      delete all.offset;
      const found = find(scope, child, all);
      return page(found.rows.filter(isChild), subquery).map((row) => found.write(row));
    },
  });
  const rows = page(sorted(scope, object, { rows: matching, query }), query);
  return { object, size: rows.length, rows, ...selection };
}

const isBareCount = (fields: readonly FieldType[]): boolean =>
  fields.length === 1 &&
  fields[0]?.type === 'FieldFunctionExpression' &&
  fields[0].functionName === 'COUNT' &&
  fields[0].parameters.length === 0;

const page = <T>(rows: readonly T[], { limit, offset = 0 }: QueryBase): T[] =>
  rows.slice(offset, limit === undefined ? undefined : offset + limit);

function matchingRows(scope: Scope, object: ObjectDefinition, query: QueryBase): Row[] {
  const inner = (one: Query): string[] => {
    const found = find(scope, objectNamed(scope, one.sObject ?? ''), one);
    const [column = ''] = found.columns;
    const path = pathTo(scope, found.object, column);
    return found.rows.flatMap((row) => {
      const value = path.read(row);
      return value === null ? [] : [String(value)];
    });
  };
  const { test, narrow } = compileWhere(scope, { object, where: query.where, inner });
  const table = scope.org.records.table(object.name);
  const visible = (row: Row) => scope.all || row.values.IsDeleted !== true;
  // Looked up by id where the query names ids: a table of many records is not searched for two.
  const byId = narrow.find(
    ({ path, operator }) => path.field.name === 'Id' && ['=', 'IN'].includes(operator),
  );
  const named = [...new Set(byId?.operand.values)].map((one) => table.rows.get(one.slice(1, -1)));
  const known = named.filter((row) => row !== undefined);
  const candidates =
    byId !== undefined && known.length === named.length ? known : [...table.rows.values()];
  return candidates.filter((row) => visible(row) && test(row));
}

function sorted(
  scope: Scope,
  object: ObjectDefinition,
  { rows, query }: { rows: Row[]; query: QueryBase },
): Row[] {
  const clauses: OrderByClause[] = query.orderBy === undefined ? [] : [query.orderBy].flat();
  const comparers = clauses.map((clause) => {
    if (!('field' in clause)) throw badRequest('MALFORMED_QUERY', 'ORDER BY takes fields here.');
    const descending = clause.order === 'DESC';
    return compareRows(pathTo(scope, object, clause.field), {
      descending,
      nullsLast: clause.nulls === undefined ? descending : clause.nulls === 'LAST',
    });
  });
  if (comparers.length === 0) return rows;
  return rows.toSorted((a, b) => {
    for (const compare of comparers) {
      const order = compare(a, b);
      if (order !== 0) return order;
    }
    return 0;
  });
}
