export interface ErrorDetail {
  message: string;
  code?: string;
  context?: Record<string, string[]>;
}

export interface ErrorFields {
  category: string;
  message: string;
  subCategory?: string;
  context?: Record<string, string[]>;
  errors?: ErrorDetail[];
}

/** An answer in the shape of HubSpot's API errors: status, category and message, sometimes details. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: ErrorFields;

  constructor(status: number, fields: ErrorFields) {
    super(fields.message);
    this.status = status;
    this.fields = fields;
  }

  body(correlationId: string): Record<string, unknown> {
    return { status: 'error', correlationId, ...this.fields };
  }
}

export const invalid = (message: string, errors?: ErrorDetail[]): ApiError =>
  new ApiError(400, { category: 'VALIDATION_ERROR', message, ...(errors && { errors }) });

export const notFound = (message = 'resource not found', context?: Record<string, string[]>) =>
  new ApiError(404, { category: 'OBJECT_NOT_FOUND', message, ...(context && { context }) });

export const conflict = (message: string, subCategory?: string): ApiError =>
  new ApiError(409, { category: 'CONFLICT', message, ...(subCategory && { subCategory }) });
