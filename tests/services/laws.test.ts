import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideReview, type ReviewAnswer } from '../../src/services/decideReview.ts';
import { listLinks } from '../../src/services/listLinks.ts';
import { unlink } from '../../src/services/unlink.ts';
import { testApp, type TestApp } from '../fixtures/app.ts';
import { BASIS } from './reviewing.ts';
import { sql } from './scene.ts';

/** Two accounts and the contacts that carry their handles; what people do to them, in any order. */
const who = fc.nat({ max: 1 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('post'), who, pick: fc.nat() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('handle'), who, pick: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('review yes', 'review no', 'review unsure', 'unlink', 'unlink'),
      who,
      pick: fc.nat(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'clear',
        'no',
        'yes',
        'remove',
        'edit',
        'delete',
        'erase',
        'merge',
        'create',
      ),
      who,
      pick: fc.nat(),
    }),
  },
);
interface Step {
  readonly do: string;
  readonly who: number;
  readonly pick: number;
}

const NAMES = ['ada', 'bo'];

class Story {
  readonly #world: TestApp;
  readonly #posts: string[] = [];
  #said = 0;

  constructor(world: TestApp) {
    this.#world = world;
    for (const name of NAMES) world.network.join(`did:${name}`, { handle: `${name}.example` });
    for (const name of NAMES) world.crm.seed({ firstname: name });
  }

  play({ do: what, who, pick }: Step): void {
    const { crm, network } = this.#world;
    const contacts = [...crm.contacts.keys()];
    const contact = contacts[pick % contacts.length];
    const post = this.#posts[pick % this.#posts.length];
    const text = `text ${(this.#said += 1)}`;
    if (what === 'create') crm.seed({ firstname: 'New', memory_handle: `${NAMES[who]}.example` });
    if (what === 'post')
      this.#posts.push(
        network.post({ author: `did:${NAMES[who]}`, text, publishedAt: new Date() }),
      );
    if (post !== undefined && network.activity(post).state === 'live') {
      if (what === 'edit') network.edit(post, text);
      if (what === 'remove') network.remove(post);
    }
    if (contact !== undefined)
      this.#inCrm(what, contact, { who, other: contacts[(pick + 1) % contacts.length] });
  }

  #inCrm(
    what: string,
    contact: string,
    { who, other }: { who: number; other: string | undefined },
  ) {
    const { crm } = this.#world;
    if (what === 'handle') crm.edit(contact, { memory_handle: `${NAMES[who]}.example` });
    if (what === 'clear') crm.edit(contact, { memory_handle: '' });
    if (what === 'no' || what === 'yes') crm.edit(contact, { link_consent: what });
    if (what === 'delete') crm.delete(contact);
    if (what === 'erase') crm.delete(contact, 'erased');
    if (what === 'merge' && other !== undefined && other !== contact) crm.merge(other, contact);
  }
}

/** What a person of the company says about one of the pairs that are known by then. */
async function review({ app, workspace }: TestApp, { do: what, pick }: Step): Promise<void> {
  const state = what === 'unlink' ? 'active' : 'suggested';
  const links = await listLinks(app, workspace);
  const meant = links.filter((one) => one.state === state);
  const id = (meant.length > 0 ? meant : links)[pick % (meant.length || links.length)]?.id;
  if (id === undefined) return;
  const answer = ANSWERS.find((one) => what === `review ${one}`);
  if (answer !== undefined) {
    const basis = answer === 'yes' ? { basis: BASIS } : {};
    await decideReview(app, workspace, id, { answer, by: 'Kim', ...basis });
  }
  if (what === 'unlink') await unlink(app, workspace, id, { by: 'Kim' });
}

const ANSWERS: readonly ReviewAnswer['answer'][] = ['yes', 'no', 'unsure'];

/** What the CRM holds against what the links allow, as `contact|text`. */
async function compareWithLinks(world: TestApp) {
  const allowed = await sql<{ entry: string }>(
    world,
    `select c.external_id || '|' || a.text as entry from links l
      join contacts c on c.id = l.contact_id and c.state = 'live'
      join activities a on a.account_id = l.account_id and a.state = 'live'
      where l.state = 'active'`,
  );
  const held = [...world.crm.entries.values()].map(
    ({ entry }) => `${entry.contactId}|${entry.text}`,
  );
  return { held: held.sort(), allowed: allowed.map((row) => row.entry).sort() };
}

async function paired(world: TestApp): Promise<readonly string[]> {
  const rows = await sql<{ id: string }>(
    world,
    `select distinct c.external_id as id from links l join contacts c on c.id = l.contact_id
      where l.state = 'active'`,
  );
  return rows.map((row) => row.id);
}

test('at rest, a CRM holds each activity of an actively linked account once, and nothing of anybody else, whatever people decide (R02)', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(step, fc.constantFrom('unseen', 'told', 'read')), {
        minLength: 3,
        maxLength: 12,
      }),
      async (steps) => {
        const world = await testApp();
        try {
          const story = new Story(world);
          for (const [one, then] of steps) {
            story.play(one);
            await review(world, one);
            // Some steps find the service at work, some at rest.
            if (then !== 'unseen') await world.announce();
            if (then === 'read') await world.round();
          }
          await world.round();
          await world.announce(2);
          await world.round();
          const { held, allowed } = await compareWithLinks(world);
          expect(held).toEqual(allowed);
          const ids = await paired(world);
          for (const [id, { fields }] of world.crm.contacts)
            if (!ids.includes(id))
              expect({ id, count: fields.count_90d }).toEqual({ id, count: undefined });
        } finally {
          await world.close();
        }
      },
    ),
    { numRuns: 20, endOnFailure: true },
  );
}, 240_000);
