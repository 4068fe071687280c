import type { NextFunction, Request, Response } from 'express';
import { ApiError } from '../errors.ts';
import type { Random } from '../random.ts';
import { tooMany } from './limits.ts';

export type FaultKind =
  'status' | 'reset-before' | 'reset-after' | 'delay' | 'truncated-json' | 'html';

export interface Fault {
  kind: FaultKind;
  /** For kind 'status' and 'html': 423, 429, 477, 500, 502, 503, ... Default: 503. */
  status?: number;
  /** Seconds in a Retry-After header; none by default, as HubSpot promises none. */
  retryAfter?: number;
  /** For kind 'delay': how long, in real milliseconds. */
  delayMs?: number;
  /** Part of the path, or a pattern. Default: every API path. */
  path?: string | RegExp;
  method?: string;
  /** How often it strikes before it is gone. Default: forever when `probability` is given, else once. */
  times?: number;
  /** Chance per matching call. Default: 1. */
  probability?: number;
}

interface Armed extends Fault {
  left: number;
}

/** Failures to order: what a vendor does to its callers on a bad day. */
export class Faults {
  #armed: Armed[] = [];
  readonly #struck = new Map<FaultKind, number>();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  add(fault: Fault): void {
    const left = fault.times ?? (fault.probability === undefined ? 1 : Infinity);
    this.#armed.push({ ...fault, left });
  }

  clear(): void {
    this.#armed = [];
  }

  /** How often each kind has struck: a test can demand that its fault was really met. */
  struck(): Partial<Record<FaultKind, number>> {
    return Object.fromEntries(this.#struck);
  }

  readonly middleware = (req: Request, res: Response, next: NextFunction): void => {
    const fault = this.#next(req);
    if (fault === undefined) {
      next();
      return;
    }
    this.#struck.set(fault.kind, (this.#struck.get(fault.kind) ?? 0) + 1);
    strike(fault, { req, res, next });
  };

  #next(req: Request): Armed | undefined {
    const fault = this.#armed.find(
      (one) =>
        (one.method === undefined || one.method === req.method) &&
        matches(one.path, req.path) &&
        (one.probability === undefined || this.#random.chance(one.probability)),
    );
    if (fault === undefined) return undefined;
    fault.left -= 1;
    this.#armed = this.#armed.filter(({ left }) => left > 0);
    return fault;
  }
}

const matches = (wanted: string | RegExp | undefined, path: string): boolean =>
  wanted === undefined || (typeof wanted === 'string' ? path.includes(wanted) : wanted.test(path));

interface Exchange {
  req: Request;
  res: Response;
  next: NextFunction;
}

function strike(fault: Armed, { req, res, next }: Exchange): void {
  const status = fault.status ?? 503;
  if (fault.retryAfter !== undefined) res.setHeader('Retry-After', String(fault.retryAfter));
  switch (fault.kind) {
    case 'status':
      next(failure(status));
      return;
    case 'html':
      res
        .status(status)
        .type('html')
        .send(`<!doctype html><title>${status}</title><h1>The page is not available</h1>`);
      return;
    case 'reset-before':
      req.socket.resetAndDestroy();
      return;
    case 'delay':
      setTimeout(next, fault.delayMs ?? 1_000);
      return;
    case 'reset-after':
      res.end = () => {
        req.socket.resetAndDestroy();
        return res;
      };
      next();
      return;
    case 'truncated-json':
      cutAnswer(res);
      next();
  }
}

function cutAnswer(res: Response): void {
  const send = res.send.bind(res);
  res.send = (body?: unknown) => {
    res.send = send;
    return send(typeof body === 'string' ? body.slice(0, Math.floor(body.length / 2)) : body);
  };
}

const NAMES: Readonly<Record<number, string>> = {
  423: 'LOCKED',
  477: 'MIGRATION_IN_PROGRESS',
  500: 'INTERNAL_ERROR',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
  504: 'GATEWAY_TIMEOUT',
};

const failure = (status: number): ApiError =>
  status === 429
    ? tooMany('TEN_SECONDLY_ROLLING', 'ten_secondly_rolling', {})
    : new ApiError(status, {
        category: NAMES[status] ?? 'INTERNAL_ERROR',
        message: `The request could not be handled right now (${status}).`,
      });
