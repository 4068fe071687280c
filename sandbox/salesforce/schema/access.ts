import type { User } from '../users.ts';
import type { FieldDefinition } from './fields.ts';
import { type ObjectDefinition, fieldOf } from './objects.ts';

const key = (object: string, field: string): string => `${object}.${field}`.toLowerCase();

/** What one user sees and may edit. What is hidden is absent: from describe, from SOQL, from answers. */
export class Access {
  readonly #user: User;

  constructor(user: User) {
    this.#user = user;
  }

  seesObject({ name }: ObjectDefinition): boolean {
    return !this.#user.closedObjects.has(name.toLowerCase());
  }

  sees(object: ObjectDefinition, { name }: FieldDefinition): boolean {
    return !this.#user.hidden.has(key(object.name, name));
  }

  edits(object: ObjectDefinition, field: FieldDefinition): boolean {
    return this.sees(object, field) && !this.#user.readOnly.has(key(object.name, field.name));
  }

  visible(object: ObjectDefinition): FieldDefinition[] {
    return [...object.fields.values()].filter((field) => this.sees(object, field));
  }

  field(object: ObjectDefinition, name: string): FieldDefinition | undefined {
    const field = fieldOf(object, name);
    return field !== undefined && this.sees(object, field) ? field : undefined;
  }
}

export function setAccess(
  user: User,
  { object, field }: { object: string; field: string },
  level: 'hidden' | 'read' | 'edit',
): void {
  const name = key(object, field);
  user.hidden.delete(name);
  user.readOnly.delete(name);
  if (level === 'hidden') user.hidden.add(name);
  if (level === 'read') user.readOnly.add(name);
}
