import { obstacleTo, type Obstacle } from '../domain/pairing/confirm.ts';
import type { Evidence } from '../domain/pairing/evidence.ts';
import type { Account } from '../store/accounts.ts';
import { lockContacts, readContacts, type Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { linksOfAccount, type Link } from '../store/links.ts';
import type { App } from './app.ts';
import { isBarredAccount, wakeAround } from './attribute.ts';
import {
  byPerson,
  CLOSED,
  decided,
  lockPair,
  type LockedPair,
  type Obstructed,
  type PersonsWord,
  type ReviewOutcome,
} from './personsWord.ts';
import { personForPairing } from './persons.ts';
import { plan } from './plan.ts';
import { actorKind, mayDecide, recordDecision } from './recordDecision.ts';
import { unlinkIn } from './unlink.ts';

export interface ReviewAnswer extends PersonsWord {
  readonly answer: 'yes' | 'no' | 'unsure';
  /** Why we may; needed for yes. */
  readonly basis?: string | undefined;
}

const DAY_MS = 86_400_000;
/** Long enough that something new may have been said, short enough that the words that wait are still news. */
const POSTPONED_DAYS = 14;

/** A person's word on one pair. Yes links, no silences it until a new family of evidence appears, unsure puts it off. */
export async function decideReview(
  app: App,
  workspace: string,
  linkId: string,
  answer: ReviewAnswer,
): Promise<ReviewOutcome> {
  return app.database.inWorkspace(workspace, async (tx) => {
    const found = await lockPair(tx, linkId);
    if (found === undefined) return { outcome: 'unknown' };
    if (answer.answer === 'yes') return confirm(app, tx, found, answer);
    if (answer.answer === 'unsure') return postpone(app, tx, found.link, answer);
    if (found.link.state === 'active') return unlinkIn(app, tx, found.link, answer);
    return reject(app, tx, found.link, answer);
  });
}

/** Links a pair as a person wants it, and makes the other claimants of that CRM wait. */
export async function confirm(
  app: App,
  tx: WorkspaceTx,
  { account, link }: LockedPair,
  answer: Omit<ReviewAnswer, 'answer'>,
): Promise<ReviewOutcome> {
  if (isHeldByPerson(link)) return decided(link, 'active');
  const [contact] = await readContacts(tx, [link.contactId]);
  if (contact?.state !== 'live' || account.state !== 'live') return CLOSED;
  if (!mayDecide(link, 'confirm', 'person:')) return CLOSED;
  const basis = answer.basis ?? '';
  const asked = { account, contact, evidence: link.evidence, basis };
  const obstacle = await obstacleOf(app, tx, asked);
  if (obstacle !== undefined) return { outcome: 'refused', obstacle };
  const rivals = (await linksOfAccount(tx, account.id)).filter(
    (one) => one.connectionId === link.connectionId && one.id !== link.id,
  );
  if (rivals.some(isHeldByPerson)) return { outcome: 'refused', obstacle: TAKEN };
  const decision = byPerson(app, answer);
  for (const rival of rivals) await makeWait(tx, rival, link, decision);
  await recordDecision(tx, { ...link, link }, { ...decision, action: 'confirm', basis });
  const concerned = [link, ...rivals.filter((one) => one.state === 'active')];
  const contacts = concerned.map((one) => one.contactId);
  for (const one of await lockContacts(tx, contacts)) await plan(app, tx, one);
  await wakeAround(tx, contacts, account);
  return decided(link, 'active');
}

function isHeldByPerson({ state, decidedBy }: Link): boolean {
  return state === 'active' && actorKind(decidedBy) === 'person';
}

/** Who lost is not refused: nobody said that it is somebody else. It is a suggestion that nobody is asked about. */
async function makeWait(
  tx: WorkspaceTx,
  rival: Link,
  winner: Link,
  decision: ReturnType<typeof byPerson>,
): Promise<void> {
  if (rival.state !== 'active' && rival.state !== 'suggested') return;
  await recordDecision(
    tx,
    { ...rival, link: rival },
    {
      ...decision,
      action: 'suggest',
      note: 'another contact was chosen',
      lostTo: winner.id,
      leftToRules: true,
    },
  );
}

export interface AskedPair {
  readonly account: Account;
  readonly contact: Contact;
  readonly evidence: readonly Evidence[];
  readonly basis: string;
}

/** What stands in the way of a person who wants to pair the two. */
export async function obstacleOf(
  app: App,
  tx: WorkspaceTx,
  { account, contact, evidence, basis }: AskedPair,
): Promise<Obstacle | undefined> {
  const person = await personForPairing(app, tx, contact);
  if (person === undefined || (await isBarredAccount(app, tx, account))) return BARRED;
  const { network, profile } = account;
  const today = app.clock.now();
  return obstacleTo(app.policies, { network, profile, person, evidence, basis, today });
}

async function postpone(
  app: App,
  tx: WorkspaceTx,
  link: Link,
  answer: ReviewAnswer,
): Promise<ReviewOutcome> {
  if (!mayDecide(link, 'unsure', 'person:')) return CLOSED;
  const decision = byPerson(app, answer);
  const postponedUntil = new Date(decision.at.getTime() + POSTPONED_DAYS * DAY_MS);
  await recordDecision(tx, { ...link, link }, { ...decision, action: 'unsure', postponedUntil });
  return decided(link, 'suggested');
}

async function reject(
  app: App,
  tx: WorkspaceTx,
  link: Link,
  answer: ReviewAnswer,
): Promise<ReviewOutcome> {
  if (link.state === 'rejected' && actorKind(link.decidedBy) === 'person')
    return decided(link, 'rejected');
  if (!mayDecide(link, 'reject', 'person:')) return CLOSED;
  await recordDecision(tx, { ...link, link }, { ...byPerson(app, answer), action: 'reject' });
  return decided(link, 'rejected');
}

const TAKEN: Obstructed = {
  reason: 'taken',
  en: 'A person paired this account with another contact of this CRM. Unlink that one first.',
  de: 'Ein Mensch hat dieses Konto einem anderen Kontakt dieses CRM zugeordnet. Lösen Sie zuerst diese Zuordnung.',
};
const BARRED: Obstacle = {
  reason: 'veto',
  en: 'This person was erased, is a minor, or works for the company itself.',
  de: 'Diese Person wurde gelöscht, ist minderjährig oder arbeitet im eigenen Unternehmen.',
};
