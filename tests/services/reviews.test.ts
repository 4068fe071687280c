import { describe, expect, test } from '@jest/globals';
import { explainLink } from '../../src/services/explainLink.ts';
import { listReviews } from '../../src/services/listReviews.ts';
import { recordLink } from '../../src/services/recordLink.ts';
import { unlink } from '../../src/services/unlink.ts';
import { BASIS, linkOf, queue, rerun, say } from './reviewing.ts';
import { disturbedWorld, fieldsOf, pairings, say as post, sql, texts } from './scene.ts';

const { world } = disturbedWorld();

const NAMED = { firstname: 'Ada', lastname: 'Berg' } as const;

/** Two contacts with the same handle, and an account that says something. */
async function contested() {
  const one = world.crm.seed({ ...NAMED, memory_handle: 'ada.example' });
  const two = world.crm.seed({ ...NAMED, memory_handle: 'ada.example' });
  await world.announce();
  world.network.join('did:ada', { handle: 'ada.example', displayName: 'Ada Berg' });
  post(world, 'did:ada', 'no signal');
  await world.round();
  return { one, two };
}

/** A contact and an account that share a name only. */
async function namesakes() {
  const contact = world.crm.seed(NAMED);
  await world.announce();
  world.network.join('did:ada', { handle: 'berg.example', displayName: 'Ada Berg' });
  post(world, 'did:ada', 'hello');
  await world.round();
  return contact;
}

describe('a contested account', () => {
  test('links nobody, and stands in the queue once with both candidates (R07)', async () => {
    const { one, two } = await contested();
    expect(texts(world, one)).toEqual([]);
    expect(await queue(world)).toEqual([`did:ada: ${one} ${two}`]);
  });

  test('yes links one; the other waits, is refused by nobody, and is asked about again when the one ends', async () => {
    const { one, two } = await contested();
    expect(await say(world, await linkOf(world, 'did:ada', two), 'yes')).toMatchObject({
      state: 'active',
    });
    expect(texts(world, two)).toEqual(['no signal']);
    expect(await queue(world)).toEqual([]);
    await rerun(world);
    expect(await pairings(world)).toEqual([`did:ada>${one} suggested`, `did:ada>${two} active`]);
    await say(world, await linkOf(world, 'did:ada', two), 'no');
    expect(texts(world, two)).toEqual([]);
    expect(await queue(world)).toEqual([`did:ada: ${one}`]);
  });

  test('a second person who wants the other one is told to unlink first', async () => {
    const { one, two } = await contested();
    await say(world, await linkOf(world, 'did:ada', two), 'yes');
    expect(await say(world, await linkOf(world, 'did:ada', one), 'yes')).toMatchObject({
      outcome: 'refused',
      obstacle: { reason: 'taken' },
    });
    expect(texts(world, two)).toEqual(['no signal']);
  });
});

describe('a suggestion by name', () => {
  test('leads to no write before a person says yes, and to all of them after (R02, R05)', async () => {
    const contact = await namesakes();
    expect(texts(world, contact)).toEqual([]);
    await say(world, await linkOf(world, 'did:ada', contact), 'yes');
    expect(texts(world, contact)).toEqual(['hello']);
    expect(fieldsOf(world, contact).count_90d).toBe('1');
  });

  test('is not linked without a ground', async () => {
    const contact = await namesakes();
    const link = await linkOf(world, 'did:ada', contact);
    expect(await say(world, link, 'yes', { basis: 'because' })).toMatchObject({
      obstacle: { reason: 'basis' },
    });
    expect(await pairings(world)).toEqual([`did:ada>${contact} suggested`]);
  });

  test('no silences it through every re-run, until a new family of evidence appears; then it asks and never links', async () => {
    const contact = await namesakes();
    await say(world, await linkOf(world, 'did:ada', contact), 'no');
    await rerun(world);
    await world.mirror();
    expect(await pairings(world)).toEqual([`did:ada>${contact} rejected`]);
    expect(await queue(world)).toEqual([]);
    // A proof, and of another family than the name.
    world.crm.edit(contact, { memory_handle: 'berg.example' });
    await world.announce();
    expect(await pairings(world)).toEqual([`did:ada>${contact} suggested`]);
    expect(await queue(world)).toEqual([`did:ada: ${contact}`]);
    await rerun(world);
    expect(texts(world, contact)).toEqual([]);
    // What was new is gone again: the word of the person is in force as before.
    world.crm.edit(contact, { memory_handle: '' });
    await world.announce();
    expect(await pairings(world)).toEqual([`did:ada>${contact} rejected`]);
  });

  test('unsure puts it off, and decides nothing', async () => {
    const contact = await namesakes();
    await say(world, await linkOf(world, 'did:ada', contact), 'unsure');
    expect(await queue(world)).toEqual([]);
    await rerun(world);
    expect(await queue(world)).toEqual([]);
    world.crm.edit(contact, { memory_handle: 'berg.example' });
    await world.announce();
    expect(await pairings(world)).toEqual([`did:ada>${contact} active`]);
  });

  test('a contact who says no is let go also by whom a person paired, and cannot be paired (R06)', async () => {
    const contact = await namesakes();
    await say(world, await linkOf(world, 'did:ada', contact), 'yes');
    world.crm.edit(contact, { link_consent: 'no' });
    await world.announce();
    expect(texts(world, contact)).toEqual([]);
    expect(await say(world, await linkOf(world, 'did:ada', contact), 'yes')).toMatchObject({
      obstacle: { reason: 'veto' },
    });
  });
});

test('the queue: what more people wait for comes first, page by page', async () => {
  for (const [name, said] of [
    ['Bo', 1],
    ['Cy', 5],
    ['Di', 3],
  ] as const) {
    world.crm.seed({ firstname: name, lastname: 'Berg' });
    world.network.join(`did:${name}`, { displayName: `${name} Berg` });
    for (let n = 0; n < said; n += 1) post(world, `did:${name}`, `${name} ${n}`);
  }
  await world.announce();
  await world.round();
  const names: string[] = [];
  let after: Awaited<ReturnType<typeof listReviews>>['next'];
  do {
    const page = await listReviews(world.app, world.workspace, { limit: 1, after });
    expect(page.total).toBe(3);
    names.push(...page.reviews.map((one) => one.nativeId));
    after = page.next;
  } while (after !== undefined);
  expect(names).toEqual(['did:Cy', 'did:Di', 'did:Bo']);
});

describe('what an agent knows (E4)', () => {
  const known = (contact: string) => ({
    network: 'memory',
    account: '@Ada.Example',
    connection: world.crmConnection,
    contact,
    by: 'Kim',
    note: 'she told me on the phone',
    basis: 'told_us',
  });

  test('is suggested with the note, then confirmed, and both stand in the log (R03, R08)', async () => {
    const contact = world.crm.seed({ firstname: 'Somebody' });
    await world.announce();
    world.network.join('did:ada', { handle: 'ada.example' });
    post(world, 'did:ada', 'hello');
    await world.round();
    const outcome = await recordLink(world.app, world.workspace, known(contact));
    expect(outcome).toMatchObject({ outcome: 'decided', state: 'active' });
    await world.settle();
    expect(texts(world, contact)).toEqual(['hello']);
    const log = await sql(
      world,
      'select action, actor, basis, note from link_decisions order by id',
    );
    expect(log).toEqual([
      { action: 'suggest', actor: 'person:Kim', basis: 'suggestion', note: known('').note },
      { action: 'confirm', actor: 'person:Kim', basis: 'told_us', note: known('').note },
    ]);
    await rerun(world);
    expect(texts(world, contact)).toEqual(['hello']);
  });

  test('of an account or contact that is not there, is unknown', async () => {
    const outcome = await recordLink(world.app, world.workspace, known('nobody'));
    expect(outcome).toEqual({ outcome: 'unknown' });
  });
});

test('an explanation is the same when it is asked for later, after all has changed (R08)', async () => {
  const { one, two } = await contested();
  await say(world, await linkOf(world, 'did:ada', two), 'yes');
  const link = (await linkOf(world, 'did:ada', two))?.id ?? '';
  const ask = (language: 'de' | 'en', decision?: string) =>
    explainLink(world.app, world.workspace, link, { language, decision });
  const then = await ask('en');
  expect(then?.sentence).toMatch(
    new RegExp(
      `^Paired with contact ${two}: .* Decided by Kim on .*, basis: ${BASIS}\\. Next was contact ${one}`,
    ),
  );
  expect(then?.matchKey).toMatch(/^\+HANDLE\(proof\) \+NAME\(\d+\.\d\) => proof$/);
  const german = await ask('de', then?.decision);
  await unlink(world.app, world.workspace, link, { by: 'Lee' });
  world.crm.edit(one, { memory_handle: '', firstname: 'Else' });
  await world.announce();
  expect((await ask('en'))?.state).toBe('rejected');
  expect(await ask('en', then?.decision)).toEqual(then);
  expect(await ask('de', then?.decision)).toEqual(german);
});
