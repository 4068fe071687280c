import { cleanText } from '../domain/text.ts';
import { RULES, type Evidence } from '../domain/pairing/evidence.ts';
import { isEvidenceRule } from '../domain/timeline.ts';
import { readContacts } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { linksOfAccount, type Link } from '../store/links.ts';
import {
  countReviews,
  queuedReviews,
  type QueuedReview,
  type QueuePlace,
} from '../store/reviews.ts';
import type { App } from './app.ts';
import { personOf } from './persons.ts';

export interface ReviewCandidate {
  /** What `decideReview` takes. */
  readonly link: string;
  /** The CRM's id of the contact. */
  readonly contact: string;
  readonly name: string;
  /** `active`: this one holds the account now, and another one claims it. */
  readonly state: 'suggested' | 'active';
  readonly rule: string;
  readonly evidence: readonly Evidence[];
  readonly bits: number | null;
  readonly probability: number | null;
  readonly decidedBy: string;
}

export interface Review extends QueuedReview {
  /** The likelier first. All candidates of a contested account stand in one item. */
  readonly candidates: readonly ReviewCandidate[];
}

export interface ReviewPage {
  readonly total: number;
  readonly reviews: readonly Review[];
  /** Where the next page begins; undefined at the end. */
  readonly next: QueuePlace | undefined;
}

const PROOFS = Object.entries(RULES)
  .filter(([, rule]) => rule.proves)
  .map(([name]) => name);

/** What waits for a person's decision, the most worthwhile first. */
export async function listReviews(
  app: App,
  workspace: string,
  page: { readonly limit: number; readonly after?: QueuePlace | undefined },
): Promise<ReviewPage> {
  const now = app.clock.now();
  return app.database.inWorkspace(workspace, async (tx) => {
    const asked = { limit: page.limit + 1, after: page.after, now, proofs: PROOFS };
    const queued = await queuedReviews(tx, asked);
    const shown = queued.slice(0, page.limit);
    const reviews: Review[] = [];
    for (const item of shown)
      reviews.push({ ...item, candidates: await candidatesOf(app, tx, item, now) });
    const last = queued.length > shown.length ? shown.at(-1) : undefined;
    return { total: await countReviews(tx, now), reviews, next: last && placeOf(last) };
  });
}

function placeOf({ priority, accountId, connectionId }: QueuePlace): QueuePlace {
  return { priority, accountId, connectionId };
}

async function candidatesOf(
  app: App,
  tx: WorkspaceTx,
  item: Omit<QueuePlace, 'priority'>,
  now: Date,
): Promise<readonly ReviewCandidate[]> {
  const links = (await linksOfAccount(tx, item.accountId))
    .filter((link) => link.connectionId === item.connectionId)
    .filter((link) => link.state === 'active' || isAsked(link, now))
    .toSorted(byLikelihood);
  const contacts = await readContacts(
    tx,
    links.map((link) => link.contactId),
  );
  const candidates: ReviewCandidate[] = [];
  for (const link of links) {
    const contact = contacts.find((one) => one.id === link.contactId);
    if (contact?.state !== 'live') continue;
    const { name } = await personOf(app, tx, contact);
    candidates.push({
      link: link.id,
      contact: contact.externalId,
      name: cleanText(name, 200).replace(/\s+/g, ' '),
      state: link.state === 'active' ? 'active' : 'suggested',
      rule: link.rule,
      evidence: link.evidence,
      bits: link.bits,
      probability: link.probability,
      decidedBy: link.decidedBy,
    });
  }
  return candidates;
}

function isAsked({ state, postponedUntil }: Link, now: Date): boolean {
  return state === 'suggested' && (postponedUntil === null || postponedUntil <= now);
}

function byLikelihood(a: Link, b: Link): number {
  const proves = ({ rule }: Link) => Number(isEvidenceRule(rule) && RULES[rule].proves);
  return (
    Number(b.state === 'active') - Number(a.state === 'active') ||
    proves(b) - proves(a) ||
    (b.bits ?? 0) - (a.bits ?? 0) ||
    a.id.localeCompare(b.id, 'en', { numeric: true })
  );
}
