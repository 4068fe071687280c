import { describe, expect, test } from '@jest/globals';
import { readFile, readdir } from 'node:fs/promises';
import { mappingSchema } from '../../src/domain/mapping/mapping.ts';
import { overview } from '../../src/services/overview.ts';
import { recordLink } from '../../src/services/recordLink.ts';
import { MEMORY_MAPPING } from '../fixtures/app.ts';
import { pack, packs } from '../fixtures/policies.ts';
import { pairings, say, sql } from './scene.ts';
import { scoredWorld } from './scored.ts';

const { world, now, later, shows, scoredAda, rescoreAll, scoreFields, stored, explained } =
  scoredWorld();

/** A person of the company says that this account is the contact's as well. */
async function linkToo(account: string, contact: string): Promise<void> {
  const { app, workspace, crmConnection: connection } = world;
  const word = { by: 'Kim', note: 'told us', basis: 'told_us' };
  const known = { ...word, network: 'memory', account, connection, contact };
  const { outcome } = await recordLink(app, workspace, known);
  expect(outcome).toBe('decided');
  await world.settle();
}

describe('the score in the CRM', () => {
  test('stands there with band, coverage, reasons, time and version', async () => {
    const contact = await scoredAda();
    expect(scoreFields(contact)).toEqual({
      multiplier: '27',
      multiplier_band: '20-39',
      multiplier_coverage: '30',
      multiplier_reasons: expect.stringMatching(
        /^Role: journalist: \+24\.\d points; 12,400 followers on memory, counted as far as others confirm them: \+2\.\d points$/,
      ),
      multiplier_at: now().toISOString(),
      multiplier_version: expect.stringMatching(/^1\.1-[0-9a-f]{8}$/),
    });
    expect((await overview(world.app, world.workspace)).scores).toEqual([{ band: 1, count: 1 }]);
  });

  test('is none where nothing is known, rather than a 0', async () => {
    const contact = await scoredAda({ public_role: '' });
    expect(scoreFields(contact)).toMatchObject({ multiplier: '3' });
    world.network.join('did:ada', { handle: 'ada.example' });
    await world.round();
    await rescoreAll();
    expect([await stored(), scoreFields(contact)]).toEqual([0, {}]);
  });

  test('gives its reasons in the language of the workspace', async () => {
    await sql(world, "update workspaces set language = 'de'");
    const contact = await scoredAda();
    expect(scoreFields(contact).multiplier_reasons).toMatch(
      /^Rolle: Journalismus: \+24,\d Punkte; /,
    );
  });

  test('is for linked accounts only, never for suggested ones', async () => {
    const contact = world.crm.seed({ firstname: 'Ada', lastname: 'Lovelace' });
    await world.announce();
    shows({ followers: 12_400 }, { displayName: 'Ada Lovelace' });
    say(world, 'did:ada', 'no signal');
    await world.round();
    await rescoreAll();
    expect(await pairings(world)).toEqual([`did:ada>${contact} suggested`]);
    expect([await stored(), scoreFields(contact)]).toEqual([0, {}]);
  });

  test('counts answers of others, but not those of the same contact', async () => {
    const contact = await scoredAda();
    const post = world.network.post({ author: 'did:ada', text: 'still none', publishedAt: now() });
    const answer = (author: string) =>
      world.network.post({ author, text: 'same here', publishedAt: now(), inReplyTo: post });
    world.network.join('did:ada-two', { handle: 'a2.example' });
    answer('did:ada-two');
    await world.round();
    await linkToo('did:ada-two', contact);
    const known = async () => (await explained(contact)).score?.accounts.find((a) => a.followers);
    expect((await known())?.measured.engagement).toBeUndefined();
    for (const name of ['did:bo', 'did:cy', 'did:di']) answer(name);
    await world.round();
    await rescoreAll();
    const counted = await known();
    expect(counted?.measured.engagement).toBeGreaterThan(0);
    expect(counted?.coverage).toBe(60);
  });

  test('is written again only when it moved by 2 points or to another band', async () => {
    const contact = await scoredAda();
    const before = scoreFields(contact);
    later(1);
    shows({ followers: 12_900, following: 310 });
    await world.round();
    await rescoreAll();
    expect(scoreFields(contact)).toEqual(before);
    world.crm.edit(contact, { public_role: 'speaker' });
    await world.announce();
    expect(scoreFields(contact)).toMatchObject({ multiplier: '17', multiplier_band: '0-19' });
  });

  test('never gives a reason that rests on an account which is not linked any more', async () => {
    const contact = await scoredAda();
    const { multiplier } = scoreFields(contact);
    world.network.join('did:ada-two', {
      counters: { followers: 12_399, following: 300, observedAt: now() },
    });
    say(world, 'did:ada-two', 'hello');
    await world.round();
    await linkToo('did:ada-two', contact);
    world.network.close('did:ada', 'deleted');
    await world.round();
    expect(scoreFields(contact)).toMatchObject({
      multiplier,
      multiplier_reasons: expect.stringContaining('12,399 followers'),
    });
  });
});

describe('R50: the same facts at the same time give the same score', () => {
  test('and nothing is written twice', async () => {
    const contact = await scoredAda();
    const first = await explained(contact);
    const writes = await sql(world, 'select from field_journal');
    await rescoreAll();
    await rescoreAll();
    expect(await explained(contact)).toEqual(first);
    expect(await sql(world, 'select from field_journal')).toHaveLength(writes.length);
  });
});

describe("R51: nothing is used that the network's rules do not let be used for this", () => {
  const rule = { deny: 'rule' } as const;

  test.each([
    ['score', { score: { service_priority: rule } }],
    ['purpose', { purposes: { service_priority: rule } }],
    [
      'score with a consent that nobody recorded',
      {
        score: { service_priority: { needs: 'consent', clause: 'rule' } },
      },
    ],
  ] as const)('a rule against the %s ends a score that there is', async (_, changes) => {
    const contact = await scoredAda();
    expect(await stored()).toBe(1);
    Object.assign(world.app, { policies: packs(pack('memory', changes)) });
    await rescoreAll();
    expect([await stored(), scoreFields(contact)]).toEqual([0, {}]);
    expect((await explained(contact)).none?.reason).toBe('nothing_usable');
  });

  test('counts that may not be kept are not kept, and are no input', async () => {
    Object.assign(world.app, { policies: packs(pack('memory', { store: { counts: rule } })) });
    const contact = await scoredAda();
    expect(await sql(world, 'select counters from accounts where counters is not null')).toEqual(
      [],
    );
    expect((await explained(contact)).score).toMatchObject({ coverage: 0, parts: { reach: 0 } });
  });
});

describe('R54: a score never makes service slower', () => {
  test('whoever has one waits no longer than whoever has none', async () => {
    const contact = await scoredAda();
    const stranger = world.crm.seed({ firstname: 'Bo' });
    await world.announce();
    const none = await explained(stranger);
    expect([none.score, none.none?.reason, none.timeToAnswer]).toEqual([null, 'not_linked', 100]);
    expect((await explained(contact)).timeToAnswer).toBeLessThanOrEqual(100);
    world.crm.edit(contact, { link_consent: 'no' });
    await world.announce();
    expect((await explained(contact)).timeToAnswer).toBe(100);
  });
});

describe('R55: a mapping to where a person is decided about cannot be published', () => {
  test.each(['credit_limit', 'zahlungsziel', 'hr_score', 'discount'])('%s', (theirs) => {
    const fields = MEMORY_MAPPING.fields.map((row) =>
      row.ours === 'score.value' ? { ...row, theirs } : row,
    );
    expect(mappingSchema.safeParse({ ...MEMORY_MAPPING, fields }).success).toBe(false);
  });
});

test('R53: the explanation names parts, reasons and what would change it, in both languages', async () => {
  const contact = await scoredAda();
  const { score } = await explained(contact);
  const sum = Object.values(score?.parts ?? {}).reduce((all, one) => all + one, 0);
  expect(Math.round(sum)).toBe(score?.value);
  expect(score?.changes.length).toBeGreaterThan(0);
  expect(score?.changes.map((one) => one.text)).toContain(
    'If no account were linked, there would be no score.',
  );
  const german = (await explained(contact, 'de')).score;
  expect(german?.changes.map((one) => one.text)).toContain(
    'Wenn kein Konto mehr verknüpft wäre, gäbe es keinen Wert mehr.',
  );
  expect(german?.value).toBe(score?.value);
});

test('R58: only what shows, explains and writes the score reads it', async () => {
  const folder = new URL('../../src/', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const readers: string[] = [];
  for (const name of files) {
    if (name.startsWith('domain/scoring/')) continue;
    const text = await readFile(new URL(name, folder), 'utf8');
    if (/from '[^']*(\/scores|\/scoring\/\w+|\/scoreContacts|\/explainScore)\.ts'/.test(text))
      readers.push(name);
  }
  expect(readers.sort()).toEqual([
    'domain/mapping/mapping.ts',
    'domain/scoreInputs.ts',
    'http/admin.ts',
    'http/scores.ts',
    'services/app.ts',
    'services/explainScore.ts',
    'services/overview.ts',
    'services/plan.ts',
    'services/rescore.ts',
    'services/scoreContacts.ts',
    'services/scoreFacts.ts',
    'store/scores.ts',
    'wiring.ts',
  ]);
});
