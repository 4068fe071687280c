import type { CrmEvent } from '../contract/crm.ts';
import { mappedFields, sameValue, type Fields } from '../domain/mapping/apply.ts';
import { readConnection, type Connection } from '../store/connections.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { finishInboxRow, lockInboxRow, rememberEvents, requestRefreshes } from '../store/inbox.ts';
import { enqueue } from '../store/jobs.ts';
import { expectedEchoes } from '../store/journal.ts';
import { offerOf, type App } from './app.ts';
import { enqueueRefresh } from './mirror.ts';

/**
 * Works one stored webhook request: known events fall out, echoes of our own writes stop here, and every contact that is
 * left is read again. The record, not the message, is believed: messages come late, twice and in any order.
 */
export async function reconcile(app: App, workspace: string, inboxId: string): Promise<void> {
  await app.database.inWorkspace(workspace, async (tx) => {
    const row = await lockInboxRow(tx, inboxId);
    if (row === undefined) return;
    const connection = await readConnection(tx, row.connectionId);
    if (connection === undefined) return;
    const { definition, appSettings } = offerOf(app, connection.connector);
    const events = definition.webhook?.(appSettings).events(row.body) ?? [];
    const fresh = await rememberEvents(
      tx,
      connection.id,
      events.map((event) => event.key),
    );
    await act(app, tx, connection, newOnes(events, fresh));
    await finishInboxRow(tx, row.id);
  });
}

/** One event per key, also when a request holds it twice. */
function newOnes(events: readonly CrmEvent[], fresh: ReadonlySet<string>): readonly CrmEvent[] {
  return [...new Map(events.map((event) => [event.key, event])).values()].filter((event) =>
    fresh.has(event.key),
  );
}

async function act(
  app: App,
  tx: WorkspaceTx,
  connection: Connection,
  events: readonly CrmEvent[],
): Promise<void> {
  // The record is gone for good and cannot be read again: this message alone is acted upon as it is (R32).
  for (const { contactId } of events.filter((event) => event.kind === 'erased')) {
    await enqueue(
      tx,
      'erase',
      { connection: connection.id, externalId: contactId },
      { key: `erase:${connection.id}:${contactId}` },
    );
  }
  const rest = events.filter((event) => event.kind !== 'erased');
  const news = await withoutEchoes(app, tx, connection, rest);
  app.count('echoes_stopped', { connector: connection.connector }, rest.length - news.length);
  const ids = new Set(news.map((event) => event.contactId));
  if (ids.size === 0) return;
  await requestRefreshes(tx, connection.id, [...ids]);
  for (const { contactId, mergedIds } of news.filter((event) => event.mergedIds.length > 0)) {
    await requestRefreshes(tx, connection.id, mergedIds, contactId);
  }
  await enqueueRefresh(tx, connection.id);
}

/** Leaves out changes of fields that we do not follow, and changes to exactly what we wrote there last. */
async function withoutEchoes(
  app: App,
  tx: WorkspaceTx,
  connection: Connection,
  events: readonly CrmEvent[],
): Promise<readonly CrmEvent[]> {
  const { mapping } = offerOf(app, connection.connector);
  const followed = new Set(mappedFields(mapping));
  const expected = await expectedEchoes(
    tx,
    connection.id,
    events.map((event) => event.contactId),
  );
  return events.filter(({ change, contactId }) => {
    if (change === undefined) return true;
    if (!followed.has(change.field)) return false;
    const ours: Fields = expected.get(contactId) ?? {};
    const row = mapping.fields.find((field) => field.theirs === change.field);
    const last = ours[change.field];
    return last === undefined || row === undefined || !sameValue(row, last, change.value);
  });
}
