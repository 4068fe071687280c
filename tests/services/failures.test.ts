import { describe, expect, test } from '@jest/globals';
import { ConnectorError, type Failure } from '../../src/contract/errors.ts';
import { MAX_ATTEMPTS } from '../../src/domain/retry.ts';
import { listParked, retryParked } from '../../src/services/parked.ts';
import { runJob } from '../../src/services/runJob.ts';
import { connectCrm } from '../fixtures/app.ts';
import { until } from '../fixtures/until.ts';
import { ask, disturbedWorld, fieldsOf, pairedAda, say, sql, texts } from './scene.ts';

const { world, disturbance } = disturbedWorld();

const parked = () => listParked(world.app, world.workspace);

/** Fails the call of that name the first `times` times. */
function fail(call: string, times: number, failure: Failure, when: 'before' | 'after' = 'before') {
  let left = times;
  disturbance[when] = (called) => {
    if (called !== call || left === 0) return;
    left -= 1;
    throw new ConnectorError('memory', failure);
  };
}

describe('a CRM that', () => {
  test('asks us to wait is waited for, as often as it asks: that counts as no attempt', async () => {
    fail('putEntries', 30, { code: 'RATE_LIMITED', retryAfterMs: 5 });
    const { contact } = await pairedAda(world);
    expect(texts(world, contact)).toEqual(['no signal']);
    expect(await parked()).toEqual([]);
    expect(disturbance.calls.filter((call) => call === 'putEntries')).toHaveLength(31);
    // Calls in flight together may be refused together, and are then one retry.
    const retries = world.counted.get('jobs {"task":"push","outcome":"retry"}');
    expect(retries).toBeGreaterThan(MAX_ATTEMPTS);
  });

  test.each(['before', 'after'] as const)(
    'is away %s it has written is asked again, and nothing stands there twice',
    async (when) => {
      fail('putEntries', 1, { code: 'UNAVAILABLE' }, when);
      const { contact } = await pairedAda(world);
      expect(texts(world, contact)).toEqual(['no signal']);
      expect(fieldsOf(world, contact).count_90d).toBe('1');
      expect(disturbance.calls.filter((call) => call === 'putEntries')).toHaveLength(2);
    },
  );

  test('withdrew our access is left alone, and gets what waited when it is connected again', async () => {
    const { contact } = await pairedAda(world);
    world.crm.connected = false;
    say(world, 'did:ada', 'meanwhile');
    await world.round();
    const state = () =>
      sql<{ state: string }>(world, `select state from connections where kind = 'crm'`);
    expect(await state()).toEqual([{ state: 'revoked' }]);
    const before = disturbance.calls.length;
    say(world, 'did:ada', 'later');
    await world.round();
    expect(disturbance.calls.length).toBe(before);

    world.crm.connected = true;
    await world.app.database.inWorkspace(world.workspace, (tx) => connectCrm(world, tx));
    await ask(world, 'provision');
    expect(await state()).toEqual([{ state: 'active' }]);
    expect(texts(world, contact)).toEqual(['later', 'meanwhile', 'no signal']);
    expect(fieldsOf(world, contact).count_90d).toBe('3');
  });

  test('refuses one record keeps it for a person, writes its neighbours, and takes it when it may', async () => {
    const bo = world.crm.seed({ firstname: 'Bo', email: 'bo@b.de' });
    world.crm.forbid('memory_handle', 'bo.example');
    world.network.join('did:bo', { handle: 'bo.example', email: 'bo@b.de' });
    say(world, 'did:bo', 'by bo');
    const { contact } = await pairedAda(world);
    expect(fieldsOf(world, contact).count_90d).toBe('1');
    expect(texts(world, bo)).toEqual(['by bo']);
    expect(fieldsOf(world, bo)).toEqual({ firstname: 'Bo', email: 'bo@b.de' });
    const [held, ...others] = await parked();
    expect(others).toEqual([]);
    expect(held).toMatchObject({ what: 'contact fields', contact: bo });
    expect(held?.reason).toContain('memory_handle');
    expect(held?.reason).not.toContain('bo.example');

    world.crm.forbidden.clear();
    expect(await retryParked(world.app, world.workspace, held?.id ?? '')).toBe(true);
    await world.settle();
    expect(fieldsOf(world, bo).memory_handle).toBe('bo.example');
    expect(await parked()).toEqual([]);
    expect(await retryParked(world.app, world.workspace, held?.id ?? '')).toBe(false);
  });

  test('answers in a form we do not know is asked three times; then a person is, and what waits is kept', async () => {
    fail('putEntries', Infinity, { code: 'UNEXPECTED_SHAPE', where: 'putEntries' });
    const { contact } = await pairedAda(world);
    const [held] = await parked();
    expect(held).toMatchObject({ what: 'push', attempts: 3 });
    expect(held?.reason).toContain('putEntries');
    disturbance.stop();
    await retryParked(world.app, world.workspace, held?.id ?? '');
    await world.settle();
    await until(() => texts(world, contact).length > 0);
    await world.settle();
    expect(texts(world, contact)).toEqual(['no signal']);
  });
});

test('a bug of ours is tried again, and after the last attempt shown to a person', async () => {
  const { contact } = await pairedAda(world);
  disturbance.before = (call) => {
    if (call === 'listContacts') throw new TypeError('x is not a function');
  };
  const payload = { workspace: world.workspace, connection: world.crmConnection, purpose: 'asked' };
  const key = `mirror:${world.crmConnection}`;
  await runJob(world.app, { task: 'mirror', payload: { ...payload, attempts: 9 }, key });
  const [held] = await parked();
  expect(held).toMatchObject({ what: 'mirror', attempts: 10 });
  expect(held?.reason).not.toContain('function');
  disturbance.stop();
  expect(await retryParked(world.app, world.workspace, held?.id ?? '')).toBe(true);
  await world.settle();
  expect(await parked()).toEqual([]);
  expect(texts(world, contact)).toEqual(['no signal']);
});
