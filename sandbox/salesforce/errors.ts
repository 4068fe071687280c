/** One fault as Salesforce reports it. */
export interface Fault {
  code: string;
  message: string;
  fields?: readonly string[];
  /** Further members of the error, e.g. duplicateResult. */
  more?: Readonly<Record<string, unknown>>;
}

/** A record that was not written, with the reasons. */
export class RecordError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map(({ code, message }) => `${code}: ${message}`).join('; '));
    this.faults = faults;
  }

  /** As in the results of a collection. */
  inCollection(): Record<string, unknown>[] {
    return this.faults.map(({ code, message, fields = [], more }) => ({
      statusCode: code,
      message,
      fields: [...fields],
      ...more,
    }));
  }
}

/** A refused request. The body is a list, as Salesforce answers it. */
export class ApiError extends Error {
  readonly status: number;
  readonly faults: readonly Fault[];

  constructor(status: number, ...faults: Fault[]) {
    super(faults.map(({ code, message }) => `${code}: ${message}`).join('; '));
    this.status = status;
    this.faults = faults;
  }

  body(): unknown {
    return this.faults.map(({ code, message, fields, more }) => ({
      message,
      errorCode: code,
      ...(fields !== undefined && { fields: [...fields] }),
      ...more,
    }));
  }
}

export const fault = (code: string, message: string, fields?: readonly string[]): Fault => ({
  code,
  message,
  ...(fields !== undefined && { fields }),
});

export const refuse = (code: string, message: string, fields?: readonly string[]): RecordError =>
  new RecordError([fault(code, message, fields)]);

export const badRequest = (code: string, message: string): ApiError =>
  new ApiError(400, fault(code, message));

export const notFound = (message = 'The requested resource does not exist'): ApiError =>
  new ApiError(404, fault('NOT_FOUND', message));

/** What the HTTP status is when a single record was refused. */
export function statusOf({ faults }: RecordError): number {
  const code = faults[0]?.code;
  if (code === 'ENTITY_IS_DELETED' || code === 'NOT_FOUND') return 404;
  return 400;
}
