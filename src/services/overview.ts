import { listConnections, type Connection, type ConnectionState } from '../store/connections.ts';
import { countContacts } from '../store/contacts.ts';
import { countDeliveries, type OutcomeCount } from '../store/deliveries.ts';
import { countLinks, type LinkCount } from '../store/links.ts';
import { countScores, type BandCount } from '../store/scores.ts';
import { latestRun, type MirrorRun } from '../store/mirrorRuns.ts';
import { countSocial, type SocialCounts } from '../store/activities.ts';
import type { App } from './app.ts';
import { standingOf, type PolicyStanding } from './policies.ts';

export interface ConnectionOverview {
  readonly id: string;
  readonly kind: 'crm' | 'social';
  readonly connector: string;
  readonly account: string;
  readonly title: string;
  readonly state: ConnectionState;
  readonly reason: string | null;
  readonly since: Date;
  readonly lastPoll: Date | null;
  readonly lastRecheck: Date | null;
  readonly mirror: MirrorRun | undefined;
  /** How old what we know of the network's rules is: `frozen` brings nothing new. Of a CRM there are none. */
  readonly policy: PolicyStanding | undefined;
}

export interface Overview {
  readonly connections: readonly ConnectionOverview[];
  readonly contacts: number;
  readonly social: SocialCounts;
  readonly links: readonly LinkCount[];
  /** Contacts by the band of their multiplier score. */
  readonly scores: readonly BandCount[];
  readonly deliveries: readonly OutcomeCount[];
}

/** What a workspace has and how it stands, in counts: nothing here names a person. */
export async function overview(app: App, workspace: string): Promise<Overview> {
  return app.database.inWorkspace(workspace, async (tx) => {
    const connections: ConnectionOverview[] = [];
    for (const one of await listConnections(tx)) {
      connections.push({
        id: one.id,
        kind: one.kind,
        connector: one.connector,
        account: one.accountId,
        title: one.title,
        state: one.state,
        reason: one.stateReason,
        since: one.stateSince,
        lastPoll: one.polledAt,
        lastRecheck: one.recheckedAt,
        mirror: one.kind === 'crm' ? await latestRun(tx, one.id) : undefined,
        policy: policyOf(app, one),
      });
    }
    return {
      connections,
      contacts: await countContacts(tx),
      social: await countSocial(tx),
      links: await countLinks(tx),
      scores: await countScores(tx, app.clock.now()),
      deliveries: await countDeliveries(tx),
    };
  });
}

function policyOf(app: App, { kind, connector }: Connection): PolicyStanding | undefined {
  const definition = kind === 'social' ? app.networks.get(connector) : undefined;
  return definition === undefined ? undefined : standingOf(app, definition.network);
}
