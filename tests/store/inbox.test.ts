import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mirrorWrittenFields } from '../../src/store/contacts.ts';
import { queueInbox, storeParcel } from '../../src/store/directory.ts';
import {
  finishInboxRow,
  finishRefreshes,
  lockInboxRow,
  pruneInbox,
  readRefreshes,
  rememberEvents,
  requestRefreshes,
} from '../../src/store/inbox.ts';
import { insertParkedJob, listParkedJobs } from '../../src/store/jobs.ts';
import {
  confirmJournal,
  expectedEchoes,
  journalFields,
  lastWritten,
  ownValues,
  pendingWrites,
} from '../../src/store/journal.ts';
import { fileDatabase, madeForEach } from '../fixtures/lifetime.ts';
import { mirror, pairedContact } from '../fixtures/paired.ts';

const { database } = fileDatabase();
const at = madeForEach(() => pairedContact(database));

const parcel = (body: string, to = at) => ({
  workspace: to.workspace,
  connection: to.connection,
  digest: createHash('sha256').update(body).digest(),
  body: Buffer.from(body),
});

describe('a webhook request', () => {
  const rows = () =>
    at.inWorkspace((tx) =>
      tx.rows<{ id: string; body: string | null }>(
        "select id, convert_from(body, 'UTF8') as body from inbox order by id",
      ),
    );
  const jobs = async () => {
    const { rows: found } = await database.pool.query<{ payload: Record<string, string> }>(
      `select payload from graphile_worker._private_jobs where payload ->> 'workspace' = $1`,
      [at.workspace],
    );
    return found.map(({ payload }) => payload.inbox);
  };

  test('is one row and gets one job, however often the same bytes come, also at the same moment', async () => {
    const fresh = await Promise.all(
      Array.from({ length: 8 }, () => storeParcel(database, parcel('bytes'))),
    );
    expect(fresh.filter(Boolean)).toHaveLength(1);
    expect(await storeParcel(database, parcel('other  bytes'))).toBe(true);
    const stored = await rows();
    expect(stored.map((row) => row.body)).toEqual(['bytes', 'other  bytes']);
    expect(await jobs()).toEqual([]);
    const queue = () => database.asOwner((owner) => queueInbox(owner, 100));
    await Promise.all([queue(), queue(), queue()]);
    await queue();
    expect((await jobs()).sort()).toEqual(stored.map((row) => row.id).sort());
  });

  test('is handed on in the order of its coming, as many at a time as asked for', async () => {
    for (const body of ['a', 'b', 'c']) await storeParcel(database, parcel(body));
    expect(await database.asOwner((owner) => queueInbox(owner, 2))).toBe(2);
    expect((await jobs()).sort()).toEqual(
      (await rows())
        .slice(0, 2)
        .map((row) => row.id)
        .sort(),
    );
    expect(await database.asOwner((owner) => queueInbox(owner, 2))).toBe(1);
    expect(await database.asOwner((owner) => queueInbox(owner, 2))).toBe(0);
  });

  test('of one customer is no replay for another', async () => {
    const other = await pairedContact(database);
    expect(await storeParcel(database, parcel('bytes'))).toBe(true);
    expect(await storeParcel(database, parcel('bytes', other))).toBe(true);
  });

  test('once worked keeps no personal data and is still known', async () => {
    await storeParcel(database, parcel('mail of ada@example.org'));
    const id = (await rows())[0]?.id ?? '';
    await at.inWorkspace(async (tx) => {
      expect(await lockInboxRow(tx, id)).toMatchObject({
        body: Buffer.from('mail of ada@example.org'),
      });
      await finishInboxRow(tx, id);
      expect(await lockInboxRow(tx, id)).toBeUndefined();
    });
    expect(await storeParcel(database, parcel('mail of ada@example.org'))).toBe(false);
    const kept = await database.asOwner((owner) => owner.rows('select i::text from inbox i'));
    expect(JSON.stringify(kept)).not.toContain('ada@');
  });

  test('is forgotten after a month, but never before it was worked', async () => {
    await storeParcel(database, parcel('done'));
    await storeParcel(database, parcel('open'));
    await at.inWorkspace(async (tx) => {
      await tx.rows(`update inbox set received_at = now() - interval '60 days'`);
      await tx.rows(`update inbox set done_at = now() - interval '31 days' where body = 'done'`);
      await pruneInbox(tx);
    });
    expect((await rows()).map((row) => row.body)).toEqual(['open']);
  });
});

describe('a webhook request that could not be understood', () => {
  const unread = async (body: string, days: number) => {
    await storeParcel(database, parcel(body));
    await at.inWorkspace(async (tx) => {
      const [row] = await tx.rows<{ id: string }>(
        `update inbox set received_at = now() - make_interval(days => $1)
          where convert_from(body, 'UTF8') = $2 returning id`,
        [days, body],
      );
      const payload = { workspace: at.workspace, inbox: row?.id ?? '', attempts: 0 };
      await insertParkedJob(tx, {
        task: 'reconcile',
        reason: 'unknown form',
        attempts: 3,
        payload,
      });
    });
  };

  test('waits a month for a person; then its body and its place on the list go, and a replay is still known', async () => {
    await unread('mail of ada@example.org', 31);
    await unread('mail of bo@example.org', 29);
    expect(await at.inWorkspace(pruneInbox)).toBe(1);
    expect(await at.inWorkspace(pruneInbox)).toBe(0);
    const left = await at.inWorkspace((tx) =>
      tx.rows<{ body: string | null }>(
        `select convert_from(body, 'UTF8') as body from inbox order by id`,
      ),
    );
    expect(left).toEqual([{ body: null }, { body: 'mail of bo@example.org' }]);
    expect(await at.inWorkspace(listParkedJobs)).toHaveLength(1);
    expect(await storeParcel(database, parcel('mail of ada@example.org'))).toBe(false);
  });

  test('leaves the parked work of other kinds, and of other customers, where it is', async () => {
    const other = await pairedContact(database);
    await unread('old', 31);
    const payload = { workspace: at.workspace, connection: at.source };
    await at.inWorkspace((tx) =>
      insertParkedJob(tx, { task: 'poll', reason: 'r', attempts: 1, payload }),
    );
    expect(await other.inWorkspace(pruneInbox)).toBe(0);
    expect(await at.inWorkspace(listParkedJobs)).toHaveLength(2);
    expect(await at.inWorkspace(pruneInbox)).toBe(1);
    expect(await at.inWorkspace(listParkedJobs)).toMatchObject([{ task: 'poll' }]);
  });
});

describe('an event', () => {
  test('is new once, whatever request it comes in', async () => {
    const remember = (keys: readonly string[]) =>
      at.inWorkspace((tx) => rememberEvents(tx, at.connection, keys));
    expect(await remember(['a', 'b', 'a'])).toEqual(new Set(['a', 'b']));
    expect(await remember(['b', 'c'])).toEqual(new Set(['c']));
    expect(await remember([])).toEqual(new Set());
  });

  test('of requests that come together is new to exactly one of them', async () => {
    const keys = Array.from({ length: 200 }, (_, n) => `event ${n}`);
    const seen = await Promise.all(
      [keys, keys.toReversed(), keys, keys.toReversed()].map((some) =>
        at.inWorkspace((tx) => rememberEvents(tx, at.connection, some)),
      ),
    );
    expect(seen.reduce((sum, fresh) => sum + fresh.size, 0)).toBe(200);
  });
});

test('a contact that is asked for again while it is being read is read once more', async () => {
  const request = (ids: readonly string[]) =>
    at.inWorkspace((tx) => requestRefreshes(tx, at.connection, ids));
  const waiting = () => at.inWorkspace((tx) => readRefreshes(tx, at.connection, 10));
  await request(['1', '2', '2']);
  const inHand = await waiting();
  expect(inHand.map((one) => one.externalId).sort()).toEqual(['1', '2']);
  await request(['2', '3']);
  await at.inWorkspace((tx) => finishRefreshes(tx, at.connection, inHand));
  const left = await waiting();
  expect(left.map((one) => one.externalId)).toEqual(['2', '3']);
  await at.inWorkspace((tx) => finishRefreshes(tx, at.connection, left));
  expect(await waiting()).toEqual([]);
});

describe('the journal of what we wrote', () => {
  const writes = (handle: string) => [{ contactId: at.contact, next: { handle }, before: {} }];
  const write = (handle: string) =>
    at.inWorkspace((tx) => journalFields(tx, at.connection, writes(handle)));
  const confirm = (handle: string) =>
    at.inWorkspace(async (tx) => {
      await confirmJournal(tx, writes(handle));
      await mirrorWrittenFields(tx, writes(handle));
    });
  /** What the mirror reads after somebody changed it in the CRM. */
  const changeInCrm = (handle: string) =>
    at.inWorkspace((tx) => mirrorWrittenFields(tx, writes(handle)));
  const echoes = async () => {
    const found = await at.inWorkspace((tx) => expectedEchoes(tx, at.connection, ['c1', 'c2']));
    return found.get('c1')?.handle;
  };
  const written = () => at.inWorkspace((tx) => lastWritten(tx, at.contact));

  test('expects the echo from before the call, until somebody changes the value', async () => {
    expect(await echoes()).toBeUndefined();
    await write('ours');
    expect(await echoes()).toBe('ours');
    await confirm('ours');
    expect(await echoes()).toBe('ours');
    await changeInCrm('theirs');
    expect(await echoes()).toBeUndefined();
    expect(await written()).toEqual({ handle: 'ours' });
  });

  test('a person who changes it back to our value is news', async () => {
    await write('ours');
    await confirm('ours');
    await changeInCrm('theirs');
    // The message "changed to ours" comes before the mirror knows.
    expect(await echoes()).not.toBe('ours');
  });

  test('expects the newest only, and an empty value where we cleared', async () => {
    await write('first');
    await confirm('first');
    await write('second');
    expect(await echoes()).toBe('second');
    await write('');
    await confirm('');
    expect(await echoes()).toBe('');
  });

  test('a write repeated because its answer was lost is one entry', async () => {
    await write('ours');
    await write('ours');
    const entries = await at.inWorkspace((tx) => tx.rows('select value from field_journal'));
    expect(entries).toEqual([{ value: 'ours' }]);
  });

  test('knows which value was last, also when answers were lost and we came back to an old value', async () => {
    for (const handle of ['ada', 'grace', 'ada']) await write(handle);
    expect(await written()).toEqual({ handle: 'ada' });
    expect(await echoes()).toBe('ada');
  });

  test('takes for ours what we wrote until we know that it was taken back, and no longer', async () => {
    const own = async () =>
      (await at.inWorkspace((tx) => ownValues(tx, [at.contact]))).get(at.contact);
    expect(await own()).toBeUndefined();
    await write('ours');
    await confirm('ours');
    await write('');
    expect(await own()).toEqual({ handle: 'ours' });
    await confirm('');
    expect(await own()).toEqual({ handle: '' });
    await changeInCrm('ours');
    expect(await own()).toEqual({ handle: '' });
    await write('new');
    expect(await own()).toEqual({ handle: 'new' });
  });

  test('knows what may have landed: sent without an answer, and nobody changed it since', async () => {
    const pending = () => at.inWorkspace((tx) => pendingWrites(tx, at.contact));
    expect(await pending()).toEqual({});
    await write('ours');
    expect(await pending()).toEqual({ handle: 'ours' });
    await changeInCrm('theirs');
    expect(await pending()).toEqual({});
    await changeInCrm('');
    await confirm('ours');
    expect(await pending()).toEqual({});
  });

  test('keeps contacts apart', async () => {
    const other = await at.inWorkspace((tx) => mirror(tx, at.connection, 'c2'));
    await write('ours');
    expect(await at.inWorkspace((tx) => lastWritten(tx, other))).toEqual({});
  });
});
