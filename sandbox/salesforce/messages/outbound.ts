import type { Clock } from '../../clock.ts';
import type { Change } from '../model.ts';
import type { Org } from '../org.ts';
import type { Random } from '../random.ts';
import { envelopeOf, isAcknowledged } from './soap.ts';

/** What an admin set up: a record-triggered flow that sends one object's fields to an address. */
export interface MessageRule {
  orgId: string;
  name: string;
  object: string;
  fields: string[];
  endpointUrl: string;
  /** Default: both. */
  on?: ('created' | 'updated')[];
  /** Only when one of these fields is another now. Default: with every save. */
  whenChanged?: string[];
}

export interface MessageSettings {
  /** How long an answer may take, in real milliseconds. Salesforce: 60,000. */
  timeoutMs: number;
  /** How long notifications gather before they are sent, in real milliseconds. */
  gatherMs: number;
  /** Pause before the first repetition; each further one doubles it. Milliseconds of the clock. */
  firstRetryMs: number;
  /** Salesforce: 2 h. */
  maxRetryMs: number;
  /** Given up when older than this. Salesforce: 24 h. */
  keepMs: number;
  maxPerMessage: number;
  maxConcurrent: number;
  /** Chance that an acknowledged notification comes again. */
  duplicate: number;
  /** Notifications that wait together leave in any order. */
  reorder: boolean;
}

export const DEFAULT_MESSAGES: MessageSettings = {
  timeoutMs: 60_000,
  gatherMs: 20,
  firstRetryMs: 15_000,
  maxRetryMs: 7_200_000,
  keepMs: 86_400_000,
  maxPerMessage: 100,
  maxConcurrent: 4,
  duplicate: 0,
  reorder: false,
};

export interface MessageDelivery {
  rule: string;
  notificationIds: string[];
  recordIds: string[];
  /** Of the answer; 0 when none came. */
  status: number;
  acknowledged: boolean;
  /** Milliseconds since 1970. */
  at: number;
}

interface Waiting {
  id: string;
  org: Org;
  rule: MessageRule & { actionId: string };
  recordId: string;
  since: number;
  attempts: number;
  nextAt: number;
  inFlight: boolean;
}

interface Options {
  clock: Clock;
  random: Random;
  settings: MessageSettings;
  host: () => string;
}

/** Queue, batches and repetitions of outbound messages: at least once, in no order, for a day. */
export class OutboundMessages {
  readonly settings: MessageSettings;
  readonly deliveries: MessageDelivery[] = [];
  /** Notifications given up after a day. */
  dropped = 0;
  readonly #options: Options;
  #rules: (MessageRule & { actionId: string })[] = [];
  #waiting: Waiting[] = [];
  readonly #running = new Set<AbortController>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#options = options;
    this.settings = options.settings;
  }

  /** Replaces the rules of one org. */
  configure(org: Org, rules: readonly Omit<MessageRule, 'orgId'>[]): void {
    const own = rules.map((rule) => ({ ...rule, orgId: org.id, actionId: org.ids.next('04k') }));
    this.#rules = [...this.#rules.filter(({ orgId }) => orgId !== org.id), ...own];
  }

  rules(): readonly MessageRule[] {
    return this.#rules;
  }

  /** Deletes, undeletes and the losers of a merge send nothing. */
  take(org: Org, change: Change): void {
    const { kind, type, fields, actor, id } = change;
    if (kind !== 'created' && kind !== 'updated') return;
    if (this.#closed || !actor.user.sendsOutboundMessages) return;
    for (const rule of this.#rules) {
      const { on = ['created', 'updated'], whenChanged } = rule;
      const wanted =
        rule.orgId === org.id &&
        rule.object === type &&
        on.includes(kind) &&
        (whenChanged === undefined || whenChanged.some((name) => fields.includes(name)));
      if (!wanted) continue;
      const now = this.#options.clock.now();
      const notification = { id: org.ids.next('04l'), org, rule, recordId: id };
      this.#waiting.push({
        ...notification,
        since: now,
        attempts: 0,
        nextAt: now,
        inFlight: false,
      });
    }
    this.#wake();
  }

  /** Notifications that have not been acknowledged. */
  waiting(): { id: string; recordId: string; attempts: number; nextAt: number }[] {
    return this.#waiting.map(({ id, recordId, attempts, nextAt }) => ({
      id,
      recordId,
      attempts,
      nextAt,
    }));
  }

  /** Resolves when nothing is due now and nothing is under way; repetitions may still wait for their time. */
  async idle(): Promise<void> {
    while (this.#due().length > 0 || this.#running.size > 0) {
      this.#send();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#waiting = [];
    for (const controller of this.#running) controller.abort();
  }

  /** The clock can be pushed, so the queue looks at it again and again instead of setting an alarm. */
  #wake(): void {
    if (this.#timer !== undefined || this.#closed || this.#waiting.length === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#send();
      this.#wake();
    }, this.settings.gatherMs);
  }

  #due(): Waiting[] {
    const now = this.#options.clock.now();
    const old = this.#waiting.filter(
      ({ since, inFlight }) => !inFlight && now - since >= this.settings.keepMs,
    );
    if (old.length > 0) {
      this.dropped += old.length;
      this.#waiting = this.#waiting.filter((one) => !old.includes(one));
    }
    return this.#waiting.filter(({ inFlight, nextAt }) => !inFlight && nextAt <= now);
  }

  #send(): void {
    const due = this.settings.reorder ? this.#options.random.shuffle(this.#due()) : this.#due();
    const groups = Map.groupBy(due, ({ rule }) => rule);
    for (const group of groups.values()) {
      for (let from = 0; from < group.length; from += this.settings.maxPerMessage) {
        if (this.#running.size >= this.settings.maxConcurrent) return;
        void this.#deliver(group.slice(from, from + this.settings.maxPerMessage));
      }
    }
  }

  async #deliver(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    for (const one of batch) one.inFlight = true;
    const controller = new AbortController();
    this.#running.add(controller);
    const { status, acknowledged } = await this.#post(first, batch, controller);
    this.#running.delete(controller);
    if (this.#closed) return;
    const now = this.#options.clock.now();
    this.deliveries.push({
      rule: first.rule.name,
      notificationIds: batch.map(({ id }) => id),
      recordIds: batch.map(({ recordId }) => recordId),
      status,
      acknowledged,
      at: now,
    });
    for (const one of batch) this.#settle(one, acknowledged, now);
    this.#wake();
  }

  #settle(one: Waiting, acknowledged: boolean, now: number): void {
    const { firstRetryMs, maxRetryMs, duplicate } = this.settings;
    one.inFlight = false;
    if (acknowledged && !this.#options.random.chance(duplicate)) {
      this.#waiting = this.#waiting.filter((other) => other !== one);
      return;
    }
    one.nextAt = acknowledged ? now : now + Math.min(firstRetryMs * 2 ** one.attempts, maxRetryMs);
    one.attempts += 1;
  }

  /** What is sent is the record as it is now, not as it was when the message was queued. */
  async #post(
    { org, rule }: Waiting,
    batch: readonly Waiting[],
    controller: AbortController,
  ): Promise<{ status: number; acknowledged: boolean }> {
    const body = envelopeOf({
      orgId: org.id,
      actionId: rule.actionId,
      host: this.#options.host(),
      object: rule.object,
      fields: rule.fields,
      notifications: batch.map(({ id, recordId }) => {
        const row = org.records.row(rule.object, recordId);
        return { id, row: row?.values.IsDeleted === true ? undefined : row };
      }),
    });
    const timer = setTimeout(() => {
      controller.abort();
    }, this.settings.timeoutMs);
    try {
      const answer = await fetch(rule.endpointUrl, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: controller.signal,
        headers: {
          'Content-Type': 'text/xml; charset=utf-8',
          SOAPAction: '""',
          'User-Agent': 'Jakarta Commons-HttpClient/3.1',
        },
      });
      return {
        status: answer.status,
        acknowledged: isAcknowledged(answer.status, await answer.text()),
      };
    } catch {
      return { status: 0, acknowledged: false };
    } finally {
      clearTimeout(timer);
    }
  }
}
