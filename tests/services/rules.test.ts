import { describe, expect, test, afterEach } from '@jest/globals';
import { RuleFileFault } from '../../src/platform/ruleFile.ts';
import { dryRunRules } from '../../src/services/dryRunRules.ts';
import { publishRules, showRules, takeShadowRun } from '../../src/services/publishRules.ts';
import { askForRepair, repairProgress } from '../../src/services/repair.ts';
import { testApp } from '../fixtures/app.ts';
import { madeForEach } from '../fixtures/lifetime.ts';
import { PAIRING } from '../fixtures/pairing.ts';
import { pairings, say, sql } from './scene.ts';

const world = madeForEach(() => testApp());
afterEach(() => world.close());

const next = (change: (text: string) => string = (text) => text) =>
  change(PAIRING.text.replace(/^version: \d+$/m, 'version: 90'));
/** Hardly any account is expected in the CRM, so that a name alone is not worth a question. */
const deaf = next((text) => text.replace('expected_share: 0.3', 'expected_share: 0.00001'));
const draft = (text: string) => ({ text, by: 'Kim' });

/** Ada by proof and Bo by name. */
async function twoPaired() {
  const ada = world.crm.seed({ firstname: 'Ada', lastname: 'Byron', memory_handle: 'ada.example' });
  const bo = world.crm.seed({ firstname: 'Bo', lastname: 'Berglund' });
  await world.announce();
  world.network.join('did:ada', { handle: 'ada.example' });
  world.network.join('did:bo', { handle: 'x81', displayName: 'Bo Berglund' });
  say(world, 'did:ada', 'hello');
  say(world, 'did:bo', 'hello');
  await world.round();
  expect(await pairings(world)).toEqual([`did:ada>${ada} active`, `did:bo>${bo} suggested`]);
  return { ada, bo };
}

describe('rules of a workspace', () => {
  test('are shown before what they change: what vanishes is named, and nothing is stored', async () => {
    const { bo } = await twoPaired();
    const before = await pairings(world);
    const {
      changes,
      accounts,
      next: after,
    } = await dryRunRules(world.app, world.workspace, { text: deaf });
    expect(changes).toEqual([
      expect.objectContaining({
        account: 'did:bo',
        contact: bo,
        before: 'suggested',
        after: 'nothing',
      }),
    ]);
    expect(changes[0]?.because.before).toMatch(/NAME\(\d/);
    expect({ accounts, after }).toEqual({ accounts: 2, after: undefined });
    expect(await pairings(world)).toEqual(before);
    expect((await dryRunRules(world.app, world.workspace, { text: next() })).changes).toEqual([]);
  });

  test('are looked at again for everybody once they are published, and proof stands', async () => {
    const { ada } = await twoPaired();
    const { version } = await publishRules(world.app, world.workspace, draft(deaf));
    await world.settle();
    expect(version).toBe(90);
    expect(await pairings(world)).toEqual([`did:ada>${ada} active`]);
    expect(await repairProgress(world.app, world.workspace)).toMatchObject({
      reason: 'rules',
      rulesVersion: 90,
      accountsTotal: 2,
      accountsDone: 2,
      finishedAt: expect.any(Date),
    });
    const shown = await showRules(world.app, world.workspace);
    expect(shown).toMatchObject({ version: 90, isOwn: true, text: deaf });
  });

  test.each([
    ['a version that is not above', PAIRING.text, /line \d+, version: must be above/],
    [
      'a floor',
      next((text) => text.replace('probability: 0.999', 'probability: 0.9')),
      /line \d+, decide.automatic.probability/,
    ],
    ['an unknown word', next((text) => `${text}\nguess: true\n`), /line \d+.*guess/],
    ['no YAML', 'version: [', /line \d+/],
    [
      'probability that may link without a shadow run',
      next((text) =>
        text.replace(
          'allowed: false,',
          'allowed: true, shadow_run: { decided_by_people: 500, wrong: 0, until: 2026-11-01 },',
        ),
      ),
      /line \d+, decide.automatic.allowed: needs a recorded shadow run/,
    ],
  ])('are refused with line, path and remedy: %s (R05)', async (_, text, fault) => {
    const published = publishRules(world.app, world.workspace, draft(text));
    await expect(published).rejects.toThrow(RuleFileFault);
    await expect(published).rejects.toThrow(fault);
    expect((await showRules(world.app, world.workspace)).isOwn).toBe(false);
  });

  test('let probability link only after 500 decisions of people without a wrong one', async () => {
    const own = (reviewed: number, wrong: number) =>
      world.app.database.inWorkspace(world.workspace, (tx) =>
        tx.rows(
          'insert into shadow_runs (workspace_id, rules_version, reviewed, wrong) values ($1, 2, $2, $3)',
          [world.workspace, reviewed, wrong],
        ),
      );
    const automatic = next((text) =>
      text.replace(
        'allowed: false,',
        'allowed: true, shadow_run: { decided_by_people: 500, wrong: 0, until: 2026-11-01 },',
      ),
    );
    const publish = () => publishRules(world.app, world.workspace, draft(automatic));
    expect(await takeShadowRun(world.app, world.workspace)).toMatchObject({
      reviewed: 0,
      wrong: 0,
    });
    await own(499, 0);
    await expect(publish()).rejects.toThrow(RuleFileFault);
    await own(900, 1);
    await expect(publish()).rejects.toThrow(RuleFileFault);
    await own(500, 0);
    expect((await publish()).version).toBe(90);
    // Two families, one of them no name.
    const carl = world.crm.seed({
      firstname: 'Carl',
      lastname: 'Cedergren',
      other_handle: 'carlcedergren81',
    });
    const dora = world.crm.seed({ firstname: 'Dora', lastname: 'Dahlgren' });
    await world.announce();
    world.network.join('did:carl', { handle: 'carlcedergren81', displayName: 'Carl Cedergren' });
    world.network.join('did:dora', { handle: 'doradahlgren', displayName: 'Dora Dahlgren' });
    say(world, 'did:carl', 'hello');
    say(world, 'did:dora', 'hello');
    await world.round();
    expect(await pairings(world)).toEqual([
      `did:carl>${carl} active`,
      `did:dora>${dora} suggested`,
    ]);
    await own(1_000, 1);
    await askForRepair(world.app, world.workspace);
    await world.settle();
    expect(await pairings(world)).toEqual([
      `did:carl>${carl} suggested`,
      `did:dora>${dora} suggested`,
    ]);
  });
});

test('a repair makes keys anew that were lost, tells how far it is, and changes nothing the second time', async () => {
  const { bo } = await twoPaired();
  await sql(world, 'delete from contact_blocks');
  await sql(world, 'delete from account_blocks');
  await sql(world, 'delete from links');
  await askForRepair(world.app, world.workspace);
  await world.settle();
  const first = await repairProgress(world.app, world.workspace);
  expect(first).toMatchObject({
    contactsDone: 2,
    contactsTotal: 2,
    accountsDone: 2,
    pairingsChanged: 2,
  });
  expect(await pairings(world)).toContain(`did:bo>${bo} suggested`);
  await askForRepair(world.app, world.workspace);
  await world.settle();
  expect(await repairProgress(world.app, world.workspace)).toMatchObject({ pairingsChanged: 0 });
});
