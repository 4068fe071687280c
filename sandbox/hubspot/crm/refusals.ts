import { ApiError, conflict, invalid } from '../errors.ts';
import { type Refusal, refusal } from './values.ts';

/** HubSpot's 400 for values: the refusals as JSON text inside the message, and once more as details. */
export function refused(refusals: Refusal[]): ApiError {
  return invalid(
    `Property values were not valid: ${JSON.stringify(refusals)}`,
    refusals.map(({ message, error, name }) => ({
      message,
      code: error,
      context: { propertyName: [name] },
    })),
  );
}

export function missing(properties: string[], conditional: boolean): ApiError {
  const code = conditional ? 'MISSING_CONDITIONAL_REQUIRED_PROPERTY' : 'MISSING_REQUIRED_PROPERTY';
  return new ApiError(400, {
    category: 'VALIDATION_ERROR',
    message: 'Some required properties were not set.',
    context: { properties },
    errors: [
      {
        message: `Required: ${properties.join(', ')}`,
        code,
        context: { propertyName: properties },
      },
    ],
  });
}

/** A unique value that another record holds. An address in use has a message of its own, with the owner's id. */
export function taken(property: string, id: string, owner: string): ApiError {
  if (property === 'email') return conflict(`Contact already exists. Existing ID: ${owner}`);
  const message = `Cannot set ${property} on ${id}. ${owner} already has that value.`;
  return refused([refusal(property, 'CONFLICTING_UNIQUE_VALUE', message)]);
}
