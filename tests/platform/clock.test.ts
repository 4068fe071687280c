import { describe, expect, test } from '@jest/globals';

import { clockStartingAt, systemClock } from '../../src/platform/clock.ts';

describe('clock', () => {
  test('the system clock is the time of the machine', () => {
    expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1000);
  });

  test('a clock starting elsewhere runs on at the same pace', async () => {
    const start = new Date('2027-02-28T23:59:59.900Z');
    const clock = clockStartingAt(start);
    const first = clock.now().getTime();
    expect(first - start.getTime()).toBeGreaterThanOrEqual(0);
    expect(first - start.getTime()).toBeLessThan(1000);
    await new Promise((done) => setTimeout(done, 30));
    const passed = clock.now().getTime() - first;
    expect(passed).toBeGreaterThanOrEqual(25);
    expect(passed).toBeLessThan(2000);
  });

  test('an invalid date is refused', () => {
    expect(() => clockStartingAt(new Date('never'))).toThrow(/valid date/);
  });
});
