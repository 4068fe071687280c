import type { FieldDefinition } from './fields.ts';

export interface RecordType {
  id: string;
  name: string;
  developerName: string;
  active: boolean;
  /** What a record gets that names none. */
  isDefault: boolean;
  isPersonType: boolean;
  /** Picklist values this record type offers, by field; a field that is not named offers all. */
  picklists: Readonly<Record<string, readonly string[]>>;
}

export interface ObjectDefinition {
  readonly name: string;
  label: string;
  labelPlural: string;
  readonly keyPrefix: string;
  readonly custom: boolean;
  readonly createable: boolean;
  readonly mergeable: boolean;
  recordTypes: RecordType[];
  /** By lower-case name. */
  readonly fields: Map<string, FieldDefinition>;
}

export const fieldOf = ({ fields }: ObjectDefinition, name: string): FieldDefinition | undefined =>
  fields.get(name.toLowerCase());

/** The objects of one org. Names of objects and fields are found whatever their case. */
export class Schema {
  readonly #objects = new Map<string, ObjectDefinition>();

  add(definition: ObjectDefinition): void {
    this.#objects.set(definition.name.toLowerCase(), definition);
  }

  object(name: string): ObjectDefinition | undefined {
    return this.#objects.get(name.toLowerCase());
  }

  remove(name: string): void {
    this.#objects.delete(name.toLowerCase());
  }

  all(): ObjectDefinition[] {
    return [...this.#objects.values()];
  }

  byPrefix(keyPrefix: string): ObjectDefinition | undefined {
    return this.all().find((one) => one.keyPrefix === keyPrefix);
  }

  /** Fields of other objects that point at this one. */
  childrenOf(name: string): { child: ObjectDefinition; field: FieldDefinition }[] {
    return this.all().flatMap((child) =>
      [...child.fields.values()]
        .filter(({ referenceTo }) => referenceTo.includes(name))
        .map((field) => ({ child, field })),
    );
  }
}
