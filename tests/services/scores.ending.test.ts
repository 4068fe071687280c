import { describe, expect, test } from '@jest/globals';
import { weightsOf } from '../../src/domain/scoring/weights.ts';
import { changeEmployees } from '../../src/services/employees.ts';
import { listLinks } from '../../src/services/listLinks.ts';
import { rescore, rescoreProgress } from '../../src/services/rescore.ts';
import { unlink } from '../../src/services/unlink.ts';
import { advanceRescoreRun, insertRescoreRun } from '../../src/store/rescoreRuns.ts';
import { contactsToScore } from '../../src/store/scores.ts';
import { say, scan, sql } from './scene.ts';
import { scoredWorld } from './scored.ts';

const { world, later, shows, scoredAda, rescoreAll, scoreFields, stored, explained } =
  scoredWorld();

async function endLink(): Promise<void> {
  const [link] = await listLinks(world.app, world.workspace);
  await unlink(world.app, world.workspace, link?.id ?? '', { by: 'Kim' });
  await world.settle();
}

describe('R56: a score ends, here and in the CRM', () => {
  const ends: readonly (readonly [string, (contact: string) => unknown])[] = [
    ['a person unlinks', endLink],
    [
      'the contact objects',
      (contact) => {
        world.crm.edit(contact, { link_consent: 'no' });
      },
    ],
    [
      'the contact is an employee (R12)',
      (contact) => {
        world.crm.edit(contact, { works_here: 'yes' });
      },
    ],
    [
      'the e-mail address is put on the list of employees (R12)',
      async () => changeEmployees(world.app, world.workspace, { add: ['ada@a.de'], remove: [] }),
    ],
    [
      'the contact may be a minor (R13)',
      (contact) => {
        world.crm.edit(contact, { is_minor: 'unknown' });
      },
    ],
    [
      'the account does not want to be found (R10)',
      () => {
        shows({ followers: 12_400 }, { marks: ['not_discoverable'] });
      },
    ],
    [
      'the account is gone',
      () => {
        world.network.close('did:ada', 'deleted');
      },
    ],
    [
      'the handle is somebody else’s',
      (contact) => {
        world.crm.edit(contact, { memory_handle: 'other.example' });
      },
    ],
  ];

  test.each(ends)('when %s', async (_, end) => {
    const contact = await scoredAda({ email: 'ada@a.de' });
    expect(scoreFields(contact)).toHaveProperty('multiplier');
    await end(contact);
    await world.announce();
    await world.round();
    expect([await stored(), scoreFields(contact)]).toEqual([0, {}]);
  });

  test('when the contact is deleted in the CRM', async () => {
    const contact = await scoredAda();
    world.crm.delete(contact);
    await world.announce();
    expect(await stored()).toBe(0);
  });

  test('with the contact that was merged into another, which has its own then', async () => {
    const loser = await scoredAda();
    const survivor = world.crm.seed({ firstname: 'Ada' });
    await world.announce();
    world.crm.merge(survivor, loser);
    await world.announce();
    await world.round();
    expect(await stored()).toBe(1);
    expect(scoreFields(survivor)).toMatchObject({ multiplier: '27' });
  });

  test('with the person, of whom no table knows a number then (R33)', async () => {
    const contact = await scoredAda();
    expect(await scan(world, ['followers'])).not.toEqual([]);
    world.crm.delete(contact, 'erased');
    await world.announce();
    expect([await stored(), await scan(world, ['followers', 'journalist'])]).toEqual([0, []]);
  });

  test('when what it rests on is 395 days old', async () => {
    const contact = await scoredAda();
    later(394);
    await rescoreAll();
    expect(scoreFields(contact)).toHaveProperty('multiplier');
    later(1);
    await rescoreAll();
    expect([await stored(), scoreFields(contact)]).toEqual([0, {}]);
  });

  test('and fades before, when nothing is heard', async () => {
    const contact = await scoredAda({ public_role: '' });
    const exact = async () => (await explained(contact)).score?.parts.reach ?? 0;
    const awake = await exact();
    later(180);
    expect(await exact()).toBeCloseTo(awake);
    later(210);
    await rescoreAll();
    expect(await exact()).toBeCloseTo(awake * 2 ** (-210 / 365));
  });

  test('but not while the number of posts grows: then the account is awake, wherever it posts', async () => {
    const contact = await scoredAda();
    const before = scoreFields(contact);
    later(300);
    shows({ followers: 12_400, following: 300, posts: 950 });
    await world.round();
    await rescoreAll();
    expect(scoreFields(contact)).toMatchObject({ multiplier: before.multiplier });
    expect((await explained(contact)).score?.accounts[0]?.wakefulness).toBe(1);
  });
});

describe('computing all again', () => {
  test('tells how far it is, and goes on where it was stopped', async () => {
    await scoredAda();
    for (const name of ['bo', 'cy']) {
      world.crm.seed({ memory_handle: `${name}.example` });
      const counters = { followers: 90, observedAt: new Date() };
      world.network.join(`did:${name}`, { handle: `${name}.example`, counters });
      say(world, `did:${name}`, 'hello');
    }
    await world.announce();
    await world.round();
    const { app, workspace } = world;
    const run = await app.database.inWorkspace(workspace, async (tx) => {
      const id = await insertRescoreRun(tx, '2026-11-21');
      const [first] = await contactsToScore(tx, '0', 1);
      await advanceRescoreRun(tx, id, { done: 1, changed: 0, after: first });
      return id;
    });
    await sql(world, 'delete from scores');
    await rescore(app, workspace, run);
    expect(await rescoreProgress(app, workspace, run)).toMatchObject({
      total: 3,
      done: 3,
      changed: 2,
    });
    expect((await rescoreProgress(app, workspace, run))?.finishedAt).not.toBeNull();
    expect(await stored()).toBe(2);
  });

  test('writes everybody anew when the weights change', async () => {
    const contact = await scoredAda();
    const { version, hash, ...rules } = world.app.multiplier;
    const multiplier = weightsOf({ ...rules, version: version + 1 });
    Object.assign(world.app, { multiplier });
    await rescoreAll();
    expect(multiplier.hash).not.toBe(hash);
    expect(scoreFields(contact)).toMatchObject({
      multiplier: '27',
      multiplier_version: `1.2-${multiplier.hash.slice(0, 8)}`,
    });
  });

  test('is one run a day', async () => {
    const twice = await world.app.database.inWorkspace(world.workspace, async (tx) => [
      await insertRescoreRun(tx, '2026-11-21'),
      await insertRescoreRun(tx, '2026-11-21'),
    ]);
    expect(twice[0]).toBe(twice[1]);
  });
});
