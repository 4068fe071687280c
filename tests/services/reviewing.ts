import { decideReview, type ReviewAnswer } from '../../src/services/decideReview.ts';
import { listLinks } from '../../src/services/listLinks.ts';
import { listReviews } from '../../src/services/listReviews.ts';
import type { NamedLink } from '../../src/store/links.ts';
import { enqueueAttribute } from '../../src/store/jobs.ts';
import type { TestApp } from '../fixtures/app.ts';
import { sql } from './scene.ts';

export const BASIS = 'legitimate_interest:LIA-7';

/** The only pair of this account and contact. */
export async function linkOf(
  { app, workspace }: TestApp,
  account: string,
  contact: string,
): Promise<NamedLink | undefined> {
  const links = await listLinks(app, workspace);
  return links.find((one) => one.nativeId === account && one.externalId === contact);
}

export async function say(
  world: TestApp,
  link: { readonly id: string } | undefined,
  answer: ReviewAnswer['answer'],
  more: Partial<ReviewAnswer> = {},
) {
  if (link === undefined) throw new Error('there is no such pair');
  const word = { answer, by: 'Kim', ...(answer === 'yes' ? { basis: BASIS } : {}), ...more };
  const outcome = await decideReview(world.app, world.workspace, link.id, word);
  await world.settle();
  return outcome;
}

/** `did:ada: 101 102`, in the order of the queue. */
export async function queue({ app, workspace }: TestApp): Promise<readonly string[]> {
  const { reviews } = await listReviews(app, workspace, { limit: 50 });
  return reviews.map(
    (one) => `${one.nativeId}: ${one.candidates.map(({ contact }) => contact).join(' ')}`,
  );
}

/** The rules look at every account again. */
export async function rerun(world: TestApp): Promise<void> {
  const accounts = await sql<{ id: string }>(world, 'select id from accounts order by id');
  await world.app.database.inWorkspace(world.workspace, (tx) =>
    enqueueAttribute(
      tx,
      accounts.map(({ id }) => id),
    ),
  );
  await world.settle();
}
