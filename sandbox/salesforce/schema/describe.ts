import type { Org } from '../org.ts';
import type { Access } from './access.ts';
import { type FieldDefinition, isLongText, isNumber } from './fields.ts';
import type { ObjectDefinition } from './objects.ts';

type Json = Record<string, unknown>;

/** An object as the list of all objects shows it. */
export function describeBriefly(object: ObjectDefinition, base: string): Json {
  const { name, label, labelPlural, keyPrefix, custom, createable, mergeable } = object;
  return {
    activateable: false,
    createable,
    custom,
    customSetting: false,
    deletable: createable,
    deprecatedAndHidden: false,
    feedEnabled: false,
    hasSubtypes: false,
    isSubtype: false,
    keyPrefix,
    label,
    labelPlural,
    layoutable: true,
    mergeable,
    mruEnabled: true,
    name,
    queryable: true,
    replicateable: true,
    retrieveable: true,
    searchable: true,
    triggerable: true,
    undeletable: createable,
    updateable: createable,
    urls: {
      sobject: `${base}/sobjects/${name}`,
      describe: `${base}/sobjects/${name}/describe`,
      rowTemplate: `${base}/sobjects/${name}/{ID}`,
    },
  };
}

export function describeFully(
  org: Org,
  access: Access,
  { object, base }: { object: ObjectDefinition; base: string },
): Json {
  const children = org.schema
    .childrenOf(object.name)
    .filter(({ child, field }) => access.seesObject(child) && access.sees(child, field))
    .map(({ child, field }) => ({
      childSObject: child.name,
      field: field.name,
      relationshipName: field.childRelationshipName,
      cascadeDelete: field.cascadeDelete,
      deprecatedAndHidden: false,
      restrictedDelete: false,
    }));
  return {
    ...describeBriefly(object, base),
    childRelationships: children,
    fields: access.visible(object).map((field) => describeField(access, object, field)),
    recordTypeInfos: recordTypesOf(object, base),
  };
}

function recordTypesOf({ name, recordTypes }: ObjectDefinition, base: string): Json[] {
  const master = {
    active: true,
    available: true,
    defaultRecordTypeMapping: !recordTypes.some(({ isDefault }) => isDefault),
    developerName: 'Master',
    master: true,
    name: 'Master',
    recordTypeId: '012000000000000AAA',
    urls: { layout: `${base}/sobjects/${name}/describe/layouts/012000000000000AAA` },
  };
  const own = recordTypes.map((one) => ({
    active: one.active,
    available: one.active,
    defaultRecordTypeMapping: one.isDefault,
    developerName: one.developerName,
    master: false,
    name: one.name,
    recordTypeId: one.id,
    urls: { layout: `${base}/sobjects/${name}/describe/layouts/${one.id}` },
  }));
  return [...own, master];
}

const SOAP_TYPES: Partial<Record<FieldDefinition['type'], string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  boolean: 'xsd:boolean',
  double: 'xsd:double',
  currency: 'xsd:double',
  percent: 'xsd:double',
  int: 'xsd:int',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
};

const usesOf = (field: FieldDefinition): Json => {
  const plain = !isLongText(field) && field.type !== 'multipicklist';
  return {
    filterable: !isLongText(field),
    sortable: plain,
    groupable: plain && !isNumber(field.type) && field.type !== 'datetime',
    aggregatable: plain && field.type !== 'boolean',
  };
};

const sizeOf = ({ type, length, precision, scale }: FieldDefinition): Json => ({
  length,
  byteLength: length * 3,
  precision,
  scale,
  digits: type === 'int' ? 8 : 0,
});

function describeField(access: Access, object: ObjectDefinition, field: FieldDefinition): Json {
  const { type, picklistValues, custom, externalId } = field;
  const edits = access.edits(object, field);
  return {
    name: field.name,
    label: field.label,
    type,
    soapType: SOAP_TYPES[type] ?? 'xsd:string',
    ...sizeOf(field),
    nillable: field.nillable,
    createable: field.createable && edits,
    updateable: field.updateable && edits,
    permissionable: field.nillable && field.createable,
    defaultedOnCreate: field.defaultedOnCreate,
    defaultValue: type === 'boolean' ? false : null,
    unique: field.unique,
    externalId,
    idLookup: type === 'id' || externalId || field.name === 'Email',
    caseSensitive: field.caseSensitive,
    custom,
    calculated: false,
    autoNumber: false,
    nameField: field.nameField,
    ...usesOf(field),
    htmlFormatted: false,
    encrypted: false,
    deprecatedAndHidden: false,
    inlineHelpText: null,
    compoundFieldName: null,
    restrictedPicklist: field.restrictedPicklist,
    dependentPicklist: false,
    picklistValues: picklistValues.map((one) => ({ ...one, validFor: null })),
    referenceTo: [...field.referenceTo],
    relationshipName: field.relationshipName,
    relationshipOrder: null,
    cascadeDelete: field.cascadeDelete,
    polymorphicForeignKey: field.referenceTo.length > 1,
  };
}
