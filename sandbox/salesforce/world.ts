import type { Clock } from '../clock.ts';
import type { Faults } from './http/faults.ts';
import type { Stats } from './http/stats.ts';
import type { Callouts } from './messages/callouts.ts';
import type { OutboundMessages } from './messages/outbound.ts';
import type { SessionOffice } from './oauth/sessions.ts';
import type { Org } from './org.ts';
import type { Random } from './random.ts';
import type { AppOptions, Settings } from './settings.ts';
import type { Cursors } from './query/cursors.ts';
import type { BulkJobs } from './rest/bulk-jobs.ts';
import type { ApiUsage } from './http/usage.ts';

/** An org with what belongs to its API. */
export interface Tenant {
  org: Org;
  cursors: Cursors;
  bulk: BulkJobs;
  usage: ApiUsage;
}

export interface World {
  clock: Clock;
  random: Random;
  app: AppOptions;
  settings: Settings;
  tenants: Map<string, Tenant>;
  sessions: SessionOffice;
  stats: Stats;
  faults: Faults;
  messages: OutboundMessages;
  callouts: Callouts;
  /** Host and port, known once the server listens. */
  host: string;
}

/** By id of 15 or 18 characters; without one, the first. */
export function tenantOf(world: World, orgId?: string): Tenant | undefined {
  if (orgId === undefined) return [...world.tenants.values()][0];
  return [...world.tenants.values()].find(({ org }) => org.id === orgId || org.id15 === orgId);
}
