import { type Row, textOf } from '../model.ts';
import type { Org } from '../org.ts';
import { type FieldDefinition, isLongText } from '../schema/fields.ts';
import type { ObjectDefinition } from '../schema/objects.ts';
import { GERMAN_LABELS, GERMAN_OBJECTS } from './labels.ts';

type Json = Record<string, unknown>;

const MOST_ROWS = 200;
const MOST_RELATED = 50;
const SYSTEM = [
  'Id',
  'OwnerId',
  'RecordTypeId',
  'CreatedById',
  'CreatedDate',
  'LastModifiedById',
  'LastModifiedDate',
  'SystemModstamp',
];
const PRIVACY = ['HasOptedOutOfEmail', 'DoNotCall', 'IndividualId'];
const UNSEEN = new Set(['IsDeleted', 'MasterRecordId', 'Name']);

/** Everything the record page shows, as an admin sees it. All texts are plain. */
export function recordView(
  org: Org,
  object: ObjectDefinition,
  { id, german }: { id: string; german: boolean },
): Json {
  const row = org.records.row(object.name, id);
  if (row === undefined) return { state: 'gone' };
  const { values } = row;
  return {
    state: values.IsDeleted === true ? 'binned' : 'live',
    id,
    object: object.name,
    objectLabel: (german ? GERMAN_OBJECTS[object.name] : undefined) ?? object.label,
    name: nameOf(row),
    masterId: values.MasterRecordId ?? null,
    convertedContactId: values.ConvertedContactId ?? null,
    highlights: ['Title', 'AccountId', 'Company', 'Phone', 'Email'].flatMap((name) => {
      const field = object.fields.get(name.toLowerCase());
      const shown = field && fieldView(org, row, { field, german });
      return shown === undefined || shown.value === '' ? [] : [shown];
    }),
    sections: sectionsOf(org, row, { object, german }),
    activity: childrenOf(org, row, 'WhoId'),
    related: relatedOf(org, row),
  };
}

const nameOf = ({ id, values }: Row): string => textOf(values.Name ?? values.Subject) || id;

function sectionsOf(
  org: Org,
  row: Row,
  { object, german }: { object: ObjectDefinition; german: boolean },
): Json[] {
  const fields = [...object.fields.values()].filter(({ name }) => !UNSEEN.has(name));
  const kindOf = ({ name, custom }: FieldDefinition): string => {
    if (SYSTEM.includes(name)) return 'system';
    if (PRIVACY.includes(name)) return 'privacy';
    return custom ? 'custom' : 'about';
  };
  return ['about', 'custom', 'privacy', 'system'].flatMap((kind) => {
    const own = fields.filter((field) => kindOf(field) === kind);
    return own.length === 0
      ? []
      : [{ kind, fields: own.map((field) => fieldView(org, row, { field, german })) }];
  });
}

function fieldView(
  org: Org,
  row: Row,
  { field, german }: { field: FieldDefinition; german: boolean },
) {
  const value = row.values[field.name] ?? null;
  const target =
    field.type === 'reference' && typeof value === 'string' ? linkTo(org, value) : null;
  return {
    name: field.name,
    label: (german ? GERMAN_LABELS[field.name] : undefined) ?? field.label.replace(/ ID$/, ''),
    type: field.type,
    long: isLongText(field) || (field.type === 'textarea' && field.length >= 255),
    value: textOf(value),
    editable: field.updateable && field.type !== 'id' && field.type !== 'multipicklist',
    required: !field.nillable && field.type !== 'boolean',
    maxLength: field.length,
    target,
    options: field.picklistValues
      .filter(({ active }) => active)
      .map(({ value: one, label }) => ({ value: one, label })),
  };
}

function linkTo(org: Org, id: string): Json | null {
  const type = org.schema.byPrefix(id.slice(0, 3))?.name;
  const row = type === undefined ? undefined : org.records.row(type, id);
  return row === undefined ? null : { object: row.type, id, name: nameOf(row) };
}

function childrenOf(org: Org, { id }: Row, field: string): Json[] {
  return [...org.records.table('Task').rows.values()]
    .filter(({ values }) => values[field] === id && values.IsDeleted !== true)
    .toReversed()
    .slice(0, MOST_RELATED)
    .map(({ values }) => ({
      title: textOf(values.Subject),
      text: textOf(values.Description),
      at: textOf(values.CreatedDate),
      state: textOf(values.Status),
    }));
}

/** Related lists: the other objects whose records point here, newest first. */
function relatedOf(org: Org, { type, id }: Row): Json[] {
  return org.schema
    .childrenOf(type)
    .filter(({ child, field }) => child.name !== 'Task' && field.childRelationshipName !== null)
    .map(({ child, field }) => {
      const rows = [...org.records.table(child.name).rows.values()].filter(
        ({ values }) => values[field.name] === id && values.IsDeleted !== true,
      );
      const columns = [...child.fields.values()]
        .filter((one) => (child.custom ? one.custom : one.createable) && one.name !== field.name)
        .slice(0, 5);
      return {
        label: child.labelPlural,
        object: child.name,
        count: rows.length,
        columns: columns.map(({ label }) => label),
        rows: rows
          .toReversed()
          .slice(0, MOST_RELATED)
          .map((row) => ({
            id: row.id,
            name: nameOf(row),
            cells: columns.map(({ name }) => textOf(row.values[name])),
          })),
      };
    });
}

export function listView(org: Org, object: ObjectDefinition, query: string): Json {
  const wanted = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const all = [...org.records.table(object.name).rows.values()];
  const hits = all.filter(({ id, values }) => {
    const text = [id, values.Name, values.Email, values.Company]
      .map(textOf)
      .join(' ')
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
  const shown = hits
    .toSorted((a, b) =>
      textOf(b.values.SystemModstamp).localeCompare(textOf(a.values.SystemModstamp)),
    )
    .slice(0, MOST_ROWS);
  return {
    total: all.length,
    rows: shown.map((row) => ({
      id: row.id,
      name: nameOf(row),
      email: textOf(row.values.Email),
      company: textOf(
        row.values.Company ??
          (linkTo(org, textOf(row.values.AccountId))?.name as string | undefined),
      ),
      modified: textOf(row.values.LastModifiedDate),
      binned: row.values.IsDeleted === true,
    })),
  };
}
