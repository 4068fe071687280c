import type {
  FieldFunctionExpression,
  GroupByClause,
  QueryBase,
} from '@jetstreamapp/soql-parser-js';
import { badRequest } from '../errors.ts';
import type { Row, Value } from '../model.ts';
import type { ObjectDefinition } from '../schema/objects.ts';
import { type Scope, pathTo } from './scope.ts';
import type { Json } from './select.ts';

export const isAggregate = ({ fields = [], groupBy }: QueryBase): boolean =>
  groupBy !== undefined ||
  fields.some((one) => one.type === 'FieldFunctionExpression' && one.isAggregateFn === true);

/** COUNT, COUNT_DISTINCT, MIN, MAX, SUM and AVG, over all rows or by fields. */
export function aggregate(
  scope: Scope,
  object: ObjectDefinition,
  { query, rows }: { query: QueryBase; rows: readonly Row[] },
): Json[] {
  if (query.having !== undefined)
    throw badRequest('MALFORMED_QUERY', 'HAVING is not supported here.');
  const clauses: GroupByClause[] = query.groupBy === undefined ? [] : [query.groupBy].flat();
  const paths = clauses.map((clause) => {
    if (!('field' in clause)) throw badRequest('MALFORMED_QUERY', 'GROUP BY takes fields here.');
    return { name: clause.field, path: pathTo(scope, object, clause.field) };
  });
  const groups = new Map<string, Row[]>(paths.length === 0 ? [['', []]] : []);
  for (const row of rows) {
    const key = paths.length === 0 ? '' : JSON.stringify(paths.map(({ path }) => path.read(row)));
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [row]);
    else members.push(row);
  }
  return [...groups.values()].map((members) => {
    const answer: Json = { attributes: { type: 'AggregateResult' } };
    let unnamed = 0;
    for (const one of query.fields ?? []) {
      if (one.type === 'Field') {
        const grouped = paths.find(({ name }) => name.toLowerCase() === one.field.toLowerCase());
        if (grouped === undefined) {
          throw badRequest('MALFORMED_QUERY', `Field must be grouped or aggregated: ${one.field}`);
        }
        answer[one.alias ?? grouped.path.field.name] = members[0]
          ? grouped.path.read(members[0])
          : null;
      } else if (one.type === 'FieldFunctionExpression') {
        answer[one.alias ?? `expr${unnamed}`] = compute(scope, object, { call: one, members });
        if (one.alias === undefined) unnamed += 1;
      }
    }
    return answer;
  });
}

function compute(
  scope: Scope,
  object: ObjectDefinition,
  { call, members }: { call: FieldFunctionExpression; members: readonly Row[] },
): Value {
  const [name] = call.parameters;
  if (typeof name !== 'string') return members.length;
  const { read } = pathTo(scope, object, name);
  const values = members.map(read).filter((value) => value !== null);
  const numbers = values.map(Number);
  switch (call.functionName.toUpperCase()) {
    case 'COUNT':
      return values.length;
    case 'COUNT_DISTINCT':
      return new Set(values).size;
    case 'MIN':
      return values.toSorted(ascending)[0] ?? null;
    case 'MAX':
      return values.toSorted(ascending).at(-1) ?? null;
    case 'SUM':
      return numbers.reduce((sum, one) => sum + one, 0);
    case 'AVG':
      return numbers.length === 0
        ? null
        : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
    default:
      throw badRequest('MALFORMED_QUERY', `unexpected token: '${call.functionName}'`);
  }
}

const ascending = (a: Value, b: Value): number =>
  a === b || a === null || b === null ? 0 : a < b ? -1 : 1;
