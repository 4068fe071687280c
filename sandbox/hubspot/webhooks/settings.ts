import type { Subscription, WebhookEvent } from './events.ts';

export interface WebhookSettings {
  /** The one address of the app. Default: none, and nothing is sent. */
  targetUrl?: string;
  subscriptions: Subscription[];
  /** Deliveries in flight per account. Default: 10. */
  maxConcurrentRequests: number;
  /** How long events gather before they are sent, in real milliseconds. Default: 200. */
  batchDelayMs: number;
  /** Waits before each repetition, in real milliseconds; their number is the number of repetitions. Default: 10. */
  retryDelaysMs: number[];
  /** A batch must be answered within this time. Default: 5000. */
  timeoutMs: number;
  chaos: WebhookChaos;
}

/** Chances per event, 0 to 1, of what HubSpot does not promise to spare its receivers. */
export interface WebhookChaos {
  duplicate: number;
  reorder: number;
  lose: number;
  late: number;
  /** How late, in real milliseconds. */
  lateByMs: number;
  /** Events of several accounts share a batch. */
  mixPortals: boolean;
}

export const DEFAULT_WEBHOOKS: WebhookSettings = {
  subscriptions: [],
  maxConcurrentRequests: 10,
  batchDelayMs: 200,
  retryDelaysMs: [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000],
  timeoutMs: 5_000,
  chaos: { duplicate: 0, reorder: 0, lose: 0, late: 0, lateByMs: 1_000, mixPortals: false },
};

export interface Delivery {
  events: WebhookEvent[];
  attempt: number;
  /** 0 when no answer came. */
  status: number;
  at: number;
}
