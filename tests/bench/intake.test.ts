import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { storeParcel } from '../../src/store/directory.ts';
import { testApp } from '../fixtures/app.ts';
import { until } from '../fixtures/until.ts';

/** A parcel without events: nothing follows from it. */
const body = Buffer.from('[]');

test('a request whose wake-up call was lost is worked all the same', async () => {
  const world = await testApp();
  const { database } = world.app;
  const parcel = {
    workspace: world.workspace,
    connection: world.crmConnection,
    digest: createHash('sha256').update(body).digest(),
    body,
  };
  const done = async () => {
    const { rows } = await database.pool.query<{ done: boolean }>(
      'select done_at is not null as done from inbox',
    );
    return rows.map((row) => row.done);
  };

  // Nobody is told: as if the process had ended right after it had answered.
  expect(await storeParcel(database, parcel)).toBe(true);
  await until(async () => (await done()).every(Boolean));
  expect(await done()).toEqual([true]);

  // The same bytes again are nothing new.
  expect(await storeParcel(database, parcel)).toBe(false);
  expect(await done()).toEqual([true]);
  await world.close();
});
