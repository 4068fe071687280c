import type { OrgData } from '../data/org-data.ts';
import type { User } from '../users.ts';
import { setAccess } from './access.ts';
import { type FieldDefinition, type FieldOptions, type FieldType, defineField } from './fields.ts';
import { type ObjectDefinition, type RecordType, fieldOf } from './objects.ts';
import { PERSON_FIELDS, systemFields } from './standard.ts';

/** A custom field as an admin or a package declares it; names without a namespace prefix. */
export interface CustomField extends FieldOptions {
  name: string;
  label?: string;
  type: FieldType;
}

export interface CustomObject {
  /** API name, e.g. Social_Activity__c. */
  name: string;
  label?: string;
  labelPlural?: string;
  nameField?: { label?: string; length?: number };
  fields: readonly CustomField[];
}

/** A managed package: what it brings, and the permission set that opens its fields. */
export interface Package {
  /** Prefixes every name in the subscriber's org. Default: none, as deployed from source. */
  namespace?: string;
  objects?: readonly CustomObject[];
  /** Fields on objects the org has already, by object. */
  fields?: Readonly<Record<string, readonly CustomField[]>>;
}

/** Only admins see a package's fields until somebody assigns its permission set. */
export function installPackage(
  org: OrgData,
  { namespace, objects = [], fields = {} }: Package,
): void {
  const own = new Set([
    ...objects.map(({ name }) => name),
    ...[...objects.flatMap((one) => one.fields), ...Object.values(fields).flat()].map(
      (one) => one.name,
    ),
  ]);
  const named = (name: string) =>
    namespace === undefined || !own.has(name) ? name : `${namespace}__${name}`;
  const prefixed = (field: CustomField): CustomField => ({
    ...field,
    name: named(field.name),
    ...(field.referenceTo !== undefined && { referenceTo: field.referenceTo.map(named) }),
  });
  const restrict = (object: string, field: string) => {
    for (const user of org.users.values()) {
      if (!user.admin) setAccess(user, { object, field }, 'hidden');
    }
    org.packageFields.push({ object, field });
  };
  for (const object of objects) {
    const name = named(object.name);
    addObject(org, { ...object, name, fields: object.fields.map(prefixed) });
    for (const field of object.fields) restrict(name, named(field.name));
  }
  for (const [object, list] of Object.entries(fields)) {
    for (const field of list) {
      addField(org, object, prefixed(field));
      restrict(object, named(field.name));
    }
  }
}

export function assignPermissionSet(org: OrgData, user: User): void {
  for (const one of org.packageFields) setAccess(user, one, 'edit');
}

export function addObject(org: OrgData, { name, fields, ...more }: CustomObject): ObjectDefinition {
  const label = more.label ?? name.replace(/__c$/, '').replaceAll('_', ' ');
  const nameField = defineField('Name', more.nameField?.label ?? `${label} Name`, 'string', {
    length: more.nameField?.length ?? 80,
    nameField: true,
    custom: false,
    defaultedOnCreate: true,
  });
  const owner = defineField('OwnerId', 'Owner ID', 'reference', {
    referenceTo: ['User'],
    relationshipName: 'Owner',
    nillable: false,
    defaultedOnCreate: true,
  });
  const definition: ObjectDefinition = {
    name,
    label,
    labelPlural: more.labelPlural ?? `${label}s`,
    keyPrefix: org.nextKeyPrefix(),
    custom: true,
    createable: true,
    mergeable: false,
    recordTypes: [],
    fields: new Map(
      [...systemFields(), nameField, owner].map((one) => [one.name.toLowerCase(), one]),
    ),
  };
  org.schema.add(definition);
  for (const field of fields) addField(org, name, field);
  return definition;
}

export function addField(org: OrgData, objectName: string, field: CustomField): FieldDefinition {
  const object = org.schema.object(objectName);
  if (object === undefined) throw new Error(`There is no object ${objectName}.`);
  const { name, label, type, ...options } = field;
  const reference = type === 'reference' && { relationshipName: name.replace(/__c$/, '__r') };
  const definition = defineField(
    name,
    label ?? name.replace(/__c$/, '').replaceAll('_', ' '),
    type,
    {
      ...reference,
      ...options,
      custom: true,
    },
  );
  object.fields.set(name.toLowerCase(), definition);
  if (object.name === 'Contact' && org.options.personAccounts) {
    addPersonField(org, name.replace(/__c$/, '__pc'), name);
  }
  return definition;
}

/** Person accounts: Account shows the Contact's fields under names of its own. */
export function switchOnPersonAccounts(org: OrgData): void {
  const account = org.schema.object('Account');
  const contact = org.schema.object('Contact');
  if (account === undefined || contact === undefined) return;
  const flagField = () =>
    defineField('IsPersonAccount', 'Is Person Account', 'boolean', {
      createable: false,
      updateable: false,
    });
  account.fields.set('ispersonaccount', flagField());
  contact.fields.set('ispersonaccount', flagField());
  account.fields.set(
    'personcontactid',
    defineField('PersonContactId', 'Contact ID', 'reference', {
      referenceTo: ['Contact'],
      relationshipName: 'PersonContact',
      createable: false,
      updateable: false,
    }),
  );
  for (const [onAccount, onContact] of Object.entries(PERSON_FIELDS)) {
    addPersonField(org, onAccount, onContact);
  }
  account.recordTypes.push(
    recordType(org, {
      name: 'Business Account',
      developerName: 'Business_Account',
      isDefault: true,
    }),
    recordType(org, { name: 'Person Account', developerName: 'PersonAccount', isPersonType: true }),
  );
}

function addPersonField(org: OrgData, onAccount: string, onContact: string): void {
  const source = fieldOf(org.schema.object('Contact') ?? fail(), onContact) ?? fail();
  org.personFields.set(onAccount, source.name);
  org.schema.object('Account')?.fields.set(onAccount.toLowerCase(), {
    ...source,
    name: onAccount,
    nillable: true,
    relationshipName: source.type === 'reference' ? onAccount.replace(/Id$/, '') : null,
    childRelationshipName: null,
    unique: false,
    custom: onAccount.endsWith('__pc'),
  });
}

export const recordType = (
  org: OrgData,
  one: Partial<RecordType> & { name: string; developerName: string },
): RecordType => ({
  id: org.ids.next('012'),
  active: true,
  isDefault: false,
  isPersonType: false,
  picklists: {},
  ...one,
});

function fail(): never {
  throw new Error('Person accounts need the objects Account and Contact.');
}
