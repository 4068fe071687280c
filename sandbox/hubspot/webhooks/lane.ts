import type { Clock } from '../../clock.ts';
import type { Random } from '../random.ts';
import type { WebhookEvent } from './events.ts';
import { signatureHeaders } from './signature.ts';
import type { Delivery, WebhookSettings } from './settings.ts';

const MOST_EVENTS = 100;

interface LaneOptions {
  settings: WebhookSettings;
  secret: string;
  clock: Clock;
  random: Random;
  report: (delivery: Delivery) => void;
}

interface Batch {
  events: WebhookEvent[];
  attempt: number;
}

/** The deliveries of one account: gathered into batches, a few in flight at a time, repeated until answered with 2xx. */
export class Lane {
  #gathering: WebhookEvent[] = [];
  #ready: Batch[] = [];
  #gatherTimer: NodeJS.Timeout | undefined;
  readonly #retryTimers = new Set<NodeJS.Timeout>();
  readonly #inFlight = new Set<AbortController>();
  #closed = false;
  readonly #options: LaneOptions;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  push(event: WebhookEvent): void {
    if (this.#closed) return;
    this.#gathering.push(event);
    this.#gatherTimer ??= setTimeout(() => {
      this.flush();
    }, this.#options.settings.batchDelayMs);
  }

  flush(): void {
    clearTimeout(this.#gatherTimer);
    this.#gatherTimer = undefined;
    const events = this.#disordered(this.#gathering);
    this.#gathering = [];
    for (let from = 0; from < events.length; from += MOST_EVENTS) {
      this.#ready.push({ events: events.slice(from, from + MOST_EVENTS), attempt: 0 });
    }
    this.#start();
  }

  isBusy(): boolean {
    const waiting = this.#gathering.length + this.#ready.length;
    return waiting + this.#inFlight.size + this.#retryTimers.size > 0;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#gatherTimer);
    for (const timer of this.#retryTimers) clearTimeout(timer);
    for (const controller of this.#inFlight) controller.abort();
    this.#retryTimers.clear();
    this.#gathering = [];
    this.#ready = [];
  }

  #disordered(events: WebhookEvent[]): WebhookEvent[] {
    const { random, settings } = this.#options;
    return random.chance(settings.chaos.reorder) ? random.shuffle(events) : events;
  }

  #start(): void {
    while (this.#inFlight.size < this.#options.settings.maxConcurrentRequests) {
      const batch = this.#ready.shift();
      if (batch === undefined) return;
      void this.#deliver(batch);
    }
  }

  async #deliver({ events, attempt }: Batch): Promise<void> {
    const controller = new AbortController();
    this.#inFlight.add(controller);
    const sent = events.map((event) => ({ ...event, attemptNumber: attempt }));
    const status = await this.#post(sent, controller);
    this.#inFlight.delete(controller);
    if (this.#closed) return;
    this.#options.report({ events: sent, attempt, status, at: this.#options.clock.now() });
    if (status < 200 || status > 299) this.#repeat({ events, attempt: attempt + 1 });
    this.#start();
  }

  #repeat(batch: Batch): void {
    const delay = this.#options.settings.retryDelaysMs[batch.attempt - 1];
    if (delay === undefined) return;
    const jitter = 0.5 + this.#options.random.next();
    const timer = setTimeout(() => {
      this.#retryTimers.delete(timer);
      this.#ready.push(batch);
      this.#start();
    }, delay * jitter);
    this.#retryTimers.add(timer);
  }

  /** The status of the answer, 0 when none came in time. */
  async #post(events: WebhookEvent[], controller: AbortController): Promise<number> {
    const { settings, secret, clock } = this.#options;
    if (settings.targetUrl === undefined) return 0;
    // The layout is deliberate: a receiver that signs its own re-serialised JSON must fail.
    const body = `${JSON.stringify(events, null, 1).replace(/^( +"[^"]+"):/gm, '$1 :')}\n`;
    const signed = { secret, method: 'POST', uri: settings.targetUrl, body };
    const timer = setTimeout(() => {
      controller.abort();
    }, settings.timeoutMs);
    try {
      const answer = await fetch(settings.targetUrl, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: controller.signal,
        headers: { 'Content-Type': 'application/json', ...signatureHeaders(signed, clock.now()) },
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    } finally {
      clearTimeout(timer);
    }
  }
}
