import { ApiError } from '../errors.ts';

export interface LimitOptions {
  /** Calls a marketplace app may make in a rolling window per installing account, search excluded. Default: 110. */
  calls: number;
  /** The window in milliseconds. Default: 10000. */
  windowMs: number;
  /** CRM searches per second and account. Default: 5. */
  searchesPerSecond: number;
}

export const DEFAULT_LIMITS: LimitOptions = { calls: 110, windowMs: 10_000, searchesPerSecond: 5 };

/** Times of calls inside a rolling window. */
export class RollingWindow {
  #times: number[] = [];
  #head = 0;

  count(now: number, windowMs: number): number {
    while (this.#head < this.#times.length && (this.#times[this.#head] ?? 0) <= now - windowMs) {
      this.#head += 1;
    }
    if (this.#head > 1_024) {
      this.#times = this.#times.slice(this.#head);
      this.#head = 0;
    }
    return this.#times.length - this.#head;
  }

  add(now: number): void {
    this.#times.push(now);
  }
}

/** HubSpot's two buckets of one account: everything, and search for itself. */
export class RateLimiter {
  readonly #calls = new RollingWindow();
  readonly #searches = new RollingWindow();
  readonly #limits: LimitOptions;

  constructor(limits: LimitOptions) {
    this.#limits = limits;
  }

  /** Counts one call; answers the rate-limit headers or throws the documented 429. */
  call(now: number): Record<string, string> {
    const { calls, windowMs } = this.#limits;
    const used = this.#calls.count(now, windowMs);
    if (used >= calls)
      throw tooMany('TEN_SECONDLY_ROLLING', 'ten_secondly_rolling', this.#headers(0));
    this.#calls.add(now);
    return this.#headers(calls - used - 1);
  }

  /** Search answers carry no rate-limit headers. */
  search(now: number): void {
    if (this.#searches.count(now, 1_000) >= this.#limits.searchesPerSecond) {
      throw tooMany('SECONDLY', 'secondly', {});
    }
    this.#searches.add(now);
  }

  #headers(remaining: number): Record<string, string> {
    return {
      'X-HubSpot-RateLimit-Interval-Milliseconds': String(this.#limits.windowMs),
      'X-HubSpot-RateLimit-Max': String(this.#limits.calls),
      'X-HubSpot-RateLimit-Remaining': String(remaining),
    };
  }
}

/** A 429 has its own shape: errorType and policyName instead of a category. */
export class RateLimitError extends ApiError {
  readonly policyName: string;
  readonly headers: Record<string, string>;

  constructor(policyName: string, message: string, headers: Record<string, string>) {
    super(429, { category: 'RATE_LIMITS', message });
    this.policyName = policyName;
    this.headers = headers;
  }

  override body(correlationId: string): Record<string, unknown> {
    return {
      status: 'error',
      message: this.message,
      errorType: 'RATE_LIMIT',
      correlationId,
      policyName: this.policyName,
      groupName: 'publicapi:crm:oauth',
    };
  }
}

export const tooMany = (policy: string, word: string, headers: Record<string, string>) =>
  new RateLimitError(policy, `You have reached your ${word} limit.`, headers);
