import { createHash, randomBytes } from 'node:crypto';
import { takeOAuthState } from '../store/directory.ts';
import {
  insertOAuthState,
  putConnection,
  readConnection,
  setConnectionState,
  wipeConnection,
} from '../store/connections.ts';
import { enqueue } from '../store/jobs.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { networkOf, offerOf, type App } from './app.ts';
import { sealSecrets } from './openConnection.ts';
import { ConnectorError } from '../contract/errors.ts';
import { provisionPlan } from '../contract/manifest.ts';
import { readWorkspace } from '../store/workspaces.ts';

const STATE_MINUTES = 10;

/** The vendor's consent page for this workspace. The state is single use, for ten minutes; only its hash is kept. */
export async function beginInstall(
  app: App,
  workspace: string,
  connector: string,
): Promise<string> {
  const { definition, appSettings } = offerOf(app, connector);
  const oauth = definition.oauth?.(appSettings, app.clock);
  if (oauth === undefined) throw new RangeError(`${definition.title} is not connected by OAuth`);
  const state = randomBytes(32).toString('base64url');
  await app.database.inWorkspace(workspace, (tx) =>
    insertOAuthState(tx, { hash: hashOf(state), connector, minutes: STATE_MINUTES }),
  );
  return oauth.authorizeUrl({ state, redirectUri: redirectUri(app, connector) });
}

export type InstallOutcome =
  | { readonly outcome: 'connected'; readonly workspace: string; readonly connection: string }
  | { readonly outcome: 'unknown_state' }
  | { readonly outcome: 'taken' };

/** The admin came back with a code. Connecting a CRM again renews its tokens and takes up where it was. */
export async function finishInstall(
  app: App,
  connector: string,
  grant: { readonly state: string; readonly code: string },
): Promise<InstallOutcome> {
  const workspace = await app.database.asOwner((owner) =>
    takeOAuthState(owner, connector, hashOf(grant.state)),
  );
  if (workspace === undefined) return { outcome: 'unknown_state' };
  const { definition, appSettings } = offerOf(app, connector);
  const oauth = definition.oauth?.(appSettings, app.clock);
  if (oauth === undefined) return { outcome: 'unknown_state' };
  const grantedBy = await oauth.exchange({
    code: grant.code,
    redirectUri: redirectUri(app, connector),
  });
  try {
    const connection = await app.database.inWorkspace(workspace, async (tx) => {
      const id = await putConnection(tx, { kind: 'crm', connector, ...grantedBy }, (connectionId) =>
        sealSecrets(app, workspace, connectionId, grantedBy.secrets),
      );
      await startCrm(tx, id);
      return id;
    });
    return { outcome: 'connected', workspace, connection };
  } catch (error) {
    if (isTaken(error)) return { outcome: 'taken' };
    throw error;
  }
}

async function startCrm(tx: WorkspaceTx, connection: string): Promise<void> {
  await enqueue(tx, 'provision', { connection }, { key: `provision:${connection}` });
}

/** Our fields first, since the mirror reads them; then the full read and whatever had waited. */
export async function provision(app: App, workspace: string, connectionId: string): Promise<void> {
  const connection = await app.database.inWorkspace(workspace, (tx) =>
    readConnection(tx, connectionId),
  );
  if (connection?.state !== 'active') return;
  const crm = app.openCrm(workspace, connection);
  const { language } = await app.database.inWorkspace(workspace, readWorkspace);
  const steps = await crm.provision(provisionPlan(language));
  for (const step of steps.filter((one) => one.outcome === 'conflict')) {
    app.logger.warn(
      { event: 'field_conflict', workspace, connection: connectionId, object: step.name },
      'a field of this name exists with another type and was left alone',
    );
  }
  await app.database.inWorkspace(workspace, async (tx) => {
    await enqueue(
      tx,
      'mirror',
      { connection: connectionId, purpose: 'first' },
      { key: `mirror:${connectionId}` },
    );
    await enqueue(tx, 'push', { connection: connectionId }, { key: `push:${connectionId}` });
  });
}

/** Checks the access before anything is stored. Throws ConnectorError when it is refused, ZodError for wrong settings. */
export async function connectSource(
  app: App,
  workspace: string,
  draft: { readonly connector: string; readonly settings: unknown; readonly secrets: unknown },
): Promise<string> {
  const definition = networkOf(app, draft.connector);
  const settings = definition.settings.parse(draft.settings);
  const secrets = definition.secrets.parse(draft.secrets);
  // Held here until the source has proved that they work.
  let newest = secrets;
  const brand = await definition
    .create({
      settings,
      ports: {
        clock: app.clock,
        fetchPublic: app.fetchPublic,
        pace: () => Promise.resolve(),
        secrets: {
          read: () => Promise.resolve(newest),
          renew: async (change) => (newest = await change(newest)),
        },
      },
    })
    .check();
  return app.database.inWorkspace(workspace, async (tx) => {
    const id = await putConnection(
      tx,
      {
        kind: 'social',
        connector: draft.connector,
        accountId: definition.sourceId(settings),
        title: definition.title,
        settings,
        brandAccount: brand?.nativeId,
      },
      (connectionId) => sealSecrets(app, workspace, connectionId, newest),
    );
    await enqueue(tx, 'poll', { connection: id }, { key: `poll:${id}` });
    await enqueue(
      tx,
      'recheck',
      { connection: id },
      { key: `recheck:${id}`, delayMs: app.timing.recheckMs },
    );
    return id;
  });
}

/**
 * Ends a connection. The app is taken out of a CRM, and its tokens are thrown away; of a source everything that it brought is
 * forgotten, in a job, in the CRM as well. False for an unknown one.
 */
export async function disconnect(app: App, workspace: string, id: string): Promise<boolean> {
  const connection = await app.database.inWorkspace(workspace, (tx) => readConnection(tx, id));
  if (connection === undefined) return false;
  if (connection.kind === 'crm' && connection.state === 'active') {
    try {
      await app.openCrm(workspace, connection).disconnect();
    } catch (error) {
      // Uninstalled over there already: that is what was asked for.
      if (!(error instanceof ConnectorError && error.failure.code === 'AUTH_EXPIRED')) throw error;
    }
  }
  await app.database.inWorkspace(workspace, async (tx) => {
    await setConnectionState(tx, id, 'removed', 'disconnected by an admin');
    if (connection.kind === 'crm') await wipeConnection(tx, id);
    else await enqueue(tx, 'forget', { connection: id }, { key: `forget:${id}` });
  });
  return true;
}

function hashOf(state: string): Uint8Array {
  return createHash('sha256').update(state).digest();
}

function redirectUri(app: App, connector: string): string {
  return `${app.publicUrl}/oauth/${connector}/callback`;
}

/** The CRM is connected to another workspace, which only the database can see. */
function isTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    'constraint' in error &&
    error.constraint === 'connections_one_per_crm'
  );
}
