import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  dropPlannedFields,
  planEntry,
  planFields,
  planRemovals,
} from '../../src/store/deliveries.ts';
import {
  claimEntries,
  claimFields,
  claimRemovals,
  confirmDeliveries,
  returnDeliveries,
} from '../../src/store/sending.ts';
import { fileDatabase } from '../fixtures/lifetime.ts';
import { entry, outbox, pairedContact, say, type Paired } from '../fixtures/paired.ts';

const { database } = fileDatabase();

/** A CRM that takes writes, and loses some of the answers. What it must never see, it refuses loudly. */
class Crm {
  readonly entries = new Map<string, string>();
  handle = '';
}

interface InHand {
  readonly id: string;
  readonly version: number;
}

/** The service between its transactions, as services/plan and services/push drive the store. */
class World {
  paired = true;
  said = new Map<string, string>();
  handle = 'ada';
  readonly crm = new Crm();
  /** Every text the CRM was ever sent while the pairing did not hold. */
  readonly breaches: string[] = [];
  inHand: InHand[] = [];
  readonly at: Paired;
  readonly activities: readonly string[];

  constructor(at: Paired, activities: readonly string[]) {
    this.at = at;
    this.activities = activities;
  }

  /** What should stand in the CRM. */
  wanted() {
    return this.paired ? new Map([...this.said].map(([id, text]) => [`e${id}`, text])) : new Map();
  }

  async plan() {
    const { at } = this;
    const target = { connectionId: at.connection, contactId: at.contact };
    await at.inWorkspace(async (tx) => {
      await planRemovals(tx, at.contact, this.paired ? [...this.said.keys()] : []);
      if (!this.paired) return;
      for (const [id, text] of this.said) {
        await planEntry(tx, { ...target, key: `e${id}`, activityId: id }, entry(text));
      }
      // While a write is in hand nobody knows what stands there, so what should stand there is planned.
      if (this.handle !== this.crm.handle || this.inHand.length > 0) {
        await planFields(tx, { ...target, key: 'f' }, { handle: this.handle });
      } else {
        await dropPlannedFields(tx, at.contact);
      }
    });
  }

  /** Takes everything due in hand and sends it: the CRM holds it from then on, answered or not. */
  async send() {
    const claim = { connectionId: this.at.connection, processId: '1', limit: 100 };
    await this.at.inWorkspace(async (tx) => {
      const gone = await claimRemovals(tx, claim);
      const put = await claimEntries(tx, claim);
      const fields = await claimFields(tx, claim);
      for (const { key } of gone) this.crm.entries.delete(key);
      for (const { key, wanted } of put) this.crm.entries.set(key, wanted.text);
      for (const { wanted } of fields) this.crm.handle = wanted.handle ?? this.crm.handle;
      const written = [...put, ...fields].map(({ wanted }) => JSON.stringify(wanted));
      if (!this.paired) this.breaches.push(...written);
      this.inHand.push(...[...gone, ...put, ...fields]);
    });
  }

  async answer(lost: boolean) {
    const { inHand } = this;
    this.inHand = [];
    await this.at.inWorkspace((tx) =>
      lost
        ? returnDeliveries(
            tx,
            inHand.map((one) => one.id),
            { delayMs: 0, counts: true },
          )
        : confirmDeliveries(
            tx,
            inHand.map((one) => ({ ...one, remoteId: null })),
          ),
    );
  }
}

type Step = (world: World) => Promise<void>;

const posts = [0, 1, 2];
const steps: fc.Arbitrary<readonly [string, Step]> = fc.oneof(
  fc.tuple(fc.constantFrom(...posts), fc.constantFrom('x', 'y')).map(
    ([post, text]) =>
      [
        `says ${text} in ${post}`,
        (w: World) => {
          w.said.set(w.activities[post] ?? '', text);
          return Promise.resolve();
        },
      ] as const,
  ),
  fc.constantFrom(...posts).map(
    (post) =>
      [
        `takes ${post} back`,
        (w: World) => {
          w.said.delete(w.activities[post] ?? '');
          return Promise.resolve();
        },
      ] as const,
  ),
  fc.constantFrom('ada', 'grace').map(
    (handle) =>
      [
        `is called ${handle}`,
        (w: World) => {
          w.handle = handle;
          return Promise.resolve();
        },
      ] as const,
  ),
  fc.boolean().map(
    (paired) =>
      [
        paired ? 'is paired' : 'is unpaired',
        (w: World) => {
          w.paired = paired;
          return w.at.decide(paired ? 'active' : 'withdrawn');
        },
      ] as const,
  ),
  fc.constant(['plan', (w: World) => w.plan()] as const),
  fc.constant(['send', (w: World) => w.send()] as const),
  fc
    .boolean()
    .map((lost) => [lost ? 'answer lost' : 'answer', (w: World) => w.answer(lost)] as const),
);

test('in any order of events nothing is written for a contact that is not paired (R02), and in the end the CRM holds what it should', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 40 }), async (run) => {
      const world = await build();
      for (const [, step] of run) await step(world);
      expect(world.breaches).toEqual([]);
      await world.answer(false);
      await world.plan();
      for (let round = 0; round < 3; round += 1) {
        await world.send();
        await world.answer(false);
      }
      expect(world.crm.entries).toEqual(world.wanted());
      if (world.paired) expect(world.crm.handle).toBe(world.handle);
      const rows = await world.at.inWorkspace(outbox);
      const unfinished = rows.filter(({ state }) => state === 'planned' || state === 'sent');
      expect(unfinished).toEqual([]);
      // Nothing to do is nothing done.
      await world.plan();
      expect(await world.at.inWorkspace(outbox)).toEqual(rows);
    }),
    { numRuns: 120 },
  );
});

async function build(): Promise<World> {
  const at = await pairedContact(database);
  const activities = await at.inWorkspace(async (tx) => {
    const ids: string[] = [];
    for (const post of posts) ids.push(await say(tx, at, `model ${post}`));
    return ids;
  });
  return new World(at, activities);
}
