import type { CrmContact, CrmEvent, CrmEventKind, CrmFields } from '../../../src/contract/crm.ts';
import type { WebhookEvent, WireRecord } from './wire.ts';

/** HubSpot adds properties nobody asked for and says null for an empty one. */
export function toContact(wire: WireRecord, fields: readonly string[]): CrmContact {
  return {
    id: wire.id,
    fields: presentFields(wire.properties, fields),
    updatedAt: new Date(wire.updatedAt),
  };
}

function presentFields(values: WireRecord['properties'], fields: readonly string[]): CrmFields {
  const present = fields.flatMap((name) => {
    const value = values[name];
    return value === undefined || value === null || value === '' ? [] : [[name, value] as const];
  });
  return Object.fromEntries(present);
}

const KINDS: ReadonlyMap<string, CrmEventKind> = new Map([
  ['creation', 'created'],
  ['propertyChange', 'changed'],
  ['deletion', 'deleted'],
  ['restore', 'restored'],
  ['merge', 'merged'],
  ['privacyDeletion', 'erased'],
]);
const CONTACT_TYPE_ID = '0-1';

/** What a subscription means for us; undefined for what we do not follow. */
export function kindOf(event: {
  readonly subscriptionType: string;
  readonly objectTypeId?: unknown;
}): CrmEventKind | undefined {
  const [object, action = ''] = event.subscriptionType.split('.');
  const isContact =
    object === 'contact' || (object === 'object' && event.objectTypeId === CONTACT_TYPE_ID);
  return isContact ? KINDS.get(action) : undefined;
}

/** Undefined where the event names no contact. */
export function toEvent(wire: WebhookEvent, kind: CrmEventKind): CrmEvent | undefined {
  const contactId =
    kind === 'merged' ? (wire.newObjectId ?? wire.primaryObjectId ?? wire.objectId) : wire.objectId;
  if (contactId === undefined) return undefined;
  return {
    key: keyOf(wire),
    kind,
    contactId,
    occurredAt: new Date(wire.occurredAt),
    mergedIds: kind === 'merged' ? mergedIds(wire, contactId) : [],
    change:
      kind === 'changed' && wire.propertyName !== undefined
        ? { field: wire.propertyName, value: String(wire.propertyValue ?? '') }
        : undefined,
  };
}

/** eventId alone is not unique, and attemptNumber differs between deliveries of one event (BEHAVIOR 15). */
function keyOf(wire: WebhookEvent): string {
  return [
    wire.portalId,
    wire.subscriptionType,
    wire.objectId ?? wire.primaryObjectId ?? '',
    wire.eventId ?? '',
    wire.occurredAt,
    wire.propertyName ?? '',
  ].join(':');
}

/** The survivor may be a new record; then the former primary is gone as well. */
function mergedIds(wire: WebhookEvent, survivor: string): string[] {
  const { mergedObjectIds = [], primaryObjectId } = wire;
  const all =
    primaryObjectId === undefined ? mergedObjectIds : [...mergedObjectIds, primaryObjectId];
  return [...new Set(all)].filter((id) => id !== survivor);
}
