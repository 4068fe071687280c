/** The time every emulator of one sandbox agrees on. It runs with real time and can be pushed forward. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Moves time forward at once and answers the new time. Time never goes back. */
  advance(milliseconds: number): number;
}

export interface ClockOptions {
  /** When the sandbox begins, in milliseconds since 1970. Default: now. */
  startAt?: number;
  /** Stand still between two calls of `advance`, so that a test decides every millisecond. Default: false. */
  frozen?: boolean;
}

export function createClock(options: ClockOptions = {}): Clock {
  const begun = performance.now();
  const startAt = options.startAt ?? Date.now();
  let pushed = 0;
  const now = () =>
    Math.floor(startAt + pushed + (options.frozen === true ? 0 : performance.now() - begun));
  return {
    now,
    advance(milliseconds) {
      if (!Number.isFinite(milliseconds) || milliseconds < 0) {
        throw new RangeError(`A clock advances by 0 ms or more, not by ${milliseconds}.`);
      }
      pushed += milliseconds;
      return now();
    },
  };
}
