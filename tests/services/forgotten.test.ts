import { expect, jest, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { holdDeliveries } from '../../src/services/holdDeliveries.ts';
import { schedule } from '../../src/services/schedule.ts';
import { enqueue } from '../../src/store/jobs.ts';
import { until } from '../fixtures/until.ts';
import { disturbedWorld, pairedAda, say, sql, texts } from './scene.ts';

const { world, disturbance } = disturbedWorld();

const sent = () => sql<{ id: string }>(world, `select id from deliveries where state = 'sent'`);
const ageSent = () =>
  sql(world, `update deliveries set sent_at = now() - interval '11 minutes' where state = 'sent'`);

const running = () =>
  sql(world, 'select from graphile_worker._private_jobs where locked_at is not null');

/** The database takes deliveries in hand, and then stores no outcome, neither that they were sent nor that they were not. */
const storeNoOutcome = () =>
  sql(
    world,
    `create function no_outcome() returns trigger language plpgsql as
        $$ begin raise exception 'planted'; end $$;
      create trigger no_outcome before update on deliveries for each row
        when (old.state = 'sent' and new.state <> 'sent') execute function no_outcome()`,
  );

test('a note that was sent, but whose outcome could not be stored, is sent again and stands there once', async () => {
  const { contact } = await pairedAda(world);
  await storeNoOutcome();
  say(world, 'did:ada', 'meanwhile');
  await world.app.database.inWorkspace(world.workspace, (tx) =>
    enqueue(tx, 'poll', { connection: world.source }, { key: `poll:${world.source}` }),
  );
  // Both were sent, and whoever had them in hand has given up on both.
  await until(async () => (await sent()).length === 2 && (await running()).length === 0);
  expect(texts(world, contact)).toEqual(['meanwhile', 'no signal']);
  const before = disturbance.calls.filter((call) => call === 'putEntries').length;
  await sql(world, 'drop trigger no_outcome on deliveries');

  await schedule(world.app);
  expect(await sent()).toHaveLength(2);
  await ageSent();
  await schedule(world.app);
  await world.settle();
  expect(texts(world, contact)).toEqual(['meanwhile', 'no signal']);
  expect(disturbance.calls.filter((call) => call === 'putEntries')).toHaveLength(before + 1);
  expect(await sql(world, `select from deliveries where state <> 'confirmed'`)).toEqual([]);
});

test('a call that waits long for its turn keeps what it has in hand', async () => {
  await pairedAda(world);
  await sql(world, `update deliveries set state = 'sent', claimed_by = ${world.app.processId}`);
  await ageSent();
  const ids = (await sent()).map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(0);
  const isYoung = async () => {
    const [row] = await sql<{ young: boolean }>(
      world,
      `select bool_and(sent_at > now() - interval '1 minute') as young from deliveries`,
    );
    return row?.young === true;
  };
  jest.useFakeTimers({
    doNotFake: ['Date', 'performance', 'nextTick', 'queueMicrotask', 'setTimeout', 'setImmediate'],
  });
  try {
    await holdDeliveries(world.app, { workspace: world.workspace, ids }, async () => {
      expect(await isYoung()).toBe(false);
      jest.advanceTimersByTime(120_000);
      await until(isYoung);
    });
    await ageSent();
    jest.advanceTimersByTime(600_000);
    await sleep(100);
    expect(await isYoung()).toBe(false);
  } finally {
    jest.useRealTimers();
  }
});
