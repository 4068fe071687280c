import type { NextFunction, Request, Response } from 'express';

/** What goes wrong. `json` answers the status in the server's own error shape, `html` with a page as a proxy would send it. */
type Fault =
  | { kind: 'json'; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: 'html'; status: number }
  | { kind: 'reset' }
  | { kind: 'delay'; ms: number };

interface FaultRule {
  fault: Fault;
  /** Part of the path; every path when left out. */
  path?: string;
  /** How many requests are hit. Default 1. */
  times?: number;
}

export interface Faults {
  add(rule: FaultRule): void;
  clear(): void;
}

export interface FaultPlan extends Faults {
  middleware: (request: Request, response: Response, next: NextFunction) => void;
}

export function createFaults(): FaultPlan {
  let rules: (FaultRule & { left: number })[] = [];
  return {
    add: (rule) => {
      rules.push({ ...rule, left: rule.times ?? 1 });
    },
    clear: () => {
      rules = [];
    },
    middleware(request, response, next) {
      const hit = rules.find(
        ({ path, left }) => left > 0 && (path === undefined || request.path.includes(path)),
      );
      if (hit === undefined) {
        next();
        return;
      }
      hit.left -= 1;
      strike(hit.fault, response, next);
    },
  };
}

function strike(fault: Fault, response: Response, next: NextFunction): void {
  switch (fault.kind) {
    case 'json':
      response
        .status(fault.status)
        .set(fault.headers ?? {})
        .json(fault.body);
      return;
    case 'html':
      response
        .status(fault.status)
        .type('html')
        .send(`<!doctype html><title>${fault.status}</title><h1>Bad gateway</h1>`);
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'delay':
      setTimeout(next, fault.ms);
      return;
  }
}
