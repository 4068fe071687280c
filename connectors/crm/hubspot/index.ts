import type { CrmCapabilities, CrmConnector } from '../../../src/contract/crm.ts';
import { defineCrm } from '../../../src/contract/definition.ts';
import { ConnectorError } from '../../../src/contract/errors.ts';
import { appEvents } from './app-events.ts';
import { changedContacts } from './changes.ts';
import { listContacts, readContacts, updateContacts } from './contacts.ts';
import type { EntrySink } from './entries.ts';
import { hubspotError } from './failures.ts';
import { notes } from './notes.ts';
import { oauthInstall, revoke } from './oauth.ts';
import { ACCOUNT, INSTALLATION } from './paths.ts';
import { provision } from './provision.ts';
import { refusalOf } from './refusals.ts';
import { Session } from './session.ts';
import { app, secrets, settings, type App, type Secrets, type Settings } from './settings.ts';
import { webhook } from './webhook.ts';
import { account } from './wire.ts';

const capabilities = {
  oauth: true,
  webhooks: true,
  batchSize: 100,
  // Of notes, the default. The app_events setting answers changes with `refused`.
  entriesCanChange: true,
  budgets: {
    standard: { calls: 110, perMs: 10_000 },
    search: { calls: 5, perMs: 1_000 },
  },
} satisfies CrmCapabilities;

export const hubspot = defineCrm<App, Settings, Secrets>({
  id: 'hubspot',
  title: 'HubSpot',
  capabilities,
  app,
  settings,
  secrets,
  create: ({ app, settings, ports }) => connector(new Session(app, settings, ports)),
  oauth: oauthInstall,
  webhook,
});

function connector(session: Session): CrmConnector {
  const sink = entrySink(session);
  return {
    check: () => check(session),
    provision: (plan) => provision(session, plan),
    listContacts: (fields, after) => listContacts(session, fields, after),
    changedContacts: (fields, since, after) => changedContacts(session, fields, { since, after }),
    // async, so that a batch too large is a rejected promise as every other failure.
    readContacts: async (fields, ids) => readContacts(session, fields, bounded(ids)),
    updateContacts: async (changes) => updateContacts(session, bounded(changes)),
    putEntries: async (entries) => sink.put(bounded(entries)),
    removeEntries: async (keys) => sink.remove(bounded(keys)),
    disconnect: () => disconnect(session),
  };
}

/** Notes need no approval and can be changed and removed; app events need HubSpot's and cannot (BEHAVIOR 18). */
function entrySink(session: Session): EntrySink {
  const { entries, appEventType } = session.settings;
  return entries === 'app_events' && appEventType !== undefined
    ? appEvents(session, appEventType)
    : notes(session);
}

async function check(session: Session): ReturnType<CrmConnector['check']> {
  const { portalId, timeZone } = await session.call({ method: 'GET', path: ACCOUNT }, account);
  const accountId = String(portalId);
  return { accountId, title: `HubSpot ${accountId}`, timeZone };
}

/** Uninstalls first and revokes second: a revoked token could no longer uninstall (BEHAVIOR 7). */
async function disconnect(session: Session): Promise<void> {
  try {
    const reply = await session.send({ method: 'DELETE', path: INSTALLATION });
    if (reply.status >= 400 && reply.status !== 404) {
      const { fields, reason } = refusalOf(reply.body);
      throw hubspotError({ code: 'REJECTED', fields, reason });
    }
  } catch (failure) {
    if (!isAlreadyOut(failure)) throw failure;
  }
  const { refreshToken } = await session.ports.secrets.read();
  await revoke(session.app, refreshToken, session.ports.clock.now());
}

function isAlreadyOut(failure: unknown): boolean {
  return failure instanceof ConnectorError && failure.failure.code === 'AUTH_EXPIRED';
}

function bounded<T>(items: readonly T[]): readonly T[] {
  if (items.length <= capabilities.batchSize) return items;
  throw new RangeError(`At most ${capabilities.batchSize} records a call, got ${items.length}.`);
}
