import { expect, test } from '@jest/globals';
import { createClock } from '../../../../sandbox/clock.ts';
import { installedPortal } from './portal.ts';

const SECOND = 1_000;
const UNLIMITED = { calls: 100_000, searchesPerSecond: 100_000 };

async function readAll(
  read: (after?: string) => Promise<{
    contacts: readonly { id: string; updatedAt: Date }[];
    next: string | undefined;
  }>,
  between: () => void = () => undefined,
): Promise<{ id: string; updatedAt: Date }[]> {
  const seen: { id: string; updatedAt: Date }[] = [];
  let after: string | undefined;
  do {
    const page = await (after === undefined ? read() : read(after));
    seen.push(...page.contacts);
    after = page.next;
    between();
  } while (after !== undefined);
  return seen;
}

test('more than 10,000 contacts changed in one moment are all read', async () => {
  const clock = createClock({ frozen: true });
  const { emulator, portal, connector, ports } = await installedPortal({
    clock,
    limits: UNLIMITED,
  });
  const since = new Date(clock.now());
  const early = portal.seedContacts(names(3, 'early'));
  clock.advance(SECOND);
  const crowd = portal.seedContacts(names(10_250, 'crowd'));
  clock.advance(SECOND);
  const late = portal.seedContacts(names(3, 'late'));
  const seen = await readAll((after) => connector.changedContacts(['firstname'], since, after));
  expect(missing([...early, ...crowd, ...late], seen)).toEqual([]);
  expect(seen.slice(-3).map((c) => c.id)).toEqual(late);
  // Repeats cost searches, of which HubSpot allows five a second: 53 pages, and one to find the crowd.
  expect(emulator.stats.report().total).toBeLessThan(60);
  expect(new Set(ports.paced)).toEqual(new Set(['search']));
  await emulator.close();
});

test('more than 10,000 contacts changed one after the other are all read', async () => {
  const clock = createClock({ frozen: true });
  const { emulator, portal, connector } = await installedPortal({ clock, limits: UNLIMITED });
  const since = new Date(clock.now());
  const ids: string[] = [];
  for (let n = 0; n < 1_050; n++) {
    ids.push(...portal.seedContacts(names(10, `group ${n}`)));
    clock.advance(SECOND);
  }
  const seen = await readAll((after) => connector.changedContacts(['firstname'], since, after));
  expect(missing(ids, seen)).toEqual([]);
  expect(seen.length - ids.length).toBeLessThan(1_200);
  await emulator.close();
});

test('a contact edited while we read hides none of the others', async () => {
  const clock = createClock({ frozen: true });
  const { emulator, portal, connector } = await installedPortal({ clock, limits: UNLIMITED });
  const since = new Date(clock.now());
  const ids: string[] = [];
  for (let n = 0; n < 450; n++) {
    ids.push(...portal.seedContacts(names(1, `row ${n}`)));
    clock.advance(SECOND);
  }
  let edits = 0;
  const seen = await readAll(
    (after) => connector.changedContacts(['firstname'], since, after),
    () => {
      if (edits >= 20) return;
      clock.advance(SECOND);
      portal.edit(ids[edits++] ?? '', { firstname: 'moved to the end' });
      portal.catchUpSearch();
    },
  );
  expect(missing(ids, seen)).toEqual([]);
  await emulator.close();
});

/** The first few ids that no page has brought: a comparison of two large sets would take minutes to fail. */
function missing(ids: readonly string[], seen: readonly { id: string }[]): string[] {
  const brought = new Set(seen.map((c) => c.id));
  return ids.filter((id) => !brought.has(id)).slice(0, 5);
}

function names(count: number, firstname: string): Record<string, string>[] {
  return Array.from({ length: count }, () => ({ firstname }));
}
