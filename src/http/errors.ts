import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { ZodError } from 'zod';
import { ConnectorError, type Failure } from '../contract/errors.ts';
import type { Logger } from '../platform/logger.ts';

/** What every refusal looks like: what happened, to what, and what to do next. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    /** The message in both languages, where it is meant for an agent's eyes. */
    readonly messages?: { readonly en: string; readonly de: string };
    readonly next?: string;
    readonly fields?: readonly string[];
  };
}

export function refuse(response: Response, status: number, error: ErrorBody['error']): void {
  response.status(status).json({ error } satisfies ErrorBody);
}

export const notFound: RequestHandler = (request, response) => {
  refuse(response, 404, {
    code: 'not_found',
    message: `There is nothing at ${request.method} ${request.path.slice(0, 200)}.`,
  });
};

/** A refusal that a route decides on. */
export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly status: number;
  readonly body: ErrorBody['error'];

  constructor(status: number, body: ErrorBody['error']) {
    super(body.code);
    this.status = status;
    this.body = body;
  }
}

/** The other of the two places where failures are caught. */
export function errorReply(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, body } = replyFor(error);
    if (status >= 500) {
      logger.error(
        { event: 'request_failed', method: request.method, status, error },
        'a request could not be answered',
      );
    }
    refuse(response, status, body);
  };
}

function replyFor(error: unknown): { readonly status: number; readonly body: ErrorBody['error'] } {
  if (error instanceof HttpRefusal) return error;
  if (error instanceof ZodError) {
    return {
      status: 422,
      body: {
        code: 'invalid',
        message: 'Some values are missing or wrong.',
        fields: error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
      },
    };
  }
  if (error instanceof ConnectorError) {
    return { status: vendorStatus(error.failure), body: vendorFault(error.failure) };
  }
  const status = clientStatus(error);
  if (status !== undefined) {
    return { status, body: { code: 'bad_request', message: MESSAGES[status] ?? 'Bad request.' } };
  }
  return {
    status: 500,
    body: { code: 'internal', message: 'Something failed on our side; the log says what.' },
  };
}

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'The request is not well-formed.',
  413: 'The request is too large.',
  415: 'This content type, charset or encoding is not accepted.',
};

/** The status that express's own parsers and router attach to a bad request. */
function clientStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const { status } = error;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** What the caller gave us is theirs to put right; all else is between us and the vendor. */
function vendorStatus({ code }: Failure): 422 | 502 {
  return code === 'REJECTED' || code === 'AUTH_EXPIRED' ? 422 : 502;
}

function vendorFault(failure: Failure): ErrorBody['error'] {
  switch (failure.code) {
    case 'AUTH_EXPIRED':
      return {
        code: 'access_refused',
        message: 'The vendor refused the access.',
        next: 'Check name and password, or connect again.',
      };
    case 'REJECTED':
      return { code: 'rejected', message: failure.reason, fields: failure.fields };
    case 'MISCONFIGURED':
      return {
        code: 'misconfigured',
        message: `Our app is not set up correctly with the vendor: ${failure.hint}`,
        next: 'Check the settings of this service.',
      };
    case 'RATE_LIMITED':
    case 'UNAVAILABLE':
      return {
        code: 'vendor_unavailable',
        message: 'The vendor does not answer just now.',
        next: 'Try again in a minute.',
      };
    case 'UNEXPECTED_SHAPE':
      return {
        code: 'vendor_changed',
        message: `The vendor answered in an unknown form (${failure.where}).`,
        next: 'Is the address right? If it is, tell the makers of Echofile.',
      };
  }
}
