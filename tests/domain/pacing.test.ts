import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { paceFor } from '../../src/domain/budget.ts';
import { backoff, MAX_ATTEMPTS } from '../../src/domain/retry.ts';
import { authorLine, entryKey } from '../../src/domain/timeline.ts';

test('no rolling window ever holds more calls than the vendor grants (R98)', () => {
  const budgets = fc.record({
    calls: fc.integer({ min: 3, max: 500 }),
    perMs: fc.integer({ min: 100, max: 60_000 }),
  });
  fc.assert(
    fc.property(budgets, (budget) => {
      const { intervalMs, burst } = paceFor(budget);
      // The worst window: the burst and one call per interval, both edges counted.
      const most = burst + Math.floor(budget.perMs / intervalMs + 1e-9);
      expect(most).toBeLessThanOrEqual(budget.calls);
      expect(most).toBeGreaterThanOrEqual(budget.calls - 1);
    }),
  );
});

test('a pace is finite and positive for the smallest budget', () => {
  for (const calls of [1, 2, 3]) {
    const { intervalMs, burst } = paceFor({ calls, perMs: 1_000 });
    expect(intervalMs).toBeGreaterThan(0);
    expect(intervalMs).toBeLessThanOrEqual(1_000);
    expect(burst).toBe(1);
  }
});

describe('the wait before the next try', () => {
  const attempts = fc.integer({ min: 1, max: 100 });
  const random = fc.double({ min: 0, max: 0.999999, noNaN: true });

  test('lies in the upper half of the doubling, at most a quarter of an hour', () => {
    fc.assert(
      fc.property(attempts, random, (attempt, chance) => {
        const ceiling = Math.min(900_000, 1_000 * 2 ** (attempt - 1));
        const wait = backoff(attempt, chance);
        expect(wait).toBeGreaterThanOrEqual(ceiling / 2);
        expect(wait).toBeLessThanOrEqual(ceiling);
        expect(backoff(attempt + 1, chance)).toBeGreaterThanOrEqual(wait);
      }),
    );
  });

  test('adds up to less than an hour before a person is asked', () => {
    const waits = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => backoff(index + 1, 1));
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(3_600_000);
  });
});

describe('an entry of the timeline', () => {
  test('has a key that any CRM can hold and that differs for each activity on each contact', () => {
    const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
    fc.assert(
      fc.property(fc.uuid(), id, id, (workspace, activity, contact) => {
        const key = entryKey(workspace, activity, contact);
        expect(key).toMatch(/^[a-z0-9:-]{1,200}$/);
        if (activity !== contact) expect(entryKey(workspace, contact, activity)).not.toBe(key);
      }),
    );
    expect(entryKey('w', '1', '23')).not.toBe(entryKey('w', '12', '3'));
  });

  test.each([
    ['Ada', 'ada.a.de', 'Ada (@ada.a.de)'],
    [undefined, '@ada.a.de', '@ada.a.de'],
    ['ada.a.de', 'ada.a.de', '@ada.a.de'],
    ['Ada', undefined, 'Ada'],
    [undefined, undefined, '?'],
    ['\u202eadA\n\n {{x}}', undefined, 'adA { {x}}'],
  ])('names its author: %s, %s', (name, handle, line) => {
    expect(authorLine(name, handle)).toBe(line);
  });
});
