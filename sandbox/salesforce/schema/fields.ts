export type FieldType =
  | 'id'
  | 'string'
  | 'textarea'
  | 'picklist'
  | 'multipicklist'
  | 'boolean'
  | 'double'
  | 'int'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'email'
  | 'phone'
  | 'url'
  | 'reference';

export interface PicklistValue {
  value: string;
  label: string;
  active: boolean;
  defaultValue: boolean;
}

export interface FieldDefinition {
  readonly name: string;
  label: string;
  readonly type: FieldType;
  /** Longest text, in UTF-16 units; 0 where it has no meaning. */
  length: number;
  precision: number;
  scale: number;
  nillable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly unique: boolean;
  readonly externalId: boolean;
  readonly caseSensitive: boolean;
  restrictedPicklist: boolean;
  picklistValues: PicklistValue[];
  readonly referenceTo: readonly string[];
  /** How SOQL names the parent: Account for AccountId. */
  readonly relationshipName: string | null;
  /** How SOQL names this record's rows in the parent. */
  readonly childRelationshipName: string | null;
  /** The parent takes its children along when it is deleted. */
  readonly cascadeDelete: boolean;
  readonly custom: boolean;
  readonly nameField: boolean;
  readonly defaultedOnCreate: boolean;
}

export interface FieldOptions extends Partial<
  Omit<FieldDefinition, 'name' | 'type' | 'picklistValues'>
> {
  picklistValues?: readonly (string | PicklistValue)[];
}

const LENGTHS: Partial<Record<FieldType, number>> = {
  id: 18,
  reference: 18,
  string: 255,
  textarea: 32_000,
  picklist: 255,
  multipicklist: 4_099,
  email: 80,
  phone: 40,
  url: 255,
};

export function defineField(
  name: string,
  label: string,
  type: FieldType,
  { picklistValues = [], ...options }: FieldOptions = {},
): FieldDefinition {
  const boolean = type === 'boolean';
  return {
    name,
    label,
    type,
    length: LENGTHS[type] ?? 0,
    precision: type === 'int' ? 0 : isNumber(type) ? 18 : 0,
    scale: 0,
    nillable: !boolean,
    createable: true,
    updateable: true,
    unique: false,
    externalId: false,
    caseSensitive: false,
    restrictedPicklist: false,
    picklistValues: picklistValues.map((one) => (typeof one === 'string' ? choice(one) : one)),
    referenceTo: [],
    relationshipName: null,
    childRelationshipName: null,
    cascadeDelete: false,
    custom: /__(c|pc)$/.test(name),
    nameField: false,
    defaultedOnCreate: boolean,
    ...options,
  };
}

const choice = (value: string): PicklistValue => ({
  value,
  label: value,
  active: true,
  defaultValue: false,
});

export const isNumber = (type: FieldType): boolean =>
  type === 'double' || type === 'int' || type === 'currency' || type === 'percent';

export const isLongText = ({ type, length }: FieldDefinition): boolean =>
  type === 'textarea' && length > 255;

type Build = (name: string, label: string, options?: FieldOptions) => FieldDefinition;
const of =
  (type: FieldType): Build =>
  (name, label, options) =>
    defineField(name, label, type, options);

export const text = (name: string, label: string, length: number, options: FieldOptions = {}) =>
  defineField(name, label, 'string', { length, ...options });
export const long = of('textarea');
export const flag = of('boolean');
export const email = of('email');
export const phone = of('phone');
export const url = of('url');
export const date = of('date');
export const datetime = of('datetime');
export const int = of('int');
export const picklist = (
  name: string,
  label: string,
  values: readonly string[],
  options: FieldOptions = {},
) => defineField(name, label, 'picklist', { picklistValues: values, ...options });
export const lookup = (
  name: string,
  label: string,
  to: string | readonly string[],
  options: FieldOptions = {},
) => {
  const relationshipName = name.endsWith('__c')
    ? name.replace(/__c$/, '__r')
    : name.replace(/Id$/, '');
  return defineField(name, label, 'reference', {
    referenceTo: [to].flat(),
    relationshipName,
    ...options,
  });
};

/** What only Salesforce writes. */
export const READ_ONLY = { createable: false, updateable: false } as const;
