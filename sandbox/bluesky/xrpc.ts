/** What a method answers besides its value: failures by status, name and message, as recorded. */
export class XrpcError extends Error {
  readonly status: number;
  readonly error: string;

  constructor(status: number, error: string, message: string) {
    super(message);
    this.status = status;
    this.error = error;
  }
}

export function invalidRequest(message: string): XrpcError {
  return new XrpcError(400, 'InvalidRequest', message);
}

/** The server failed on the request itself, not for the moment: repeating it fails again. */
export function internalError(status: 500 | 502): XrpcError {
  return new XrpcError(status, 'InternalServerError', 'Internal Server Error');
}

interface Call {
  params: Params;
  body: unknown;
  /** The bearer token, already verified when the method asks for one. */
  token: string;
  /** Address of the caller, for limits. */
  ip: string;
}

export interface Method {
  type: 'query' | 'procedure';
  auth: 'none' | 'access' | 'refresh';
  run(call: Call): unknown;
}

export type Methods = Record<string, Method>;

export class Params {
  readonly #search: URLSearchParams;

  constructor(search: URLSearchParams) {
    this.#search = search;
  }

  optional(name: string): string | undefined {
    return this.#search.get(name) ?? undefined;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) {
      throw invalidRequest(`Error: Params must have the property "${name}"`);
    }
    return value;
  }

  list(name: string, max: number): string[] {
    const values = this.#search.getAll(name);
    if (values.length > max) {
      throw invalidRequest(`Error: ${name} must not have more than ${max} elements`);
    }
    return values;
  }

  requiredList(name: string, max: number): string[] {
    this.required(name);
    return this.list(name, max);
  }

  integer(name: string, range: { min: number; max: number; initial: number }): number {
    const text = this.optional(name);
    if (text === undefined) return range.initial;
    const value = Number(text);
    if (!Number.isInteger(value)) throw invalidRequest(`Error: ${name} must be an integer`);
    if (value < range.min) {
      throw invalidRequest(`Error: ${name} can not be less than ${range.min}`);
    }
    if (value > range.max) {
      throw invalidRequest(`Error: ${name} can not be greater than ${range.max}`);
    }
    return value;
  }
}
