import type { PropertyDefinition } from '../model.ts';

/** One refused value, in the shape HubSpot embeds as JSON text in the message of a 400. */
export interface Refusal {
  isValid: false;
  message: string;
  error: string;
  name: string;
  localizedErrorMessage: string;
}

export const refusal = (name: string, error: string, message: string): Refusal => ({
  isValid: false,
  message,
  error,
  name,
  localizedErrorMessage: message,
});

type Outcome = { value: string } | { refusal: Refusal };

/** The longest text HubSpot keeps in a property, note bodies included. */
const LONGEST_TEXT = 65_536;

/** Turns what came in into the string HubSpot would keep. '' clears a property. */
export function acceptValue(definition: PropertyDefinition, given: unknown): Outcome {
  const { name } = definition;
  if (given === null || given === undefined || given === '') return { value: '' };
  if (typeof given !== 'string' && typeof given !== 'number' && typeof given !== 'boolean') {
    return { refusal: refusal(name, 'INVALID_VALUE', `The value of ${name} is not a string.`) };
  }
  return READERS[definition.type](definition, String(given));
}

type Reader = (definition: PropertyDefinition, text: string) => Outcome;

const READERS: Readonly<Record<PropertyDefinition['type'], Reader>> = {
  string: readText,
  number: readNumber,
  date: readDate,
  datetime: readDatetime,
  enumeration: readOptions,
  bool: readBool,
};

function readText({ name }: PropertyDefinition, text: string): Outcome {
  if (text.length > LONGEST_TEXT) {
    const message = `${name} is ${text.length} characters long; the limit is ${LONGEST_TEXT}.`;
    return { refusal: refusal(name, 'PROPERTY_VALUE_TOO_LONG', message) };
  }
  if (name !== 'email') return { value: text };
  const email = text.trim().toLowerCase();
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)
    ? { value: email }
    : { refusal: refusal(name, 'INVALID_EMAIL', `Email address ${text} is invalid`) };
}

function readNumber({ name }: PropertyDefinition, text: string): Outcome {
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
    ? { value: text }
    : { refusal: refusal(name, 'INVALID_INTEGER', `${text} was not a valid number.`) };
}

const millisecondsOf = (text: string): number =>
  /^-?\d+$/.test(text) ? Number(text) : /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;

function readDate({ name }: PropertyDefinition, text: string): Outcome {
  const at = new Date(millisecondsOf(text));
  if (Number.isNaN(at.getTime())) {
    return { refusal: refusal(name, 'INVALID_LONG', `${text} was not a valid long.`) };
  }
  return at.getTime() % 86_400_000 === 0
    ? { value: at.toISOString().slice(0, 10) }
    : { refusal: refusal(name, 'INVALID_DATE', `${text} is not midnight in UTC.`) };
}

function readDatetime({ name }: PropertyDefinition, text: string): Outcome {
  const at = new Date(millisecondsOf(text));
  return Number.isNaN(at.getTime())
    ? { refusal: refusal(name, 'INVALID_LONG', `${text} was not a valid long.`) }
    : { value: at.toISOString() };
}

function readOptions(
  { name, fieldType, options, externalOptions }: PropertyDefinition,
  text: string,
) {
  const chosen = fieldType === 'checkbox' ? text.split(';').filter((part) => part !== '') : [text];
  const unknown = chosen.find((value) => !options.some((option) => option.value === value));
  if (unknown === undefined || externalOptions) return { value: text };
  const allowed = options.map((option) => option.value).join(', ');
  const message = `${unknown} was not one of the allowed options: [${allowed}]`;
  return { refusal: refusal(name, 'INVALID_OPTION', message) };
}

function readBool({ name }: PropertyDefinition, text: string): Outcome {
  return text === 'true' || text === 'false'
    ? { value: text }
    : {
        refusal: refusal(
          name,
          'INVALID_OPTION',
          `${text} was not one of the allowed options: [true, false]`,
        ),
      };
}

/** A leading semicolon adds to a multiple-choice value instead of replacing it. */
export function appended(definition: PropertyDefinition, previous: string, value: string): string {
  if (definition.fieldType !== 'checkbox' || !value.startsWith(';')) return value;
  return [...new Set([...previous.split(';'), ...value.split(';')])]
    .filter((part) => part !== '')
    .join(';');
}
