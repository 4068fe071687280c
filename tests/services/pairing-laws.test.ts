import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { askForRepair, repairProgress } from '../../src/services/repair.ts';
import { listLinks } from '../../src/services/listLinks.ts';
import { testApp, type TestApp } from '../fixtures/app.ts';
import { say, sql } from './scene.ts';

/** Few values, so that people collide: shared mailboxes, namesakes, one handle in two records. */
const contact = fc.record({
  firstname: fc.constantFrom('Ada', 'Adelheid', 'Bo'),
  lastname: fc.constantFrom('Byron', 'Berg', ''),
  email: fc.constantFrom('', 'ada@a.example', 'bo@b.example', 'info@a.example'),
  memory_handle: fc.constantFrom('', '', 'ada.example', 'bo.example'),
  website: fc.constantFrom('', '', 'https://own.example'),
  city: fc.constantFrom('', 'Bonn'),
});
const account = fc.record({
  handle: fc.constantFrom('ada.example', 'bo.example', 'adabyron', 'own.example', 'x9'),
  displayName: fc.constantFrom('Ada Byron', 'Bo Berg', 'Berg GmbH', 'Ada'),
  bio: fc.constantFrom('', 'from Bonn', 'ada@a.example'),
  email: fc.constantFrom(undefined, 'ada@a.example', 'bo@b.example', 'info@a.example'),
});

type Arrival =
  | { readonly what: 'contact'; readonly at: number; readonly fields: Record<string, string> }
  | {
      readonly what: 'account';
      readonly at: number;
      readonly shown: Record<string, string | undefined>;
    };

const twoOrders = fc
  .tuple(
    fc.array(contact, { minLength: 2, maxLength: 5 }),
    fc.array(account, { minLength: 2, maxLength: 4 }),
  )
  .chain(([contacts, accounts]) => {
    const arrivals: readonly Arrival[] = [
      ...contacts.map((fields, at) => ({ what: 'contact', at, fields }) as const),
      ...accounts.map((shown, at) => ({ what: 'account', at, shown }) as const),
    ];
    const order = fc.shuffledSubarray([...arrivals], { minLength: arrivals.length });
    return fc.tuple(order, order);
  });

/** Lets them arrive one after the other; the service comes to rest between some of them. */
async function live(world: TestApp, arrivals: readonly Arrival[]): Promise<readonly string[]> {
  const labels = new Map<string, string>();
  for (const [step, arrival] of arrivals.entries()) {
    if (arrival.what === 'contact') {
      const filled = Object.entries(arrival.fields).filter(([, value]) => value !== '');
      labels.set(world.crm.seed(Object.fromEntries(filled)), `c${arrival.at}`);
      if (step % 2 === 0) await world.announce();
    } else {
      const id = `did:${arrival.at}`;
      // Two accounts of a network have two handles.
      const handle =
        arrival.at === 0 ? arrival.shown.handle : `${arrival.at}${arrival.shown.handle ?? ''}`;
      world.network.join(id, { ...arrival.shown, handle });
      say(world, id, 'hello');
      if (step % 2 === 0) await world.round();
    }
  }
  await world.announce();
  await world.round();
  const links = await listLinks(world.app, world.workspace);
  return links
    .map((one) => `${one.nativeId}>${labels.get(one.externalId) ?? '?'} ${one.state}`)
    .sort();
}

async function lookAgain(world: TestApp) {
  await askForRepair(world.app, world.workspace);
  await world.settle();
  return repairProgress(world.app, world.workspace);
}

/** How many pairs stand how, with the bits they have: contacts have other ids in the other world. */
async function states(world: TestApp): Promise<readonly string[]> {
  const links = await listLinks(world.app, world.workspace);
  return links.map((one) => `${one.nativeId} ${one.state} ${one.bits ?? 0}`).sort();
}

test('whoever comes first, the same accounts end up with the same contacts; looking again changes nothing; none is active twice in a CRM (R07)', async () => {
  await fc.assert(
    fc.asyncProperty(twoOrders, async ([one, other]) => {
      const worlds = [await testApp(), await testApp()] as const;
      try {
        const [first, second] = [await live(worlds[0], one), await live(worlds[1], other)];
        expect(second).toEqual(first);
        // A run over everything reckons with the contacts that are there now, not with the few that were there first.
        await lookAgain(worlds[0]);
        await lookAgain(worlds[1]);
        expect(await states(worlds[1])).toEqual(await states(worlds[0]));
        expect(await lookAgain(worlds[0])).toMatchObject({
          finishedAt: expect.any(Date),
          pairingsChanged: 0,
        });
        const twice = await sql(
          worlds[0],
          `select from links where state = 'active' group by account_id, connection_id having count(*) > 1`,
        );
        expect(twice).toEqual([]);
      } finally {
        await worlds[0].close();
        await worlds[1].close();
      }
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 240_000);
