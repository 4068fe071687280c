import fc from 'fast-check';
import type { PollPage, SocialConnector } from '../../src/contract/social.ts';
import type { SocialItem } from '../../src/domain/social.ts';
import type { SocialWorld } from './social-world.ts';

/** More calls than any poll in these tests needs: beyond it, a poll does not end. */
const mostCalls = 200;

export interface ArrivalsLaw {
  start(options: { readonly pageSize: number }): Promise<SocialWorld>;
  readonly horizonMs: number;
  readonly settleMs: number;
  readonly runs: number;
}

/** Fails when any mix of arrivals, polls and passing time makes the connector miss one. */
export async function assertNothingIsSkipped(law: ArrivalsLaw): Promise<void> {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 4 }),
    happenings(law.horizonMs),
    async (pageSize, story) => {
      const world = await law.start({ pageSize });
      try {
        const missed = await missedAfter(world, story, law.settleMs);
        if (missed.length > 0) throw new Error(`${missed.length} arrivals were never brought`);
      } finally {
        await world.stop?.();
      }
    },
  );
  await fc.assert(property, { numRuns: law.runs });
}

/** `polls` to the end, or `poll`s one page and is interrupted there. */
interface Happening {
  readonly what: 'arrival' | 'poll' | 'polls' | 'time';
  readonly ms: number;
}

/** Arrivals claim a time between now and nearly the horizon; ties are frequent, as the steps are coarse. */
function happenings(horizonMs: number): fc.Arbitrary<Happening[]> {
  const ago = fc.oneof(
    fc.constantFrom(0, 0, 1_000, 60_000),
    fc.integer({ min: 0, max: 20 }).map((step) => Math.floor((step * horizonMs * 0.9) / 20)),
  );
  const happening = (what: Happening['what'], ms: fc.Arbitrary<number>, weight: number) => ({
    weight,
    arbitrary: fc.record({ what: fc.constant(what), ms }),
  });
  return fc.array(
    fc.oneof(
      happening('arrival', ago, 6),
      happening('poll', fc.constant(0), 2),
      happening('polls', fc.constant(0), 1),
      happening('time', fc.constantFrom(1_000, 600_000, 4_000_000), 1),
    ),
    { minLength: 1, maxLength: 40, size: 'max' },
  );
}

/** Ids of arrivals that no poll brought, although at the end two whole polls ran after `settleMs`. */
async function missedAfter(
  world: SocialWorld,
  story: readonly Happening[],
  settleMs: number,
): Promise<string[]> {
  const posted: string[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  const take = (items: readonly SocialItem[], page: PollPage) => {
    ({ cursor } = page);
    items.forEach((item) => seen.add(idOf(item)));
  };
  const pollAll = async () => {
    const { items, last } = await pollToEnd(world.connector, cursor);
    take(items, last);
  };
  for (const { what, ms } of story) {
    if (what === 'time') world.advance(ms);
    if (what === 'arrival')
      posted.push(await world.post({ text: 'hello', at: new Date(world.now().getTime() - ms) }));
    if (what === 'polls') await pollAll();
    if (what === 'poll') {
      const page = await world.connector.poll(cursor);
      take(page.items, page);
    }
  }
  // The poll that runs when the time is up may be the rest of an earlier one; the one after it starts afresh.
  world.advance(settleMs);
  await pollAll();
  await pollAll();
  return posted.filter((id) => !seen.has(id));
}

export async function pollToEnd(connector: SocialConnector, from?: string) {
  const pages: PollPage[] = [];
  let cursor = from;
  for (let calls = 0; calls < mostCalls; calls += 1) {
    const page = await connector.poll(cursor);
    pages.push(page);
    ({ cursor } = page);
    if (!page.more) {
      const items = pages.flatMap((each) => each.items);
      return { items, refused: pages.flatMap((each) => each.refused), last: page };
    }
  }
  throw new Error(`A poll did not end within ${mostCalls} calls`);
}

export function idOf({ activity }: SocialItem): string {
  return activity.nativeId;
}
