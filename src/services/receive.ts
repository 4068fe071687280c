import { hash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawRequest, WebhookVerdict } from '../contract/definition.ts';
import { findCrm, storeParcel, wakeWorkers, type Address } from '../store/directory.ts';
import type { App } from './app.ts';

export type Receipt =
  | { readonly outcome: 'stored'; readonly parcels: number }
  | Exclude<WebhookVerdict, { verdict: 'accepted' }>;

/** How long an answer to "whose CRM is this" is believed, so that a disconnected one is soon noticed. */
const KNOWN_MS = 10_000;

/** The first request after a pause wakes the workers at once, those that follow this close wake them together. */
const WAKE_EVERY_MS = 20;

/**
 * Takes in one webhook request: verified over its bytes, stored durably with its job, and only then answered. Parcels of
 * CRMs that are not connected are dropped: a retry would not change that, and a refusal would make the vendor try for a day.
 */
export function createReceiver(app: App) {
  const known = new Map<
    string,
    { readonly address: Address | undefined; readonly until: number }
  >();

  const wake = createWake(app);

  const whose = async (connector: string, accountId: string) => {
    const key = `${connector}:${accountId}`;
    const remembered = known.get(key);
    if (remembered !== undefined && remembered.until > Date.now()) return remembered.address;
    const address = await app.database.asOwner((owner) => findCrm(owner, connector, accountId));
    // Unknown ones are not remembered: strangers must not be able to fill this map.
    if (address !== undefined) known.set(key, { address, until: Date.now() + KNOWN_MS });
    else known.delete(key);
    return address;
  };

  return async (connector: string, request: RawRequest): Promise<Receipt | undefined> => {
    const offer = app.crms.get(connector);
    const webhook = offer?.definition.webhook?.(offer.appSettings);
    if (webhook === undefined) return undefined;
    const verdict = webhook.receive(request, app.clock.now());
    if (verdict.verdict !== 'accepted') return verdict;
    let stored = 0;
    for (const parcel of verdict.parcels) {
      const address = await whose(connector, parcel.accountId);
      if (address === undefined) continue;
      const digest = hash('sha256', parcel.body, 'buffer');
      if (await storeParcel(app.database, { ...address, digest, body: parcel.body })) wake();
      stored += 1;
    }
    app.count('webhook_parcels', { connector }, stored);
    return { outcome: 'stored', parcels: stored };
  };
}

/** Only speeds things up: the jobs are stored, and workers look for them every second without being told. */
function createWake(app: App): () => void {
  let untold = 0;
  let telling = false;
  const tell = async () => {
    telling = true;
    while (untold > 0) {
      const jobs = untold;
      untold = 0;
      await wakeWorkers(app.database, jobs).catch((error: unknown) => {
        app.logger.warn({ event: 'wake_failed', error }, 'new webhooks wait for the next look');
      });
      await sleep(WAKE_EVERY_MS);
    }
    telling = false;
  };
  return () => {
    untold += 1;
    if (!telling) void tell();
  };
}
