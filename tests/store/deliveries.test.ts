import { describe, expect, test } from '@jest/globals';
import { eraseContact, setContactState } from '../../src/store/contacts.ts';
import type { WorkspaceTx } from '../../src/store/database.ts';
import {
  addPlannedFields,
  dropPlannedFields,
  planEntry,
  planFields,
  planRemovals,
  withdrawDeliveries,
} from '../../src/store/deliveries.ts';
import {
  claimEntries,
  claimFields,
  claimRemovals,
  confirmDeliveries,
  nextDue,
  parkDelivery,
  retryDelivery,
  returnDeliveries,
} from '../../src/store/sending.ts';
import { markActivityGone } from '../../src/store/activities.ts';
import { fileDatabase, madeForEach } from '../fixtures/lifetime.ts';
import { entry, outbox, pairedContact } from '../fixtures/paired.ts';

const { database } = fileDatabase();
const at = madeForEach(() => pairedContact(database));

const claim = () => ({ connectionId: at.connection, processId: '1', limit: 10 });
const target = () => ({ connectionId: at.connection, contactId: at.contact });

const wantEntry = (text: string) =>
  at.inWorkspace((tx) =>
    planEntry(tx, { ...target(), key: 'e', activityId: at.activity }, entry(text)),
  );
const wantFields = (fields: Record<string, string>) =>
  at.inWorkspace((tx) => planFields(tx, { ...target(), key: 'f' }, fields));
const removeAll = () => at.inWorkspace((tx) => planRemovals(tx, at.contact, []));
const rows = () => at.inWorkspace(outbox);
const take = {
  fields: () => at.inWorkspace((tx) => claimFields(tx, claim())),
  entries: () => at.inWorkspace((tx) => claimEntries(tx, claim())),
  removals: () => at.inWorkspace((tx) => claimRemovals(tx, claim())),
};
const confirm = (taken: readonly { readonly id: string; readonly version: number }[]) =>
  at.inWorkspace((tx) =>
    confirmDeliveries(
      tx,
      taken.map(({ id, version }) => ({ id, version, remoteId: `r${id}` })),
    ),
  );
const first = <T>(taken: readonly T[]): T => {
  expect(taken).toHaveLength(1);
  return taken[0] as T;
};

describe('planning', () => {
  test('the same twice plans once, also after it was sent and confirmed', async () => {
    expect(await wantEntry('one')).toBe(true);
    expect(await wantEntry('one')).toBe(false);
    const taken = await take.entries();
    expect(await wantEntry('one')).toBe(false);
    await confirm(taken);
    expect(await wantEntry('one')).toBe(false);
    expect(await rows()).toMatchObject([{ state: 'confirmed', version: 1, confirmed: 1 }]);
    expect(await take.entries()).toEqual([]);
  });

  test('adds values to what is planned or on its way, but not to what was done', async () => {
    const add = (value: string) =>
      at.inWorkspace((tx) =>
        addPlannedFields(tx, [{ ...target(), key: 'f', changes: { score: value } }]),
      );
    await wantFields({ handle: 'a' });
    await add('1');
    const taken = await take.fields();
    expect(taken).toMatchObject([{ wanted: { handle: 'a', score: '1' } }]);
    await add('2');
    await confirm(taken);
    const again = await take.fields();
    expect(again).toMatchObject([{ wanted: { handle: 'a', score: '2' } }]);
    await confirm(again);
    await add('3');
    expect(first(await take.fields()).wanted).toEqual({ score: '3' });
  });

  test('coalesces: many wishes before the sending are one write of the newest', async () => {
    for (const handle of ['a', 'b', 'c']) expect(await wantFields({ handle })).toBe(true);
    expect(await take.fields()).toMatchObject([{ wanted: { handle: 'c' }, version: 3 }]);
    expect(await take.fields()).toEqual([]);
  });

  test('again while it is in hand is sent again, and the old answer confirms only the old', async () => {
    await wantEntry('one');
    const old = await take.entries();
    expect(await wantEntry('two')).toBe(true);
    expect(await take.entries()).toEqual([]);
    await confirm(old);
    expect(await rows()).toMatchObject([{ state: 'planned', version: 2, confirmed: 1 }]);
    const taken = await take.entries();
    expect(taken).toMatchObject([{ version: 2, wanted: { text: 'two' } }]);
    await confirm(taken);
    expect(await rows()).toMatchObject([{ state: 'confirmed', confirmed: 2 }]);
  });

  test('fields that no longer need a write are dropped; wanted anew, they are planned anew', async () => {
    await wantFields({ handle: 'a' });
    await at.inWorkspace((tx) => dropPlannedFields(tx, at.contact));
    expect(await take.fields()).toEqual([]);
    expect(await wantFields({ handle: 'a' })).toBe(true);
    expect(await take.fields()).toHaveLength(1);
  });
});

describe('removal', () => {
  test('of an entry that was never sent leaves nothing at all', async () => {
    await wantEntry('one');
    expect(await removeAll()).toBe(0);
    expect(await rows()).toEqual([]);
  });

  test('of a confirmed entry is sent, and then leaves nothing', async () => {
    await wantEntry('one');
    await confirm(await take.entries());
    expect(await removeAll()).toBe(1);
    expect(await removeAll()).toBe(0);
    await confirm(await take.removals());
    expect(await rows()).toEqual([]);
  });

  test('of an entry in hand waits for the answer, whatever that is', async () => {
    await wantEntry('one');
    const taken = await take.entries();
    expect(await removeAll()).toBe(1);
    expect(await take.removals()).toEqual([]);
    await at.inWorkspace((tx) => parkDelivery(tx, first(taken), 'refused'));
    expect(await take.removals()).toMatchObject([{ version: 2 }]);
  });

  test('of an entry whose sending failed is sent too, since the CRM may hold it (R02)', async () => {
    await wantEntry('one');
    const ids = (await take.entries()).map((one) => one.id);
    await at.inWorkspace((tx) => returnDeliveries(tx, ids, { delayMs: 0, counts: true }));
    expect(await removeAll()).toBe(1);
    expect(await take.removals()).toHaveLength(1);
  });

  test('planned when the contact was lost is planned again when it lives on elsewhere (R02)', async () => {
    await wantEntry('one');
    await confirm(await take.entries());
    await removeAll();
    await at.inWorkspace((tx) => withdrawDeliveries(tx, at.contact, 'merged'));
    expect(await take.removals()).toEqual([]);
    expect(await removeAll()).toBe(1);
    expect(await take.removals()).toHaveLength(1);
  });

  test('after an erasure still goes out, and the planned fields are gone (R33)', async () => {
    await wantEntry('one');
    await confirm(await take.entries());
    await wantFields({ handle: 'a' });
    await removeAll();
    await at.inWorkspace((tx) => eraseContact(tx, at.contact));
    expect(await take.fields()).toEqual([]);
    await confirm(await take.removals());
    expect(await rows()).toEqual([]);
  });
});

describe('at the moment of claiming, what is no longer allowed is withdrawn and never sent (R02)', () => {
  const changes: [string, () => Promise<unknown>, fieldsStay?: boolean][] = [
    ['the link is withdrawn', () => at.decide('withdrawn')],
    ['the link is only suggested', () => at.decide('suggested')],
    ['a person rejected the link', () => at.decide('rejected')],
    ['the contact was deleted', () => inState((tx) => setContactState(tx, at.contact, 'deleted'))],
    ['the contact was merged', () => inState((tx) => setContactState(tx, at.contact, 'merged'))],
    ['the activity is gone', () => inState((tx) => markActivityGone(tx, at.activity, 'g')), true],
  ];
  const inState = (work: (tx: WorkspaceTx) => Promise<unknown>) => at.inWorkspace(work);

  test.each(changes)('%s', async (_, change, fieldsStay = false) => {
    await wantEntry('one');
    await wantFields({ handle: 'a' });
    await change();
    expect(await take.entries()).toEqual([]);
    expect(await take.fields()).toHaveLength(fieldsStay ? 1 : 0);
    expect(await rows()).toMatchObject([
      { key: 'e', state: 'withdrawn' },
      { key: 'f', state: fieldsStay ? 'sent' : 'withdrawn' },
    ]);
  });

  test('fields that clear what we wrote go out without a link', async () => {
    await wantFields({ handle: '' });
    await at.decide('withdrawn');
    expect(await take.fields()).toHaveLength(1);
  });

  test('what was withdrawn is planned anew when the pairing is back', async () => {
    await wantEntry('one');
    await at.decide('withdrawn');
    await take.entries();
    await at.decide('active');
    expect(await wantEntry('one')).toBe(true);
    expect(await take.entries()).toHaveLength(1);
  });
});

describe('what could not be sent', () => {
  const wait = (counts: boolean, delayMs = 60_000) => ({ counts, delayMs });

  test('RATE_LIMITED waits as long as told and counts no attempt; other failures count', async () => {
    await wantEntry('one');
    const ids = (await take.entries()).map((one) => one.id);
    await at.inWorkspace((tx) => returnDeliveries(tx, ids, wait(false)));
    expect(await rows()).toMatchObject([{ state: 'planned', attempts: 0, due: false }]);
    const due = await at.inWorkspace((tx) => nextDue(tx, at.connection));
    expect(Math.abs((due?.getTime() ?? 0) - Date.now() - 60_000)).toBeLessThan(10_000);
    expect(await take.entries()).toEqual([]);
    await database.asOwner((owner) => owner.rows('update deliveries set due_at = now()'));
    expect(await take.entries()).toMatchObject([{ attempts: 0 }]);
    await at.inWorkspace((tx) => returnDeliveries(tx, ids, wait(true, 0)));
    expect(await take.entries()).toMatchObject([{ attempts: 1 }]);
  });

  test('a parked one waits for a person, or for something newer', async () => {
    await wantEntry('one');
    const taken = first(await take.entries());
    await at.inWorkspace((tx) => parkDelivery(tx, taken, 'refused'));
    expect(await wantEntry('one')).toBe(false);
    expect(await take.entries()).toEqual([]);
    expect(await at.inWorkspace((tx) => retryDelivery(tx, taken.id))).toBe(at.connection);
    expect(await at.inWorkspace((tx) => retryDelivery(tx, taken.id))).toBeUndefined();
    const again = first(await take.entries());
    await at.inWorkspace((tx) => parkDelivery(tx, again, 'refused'));
    expect(await wantEntry('two')).toBe(true);
    expect(await take.entries()).toHaveLength(1);
  });
});
