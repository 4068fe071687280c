import { websitesToVerify, type AccountFacts } from '../domain/pairing/compare.ts';
import { decide, type Candidate, type Pairing } from '../domain/pairing/decide.ts';
import { RULES_VERSION } from '../domain/pairing/evidence.ts';
import { personIdentifiers, readPerson, type Person } from '../domain/person.ts';
import { readValues } from '../domain/mapping/apply.ts';
import { lockAccount, readBacklinks, type Account } from '../store/accounts.ts';
import { candidatesFor, lockContacts, type Contact } from '../store/contacts.ts';
import { readConnection } from '../store/connections.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { enqueue } from '../store/jobs.ts';
import { lastWritten } from '../store/journal.ts';
import { deleteLink, linksOfAccount, putLink, setLinkState, type Link } from '../store/links.ts';
import { offerOf, type App } from './app.ts';
import { plan } from './plan.ts';
import { areSuppressed, isSuppressed } from './suppress.ts';

/** More candidates than this share an identifier with nobody in particular. */
const MOST_CANDIDATES = 50;

const BY_RULES = `rules@${RULES_VERSION}`;

/** Pairs one account with what is known now, and plans what follows for every contact concerned. */
export async function attribute(app: App, workspace: string, accountId: string): Promise<void> {
  await app.database.inWorkspace(workspace, async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account === undefined || account.isBrand) return;
    const links = await linksOfAccount(tx, accountId);
    const candidates = await candidatesOf(app, tx, account, links);
    const facts: AccountFacts = {
      network: account.network,
      profile: account.profile,
      backlinks: await readBacklinks(tx, accountId),
    };
    const now = app.clock.now();
    const pairings = account.state === 'live' ? decide(facts, candidates, now) : [];
    await requestVerification(tx, account, facts, candidates);
    const isGone = account.state === 'gone';
    await applyPairings(tx, { accountId, isGone, links, pairings, now });

    const concerned = new Set([
      ...links.filter((link) => link.state === 'active').map((link) => link.contactId),
      ...pairings.filter((pairing) => pairing.outcome === 'link').map((one) => one.contactId),
    ]);
    for (const contact of await lockContacts(tx, [...concerned])) await plan(app, tx, contact);
  });
}

async function candidatesOf(
  app: App,
  tx: WorkspaceTx,
  account: Account,
  links: readonly Link[],
): Promise<readonly Candidate[]> {
  if (account.state !== 'live') return [];
  if (await isSuppressed(app, tx, account.network, account.profile)) return [];
  const rejected = new Set(
    links.filter((link) => link.state === 'rejected').map((link) => link.contactId),
  );
  const contacts = await candidatesFor(tx, account.id, MOST_CANDIDATES);
  const candidates: Candidate[] = [];
  for (const contact of contacts) {
    const person = await personOf(app, tx, contact);
    const lasting = personIdentifiers(person).filter((one) => one.kind === 'email');
    if (await areSuppressed(app, tx, lasting)) continue;
    candidates.push({ contactId: contact.id, person, rejected: rejected.has(contact.id) });
  }
  return candidates;
}

/** A mirrored contact in our own words; what we wrote into it ourselves is left out. */
export async function personOf(
  app: Pick<App, 'crms'>,
  tx: WorkspaceTx,
  contact: Contact,
): Promise<Person> {
  const connection = await readConnection(tx, contact.connectionId);
  const { mapping } = offerOf(app as App, connection?.connector ?? '');
  return readPerson(readValues(mapping, contact.fields, await lastWritten(tx, contact.id)));
}

/** Websites that both sides name are read once, in a job of their own: no network inside a transaction. */
async function requestVerification(
  tx: WorkspaceTx,
  account: Account,
  facts: AccountFacts,
  candidates: readonly Candidate[],
): Promise<void> {
  const hosts = new Set(candidates.flatMap(({ person }) => websitesToVerify(facts, person)));
  for (const host of hosts) {
    await enqueue(
      tx,
      'verify',
      { account: account.id, host },
      { key: `verify:${account.id}:${host}`, keepTime: true },
    );
  }
}

interface Decision {
  readonly accountId: string;
  readonly isGone: boolean;
  readonly links: readonly Link[];
  readonly pairings: readonly Pairing[];
  readonly now: Date;
}

/** What a person decided stays. What the rules decided follows the rules. */
async function applyPairings(tx: WorkspaceTx, decision: Decision): Promise<void> {
  const { accountId, isGone, links, pairings, now } = decision;
  const byRules = { by: BY_RULES, at: now };
  for (const link of links) {
    const stillSaid = pairings.some((pairing) => pairing.contactId === link.contactId);
    if (stillSaid || !link.decidedBy.startsWith('rules@')) continue;
    // The pairing goes with the account: its evidence quotes what its owner took away.
    if (link.state === 'suggested' || isGone) await deleteLink(tx, link.id);
    else if (link.state === 'active') await setLinkState(tx, link.id, 'withdrawn', byRules);
  }
  // Suggestions first: an active link that becomes one makes room for the link that takes its place.
  const inOrder = pairings.toSorted((a, b) => b.outcome.localeCompare(a.outcome));
  for (const pairing of inOrder) {
    const known = links.find((link) => link.contactId === pairing.contactId);
    if (known !== undefined && !known.decidedBy.startsWith('rules@')) continue;
    await putLink(tx, {
      accountId,
      contactId: pairing.contactId,
      state: pairing.outcome === 'link' ? 'active' : 'suggested',
      evidence: pairing.evidence,
      rule: pairing.rule,
      ruleVersion: RULES_VERSION,
      basis: pairing.basis,
      decidedBy: BY_RULES,
      decidedAt: now,
    });
  }
}
