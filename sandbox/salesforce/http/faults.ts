import type { NextFunction, Request, Response } from 'express';
import { ApiError, fault } from '../errors.ts';
import type { Random } from '../random.ts';

export type FaultKind =
  'status' | 'html' | 'reset-before' | 'reset-after' | 'delay' | 'truncated-json';

export interface OrderedFault {
  kind: FaultKind;
  /** For kind 'status' and 'html': 401, 403, 420, 500, 503, ... Default: 503. */
  status?: number;
  /** For kind 'delay': how long, in real milliseconds. */
  delayMs?: number;
  /** Part of the path. Default: every API path. */
  path?: string;
  method?: string;
  /** How often it strikes before it is gone. Default: forever when `probability` is given, else once. */
  times?: number;
  /** Chance per matching call. Default: 1. */
  probability?: number;
}

type Armed = OrderedFault & { left: number };

/** Failures to order: what happens to callers on a bad day. */
export class Faults {
  #armed: Armed[] = [];
  readonly #struck = new Map<FaultKind, number>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  add(ordered: OrderedFault): void {
    const left = ordered.times ?? (ordered.probability === undefined ? 1 : Infinity);
    this.#armed.push({ ...ordered, left });
  }

  clear(): void {
    this.#armed = [];
  }

  /** How often each kind has struck: a test can demand that its fault was really met. */
  struck(): Partial<Record<FaultKind, number>> {
    return Object.fromEntries(this.#struck);
  }

  readonly middleware = (req: Request, res: Response, next: NextFunction): void => {
    const armed = this.#armed.find(
      ({ method, path, probability }) =>
        (method === undefined || method === req.method) &&
        (path === undefined || req.originalUrl.includes(path)) &&
        (probability === undefined || this.#random.chance(probability)),
    );
    if (armed === undefined) {
      next();
      return;
    }
    armed.left -= 1;
    this.#armed = this.#armed.filter(({ left }) => left > 0);
    this.#struck.set(armed.kind, (this.#struck.get(armed.kind) ?? 0) + 1);
    strike(armed, { req, res, next });
  };
}

function strike(
  armed: Armed,
  { req, res, next }: { req: Request; res: Response; next: NextFunction },
): void {
  const status = armed.status ?? 503;
  switch (armed.kind) {
    case 'status':
      next(failure(status));
      return;
    case 'html':
      res
        .status(status)
        .type('html')
        .send('<!doctype html><title>Maintenance</title><h1>We are down for maintenance.</h1>');
      return;
    case 'reset-before':
      req.socket.resetAndDestroy();
      return;
    case 'delay':
      setTimeout(next, armed.delayMs ?? 1_000);
      return;
    case 'reset-after':
      // The work is done; only the answer is lost.
      res.end = () => {
        req.socket.resetAndDestroy();
        return res;
      };
      next();
      return;
    case 'truncated-json': {
      const send = res.send.bind(res);
      res.send = (body?: unknown) => {
        res.send = send;
        return send(typeof body === 'string' ? body.slice(0, Math.floor(body.length / 2)) : body);
      };
      next();
    }
  }
}

const NAMES: Readonly<Record<number, readonly [code: string, message: string]>> = {
  401: ['INVALID_SESSION_ID', 'Session expired or invalid'],
  403: ['REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'],
  500: [
    'UNKNOWN_EXCEPTION',
    'An unexpected error occurred. Please include this ErrorId if you contact support: 1-1 (1)',
  ],
  503: ['SERVER_UNAVAILABLE', 'There was an error communicating with the server.'],
};

function failure(status: number): ApiError {
  const [code, message] = NAMES[status] ?? [
    'UNKNOWN_EXCEPTION',
    `The request could not be handled (${status}).`,
  ];
  return new ApiError(status, fault(code, message));
}
