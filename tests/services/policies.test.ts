import { afterEach, describe, expect, test } from '@jest/globals';
import type { PolicyPack } from '../../src/domain/policy/pack.ts';
import { checkHealth } from '../../src/services/checkHealth.ts';
import { changeEmployees, howManyEmployees } from '../../src/services/employees.ts';
import { poll } from '../../src/services/ingest.ts';
import { overview } from '../../src/services/overview.ts';
import { schedule } from '../../src/services/schedule.ts';
import { linksOfAccount } from '../../src/store/links.ts';
import { testApp, type TestApp } from '../fixtures/app.ts';
import { pack, packs } from '../fixtures/policies.ts';
import { ADA, fieldsOf, pairedAda, pairings, say, scan, sql, texts } from './scene.ts';

let world: TestApp;
afterEach(() => world.close());

const start = async (...of: readonly PolicyPack[]) => {
  world = await testApp(of.length === 0 ? {} : { policies: packs(...of) });
};

/** As when another version of the rules is installed. */
function nowWith(of: PolicyPack): void {
  Object.assign(world.app, { policies: packs(of) });
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}

async function crmIsUntouched(contact: string): Promise<void> {
  expect(texts(world, contact)).toEqual([]);
  expect(await sql(world, 'select from field_journal')).toEqual([]);
  expect(fieldsOf(world, contact)).not.toHaveProperty('count_90d');
}

describe('what a network’s rules allow', () => {
  test('proof that needs a human is a suggestion and writes nothing (R02, R03)', async () => {
    await start(pack('memory', { pair: { E2: { needs: 'human', clause: 'rule' } } }));
    const { contact } = await pairedAda(world);
    expect(await pairings(world)).toEqual([`did:ada>${contact} suggested`]);
    await crmIsUntouched(contact);
  });

  test('with the consent that the CRM holds, what the person told the company links (R03)', async () => {
    await start(pack('memory', { pair: { E2: { needs: 'human', clause: 'rule' } } }));
    const { contact } = await pairedAda(world, { ...ADA, link_consent: 'yes' });
    expect(await pairings(world)).toEqual([`did:ada>${contact} active`]);
    expect(texts(world, contact)).toEqual(['no signal']);
  });

  test.each([
    ['denied', { deny: 'rule' }],
    ['without the consent it needs', { needs: 'consent', clause: 'rule' }],
  ] as const)('evidence that is %s leaves no trace', async (_, word) => {
    await start(pack('memory', { pair: { E2: word } }));
    const { contact } = await pairedAda(world);
    expect(await pairings(world)).toEqual([]);
    await crmIsUntouched(contact);
  });

  test('without a pack for it, a network brings nothing at all', async () => {
    await start(pack('other'));
    const { contact } = await pairedAda(world);
    expect(await pairings(world)).toEqual([]);
    expect(await sql(world, 'select from activities')).toEqual([]);
    await crmIsUntouched(contact);
  });

  test('text that has to stay with the network is in no entry and no delivery; the address is (R23)', async () => {
    await start(
      pack('memory', { store: { text: { deny: 'rule' }, display_name: { deny: 'rule' } } }),
    );
    const contact = world.crm.seed(ADA);
    await world.announce();
    world.network.join('did:ada', { handle: 'ada.example', displayName: 'Lovelace' });
    say(world, 'did:ada', 'no signal');
    await world.round();
    expect(world.crm.entriesOf(contact)).toMatchObject([{ text: '', author: '@ada.example' }]);
    const written = JSON.stringify(await sql(world, 'select wanted from deliveries'));
    expect(written).not.toMatch(/no signal|Lovelace/);
    expect(fieldsOf(world, contact).count_90d).toBe('1');
  });

  test('a handle that may not be kept is written into no field', async () => {
    await start(pack('memory', { store: { handle: { deny: 'rule' } } }));
    const contact = world.crm.seed({ firstname: 'Ada', website: 'https://ada.example' });
    await world.announce();
    world.network.join('did:ada', { handle: 'ada.example', handleIsDomain: true });
    say(world, 'did:ada', 'no signal');
    await world.round();
    expect(await pairings(world)).toEqual([`did:ada>${contact} active`]);
    expect(fieldsOf(world, contact)).not.toHaveProperty('memory_handle');
    expect(world.crm.entriesOf(contact)[0]?.author).toBe('?');
  });
});

describe('a pack that nobody checked for long (R83)', () => {
  const policyOf = async () => {
    const { connections } = await overview(world.app, world.workspace);
    return connections.map(({ kind, policy }) => `${kind} ${policy?.freshness ?? '-'}`).sort();
  };

  test('warns first: all goes on, and the admin is told', async () => {
    await start(pack('memory', { checked: daysAgo(150) }));
    const { contact } = await pairedAda(world);
    expect(texts(world, contact)).toEqual(['no signal']);
    expect(await policyOf()).toEqual(['crm -', 'social stale']);
    expect((await checkHealth(world.app)).parts.policies).toEqual({
      status: 'attention',
      stale: ['memory'],
      frozen: [],
    });
  });

  test('then freezes: nothing new comes in, deletions still count, what stands stays', async () => {
    await start();
    const { contact, post } = await pairedAda(world);
    say(world, 'did:ada', 'still there');
    await world.round();
    expect(await policyOf()).toEqual(['crm -', 'social current']);

    nowWith(pack('memory', { checked: daysAgo(300) }));
    say(world, 'did:ada', 'too late');
    world.network.join('did:bo', { handle: 'bo.example' });
    say(world, 'did:bo', 'too late as well');
    world.network.remove(post);
    await world.round();
    expect(texts(world, contact)).toEqual(['still there']);
    expect(await pairings(world)).toEqual([`did:ada>${contact} active`]);
    expect(await policyOf()).toEqual(['crm -', 'social frozen']);
    const { status, parts } = await checkHealth(world.app);
    expect([status, parts.policies?.frozen]).toEqual(['degraded', ['memory']]);

    nowWith(pack('memory'));
    await world.round();
    expect(texts(world, contact)).toEqual(['still there', 'too late']);
  });

  test('its source gets no job that would ask for more', async () => {
    await start(pack('memory', { checked: daysAgo(300) }));
    const polls = () =>
      sql<{ key: string }>(
        world,
        `select key from graphile_worker._private_jobs where key like 'poll:%'`,
      );
    await poll(world.app, world.workspace, world.source);
    await schedule(world.app);
    expect(await polls()).toEqual([]);
    nowWith(pack('memory'));
    await schedule(world.app);
    expect(await polls()).toHaveLength(1);
  });
});

describe('people who work for the company (R12)', () => {
  const BO = { firstname: 'Ada', email: 'Ada@Company.example', memory_handle: 'ada.example' };
  const change = async (add: readonly string[], remove: readonly string[] = []) => {
    const count = await changeEmployees(world.app, world.workspace, { add, remove });
    await world.settle();
    return count;
  };

  test('lose their pairing when they are listed, and get it back when they leave', async () => {
    await start();
    const { contact } = await pairedAda(world, BO);
    expect(texts(world, contact)).toEqual(['no signal']);
    expect(await change(['ada@company.example', 'other@company.example'])).toBe(2);
    expect(await pairings(world)).toEqual([`did:ada>${contact} withdrawn`]);
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact).count_90d ?? '').toBe('');

    expect(await change([], ['ADA@company.example'])).toBe(1);
    expect(await howManyEmployees(world.app, world.workspace)).toBe(1);
    expect(texts(world, contact)).toEqual(['no signal']);
  });

  test('are known by keyed hashes alone', async () => {
    await start();
    await change(['grace@company.example']);
    expect(await scan(world, ['grace'])).toEqual([]);
    expect(await sql(world, 'select from employees')).toHaveLength(1);
  });

  test('are also known by the address that they comment with', async () => {
    await start();
    await change(['ada@company.example']);
    world.network.join('did:ada', { handle: 'ada.example', email: 'ada@company.example' });
    const contact = world.crm.seed(ADA);
    await world.announce();
    say(world, 'did:ada', 'no signal');
    await world.round();
    expect(await pairings(world)).toEqual([]);
    expect(texts(world, contact)).toEqual([]);
  });

  test('may be marked in their record instead', async () => {
    await start();
    const { contact } = await pairedAda(world);
    world.crm.edit(contact, { works_here: 'true' });
    await world.announce();
    expect(texts(world, contact)).toEqual([]);
    expect(await pairings(world)).toEqual([`did:ada>${contact} withdrawn`]);
  });
});

describe('minors, and whose age is not known (R13)', () => {
  test.each(['yes', 'unknown'])('a record that says "%s" ends the pairing', async (value) => {
    await start();
    const { contact } = await pairedAda(world);
    world.crm.edit(contact, { is_minor: value });
    await world.announce();
    expect(texts(world, contact)).toEqual([]);
    expect(await pairings(world)).toEqual([`did:ada>${contact} withdrawn`]);
  });

  test.each(['minor', 'age_unknown'] as const)('so does an account marked %s', async (mark) => {
    await start();
    const { contact } = await pairedAda(world);
    world.network.join('did:ada', { handle: 'ada.example', marks: [mark] });
    await world.round();
    expect(texts(world, contact)).toEqual([]);
    expect(await pairings(world)).toEqual([`did:ada>${contact} withdrawn`]);
  });
});

test('an account that wants not to be found is suggested for nobody (R10)', async () => {
  await start();
  world.crm.seed({ firstname: 'Ada', lastname: 'Byron' });
  await world.announce();
  const join = (marks: readonly 'signed_in_only'[]) => {
    world.network.join('did:ada', { handle: 'ab', displayName: 'Ada Byron', marks });
  };
  join([]);
  say(world, 'did:ada', 'no signal');
  await world.round();
  expect(await pairings(world)).toHaveLength(1);
  join(['signed_in_only']);
  await world.round();
  expect(await pairings(world)).toEqual([]);
});

describe('a veto beats what a person decided (R06)', () => {
  /** As after a human's yes. */
  async function decidedByPerson(): Promise<void> {
    await sql(
      world,
      `update links set decided_by = 'person:Grace', basis = 'contract', state = 'active'`,
    );
  }

  test.each([
    ['an objection', { link_consent: 'no' }],
    ['employment (R12)', { works_here: 'yes' }],
    ['minority (R13)', { is_minor: 'unknown' }],
  ])('%s in the record', async (_, fields) => {
    await start();
    const { contact } = await pairedAda(world);
    await decidedByPerson();
    world.crm.edit(contact, { memory_handle: '' });
    await world.announce();
    expect(await pairings(world)).toEqual([`did:ada>${contact} active`]);
    world.crm.edit(contact, fields);
    await world.announce();
    expect(await pairings(world)).toEqual([`did:ada>${contact} withdrawn`]);
    expect(texts(world, contact)).toEqual([]);
  });

  test('a minor’s account', async () => {
    await start();
    const { contact } = await pairedAda(world);
    await decidedByPerson();
    world.network.join('did:ada', { handle: 'ada.example', marks: ['minor'] });
    await world.round();
    const [link] = await world.app.database.inWorkspace(world.workspace, async (tx) => {
      const [account] = await tx.rows<{ id: string }>('select id from accounts where not is_brand');
      return linksOfAccount(tx, account?.id ?? '');
    });
    expect(link?.state).toBe('withdrawn');
    expect(texts(world, contact)).toEqual([]);
  });
});
