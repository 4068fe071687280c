const WINDOW_SECONDS = 300;

export interface Taken {
  allowed: boolean;
  /** `ratelimit-*` as recorded: reset in epoch seconds, and no `retry-after` even when refused. */
  headers: Record<string, string>;
}

/** Fixed windows of five minutes, counted per key. */
export function createRateLimit(limit: number, now: () => number): (key: string) => Taken {
  const windows = new Map<string, { resetAt: number; used: number }>();
  return (key) => {
    let window = windows.get(key);
    if (window === undefined || window.resetAt <= now()) {
      window = { resetAt: now() + WINDOW_SECONDS * 1000, used: 0 };
      windows.set(key, window);
    }
    window.used += 1;
    return {
      allowed: window.used <= limit,
      headers: {
        'ratelimit-limit': String(limit),
        'ratelimit-reset': String(Math.ceil(window.resetAt / 1000)),
        'ratelimit-remaining': String(Math.max(0, limit - window.used)),
        'ratelimit-policy': `${limit};w=${WINDOW_SECONDS}`,
      },
    };
  };
}
