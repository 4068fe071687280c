/** Where time comes from. Services take a Clock, so that a test or the sandbox can stand at any date. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Reads `start` at the moment of the call and runs on from there at the system's pace. */
export function clockStartingAt(start: Date): Clock {
  if (Number.isNaN(start.getTime())) {
    throw new RangeError('clockStartingAt expects a valid date, got an invalid one');
  }
  const offset = start.getTime() - Date.now();
  return { now: () => new Date(Date.now() + offset) };
}
