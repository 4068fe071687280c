import { badRequest } from '../errors.ts';
import { normaliseId } from '../ids.ts';
import { type Row, type Value, stamp } from '../model.ts';
import { type FieldDefinition, isNumber } from '../schema/fields.ts';
import { spanOf, textsOf } from './literals.ts';
import type { Path } from './scope.ts';

/** The right side of a condition: literals as written, and what kind the parser took each for. */
export interface Operand {
  values: readonly string[];
  kinds: readonly (string | undefined)[];
}

type Bound = { point: Value } | { from: string; to: string };

export function testOf(
  { path, operator, operand }: { path: Path; operator: string; operand: Operand },
  now: number,
): (row: Row) => boolean {
  const { field } = path;
  const bounds = operand.values.map((value, place) =>
    boundOf(field, { value, kind: operand.kinds[place] ?? operand.kinds[0] }, now),
  );
  const [first] = bounds;
  switch (operator) {
    case 'IN':
      return setTest(path, bounds);
    case 'NOT IN': {
      const inside = setTest(path, bounds);
      return (row) => !inside(row);
    }
    case 'LIKE': {
      const pattern = likePattern(
        first !== undefined && 'point' in first ? String(first.point) : '',
      );
      return (row) => {
        const value = path.read(row);
        return typeof value === 'string' && pattern.test(value);
      };
    }
    case 'INCLUDES':
      return (row) => includesAny(path.read(row), bounds);
    case 'EXCLUDES':
      return (row) => !includesAny(path.read(row), bounds);
    default:
      if (first === undefined) throw badRequest('MALFORMED_QUERY', 'A value is missing.');
      return (row) => compares(field, { value: path.read(row), operator, bound: first });
  }
}

function boundOf(
  field: FieldDefinition,
  { value, kind }: { value: string; kind: string | undefined },
  now: number,
): Bound {
  if (kind === 'NULL') return { point: null };
  if (kind === 'DATE_LITERAL' || kind === 'DATE_N_LITERAL') {
    demand(field, field.type === 'date' || field.type === 'datetime', value);
    const [from, to] = textsOf(spanOf(value.toUpperCase(), now), field.type);
    return { from, to };
  }
  const quoted = kind === 'STRING';
  const quotable = !isNumber(field.type) && !['boolean', 'date', 'datetime'].includes(field.type);
  demand(field, quoted === quotable, value);
  if (kind === 'STRING') return { point: idOrText(field, unquote(value)) };
  if (field.type === 'boolean') return { point: value.toUpperCase() === 'TRUE' };
  if (isNumber(field.type)) return { point: Number(value) };
  if (field.type === 'date') {
    demand(field, kind === 'DATE', value);
    return { point: value };
  }
  // SOQL knows no bare date for a moment.
  demand(field, kind === 'DATETIME', value);
  return { point: stamp(Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))) };
}

function demand({ name, type }: FieldDefinition, right: boolean, value: string): void {
  if (right) return;
  const quoted = value.startsWith("'");
  throw badRequest(
    'INVALID_FIELD',
    `value of filter criterion for field '${name}' must be of type ${type} and should ${quoted ? 'not ' : ''}be enclosed in quotes`,
  );
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** `%` and `_` keep their backslash: LIKE reads it. */
const unquote = (literal: string): string =>
  literal
    .slice(1, -1)
    .replace(/\\(.)/gs, (whole, sign: string) =>
      sign === '%' || sign === '_' ? whole : (ESCAPES[sign] ?? sign),
    );

const idOrText = (field: FieldDefinition, text: string): string => {
  if (field.type !== 'id' && field.type !== 'reference') return text;
  const id = normaliseId(text);
  if (id !== undefined || text === '') return id ?? '';
  throw badRequest('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text}`);
};

const likePattern = (text: string): RegExp => {
  const source = text.replace(/\\[%_]|[%_]|[\\^$.*+?()[\]{}|]/g, (sign) => {
    if (sign === '%') return '[\\s\\S]*';
    if (sign === '_') return '[\\s\\S]';
    return sign.length === 2 ? sign.charAt(1) : `\\${sign}`;
  });
  return new RegExp(`^${source}$`, 'i');
};

const folded = ({ type, caseSensitive }: FieldDefinition, value: Value): Value =>
  typeof value === 'string' &&
  !caseSensitive &&
  !['id', 'reference', 'date', 'datetime'].includes(type)
    ? value.toLowerCase()
    : value;

function setTest(path: Path, bounds: readonly Bound[]): (row: Row) => boolean {
  const points = new Set(
    bounds.map((one) => ('point' in one ? folded(path.field, one.point) : '')),
  );
  return (row) => points.has(folded(path.field, path.read(row)));
}

const includesAny = (value: Value, bounds: readonly Bound[]): boolean => {
  const held = new Set(typeof value === 'string' ? value.split(';') : []);
  return bounds.some(
    (one) =>
      'point' in one &&
      String(one.point)
        .split(';')
        .every((part) => held.has(part)),
  );
};

function compares(
  field: FieldDefinition,
  { value, operator, bound }: { value: Value; operator: string; bound: Bound },
): boolean {
  if ('from' in bound) return comparesSpan(value, operator, bound);
  const [left, right] = [folded(field, value), folded(field, bound.point)];
  // An empty text in SOQL is null.
  const sought = right === '' ? null : right;
  if (operator === '=') return left === sought;
  if (operator === '!=') return left !== sought;
  if (left === null || sought === null) return false;
  if (operator === '<') return left < sought;
  if (operator === '<=') return left <= sought;
  return operator === '>' ? left > sought : left >= sought;
}

function comparesSpan(
  value: Value,
  operator: string,
  { from, to }: { from: string; to: string },
): boolean {
  if (typeof value !== 'string') return operator === '!=';
  const inside = value >= from && value < to;
  if (operator === '=') return inside;
  if (operator === '!=') return !inside;
  if (operator === '<') return value < from;
  if (operator === '<=') return value < to;
  return operator === '>' ? value >= to : value >= from;
}

/** For ORDER BY: nulls first unless told otherwise, text without regard to case. */
export function compareRows(
  path: Path,
  { descending, nullsLast }: { descending: boolean; nullsLast: boolean },
): (a: Row, b: Row) => number {
  const textual = (value: Value) => folded(path.field, value);
  return (a, b) => {
    const [left, right] = [textual(path.read(a)), textual(path.read(b))];
    if (left === right) return 0;
    if (left === null || right === null) return (left === null) === nullsLast ? 1 : -1;
    return (left < right ? -1 : 1) * (descending ? -1 : 1);
  };
}
