import { ApiError, conflict, invalid, notFound } from '../errors.ts';
import type { ObjectType, PropertyDefinition, PropertyGroup, PropertyOption } from '../model.ts';
import { defaultSchema } from './defaults.ts';

const UNIQUE_PROPERTIES_PER_OBJECT = 10;

const FIELD_TYPES: Readonly<Record<PropertyDefinition['type'], string[]>> = {
  string: ['text', 'textarea', 'html', 'phonenumber', 'file', 'calculation_equation'],
  number: ['number', 'calculation_equation'],
  date: ['date'],
  datetime: ['date'],
  enumeration: ['select', 'radio', 'checkbox', 'booleancheckbox'],
  bool: ['booleancheckbox', 'calculation_equation'],
};

export interface RequiredRule {
  property: string;
  /** Only when this other property has this value: HubSpot's conditional requirement. */
  when?: { property: string; value: string };
}

/** Property definitions, groups and admin rules of one object type in one portal. */
export class ObjectSchema {
  readonly type: ObjectType;
  readonly properties = new Map<string, PropertyDefinition>();
  readonly groups = new Map<string, PropertyGroup>();
  /** Properties an admin uses in a workflow or form: HubSpot refuses to archive them. */
  readonly inUse = new Set<string>();
  required: RequiredRule[] = [];
  readonly #now: () => number;

  constructor(type: ObjectType, now: () => number) {
    this.type = type;
    this.#now = now;
    const { definitions, groups } = defaultSchema(type, now());
    for (const definition of definitions) this.properties.set(definition.name, definition);
    for (const group of groups) this.groups.set(group.name, group);
  }

  get(name: string): PropertyDefinition | undefined {
    const found = this.properties.get(name);
    return found?.archived === false ? found : undefined;
  }

  active(): PropertyDefinition[] {
    return [...this.properties.values()].filter(({ archived }) => !archived);
  }

  create(input: Record<string, unknown>): PropertyDefinition {
    const name = requiredText(input, 'name');
    if (!/^[a-z][a-z0-9_]{0,99}$/.test(name)) {
      throw invalid(
        `${name} is not a property name: lower-case letters, digits and underscores, at most 100.`,
      );
    }
    const before = this.properties.get(name);
    if (before?.archived === false) {
      throw new ApiError(409, {
        category: 'OBJECT_ALREADY_EXISTS',
        subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
        message: `Property with name ${name} already exists.`,
      });
    }
    const definition = this.#read(name, input, before);
    if (definition.hasUniqueValue) this.#roomForUnique();
    this.properties.set(name, definition);
    return definition;
  }

  update(name: string, patch: Record<string, unknown>): PropertyDefinition {
    const before = this.#existing(name);
    const merged = { ...before, ...patch };
    const after = {
      ...this.#read(name, merged, before),
      hasUniqueValue: before.hasUniqueValue,
      createdAt: before.createdAt,
    };
    this.properties.set(name, after);
    return after;
  }

  archive(name: string): void {
    const before = this.#existing(name);
    if (before.hubspotDefined || this.inUse.has(name)) {
      throw new ApiError(400, {
        category: 'VALIDATION_ERROR',
        subCategory: 'Properties.CANNOT_DELETE_PROPERTY_IN_USE',
        message: `Property ${name} cannot be archived while it is in use.`,
      });
    }
    this.properties.set(name, { ...before, archived: true, updatedAt: this.#now() });
  }

  createGroup(input: Record<string, unknown>): PropertyGroup {
    const name = requiredText(input, 'name');
    if (this.groups.get(name)?.archived === false) {
      throw conflict(`Property group ${name} already exists.`, 'PropertyGroupError.GROUP_EXISTS');
    }
    const group = {
      name,
      label: requiredText(input, 'label'),
      displayOrder: orderOf(input),
      archived: false,
    };
    this.groups.set(name, group);
    return group;
  }

  archiveGroup(name: string): void {
    const group = this.groups.get(name);
    if (group === undefined || group.archived)
      throw notFound(`Property group ${name} does not exist.`);
    if (this.active().some(({ groupName }) => groupName === name)) {
      throw invalid(`Property group ${name} still has active properties.`);
    }
    this.groups.set(name, { ...group, archived: true });
  }

  #existing(name: string): PropertyDefinition {
    const found = this.get(name);
    if (found === undefined) throw notFound(`Property ${name} does not exist.`);
    return found;
  }

  #roomForUnique(): void {
    const custom = this.active().filter((one) => one.hasUniqueValue && !one.hubspotDefined);
    if (custom.length >= UNIQUE_PROPERTIES_PER_OBJECT) {
      throw invalid(`An object has at most ${UNIQUE_PROPERTIES_PER_OBJECT} unique properties.`);
    }
  }

  #read(
    name: string,
    input: Record<string, unknown>,
    before?: PropertyDefinition,
  ): PropertyDefinition {
    const type = requiredText(input, 'type') as PropertyDefinition['type'];
    const fieldType = requiredText(input, 'fieldType');
    const groupName = requiredText(input, 'groupName');
    if (!Object.hasOwn(FIELD_TYPES, type)) throw invalid(`${type} is not a property type.`);
    if (!FIELD_TYPES[type].includes(fieldType)) {
      throw invalid(`Field type ${fieldType} does not go with property type ${type}.`);
    }
    if (this.groups.get(groupName)?.archived !== false) {
      throw invalid(`Property group ${groupName} does not exist.`);
    }
    return {
      name,
      label: requiredText(input, 'label'),
      type,
      fieldType,
      groupName,
      description: typeof input.description === 'string' ? input.description : '',
      options: readOptions(input.options, type),
      hasUniqueValue: input.hasUniqueValue === true,
      hidden: input.hidden === true,
      formField: input.formField === true,
      displayOrder: orderOf(input),
      ...(before === undefined ? OWN : vendorSide(before)),
      archived: false,
      createdAt: this.#now(),
      updatedAt: this.#now(),
    };
  }
}

const OWN = { hubspotDefined: false, externalOptions: false, readOnlyValue: false };

const vendorSide = ({ hubspotDefined, externalOptions, readOnlyValue }: PropertyDefinition) => ({
  hubspotDefined,
  externalOptions,
  readOnlyValue,
});

const orderOf = ({ displayOrder }: Record<string, unknown>): number =>
  typeof displayOrder === 'number' ? displayOrder : -1;

function requiredText(input: Record<string, unknown>, field: string): string {
  const value = input[field];
  if (typeof value !== 'string' || value === '') {
    throw invalid(`Invalid input JSON: some required fields were not set: [${field}]`);
  }
  return value;
}

function readOptions(given: unknown, type: string): PropertyOption[] {
  if (given === undefined || type !== 'enumeration') return [];
  if (!Array.isArray(given)) throw invalid('options must be a list.');
  const options = given.map((one: Partial<PropertyOption>, order) => ({
    label: one.label ?? one.value ?? '',
    value: one.value ?? '',
    displayOrder: one.displayOrder ?? order,
    hidden: one.hidden === true,
    ...(one.description !== undefined && { description: one.description }),
  }));
  if (options.some(({ value, label }) => value === '' || label === '')) {
    throw invalid('Each option needs a label and a value.');
  }
  if (new Set(options.map(({ value }) => value)).size < options.length) {
    throw invalid('Option values must be unique.');
  }
  return options;
}
