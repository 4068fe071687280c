import type { Query, WhereClause } from '@jetstreamapp/soql-parser-js';
import { badRequest } from '../errors.ts';
import type { Row } from '../model.ts';
import { isLongText } from '../schema/fields.ts';
import type { ObjectDefinition } from '../schema/objects.ts';
import { type Operand, testOf } from './compare.ts';
import { type Path, type Scope, pathTo } from './scope.ts';

export type Test = (row: Row) => boolean;

interface Term {
  path: Path;
  operator: string;
  operand: Operand;
}

type Token = '(' | ')' | 'AND' | 'OR' | 'NOT' | Term;

/** Answers the values of the single field an inner query selects. */
export type RunInner = (query: Query) => string[];

/** Any of the parser's conditions: which members are there says which one it is. */
interface LooseCondition {
  openParen?: number;
  closeParen?: number;
  field?: string;
  operator?: string;
  value?: string | string[];
  valueQuery?: Query;
  literalType?: string | string[];
}

/** The parser keeps parentheses as counts beside the conditions; this lays them out as they were written. */
function tokensOf(
  scope: Scope,
  object: ObjectDefinition,
  where: WhereClause,
  inner: RunInner,
): Token[] {
  const tokens: Token[] = [];
  let node = where;
  for (;;) {
    const left: LooseCondition | null = node.left;
    for (let n = left?.openParen ?? 0; n > 0; n -= 1) tokens.push('(');
    if (left !== null && ('operator' in left || 'fn' in left))
      tokens.push(termOf(scope, object, left, inner));
    for (let n = left?.closeParen ?? 0; n > 0; n -= 1) tokens.push(')');
    if (!('operator' in node)) return tokens;
    tokens.push(node.operator);
    node = node.right;
  }
}

function termOf(
  scope: Scope,
  object: ObjectDefinition,
  left: LooseCondition,
  inner: RunInner,
): Term {
  if (typeof left.field !== 'string') {
    throw badRequest('MALFORMED_QUERY', 'Functions in WHERE are not supported here.');
  }
  const path = pathTo(scope, object, left.field);
  if (isLongText(path.field)) {
    throw badRequest(
      'INVALID_FIELD',
      `field '${path.field.name}' can not be filtered in a query call`,
    );
  }
  const { operator = '' } = left;
  const values =
    left.valueQuery !== undefined
      ? inner(left.valueQuery).map((one) => `'${one}'`)
      : [left.value ?? []].flat();
  const kinds = left.valueQuery === undefined ? [left.literalType].flat() : ['STRING'];
  for (const value of values) {
    if (value.length > 4_002)
      throw badRequest('MALFORMED_QUERY', 'A string in WHERE has 4000 characters at most.');
  }
  return { path, operator, operand: { values, kinds } };
}

export function compileWhere(
  scope: Scope,
  {
    object,
    where,
    inner,
  }: { object: ObjectDefinition; where: WhereClause | undefined; inner: RunInner },
): { test: Test; narrow: Term[] } {
  if (where === undefined) return { test: () => true, narrow: [] };
  const tokens = tokensOf(scope, object, where, inner);
  const now = scope.org.now();
  let place = 0;

  const unary = (): Test => {
    const token = tokens[place];
    place += 1;
    if (token === 'NOT') {
      const test = unary();
      return (row) => !test(row);
    }
    if (token === '(') {
      const test = expression();
      if (tokens[place] !== ')')
        throw badRequest('MALFORMED_QUERY', 'expecting a right parentheses');
      place += 1;
      return test;
    }
    if (typeof token !== 'object')
      throw badRequest('MALFORMED_QUERY', `unexpected token: '${token ?? '<EOF>'}'`);
    return testOf(token, now);
  };
  const expression = (): Test => {
    const tests = [unary()];
    const operator = tokens[place];
    while (tokens[place] === 'AND' || tokens[place] === 'OR') {
      // SOQL has no precedence: AND beside OR needs parentheses.
      if (tokens[place] !== operator) {
        throw badRequest('MALFORMED_QUERY', 'AND beside OR needs parentheses');
      }
      place += 1;
      tests.push(unary());
    }
    return operator === 'OR'
      ? (row) => tests.some((test) => test(row))
      : (row) => tests.every((test) => test(row));
  };
  const test = expression();
  if (place < tokens.length) throw badRequest('MALFORMED_QUERY', "unexpected token: ')'");
  const flat = tokens.every((token) => typeof token === 'object' || token === 'AND');
  return { test, narrow: flat ? tokens.filter((token) => typeof token === 'object') : [] };
}
