import { badRequest, refuse } from '../errors.ts';
import { addField } from '../schema/custom.ts';
import type { FieldOptions, FieldType } from '../schema/fields.ts';
import { fieldOf } from '../schema/objects.ts';
import { type Call, type Json, type Reply, type Router, objectBody } from './call.ts';

/** The Tooling API's way to a custom field. Objects come with a package, as the marketplace brings them. */
export function toolingRoutes(router: Router): void {
  router.on('POST', '/tooling/sobjects/CustomField', createField);
}

type Translate = (metadata: Json) => { type: FieldType } & FieldOptions;

const number = (metadata: Json) => ({
  precision: Number(metadata.precision ?? 18),
  scale: Number(metadata.scale ?? 0),
});

const values = (metadata: Json): string[] => {
  const set = metadata.valueSet as
    { valueSetDefinition?: { value?: { valueName?: string }[] } } | undefined;
  return (set?.valueSetDefinition?.value ?? []).map(({ valueName }) => valueName ?? '');
};

const restricted = ({ valueSet }: Json): boolean =>
  (valueSet as Json | undefined)?.restricted === true;

const TYPES: Readonly<Record<string, Translate>> = {
  Text: ({ length }) => ({ type: 'string', length: Number(length ?? 255) }),
  LongTextArea: ({ length }) => ({ type: 'textarea', length: Number(length ?? 32_768) }),
  TextArea: () => ({ type: 'textarea', length: 255 }),
  Number: (metadata) => ({ type: 'double', ...number(metadata) }),
  Percent: (metadata) => ({ type: 'percent', ...number(metadata) }),
  Checkbox: () => ({ type: 'boolean' }),
  Date: () => ({ type: 'date' }),
  DateTime: () => ({ type: 'datetime' }),
  Email: () => ({ type: 'email' }),
  Phone: () => ({ type: 'phone' }),
  Url: () => ({ type: 'url' }),
  Picklist: (metadata) => ({
    type: 'picklist',
    picklistValues: values(metadata),
    restrictedPicklist: restricted(metadata),
  }),
  Lookup: ({ referenceTo, relationshipName }) => ({
    type: 'reference',
    referenceTo: [String(referenceTo)],
    childRelationshipName: typeof relationshipName === 'string' ? `${relationshipName}__r` : null,
  }),
};

function createField(call: Call): Reply {
  const { FullName, Metadata } = objectBody(call);
  const metadata = (Metadata ?? {}) as Json;
  const [objectName = '', name = ''] = String(FullName).split('.');
  const object = call.org.schema.object(objectName);
  const translate = TYPES[String(metadata.type)];
  if (!call.user.admin)
    throw refuse(
      'INSUFFICIENT_ACCESS_OR_READONLY',
      'insufficient access rights on cross-reference id',
    );
  if (object === undefined || translate === undefined || !/^[A-Za-z]\w*__c$/.test(name)) {
    throw badRequest('FIELD_INTEGRITY_EXCEPTION', `Not a custom field: ${String(FullName)}`);
  }
  if (fieldOf(object, name) !== undefined)
    throw refuse(
      'DUPLICATE_DEVELOPER_NAME',
      `There is already a field named ${name} on ${object.name}.`,
    );
  const { externalId, unique, caseSensitive, required, label } = metadata;
  addField(call.org, object.name, {
    name,
    ...(typeof label === 'string' && { label }),
    ...translate(metadata),
    externalId: externalId === true,
    unique: unique === true,
    caseSensitive: caseSensitive === true,
    nillable: required !== true,
  });
  return {
    status: 201,
    body: { id: call.org.ids.next('00N'), success: true, errors: [], warnings: [], infos: [] },
  };
}
