import { ApiError, fault } from '../errors.ts';

const HOUR = 3_600_000;

/** API calls of one org over 24 rolling hours, shared by everything that calls it. */
export class ApiUsage {
  max: number;
  readonly #byHour = new Map<number, number>();

  constructor(max: number) {
    this.max = max;
  }

  used(now: number): number {
    const oldest = Math.floor(now / HOUR) - 23;
    let sum = 0;
    for (const [hour, count] of this.#byHour) {
      if (hour < oldest) this.#byHour.delete(hour);
      else sum += count;
    }
    return sum;
  }

  /** Counts one call, or refuses it. */
  spend(now: number): void {
    if (this.used(now) >= this.max) {
      throw new ApiError(403, fault('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'));
    }
    this.add(now, 1);
  }

  /** Calls of other integrations count too. */
  add(now: number, calls: number): void {
    const hour = Math.floor(now / HOUR);
    this.#byHour.set(hour, (this.#byHour.get(hour) ?? 0) + calls);
  }

  header(now: number): string {
    const used = this.used(now);
    return `api-usage=${used}/${this.max}; per-app-api-usage=${used}/250(appName=Echofile)`;
  }
}
