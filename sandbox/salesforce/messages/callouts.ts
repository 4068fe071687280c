import { createHmac } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Change } from '../model.ts';
import type { Org } from '../org.ts';

/** A trigger that queues a callout: JSON, signed, repeated by its own code only. */
export interface CalloutRule {
  url: string;
  secret: string;
  objects: string[];
  /** Apex queues again after a failure; Flow's HTTP callout never does. Default: 'apex'. */
  from?: 'apex' | 'flow';
  /** Default: 3 for Apex. */
  attempts?: number;
  /** Carries Unix seconds. Default: X-Signature-Timestamp. */
  timestampHeader?: string;
  /** Carries HMAC-SHA256 over `timestamp.body`, in hex. Default: X-Signature. */
  signatureHeader?: string;
}

export interface CalloutDelivery {
  orgId: string;
  recordIds: string[];
  attempt: number;
  status: number;
  at: number;
}

const TIMEOUT_MS = 10_000;
const LONGEST_PAUSE_MS = 200;

/** Unlike outbound messages, triggers also see deletions, merges and undeletions. */
export class Callouts {
  readonly deliveries: CalloutDelivery[] = [];
  readonly #clock: Clock;
  readonly #rules = new Map<string, CalloutRule>();
  #running = 0;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  configure(org: Org, rule: CalloutRule | undefined): void {
    if (rule === undefined) this.#rules.delete(org.id);
    else this.#rules.set(org.id, rule);
  }

  /** One transaction is one callout. */
  take(org: Org, changes: readonly Change[]): void {
    const rule = this.#rules.get(org.id);
    if (rule === undefined || this.#closed) return;
    const events = changes
      .filter(({ type }) => rule.objects.includes(type))
      .map(({ kind, type, id, fields, at, masterId, actor }) => ({
        object: type,
        id,
        change: kind,
        changedFields: fields,
        changedBy: actor.user.id,
        changedAt: new Date(at).toISOString(),
        ...(masterId !== undefined && { masterRecordId: masterId }),
      }));
    if (events.length > 0) void this.#deliver(org, rule, events);
  }

  async idle(): Promise<void> {
    while (this.#running > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  close(): void {
    this.#closed = true;
  }

  async #deliver(org: Org, rule: CalloutRule, events: readonly { id: string }[]): Promise<void> {
    this.#running += 1;
    const attempts = rule.from === 'flow' ? 1 : (rule.attempts ?? 3);
    // The layout is deliberate: a receiver that signs its own re-serialised JSON must fail.
    const body = `${JSON.stringify({ organizationId: org.id, events }, null, 1).replaceAll('":', '" :')}\n`;
    for (let attempt = 1; attempt <= attempts && !this.#closed; attempt += 1) {
      const status = await this.#post(rule, body);
      const recordIds = events.map(({ id }) => id);
      this.deliveries.push({ orgId: org.id, recordIds, attempt, status, at: this.#clock.now() });
      if (status >= 200 && status < 300) break;
      await new Promise((resolve) =>
        setTimeout(resolve, Math.min(20 * 2 ** attempt, LONGEST_PAUSE_MS)),
      );
    }
    this.#running -= 1;
  }

  async #post(rule: CalloutRule, body: string): Promise<number> {
    const timestamp = String(Math.floor(this.#clock.now() / 1_000));
    const signature = createHmac('sha256', rule.secret)
      .update(`${timestamp}.${body}`)
      .digest('hex');
    try {
      const answer = await fetch(rule.url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          'Content-Type': 'application/json; charset=UTF-8',
          'User-Agent': 'SFDC-Callout/66.0',
          [rule.timestampHeader ?? 'X-Signature-Timestamp']: timestamp,
          [rule.signatureHeader ?? 'X-Signature']: signature,
        },
      });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }
}
