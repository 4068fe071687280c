import type { Clock } from '../../clock.ts';
import type { Change } from '../model.ts';
import type { Portal } from '../portal.ts';
import type { Random } from '../random.ts';
import { type WebhookEvent, subscribedAs } from './events.ts';
import { Lane } from './lane.ts';
import type { Delivery, WebhookChaos, WebhookSettings } from './settings.ts';

const LONGEST_LOG = 20_000;

interface WebhooksOptions {
  settings: WebhookSettings;
  app: { appId: number; clientSecret: string };
  clock: Clock;
  random: Random;
}

/** Turns changes into deliveries to the app's webhook address. */
export class Webhooks {
  readonly settings: WebhookSettings;
  readonly #options: WebhooksOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #late = new Set<NodeJS.Timeout>();
  #deliveries: Delivery[] = [];
  #lost = 0;
  #closed = false;

  constructor(options: WebhooksOptions) {
    this.settings = options.settings;
    this.#options = options;
  }

  configure(
    patch: Partial<Omit<WebhookSettings, 'chaos'>> & { chaos?: Partial<WebhookChaos> },
  ): void {
    const { chaos, ...rest } = patch;
    Object.assign(this.settings, rest);
    Object.assign(this.settings.chaos, chaos);
  }

  /** Every delivery attempt so far, oldest first. */
  deliveries(): readonly Delivery[] {
    return this.#deliveries;
  }

  /** Events that were dropped on purpose. */
  lost(): number {
    return this.#lost;
  }

  take(portal: Portal, change: Change): void {
    const { targetUrl, subscriptions, chaos } = this.settings;
    if (this.#closed || targetUrl === undefined || !portal.installed || portal.quiet) return;
    const found = subscribedAs(change, subscriptions);
    if (found === undefined) return;
    const { random, app } = this.#options;
    if (random.chance(chaos.lose)) {
      this.#lost += 1;
      return;
    }
    const event: WebhookEvent = {
      eventId: random.below(4_294_967_295),
      subscriptionId: 300_001 + found.subscription,
      portalId: portal.portalId,
      appId: app.appId,
      occurredAt: change.at,
      subscriptionType: subscriptions[found.subscription]?.subscriptionType ?? '',
      attemptNumber: 0,
      ...found.event,
    };
    this.#queue(event);
    if (random.chance(chaos.duplicate)) this.#queue({ ...event });
  }

  /** Sends what has gathered without waiting for the batch delay. */
  flush(): void {
    for (const lane of this.#lanes.values()) lane.flush();
  }

  /** Resolves when nothing is queued, in flight, late or waiting for a repetition. */
  async idle(): Promise<void> {
    while (this.#late.size > 0 || [...this.#lanes.values()].some((lane) => lane.isBusy())) {
      this.flush();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#late) clearTimeout(timer);
    this.#late.clear();
    for (const lane of this.#lanes.values()) lane.close();
  }

  #queue(event: WebhookEvent): void {
    const { chaos } = this.settings;
    const lane = this.#laneOf(chaos.mixPortals ? 'all' : String(event.portalId));
    if (!this.#options.random.chance(chaos.late)) {
      lane.push(event);
      return;
    }
    const timer = setTimeout(() => {
      this.#late.delete(timer);
      lane.push(event);
    }, chaos.lateByMs);
    this.#late.add(timer);
  }

  #laneOf(key: string): Lane {
    const known = this.#lanes.get(key);
    if (known !== undefined) return known;
    const { app, clock, random } = this.#options;
    const lane = new Lane({
      settings: this.settings,
      secret: app.clientSecret,
      clock,
      random,
      report: (delivery) => {
        this.#deliveries.push(delivery);
        if (this.#deliveries.length > LONGEST_LOG) {
          this.#deliveries = this.#deliveries.slice(LONGEST_LOG / 2);
        }
      },
    });
    this.#lanes.set(key, lane);
    return lane;
  }
}
