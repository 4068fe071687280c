import type { FieldPlan, ProvisionPlan, ProvisionStep } from '../../../src/contract/crm.ts';
import { hubspotError } from './failures.ts';
import { properties, type ObjectType } from './paths.ts';
import { refusalOf } from './refusals.ts';
import { understand, type Session } from './session.ts';
import { propertyDefinition, propertyList, type PropertyDefinition } from './wire.ts';

const OBJECT_TYPES: Readonly<Record<FieldPlan['object'], ObjectType>> = {
  contact: 'contacts',
  timeline_entry: 'notes',
};

const TYPES: Readonly<Record<FieldPlan['type'], { type: string; fieldType: string }>> = {
  text: { type: 'string', fieldType: 'text' },
  number: { type: 'number', fieldType: 'number' },
  date: { type: 'date', fieldType: 'date' },
  datetime: { type: 'datetime', fieldType: 'date' },
  choice: { type: 'enumeration', fieldType: 'select' },
  yes_no: { type: 'bool', fieldType: 'booleancheckbox' },
};

/** Creates what is missing and adopts what is there. Deletes and retypes nothing. */
export async function provision(session: Session, plan: ProvisionPlan): Promise<ProvisionStep[]> {
  const steps: ProvisionStep[] = [];
  for (const [object, type] of Object.entries(OBJECT_TYPES)) {
    const fields = plan.fields.filter((field) => field.object === object);
    if (fields.length === 0) continue;
    steps.push(await ensureGroup(session, type, plan.group));
    const path = properties(type);
    const { results } = await session.call({ method: 'GET', path }, propertyList);
    const existing = new Map(results.map((definition) => [definition.name, definition]));
    for (const field of fields)
      steps.push(
        await ensureField(
          { session, type, group: plan.group.name },
          field,
          existing.get(field.name),
        ),
      );
  }
  return steps;
}

async function ensureGroup(
  session: Session,
  type: ObjectType,
  group: ProvisionPlan['group'],
): Promise<ProvisionStep> {
  const path = `${properties(type)}/groups`;
  const body = { name: group.name, label: group.label, displayOrder: -1 };
  const reply = await session.send({ method: 'POST', path, body });
  const detail = `property group of ${type}`;
  if (reply.status === 409) return { name: group.name, outcome: 'adopted', detail };
  if (reply.status >= 400) throw rejected(reply.body);
  return { name: group.name, outcome: 'created', detail };
}

interface Place {
  readonly session: Session;
  readonly type: ObjectType;
  readonly group: string;
}

async function ensureField(
  place: Place,
  field: FieldPlan,
  existing: PropertyDefinition | undefined,
): Promise<ProvisionStep> {
  if (existing !== undefined) return adopt(place, field, existing);
  const path = properties(place.type);
  const body = toDefinition(field, place.group);
  const reply = await place.session.send({ method: 'POST', path, body });
  // Someone was quicker than our list: look at what they made.
  if (reply.status === 409) return adopt(place, field, await readDefinition(place, field.name));
  if (reply.status >= 400) throw rejected(reply.body);
  // An archived property of this name comes back as it was, whatever we asked for (BEHAVIOR 13).
  const made = understand(propertyDefinition, reply.body, `POST ${path}`);
  const clash = clashOf(field, made);
  return clash === undefined
    ? { name: field.name, outcome: 'created', detail: `property of ${place.type}` }
    : { name: field.name, outcome: 'conflict', detail: clash };
}

async function adopt(
  place: Place,
  field: FieldPlan,
  existing: PropertyDefinition,
): Promise<ProvisionStep> {
  const clash = clashOf(field, existing);
  if (clash !== undefined) return { name: field.name, outcome: 'conflict', detail: clash };
  const missing = missingOptions(field, existing);
  if (missing.length === 0)
    return { name: field.name, outcome: 'adopted', detail: `property of ${place.type}` };
  const path = `${properties(place.type)}/${field.name}`;
  // A PATCH replaces the whole list, so the portal's own options go along.
  const body = { options: [...(existing.options ?? []), ...missing] };
  await place.session.call({ method: 'PATCH', path, body }, propertyDefinition);
  return { name: field.name, outcome: 'adopted', detail: 'missing options added' };
}

function clashOf(field: FieldPlan, existing: PropertyDefinition): string | undefined {
  const wanted = TYPES[field.type].type;
  if (existing.type !== wanted) return `exists as ${existing.type}, needed as ${wanted}`;
  if (field.unique === true && existing.hasUniqueValue !== true)
    return 'exists without unique values, which cannot be changed afterwards';
  return undefined;
}

function missingOptions(field: FieldPlan, existing: PropertyDefinition): object[] {
  if (existing.externalOptions === true) return [];
  const known = new Set((existing.options ?? []).map((option) => option.value));
  return toOptions(field).filter((option) => !known.has(option.value));
}

function readDefinition({ session, type }: Place, name: string): Promise<PropertyDefinition> {
  return session.call({ method: 'GET', path: `${properties(type)}/${name}` }, propertyDefinition);
}

function toDefinition(field: FieldPlan, groupName: string): object {
  return {
    ...TYPES[field.type],
    name: field.name,
    label: field.label,
    description: field.description,
    groupName,
    hasUniqueValue: field.unique === true,
    options: toOptions(field),
  };
}

function toOptions(field: FieldPlan): { value: string; label: string; displayOrder: number }[] {
  const options =
    field.type === 'yes_no'
      ? [
          { value: 'true', label: 'Yes' },
          { value: 'false', label: 'No' },
        ]
      : (field.options ?? []);
  return options.map((option, displayOrder) => ({ ...option, displayOrder, hidden: false }));
}

function rejected(body: unknown): Error {
  const { fields, reason } = refusalOf(body);
  return hubspotError({ code: 'REJECTED', fields, reason });
}
