import { expect } from '@jest/globals';
import type { Call, Filled } from './two-workspaces.ts';

/** One function of the store, called in one's own workspace with what belongs to another's. */
export interface Crossing {
  readonly call: Call;
  /** Looks at what came back. */
  check(outcome: Outcome, own: Filled, foreign: Filled): void;
}

export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** As if the other's rows were not there: nothing found, nothing done. */
export function nothing(call: Call): Crossing {
  return {
    call,
    check: (outcome) => {
      const value = valueOf(outcome);
      const size = value instanceof Map || value instanceof Set ? value.size : undefined;
      const empty = [undefined, false, 0].includes(value as undefined) || size === 0;
      if (!empty) expect([[], {}]).toContainEqual(value);
    },
  };
}

/** What would refer to the other's rows is not stored, or what was asked for is not found. */
export function refused(call: Call): Crossing {
  return {
    call,
    check: (outcome) => {
      expect(outcome).toHaveProperty('error');
      const { error } = outcome as { error: { code?: string; message?: string } };
      expect(error.code ?? error.message).toMatch(/^(23503|23505|the statement returned 0 rows)$/);
    },
  };
}

/** Answers from one's own rows, all of them and nothing else. */
export function ownRows(call: Call): Crossing {
  return {
    call,
    check: (outcome, own, foreign) => {
      const text = JSON.stringify(valueOf(outcome));
      expect(text).toContain(own.tag);
      expect(text).not.toContain(foreign.tag);
    },
  };
}

export function gives(call: Call, expected: (own: Filled) => unknown): Crossing {
  return {
    call,
    check: (outcome, own) => {
      expect(valueOf(outcome)).toEqual(expected(own));
    },
  };
}

/** Writes one's own row beside the other's of the same name. */
export function beside(call: Call): Crossing {
  return { call, check: (outcome) => void valueOf(outcome) };
}

function valueOf(outcome: Outcome): unknown {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
