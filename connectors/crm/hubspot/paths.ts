/** HubSpot retires a dated version 18 months after release (BEHAVIOR 1): this line is the whole upgrade. */
export const API_VERSION = '2026-09';

/** App events have no 2026-09 address yet (BEHAVIOR 18). */
const TIMELINE_VERSION = '2026-03';

export type ObjectType = 'contacts' | 'notes';

export const TOKEN = `/oauth/${API_VERSION}/token`;
export const REVOKE = `/oauth/${API_VERSION}/token/revoke`;
export const ACCOUNT = `/account-info/${API_VERSION}/details`;
export const INSTALLATION = `/appinstalls/${API_VERSION}/external-install`;
export const EVENTS = `/integrators/timeline/${TIMELINE_VERSION}/events/batch`;
export const NOTES_ON_CONTACTS = `/crm/associations/${API_VERSION}/notes/contacts/batch/associate/default`;

export function objects(type: ObjectType): string {
  return `/crm/objects/${API_VERSION}/${type}`;
}

export function properties(type: ObjectType): string {
  return `/crm/properties/${API_VERSION}/${type}`;
}
