import type { Actor, Change } from '../model.ts';

type SubscriptionType =
  | 'contact.creation'
  | 'contact.deletion'
  | 'contact.merge'
  | 'contact.restore'
  | 'contact.privacyDeletion'
  | 'contact.propertyChange';

export interface Subscription {
  subscriptionType: SubscriptionType;
  /** For contact.propertyChange; there is no wildcard. */
  propertyName?: string;
  active?: boolean;
}

/** One event as it lies in the JSON array of a delivery; attemptNumber is added when it is sent. */
export type WebhookEvent = Record<string, string | number | number[]>;

const TYPES: Readonly<Partial<Record<Change['kind'], SubscriptionType>>> = {
  created: 'contact.creation',
  deleted: 'contact.deletion',
  merged: 'contact.merge',
  restored: 'contact.restore',
  privacyDeleted: 'contact.privacyDeletion',
  written: 'contact.propertyChange',
};

/** Of these two HubSpot does not offer a subscription. */
const UNSUBSCRIBABLE = new Set(['num_unique_conversion_events', 'hs_lastmodifieddate']);

/** What a change means to subscribers: the type and the fields of its own, or nothing. */
export function subscribedAs(
  change: Change,
  subscriptions: readonly Subscription[],
): { subscription: number; event: WebhookEvent } | undefined {
  const type = TYPES[change.kind];
  if (type === undefined || change.objectType !== 'contacts') return undefined;
  if (change.kind === 'written' && (!change.changed || UNSUBSCRIBABLE.has(change.property)))
    return undefined;
  const subscription = subscriptions.findIndex(
    (one) =>
      one.active !== false &&
      one.subscriptionType === type &&
      (change.kind !== 'written' || one.propertyName === change.property),
  );
  if (subscription < 0) return undefined;
  return { subscription, event: { ...details(change), ...sourceOf(change.actor) } };
}

function details(change: Change): WebhookEvent {
  const objectId = Number(change.id);
  switch (change.kind) {
    case 'created':
      return { objectId, changeFlag: 'CREATED' };
    case 'deleted':
      return { objectId, changeFlag: 'DELETED' };
    case 'written':
      return { objectId, propertyName: change.property, propertyValue: change.value };
    case 'merged':
      return {
        objectId,
        primaryObjectId: objectId,
        mergedObjectIds: change.mergedIds.map(Number),
        ...(change.newId !== undefined && { newObjectId: Number(change.newId) }),
        numberOfPropertiesMoved: change.movedProperties,
      };
    case 'restored':
    case 'privacyDeleted':
    case 'saved':
    case 'linked':
      return { objectId };
  }
}

function sourceOf(actor: Actor): WebhookEvent {
  switch (actor.source) {
    case 'CRM_UI':
      return { changeSource: 'CRM_UI', sourceId: `userId:${actor.userId}` };
    case 'INTEGRATION':
      return { changeSource: 'INTEGRATION', sourceId: String(actor.appId) };
    case 'IMPORT':
      return { changeSource: 'IMPORT' };
  }
}
