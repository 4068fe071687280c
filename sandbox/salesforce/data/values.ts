import { type Fault, fault } from '../errors.ts';
import { normaliseId } from '../ids.ts';
import { type Value, stamp } from '../model.ts';
import type { FieldDefinition } from '../schema/fields.ts';

type Read = { value: Value } | { fault: Fault };

/** A value as JSON brought it, as the field stores it. Text loses its outer blanks; blank is null. */
export function readValue(field: FieldDefinition, given: unknown): Read {
  if (given === null || given === undefined || given === '') {
    return { value: field.type === 'boolean' ? false : null };
  }
  return (READERS[field.type] ?? readText)(field, given);
}

type Reader = (field: FieldDefinition, given: unknown) => Read;

function wrongType(field: FieldDefinition, given: unknown, wanted: string): Read {
  const kind = typeof given === 'string' ? 'VALUE_STRING' : `VALUE_${typeof given}`.toUpperCase();
  return {
    fault: fault(
      'JSON_PARSER_ERROR',
      `Cannot deserialize instance of ${wanted} from ${kind} value ${JSON.stringify(given)}`,
      [field.name],
    ),
  };
}

function readBoolean(field: FieldDefinition, given: unknown): Read {
  return typeof given === 'boolean' || given === 'true' || given === 'false'
    ? { value: String(given) === 'true' }
    : wrongType(field, given, 'boolean');
}

function readNumber(field: FieldDefinition, given: unknown): Read {
  const number = typeof given === 'string' && /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given;
  if (typeof number !== 'number' || !Number.isFinite(number))
    return wrongType(field, given, 'double');
  if (field.type === 'int' && !Number.isInteger(number)) return wrongType(field, given, 'int');
  const factor = 10 ** field.scale;
  const value = field.type === 'int' ? number : Math.round(number * factor) / factor;
  const digits = field.type === 'int' ? 9 : field.precision - field.scale;
  if (Math.abs(value) >= 10 ** digits) {
    return {
      fault: fault(
        'NUMBER_OUTSIDE_VALID_RANGE',
        `${field.label}: value outside of valid range on numeric field: ${value}`,
        [field.name],
      ),
    };
  }
  return { value };
}

function readDate(field: FieldDefinition, given: unknown): Read {
  if (typeof given !== 'string' || !/^\d{4}-\d\d-\d\d/.test(given))
    return wrongType(field, given, 'date');
  const day = given.slice(0, 10);
  const at = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day
    ? wrongType(field, given, 'date')
    : { value: day };
}

const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;

function readMoment(field: FieldDefinition, given: unknown): Read {
  if (typeof given !== 'string' || !MOMENT.test(given)) return wrongType(field, given, 'datetime');
  const at = Date.parse(given.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(at) ? wrongType(field, given, 'datetime') : { value: stamp(at) };
}

function readId(field: FieldDefinition, given: unknown): Read {
  const id = normaliseId(given);
  return id === undefined
    ? {
        fault: fault(
          'MALFORMED_ID',
          `${field.label}: id value of incorrect type: ${String(given)}`,
          [field.name],
        ),
      }
    : { value: id };
}

const EMAIL = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]{2,}$/;

function readText(field: FieldDefinition, given: unknown): Read {
  if (typeof given !== 'string' && typeof given !== 'number')
    return wrongType(field, given, 'string');
  const value = String(given).trim();
  if (value === '') return { value: null };
  // UTF-16 units: an emoji counts twice.
  if (field.length > 0 && value.length > field.length) {
    return {
      fault: fault(
        'STRING_TOO_LONG',
        `${field.label}: data value too large: ${value} (max length=${field.length})`,
        [field.name],
      ),
    };
  }
  if (field.type === 'email' && !EMAIL.test(value)) {
    return {
      fault: fault('INVALID_EMAIL_ADDRESS', `${field.label}: invalid email address: ${value}`, [
        field.name,
      ]),
    };
  }
  return { value };
}

const READERS: Partial<Record<FieldDefinition['type'], Reader>> = {
  boolean: readBoolean,
  int: readNumber,
  double: readNumber,
  currency: readNumber,
  percent: readNumber,
  date: readDate,
  datetime: readMoment,
  reference: readId,
  id: readId,
};

/** Restricted picklists take no value that is not offered, by the field and by the record type. */
export function picklistFault(
  field: FieldDefinition,
  value: Value,
  offered: readonly string[] | undefined,
): Fault | undefined {
  if (!field.restrictedPicklist || typeof value !== 'string') return undefined;
  const values = field.type === 'multipicklist' ? value.split(';') : [value];
  const known = (one: string) =>
    field.picklistValues.some((choice) => choice.active && choice.value === one) &&
    (offered === undefined || offered.includes(one));
  const bad = values.find((one) => !known(one));
  return bad === undefined
    ? undefined
    : fault(
        'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
        `${field.label}: bad value for restricted picklist field: ${bad}`,
        [field.name],
      );
}
