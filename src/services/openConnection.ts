import { setTimeout as sleep } from 'node:timers/promises';
import type { CrmConnector } from '../contract/crm.ts';
import type { Budget, ConnectorPorts, SecretSlot } from '../contract/ports.ts';
import type { SocialConnector } from '../contract/social.ts';
import { paceFor } from '../domain/budget.ts';
import { createPace } from '../platform/pace.ts';
import { takeCall } from '../store/budgets.ts';
import { readSecrets, writeSecrets, type Connection } from '../store/connections.ts';
import { networkOf, offerOf, type App } from './app.ts';

interface Schema {
  parse(value: unknown): unknown;
}
type Base = Omit<App, 'openCrm' | 'openSource'>;

/** Makes the vendors' connectors out of stored connections: settings checked, secrets at hand, calls paced. */
export function createOpeners(base: () => App): Pick<App, 'openCrm' | 'openSource'> {
  // Kept for the life of the process: waiting callers of different jobs must stand in the same queue.
  const paces = new Map<string, (bucket: string) => Promise<void>>();

  const portsFor = (
    workspace: string,
    connection: Connection,
    vendor: { readonly budgets: Readonly<Record<string, Budget>>; readonly secrets: Schema },
  ): ConnectorPorts<unknown> => {
    const app = base();
    const pace = paces.get(connection.id) ?? paceOf(app, workspace, connection.id, vendor.budgets);
    paces.set(connection.id, pace);
    return {
      clock: app.clock,
      fetchPublic: app.fetchPublic,
      pace,
      secrets: slotFor(app, workspace, connection.id, vendor.secrets),
    };
  };

  return {
    openCrm: (workspace, connection): CrmConnector => {
      const { definition, appSettings } = offerOf(base(), connection.connector);
      return definition.create({
        app: appSettings,
        settings: definition.settings.parse(connection.settings),
        ports: portsFor(workspace, connection, {
          budgets: definition.capabilities.budgets,
          secrets: definition.secrets,
        }),
      });
    },
    openSource: (workspace, connection): SocialConnector => {
      const definition = networkOf(base(), connection.connector);
      return definition.create({
        settings: definition.settings.parse(connection.settings),
        ports: portsFor(workspace, connection, {
          budgets: definition.capabilities.budgets,
          secrets: definition.secrets,
        }),
      });
    },
  };
}

function paceOf(
  app: Base,
  workspace: string,
  connectionId: string,
  budgets: Readonly<Record<string, Budget>>,
): (bucket: string) => Promise<void> {
  const take = (bucket: string) => {
    const budget = budgets[bucket];
    if (budget === undefined) throw new RangeError(`no budget is declared for ${bucket}`);
    return app.database.inWorkspace(workspace, (tx) =>
      takeCall(tx, connectionId, bucket, paceFor(budget)),
    );
  };
  return createPace(take, (ms) => sleep(ms));
}

/** The sealed secrets of one connection, with the row lock as the single flight across processes. */
function slotFor(
  app: Base,
  workspace: string,
  connection: string,
  schema: Schema,
): SecretSlot<unknown> {
  const context = { workspace, connection, field: 'secrets' };
  const open = (sealed: Uint8Array) =>
    schema.parse(JSON.parse(app.vault.openText(sealed, context)));
  return {
    read: () =>
      app.database.inWorkspace(workspace, async (tx) =>
        open(await readSecrets(tx, connection, 'none')),
      ),
    renew: (change) =>
      app.database.inWorkspace(workspace, async (tx) => {
        const next = await change(open(await readSecrets(tx, connection, 'renew')));
        await writeSecrets(tx, connection, app.vault.seal(JSON.stringify(next), context));
        return next;
      }),
  };
}

/** For a connection that is about to be stored. */
export function sealSecrets(
  app: Pick<App, 'vault'>,
  workspace: string,
  connection: string,
  secrets: unknown,
): Uint8Array {
  return app.vault.seal(JSON.stringify(secrets), { workspace, connection, field: 'secrets' });
}
