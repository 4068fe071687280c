import { describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { MemoryAccount } from '../../connectors/crm/memory/index.ts';
import { decideConflict } from '../../src/services/decideConflict.ts';
import { listConflicts } from '../../src/services/listConflicts.ts';
import { previewUndo, undoBatch, undoProgress } from '../../src/services/undoBatch.ts';
import { unlink } from '../../src/services/unlink.ts';
import { enqueue } from '../../src/store/jobs.ts';
import { connectCrm } from '../fixtures/app.ts';
import { linkOf, queue, rerun, say } from './reviewing.ts';
import {
  ADA,
  disturbedWorld,
  fieldsOf,
  pairedAda,
  pairings,
  say as post,
  sql,
  texts,
} from './scene.ts';

const { world, disturbance } = disturbedWorld();

async function end(contact: string) {
  const link = await linkOf(world, 'did:ada', contact);
  const outcome = await unlink(world.app, world.workspace, link?.id ?? '0', { by: 'Kim' });
  await world.settle();
  return outcome;
}

describe('unlinking (R09)', () => {
  test('takes our entries away and puts back what stood in our fields before us; twice is once', async () => {
    const { contact } = await pairedAda(world, { ...ADA, count_90d: '7' });
    post(world, 'did:ada', 'second');
    await world.round();
    expect(fieldsOf(world, contact)).toMatchObject({ count_90d: '2' });
    expect(await end(contact)).toMatchObject({ state: 'rejected' });
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact)).toEqual({ ...ADA, count_90d: '7' });

    disturbance.calls.length = 0;
    expect(await end(contact)).toMatchObject({ state: 'rejected' });
    await rerun(world);
    expect(disturbance.calls).toEqual([]);
    expect(fieldsOf(world, contact).count_90d).toBe('7');
    expect(await listConflicts(world.app, world.workspace)).toEqual([]);
  });

  test('is the identity on the CRM, also when it links again in between', async () => {
    const { contact } = await pairedAda(world, {
      ...ADA,
      count_90d: '7',
      last_at: '2020-01-01T00:00:00.000Z',
    });
    const before = { ...ADA, count_90d: '7', last_at: '2020-01-01T00:00:00.000Z' };
    await end(contact);
    await say(world, await linkOf(world, 'did:ada', contact), 'yes');
    expect(fieldsOf(world, contact).count_90d).toBe('1');
    await end(contact);
    expect(fieldsOf(world, contact)).toEqual(before);
  });

  test('leaves a field alone that somebody changed meanwhile, and asks', async () => {
    const { contact } = await pairedAda(world, { ...ADA, count_90d: '7' });
    // Not told: no webhook arrives before the person unlinks, but the mirror has it.
    world.crm.edit(contact, { count_90d: '987654' });
    await sql(
      world,
      `update contacts set fields = fields || '{"count_90d":"987654"}' where external_id = '${contact}'`,
    );
    await end(contact);
    expect(fieldsOf(world, contact).count_90d).toBe('987654');
    const conflicts = await listConflicts(world.app, world.workspace);
    expect(conflicts).toMatchObject([{ contact, field: 'count_90d', before: '7' }]);
    await rerun(world);
    expect(await listConflicts(world.app, world.workspace)).toHaveLength(1);
    const held = await sql<{ row: string }>(
      world,
      'select r::text as row from restore_conflicts r',
    );
    expect(held.map(({ row }) => row).join()).not.toContain('987654');
  });

  test.each([
    ['keep', '987654'],
    ['restore', '7'],
  ] as const)('%s: what the person then decides about it is done, once', async (answer, held) => {
    const { contact } = await pairedAda(world, { ...ADA, count_90d: '7' });
    await sql(
      world,
      `update contacts set fields = fields || '{"count_90d":"987654"}' where external_id = '${contact}'`,
    );
    world.crm.edit(contact, { count_90d: '987654' });
    await end(contact);
    const [conflict] = await listConflicts(world.app, world.workspace);
    const decide = () =>
      decideConflict(world.app, world.workspace, conflict?.id ?? '0', { answer, by: 'Kim' });
    expect(await decide()).toBe('decided');
    await world.settle();
    expect(fieldsOf(world, contact).count_90d).toBe(held);
    disturbance.calls.length = 0;
    expect(await decide()).toBe('decided');
    await rerun(world);
    expect(disturbance.calls).toEqual([]);
    expect(await listConflicts(world.app, world.workspace)).toEqual([]);
  });

  test('a value that changed once more since it was listed is shown again before anything is restored', async () => {
    const { contact } = await pairedAda(world, { ...ADA, count_90d: '7' });
    const hold = (value: string) =>
      sql(
        world,
        `update contacts set fields = fields || '{"count_90d":"${value}"}' where external_id = '${contact}'`,
      );
    await hold('987654');
    await end(contact);
    const [conflict] = await listConflicts(world.app, world.workspace);
    await hold('100');
    const restore = { answer: 'restore', by: 'Kim' } as const;
    expect(await decideConflict(world.app, world.workspace, conflict?.id ?? '0', restore)).toBe(
      'changed',
    );
    expect(await decideConflict(world.app, world.workspace, conflict?.id ?? '0', restore)).toBe(
      'decided',
    );
  });

  test('an account is paired once in each CRM, and unlinking ends it for the person in all of them (R07, R09)', async () => {
    const other = await secondCrm();
    const { contact } = await pairedAda(world, { ...ADA, email: 'ada@a.example', count_90d: '7' });
    const twin = other.seed({
      firstname: 'Ada',
      email: 'ada@a.example',
      memory_handle: 'ada.example',
    });
    await mirrorAll();
    await world.round();
    expect(await pairings(world)).toEqual([`did:ada>${contact} active`, `did:ada>${twin} active`]);
    expect(other.entriesOf(twin).map((entry) => entry.text)).toEqual(['no signal']);
    await end(contact);
    expect(await pairings(world)).toEqual([
      `did:ada>${contact} rejected`,
      `did:ada>${twin} rejected`,
    ]);
    expect(texts(world, contact)).toEqual([]);
    expect(other.entriesOf(twin)).toEqual([]);
    expect(fieldsOf(world, contact).count_90d).toBe('7');
    expect(other.contacts.get(twin)?.fields.count_90d).toBeUndefined();
  });
});

/** The same installation connected to one more customer CRM. */
async function secondCrm(): Promise<MemoryAccount> {
  const crm = new MemoryAccount(randomUUID(), world.app.clock);
  world.crmAccounts.set(crm.id, crm);
  // Ids of two CRMs differ, so that the tests can tell their contacts apart.
  for (let n = 0; n < 50; n += 1) crm.delete(crm.seed({ firstname: 'Nobody' }));
  const { app, workspace } = world;
  await app.database.inWorkspace(workspace, async (tx) => {
    const connection = await connectCrm({ app, workspace, crm }, tx);
    await enqueue(tx, 'provision', { connection });
  });
  await world.settle();
  return crm;
}

async function mirrorAll(): Promise<void> {
  const connections = await sql<{ id: string }>(
    world,
    "select id from connections where kind = 'crm'",
  );
  await world.app.database.inWorkspace(world.workspace, async (tx) => {
    for (const { id } of connections)
      await enqueue(tx, 'mirror', { connection: id, purpose: 'asked' }, { key: `mirror:${id}` });
  });
  await world.settle();
}

describe('undoing many at once', () => {
  async function threePaired() {
    for (const name of ['ada', 'bo', 'cy']) {
      world.crm.seed({ firstname: name, memory_handle: `${name}.example` });
      world.network.join(`did:${name}`, { handle: `${name}.example` });
      post(world, `did:${name}`, `hello of ${name}`);
    }
    await world.announce();
    await world.round();
  }

  async function undo(by: 'batch' | 'rule_version' | 'value', value: string) {
    const begun = await undoBatch(world.app, world.workspace, { by, value, actor: 'Kim' });
    await world.settle();
    return undoProgress(world.app, world.workspace, begun.undo);
  }

  test('by version of the rules: shown first, then done, but not what a person decided; and not done again by the rules', async () => {
    await threePaired();
    const [first] = [...world.crm.contacts.keys()];
    await say(world, await linkOf(world, 'did:ada', first ?? ''), 'yes');
    const [{ value } = { value: '' }] = await sql<{ value: string }>(
      world,
      `select max(rule_version)::text as value from links`,
    );
    const shown = await previewUndo(world.app, world.workspace, { by: 'rule_version', value });
    expect(shown).toMatchObject({ links: 2, suggestions: 0, kept: 1 });
    expect(shown.sample.map((one) => one.account).sort()).toEqual(['bo.example', 'cy.example']);
    expect(world.crm.entries.size).toBe(3);

    expect(await undo('rule_version', value)).toMatchObject({ total: 2, done: 2 });
    expect([...world.crm.entries.values()].map(({ entry }) => entry.text)).toEqual([
      'hello of ada',
    ]);
    await rerun(world);
    await world.mirror();
    expect(world.crm.entries.size).toBe(1);
    expect(await undo('rule_version', value)).toMatchObject({ total: 0, done: 0 });
  });

  test('by value: only the pairings upon that value', async () => {
    await threePaired();
    expect(await undo('value', 'bo.example')).toMatchObject({ total: 1, done: 1 });
    expect([...world.crm.entries.values()].map(({ entry }) => entry.text).sort()).toEqual([
      'hello of ada',
      'hello of cy',
    ]);
  });

  test('by batch: what a person decided in it is a question again, yes and no alike', async () => {
    const yes = world.crm.seed({ firstname: 'Ada', lastname: 'Berg' });
    const no = world.crm.seed({ firstname: 'Bo', lastname: 'Berg' });
    await world.announce();
    for (const name of ['Ada', 'Bo']) {
      world.network.join(`did:${name}`, { displayName: `${name} Berg` });
      post(world, `did:${name}`, 'hello');
    }
    await world.round();
    await say(world, await linkOf(world, 'did:Ada', yes), 'yes', { batch: 'monday' });
    await say(world, await linkOf(world, 'did:Bo', no), 'no', { batch: 'monday' });
    expect(await queue(world)).toEqual([]);
    expect(texts(world, yes)).toEqual(['hello']);
    expect(await undo('batch', 'monday')).toMatchObject({ total: 2, done: 2 });
    expect([...(await queue(world))].sort()).toEqual([`did:Ada: ${yes}`, `did:Bo: ${no}`]);
    expect(texts(world, yes)).toEqual([]);
  });
});
