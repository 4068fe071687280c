import type { CrmConnector } from '../contract/crm.ts';
import type { CrmDefinition, SocialDefinition } from '../contract/definition.ts';
import type { Clock, FetchPublic } from '../contract/ports.ts';
import type { SocialConnector } from '../contract/social.ts';
import type { Mapping } from '../domain/mapping/mapping.ts';
import type { ServiceRules } from '../domain/pairing/rules/schema.ts';
import type { PolicyPacks } from '../domain/policy/pack.ts';
import type { Weights } from '../domain/scoring/weights.ts';
import type { Logger } from '../platform/logger.ts';
import type { Pepper, Vault } from '../platform/secrets/index.ts';
import type { Connection } from '../store/connections.ts';
import type { Database } from '../store/database.ts';

/** A CRM as this installation offers it. */
export interface CrmOffer {
  readonly definition: CrmDefinition;
  /** Our app's settings with the vendor, checked against `definition.app`. */
  readonly appSettings: unknown;
  readonly mapping: Mapping;
}

/** How often things are looked at, in milliseconds. */
export interface Timing {
  readonly pollMs: number;
  readonly recheckMs: number;
  /** Incremental reading of the CRM, which closes the gaps that lost webhooks leave. */
  readonly followMs: number;
}

/** Rules of pairing with the file that they stand in, remarks and all. */
export interface PairingFile {
  readonly text: string;
  readonly rules: ServiceRules;
}

/** Everything a service works with. Built once, in src/wiring.ts. */
export interface App {
  readonly database: Database;
  readonly vault: Vault;
  readonly pepper: Pepper;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly crms: ReadonlyMap<string, CrmOffer>;
  readonly networks: ReadonlyMap<string, SocialDefinition>;
  /** What the networks' own rules let us do. */
  readonly policies: PolicyPacks;
  /** How accounts are compared with contacts, where a workspace has published no rules of its own. */
  readonly pairing: PairingFile;
  /** What the parts of the multiplier score weigh. */
  readonly multiplier: Weights;
  readonly fetchPublic: FetchPublic;
  readonly timing: Timing;
  /** Base of our own addresses as vendors call them, without a slash at the end. */
  readonly publicUrl: string;
  /** This process among those on the database. */
  readonly processId: string;
  readonly openCrm: (workspace: string, connection: Connection) => CrmConnector;
  readonly openSource: (workspace: string, connection: Connection) => SocialConnector;
  /** A webhook request was stored: the workers of this process, if it has any, should look. */
  readonly wakeDispatch: () => void;
  /** Told what happened, for /metrics. */
  readonly count: (event: Counted, labels: Readonly<Record<string, string>>, by?: number) => void;
}

export type Counted =
  | 'activities_stored'
  | 'deliveries'
  | 'webhook_parcels'
  | 'echoes_stopped'
  | 'jobs'
  | 'vendor_failures';

export function offerOf(app: Pick<App, 'crms'>, connector: string): CrmOffer {
  const offer = app.crms.get(connector);
  if (offer === undefined) throw new Error(`this installation has no CRM connector ${connector}`);
  return offer;
}

export function networkOf(app: App, connector: string): SocialDefinition {
  const definition = app.networks.get(connector);
  if (definition === undefined) {
    throw new Error(`this installation has no social connector ${connector}`);
  }
  return definition;
}
