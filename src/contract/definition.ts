import type { z } from 'zod';
import type { CrmCapabilities, CrmConnector, CrmEvent } from './crm.ts';
import type { Clock, ConnectorPorts } from './ports.ts';
import type { SocialCapabilities, SocialConnector } from './social.ts';

/** A connection as an OAuth grant or an admin's form delivers it. */
export interface NewConnection<Settings, Secrets> {
  /** The vendor's id of the customer's CRM, which webhooks name. */
  readonly accountId: string;
  readonly title: string;
  readonly settings: Settings;
  readonly secrets: Secrets;
}

export interface OAuthInstall<Settings, Secrets> {
  /** Where to send the admin's browser. */
  authorizeUrl(grant: { readonly state: string; readonly redirectUri: string }): string;
  /** Trades the code for tokens. Throws ConnectorError REJECTED for a used or wrong code, MISCONFIGURED for our own settings. */
  exchange(grant: {
    readonly code: string;
    readonly redirectUri: string;
  }): Promise<NewConnection<Settings, Secrets>>;
}

export interface RawRequest {
  readonly method: string;
  /** The full public URL as the vendor called it, from the configured base and never from a Host header. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as received. Signatures are computed over these, never over re-serialised JSON. */
  readonly body: Uint8Array;
}

/** The part of a webhook request that concerns one of the vendor's accounts. */
export interface WebhookParcel {
  readonly accountId: string;
  /** JSON in UTF-8, stored as it is and read later by `events`. */
  readonly body: Uint8Array;
  readonly count: number;
}

/** `refused` answers 401, `malformed` 400; both store nothing. */
export type WebhookVerdict =
  | {
      readonly verdict: 'accepted';
      /** The same for a replay of these very bytes, and for no other request: the signature that was checked will do. */
      readonly fingerprint: Uint8Array;
      readonly parcels: readonly WebhookParcel[];
    }
  | { readonly verdict: 'refused'; readonly reason: string }
  | { readonly verdict: 'malformed'; readonly reason: string };

export interface CrmWebhook {
  receive(request: RawRequest, now: Date): WebhookVerdict;
  /** Events of a stored parcel; what we do not follow is left out. Throws ConnectorError UNEXPECTED_SHAPE. */
  events(parcelBody: Uint8Array): readonly CrmEvent[];
}

export interface CrmDefinition<App = unknown, Settings = unknown, Secrets = unknown> {
  /** As in the folder's name, file names of mappings/ and URLs. */
  readonly id: string;
  readonly title: string;
  readonly capabilities: CrmCapabilities;
  /** Settings of our app with this vendor (client id, base URL), the same for all customers. */
  readonly app: z.ZodType<App>;
  readonly settings: z.ZodType<Settings>;
  readonly secrets: z.ZodType<Secrets>;
  create(parts: {
    readonly app: App;
    readonly settings: Settings;
    readonly ports: ConnectorPorts<Secrets>;
  }): CrmConnector;
  oauth?(app: App, clock: Clock): OAuthInstall<Settings, Secrets>;
  webhook?(app: App): CrmWebhook;
}

export interface SocialDefinition<Settings = unknown, Secrets = unknown> {
  readonly id: string;
  /** The network that accounts of this source belong to, as "bluesky" or "blog". */
  readonly network: string;
  /** The network's name on screens and timelines. */
  readonly title: string;
  readonly capabilities: SocialCapabilities;
  readonly settings: z.ZodType<Settings>;
  readonly secrets: z.ZodType<Secrets>;
  /** Names the source within a workspace, so that connecting it twice is one connection: an account name, a feed URL. */
  sourceId(settings: Settings): string;
  create(parts: {
    readonly settings: Settings;
    readonly ports: ConnectorPorts<Secrets>;
  }): SocialConnector;
}

export function defineCrm<App, Settings, Secrets>(
  definition: CrmDefinition<App, Settings, Secrets>,
): CrmDefinition<App, Settings, Secrets> {
  return definition;
}

export function defineSocial<Settings, Secrets>(
  definition: SocialDefinition<Settings, Secrets>,
): SocialDefinition<Settings, Secrets> {
  return definition;
}
