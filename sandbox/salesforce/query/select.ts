import type { FieldType, Subquery } from '@jetstreamapp/soql-parser-js';
import { badRequest } from '../errors.ts';
import type { Row } from '../model.ts';
import { isLongText } from '../schema/fields.ts';
import type { ObjectDefinition } from '../schema/objects.ts';
import { type Scope, parentOf, pathTo, relationship } from './scope.ts';

export type Json = Record<string, unknown>;
/** Writes one selected thing of a row into its answer. */
type Writer = (row: Row, into: Json) => void;
export type RunChild = (
  child: ObjectDefinition,
  subquery: Subquery,
  isChild: (row: Row) => boolean,
) => Json[];

export interface Selection {
  /** Names as the answer uses them, in order; parents by path. */
  columns: string[];
  hasLongText: boolean;
  write(row: Row): Json;
}

export const attributesOf = (row: Row, base: string): Json => ({
  type: row.type,
  url: `${base}/sobjects/${row.type}/${row.id}`,
});

export function compileSelect(
  scope: Scope,
  object: ObjectDefinition,
  {
    fields,
    limit,
    runChild,
  }: { fields: readonly FieldType[]; limit: number | undefined; runChild: RunChild },
): Selection {
  const columns: string[] = [];
  const writers: Writer[] = [];
  let hasLongText = false;
  const take = (name: string) => {
    const { field } = pathTo(scope, object, name);
    if (columns.includes(name)) {
      throw badRequest('MALFORMED_QUERY', `duplicate field selected: ${name}`);
    }
    hasLongText ||= isLongText(field);
    columns.push(name);
    writers.push(writerOf(scope, object, name.split('.')));
  };
  for (const one of fields) {
    if (one.type === 'Field') take(one.field);
    else if (one.type === 'FieldRelationship') take([...one.relationships, one.field].join('.'));
    else if (one.type === 'FieldSubquery')
      writers.push(childWriter(scope, object, { subquery: one.subquery, runChild }));
    else if (one.type === 'FieldFunctionExpression' && one.functionName === 'FIELDS') {
      const [which] = one.parameters;
      const all = fieldsOf(scope, object, { which: typeof which === 'string' ? which : '', limit });
      all.filter((name) => !columns.includes(name)).forEach(take);
    } else throw badRequest('MALFORMED_QUERY', `${one.type} is not supported here.`);
  }
  return {
    columns,
    hasLongText,
    write(row) {
      const answer: Json = { attributes: attributesOf(row, scope.base) };
      for (const write of writers) write(row, answer);
      return answer;
    },
  };
}

function fieldsOf(
  { access }: Scope,
  object: ObjectDefinition,
  { which: given, limit }: { which: string; limit: number | undefined },
): string[] {
  const which = given.toUpperCase();
  if (!['ALL', 'STANDARD', 'CUSTOM'].includes(which)) {
    throw badRequest('MALFORMED_QUERY', `FIELDS takes ALL, STANDARD or CUSTOM, not ${which}.`);
  }
  if (which !== 'STANDARD' && (limit === undefined || limit > 200)) {
    throw badRequest(
      'MALFORMED_QUERY',
      `The SOQL FIELDS function must have a LIMIT of at most 200`,
    );
  }
  return access
    .visible(object)
    .filter(({ custom }) => which === 'ALL' || custom === (which === 'CUSTOM'))
    .map(({ name }) => name);
}

function writerOf(
  scope: Scope,
  object: ObjectDefinition,
  [name = '', ...rest]: readonly string[],
): Writer {
  if (rest.length === 0) {
    const { field, read } = pathTo(scope, object, name);
    return (row, into) => {
      into[field.name] = read(row);
    };
  }
  if (name.toLowerCase() === object.name.toLowerCase()) return writerOf(scope, object, rest);
  const { link, parents } = relationship(scope, object, name);
  const writers = new Map(parents.map((one) => [one.name, writerOf(scope, one, rest)]));
  const key = link.relationshipName ?? name;
  return (row, into) => {
    const parent = parentOf(scope, row, link);
    if (parent === undefined) {
      into[key] = null;
      return;
    }
    const nested = (into[key] as Json | undefined) ?? {
      attributes: attributesOf(parent, scope.base),
    };
    into[key] = nested;
    writers.get(parent.type)?.(parent, nested);
  };
}

function childWriter(
  scope: Scope,
  object: ObjectDefinition,
  { subquery, runChild }: { subquery: Subquery; runChild: RunChild },
): Writer {
  const wanted = subquery.relationshipName.toLowerCase();
  const found = scope.org.schema
    .childrenOf(object.name)
    .find(
      ({ field }) =>
        field.childRelationshipName?.toLowerCase().replace(/__r$/, '') ===
        wanted.replace(/__r$/, ''),
    );
  if (found === undefined || !scope.access.sees(found.child, found.field)) {
    throw badRequest(
      'INVALID_TYPE',
      `Didn't understand relationship '${subquery.relationshipName}' in FROM part of query call.`,
    );
  }
  const { child, field } = found;
  return (row, into) => {
    const records = runChild(child, subquery, (one) => one.values[field.name] === row.id);
    into[subquery.relationshipName] =
      records.length === 0 ? null : { totalSize: records.length, done: true, records };
  };
}
