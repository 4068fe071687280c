import { type Fault, fault } from '../errors.ts';
import { type Actor, type Row, type Values, textOf } from '../model.ts';
import { type ObjectDefinition, fieldOf } from '../schema/objects.ts';
import type { Table } from './table.ts';

/** An admin's rule: the record is refused while the condition holds. */
export interface ValidationRule {
  object: string;
  message: string;
  /** Where the message is shown; the top of the page when absent. */
  field?: string;
  when:
    | { field: string; is: 'blank' | 'filled' }
    | { field: string; equals: string }
    | { field: string; matches: string };
}

/** All fields equal, whatever their case, means a duplicate. */
export interface DuplicateRule {
  object: string;
  name: string;
  action: 'alert' | 'block';
  matchOn: readonly string[];
}

export interface Rules {
  validation: ValidationRule[];
  duplicates: DuplicateRule[];
}

export function validationFaults(
  rules: readonly ValidationRule[],
  type: string,
  values: Values,
): Fault[] {
  return rules
    .filter(({ object, when }) => object === type && holds(when, values))
    .map(({ message, field }) =>
      fault('FIELD_CUSTOM_VALIDATION_EXCEPTION', message, field === undefined ? [] : [field]),
    );
}

function holds(when: ValidationRule['when'], values: Values): boolean {
  const text = textOf(values[when.field]);
  if ('is' in when) return when.is === 'blank' ? text === '' : text !== '';
  return 'equals' in when ? text === when.equals : new RegExp(when.matches).test(text);
}

interface Candidate {
  object: ObjectDefinition;
  table: Table;
  /** Absent for a new record. */
  id: string | undefined;
  values: Values;
}

/** What a rule that alerts finds can be overridden by the caller, what a rule that blocks finds cannot. */
export function duplicateFault(
  rules: readonly DuplicateRule[],
  candidate: Candidate,
  actor: Actor,
): Fault | undefined {
  for (const rule of rules) {
    if (rule.object !== candidate.object.name) continue;
    if (rule.action === 'alert' && actor.allowDuplicates === true) continue;
    const matches = matchesOf(rule, candidate);
    if (matches.length > 0) return describe(rule, matches);
  }
  return undefined;
}

function matchesOf({ matchOn }: DuplicateRule, { object, table, id, values }: Candidate): Row[] {
  const wanted = matchOn.map((name) => [name, textOf(values[name]).toLowerCase()] as const);
  if (wanted.some(([, text]) => text === '')) return [];
  const email = matchOn.includes('Email') ? fieldOf(object, 'Email') : undefined;
  const rows =
    email === undefined ? [...table.rows.values()] : table.having(email, values.Email ?? null);
  return rows.filter(
    (row) =>
      row.id !== id &&
      row.values.IsDeleted !== true &&
      wanted.every(([name, text]) => textOf(row.values[name]).toLowerCase() === text),
  );
}

function describe({ name, action, object }: DuplicateRule, matches: readonly Row[]): Fault {
  const message =
    action === 'alert'
      ? 'Use one of these records?'
      : "You're creating a duplicate record. We recommend you use an existing record instead.";
  const matchRecords = matches.map(({ type, id }) => ({
    additionalInformation: [],
    fieldDiffs: [],
    matchConfidence: 100,
    record: { attributes: { type }, Id: id },
  }));
  return {
    ...fault('DUPLICATES_DETECTED', message, []),
    more: {
      duplicateResult: {
        allowSave: action === 'alert',
        duplicateRule: name,
        duplicateRuleEntityType: object,
        errorMessage: message,
        matchResults: [
          {
            entityType: object,
            errors: [],
            matchEngine: 'ExactMatchEngine',
            matchRecords,
            rule: `${name}_Match`,
            size: matches.length,
            success: true,
          },
        ],
      },
    },
  };
}
