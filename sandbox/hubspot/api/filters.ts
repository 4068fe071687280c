import type { ObjectSchema } from '../crm/schema.ts';
import { invalid } from '../errors.ts';
import type { CrmRecord, PropertyDefinition } from '../model.ts';

export interface Filter {
  propertyName: string;
  operator: string;
  value?: string | number;
  highValue?: string | number;
  values?: (string | number)[];
}

const LONGEST_LIST = 100;

type Test = (definition: PropertyDefinition, held: string | undefined, filter: Filter) => boolean;

/** A record without a value matches no comparison, not even NEQ and NOT_IN. */
const TESTS: Readonly<Record<string, Test>> = {
  EQ: (definition, held, { value }) => held !== undefined && same(definition, held, value),
  NEQ: (definition, held, { value }) => held !== undefined && !same(definition, held, value),
  LT: (definition, held, { value }) => compare(definition, held, value) < 0,
  LTE: (definition, held, { value }) => compare(definition, held, value) <= 0,
  GT: (definition, held, { value }) => compare(definition, held, value) > 0,
  GTE: (definition, held, { value }) => compare(definition, held, value) >= 0,
  BETWEEN: (definition, held, { value, highValue }) =>
    compare(definition, held, value) >= 0 && compare(definition, held, highValue) <= 0,
  IN: (definition, held, filter) => held !== undefined && listed(definition, held, filter),
  NOT_IN: (definition, held, filter) => held !== undefined && !listed(definition, held, filter),
  HAS_PROPERTY: (_, held) => held !== undefined,
  NOT_HAS_PROPERTY: (_, held) => held === undefined,
  CONTAINS_TOKEN: (_, held, { value }) => held !== undefined && containsToken(held, value),
  NOT_CONTAINS_TOKEN: (_, held, { value }) => held !== undefined && !containsToken(held, value),
};

export function matchesFilter(
  schema: ObjectSchema,
  filter: Filter,
  { values }: CrmRecord,
): boolean {
  const test = TESTS[filter.operator];
  const definition = schema.get(filter.propertyName);
  if (test === undefined) throw invalid(`${filter.operator} is not a search operator.`);
  return definition !== undefined && test(definition, values[filter.propertyName], filter);
}

const isComparable = ({ type }: PropertyDefinition): boolean =>
  type === 'number' || type === 'date' || type === 'datetime';

/** Numbers and times as numbers; a time may be given as milliseconds or in ISO 8601. */
function numberOf({ type }: PropertyDefinition, text: string): number {
  return type === 'number' || /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
}

function compare(
  definition: PropertyDefinition,
  held: string | undefined,
  value: Filter['value'],
): number {
  if (held === undefined) return NaN;
  if (value === undefined) throw invalid('The operator needs a value.');
  if (!isComparable(definition)) return held.toLowerCase() < String(value).toLowerCase() ? -1 : 1;
  return numberOf(definition, held) - numberOf(definition, String(value));
}

/** Enumerations compare case by case, texts do not care about it. */
function same(definition: PropertyDefinition, held: string, value: Filter['value']): boolean {
  if (value === undefined) throw invalid('The operator needs a value.');
  if (isComparable(definition)) return compare(definition, held, value) === 0;
  if (definition.type === 'enumeration') return held.split(';').includes(String(value));
  return held.toLowerCase() === String(value).toLowerCase();
}

/** Texts are indexed in lower case: a list value with a capital letter never matches. */
function listed(definition: PropertyDefinition, held: string, { values }: Filter): boolean {
  if (!Array.isArray(values)) throw invalid('IN and NOT_IN need a list of values.');
  if (values.length > LONGEST_LIST)
    throw invalid(`A list of values holds at most ${LONGEST_LIST}.`);
  if (definition.type === 'string')
    return values.some((value) => held.toLowerCase() === String(value));
  return values.some((value) => same(definition, held, value));
}

const tokensOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}*]+/u)
    .filter(Boolean);

function containsToken(held: string, value: Filter['value']): boolean {
  const wanted = String(value ?? '').toLowerCase();
  if (!wanted.includes('*')) {
    const tokens = tokensOf(held);
    return tokensOf(wanted).every((token) => tokens.includes(token));
  }
  const source = wanted
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const pattern = new RegExp(`^${source}$`);
  return pattern.test(held.toLowerCase()) || tokensOf(held).some((token) => pattern.test(token));
}

/** Records without a value come last going up. */
export function orderOf(
  schema: ObjectSchema,
  name: string,
): (a: CrmRecord, b: CrmRecord) => number {
  const definition = schema.get(name);
  return (a, b) => {
    const [left, right] = [a.values[name], b.values[name]];
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined);
    }
    const order =
      definition !== undefined && isComparable(definition)
        ? numberOf(definition, left) - numberOf(definition, right)
        : left.localeCompare(right);
    return order !== 0 ? order : Number(a.id) - Number(b.id);
  };
}
