import { z } from 'zod';
import { wireError, type WireError } from './wire.ts';

/** Why HubSpot refused a record, in words for the admin. HubSpot's own texts quote values and are never passed on. */
export interface Refusal {
  readonly gone: boolean;
  readonly fields: readonly string[];
  readonly reason: string;
}

const REASONS: Readonly<Record<string, string>> = {
  PROPERTY_DOESNT_EXIST: 'HubSpot has no such property; it may have been deleted.',
  INVALID_OPTION: "The value is not among the property's options.",
  READ_ONLY_VALUE: 'HubSpot sets this property itself.',
  INVALID_EMAIL: 'HubSpot does not take the value for an e-mail address.',
  INVALID_INTEGER: 'The value is not a whole number.',
  INVALID_DOUBLE: 'The value is not a number.',
  INVALID_LONG: 'The value is not a whole number.',
  INVALID_DATE: 'The value is not a date.',
  INVALID_BOOLEAN: 'The value is neither true nor false.',
  MISSING_REQUIRED_PROPERTY: 'A rule of the portal requires this property.',
  MISSING_CONDITIONAL_REQUIRED_PROPERTY: 'A rule of the portal requires this property here.',
  CONFLICT: 'Another record already has this value.',
  CONFLICTING_UNIQUE_VALUE: 'Another record already has this value.',
};

/** HubSpot hides the details of a validation error as JSON behind its message. */
const hidden = z.array(z.object({ name: z.string().optional(), error: z.string().optional() }));

export function refusalOf(body: unknown): Refusal {
  const error = wireError.safeParse(body);
  return error.success
    ? refusal(error.data)
    : { gone: false, fields: [], reason: 'HubSpot refused the record.' };
}

export function refusal(error: WireError): Refusal {
  const details = [...listed(error), ...embedded(error.message ?? '')];
  const fields = [...new Set(details.flatMap((d) => d.fields).filter(isPropertyName))];
  const code = [...details.map((d) => d.code), error.subCategory, error.category].find(isCode);
  const gone = isNotFound(error.category) || isNotFound(error.subCategory);
  return { gone, fields, reason: reasonFor(code) };
}

function reasonFor(code: string | undefined): string {
  if (code === undefined) return 'HubSpot refused the record.';
  return REASONS[code] ?? `HubSpot refused the record: ${code}.`;
}

function listed(error: WireError): { code: string | undefined; fields: string[] }[] {
  return (error.errors ?? []).map((e) => ({
    code: e.code,
    fields: [e.in ?? [], e.context?.propertyName ?? [], e.context?.properties ?? []].flat(),
  }));
}

function embedded(message: string): { code: string | undefined; fields: string[] }[] {
  const start = message.indexOf('[{');
  if (start < 0) return [];
  try {
    const parsed = hidden.safeParse(JSON.parse(message.slice(start, message.lastIndexOf(']') + 1)));
    if (!parsed.success) return [];
    return parsed.data.map((d) => ({
      code: d.error,
      fields: d.name === undefined ? [] : [d.name],
    }));
  } catch {
    return [];
  }
}

// Only machine words leave this file: whatever else HubSpot writes may quote the person's data.
function isPropertyName(text: string): boolean {
  return /^[a-z][a-z0-9_]{0,99}$/.test(text);
}

function isCode(text: string | undefined): boolean {
  return text !== undefined && /^[A-Z][A-Z0-9_]{2,59}$/.test(text);
}

function isNotFound(category: string | undefined): boolean {
  return category !== undefined && /(^|[._])NOT_FOUND$/.test(category);
}
