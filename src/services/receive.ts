import type { RawRequest, WebhookVerdict } from '../contract/definition.ts';
import { findCrm, storeParcel, type Address } from '../store/directory.ts';
import type { App } from './app.ts';

export type Receipt =
  | { readonly outcome: 'stored'; readonly parcels: number }
  | Exclude<WebhookVerdict, { verdict: 'accepted' }>;

/** How long an answer to "whose CRM is this" is believed, so that a disconnected one is soon noticed. */
const KNOWN_MS = 10_000;

/**
 * Takes in one webhook request: verified over its bytes, stored durably with its job, and only then answered. Parcels of
 * CRMs that are not connected are dropped: a retry would not change that, and a refusal would make the vendor try for a day.
 */
export function createReceiver(app: App) {
  const known = new Map<
    string,
    { readonly address: Address | undefined; readonly until: number }
  >();

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
      const { fingerprint: digest } = verdict;
      if (!(await storeParcel(app.database, { ...address, digest, body: parcel.body }))) continue;
      app.wakeDispatch();
      stored += 1;
    }
    app.count('webhook_parcels', { connector }, stored);
    return { outcome: 'stored', parcels: stored };
  };
}
