import { websitesToVerify, type AccountFacts } from '../domain/pairing/compare.ts';
import { decide, type Candidate, type Pairing } from '../domain/pairing/decide.ts';
import { RULES_VERSION } from '../domain/pairing/evidence.ts';
import { settle, type Circumstances, type Step } from '../domain/pairing/settle.ts';
import { personIdentifiers, readPerson, type Person } from '../domain/person.ts';
import { lawful } from '../domain/policy/pairing.ts';
import { mayBeMinor, personVeto } from '../domain/policy/veto.ts';
import { readValues } from '../domain/mapping/apply.ts';
import { lockAccount, readBacklinks, type Account } from '../store/accounts.ts';
import { candidatesFor, lockContacts, readContacts, type Contact } from '../store/contacts.ts';
import { readConnection } from '../store/connections.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { forgetDecisions } from '../store/decisions.ts';
import { enqueue } from '../store/jobs.ts';
import { lastWritten } from '../store/journal.ts';
import { deleteLink, linksOfAccount, type Link } from '../store/links.ts';
import { offerOf, type App } from './app.ts';
import { areEmployed } from './employees.ts';
import { plan } from './plan.ts';
import { actorKind, mayDecide, recordDecision } from './recordDecision.ts';
import { areSuppressed, isSuppressed, lastingIdentifiers } from './suppress.ts';

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
    const isBarred = await isBarredAccount(app, tx, account);
    const pairings = isBarred ? [] : permitted(app, facts, { candidates, links, now });
    await requestVerification(tx, account, facts, candidates);
    const vetoed = vetoedContacts(isBarred, candidates, links);
    const steps = settle(
      links.map(settled),
      pairings,
      circumstances(account, candidates, { links, vetoed }),
    );
    await apply(tx, { accountId, links, steps, now });
    if (account.state === 'gone') await forgetDecisions(tx, accountId);

    const concerned = new Set([
      ...links.filter((link) => link.state === 'active').map((link) => link.contactId),
      ...pairings.filter((pairing) => pairing.outcome === 'link').map((one) => one.contactId),
    ]);
    for (const contact of await lockContacts(tx, [...concerned])) await plan(app, tx, contact);
  });
}

/** The account itself is of somebody who is left alone: of a minor (R13), or of somebody who works here (R12). */
export async function isBarredAccount(
  app: App,
  tx: WorkspaceTx,
  { network, profile }: Account,
): Promise<boolean> {
  if (mayBeMinor(profile)) return true;
  const mailboxes = lastingIdentifiers(network, profile).filter((one) => one.kind === 'email');
  return areEmployed(app, tx, mailboxes);
}

/** What proof and likeness say, as far as the network's rules let us. Who was paired before is not paired anew. */
function permitted(
  { policies }: App,
  { network, profile, backlinks }: AccountFacts,
  known: {
    readonly candidates: readonly Candidate[];
    readonly links: readonly Link[];
    readonly now: Date;
  },
): readonly Pairing[] {
  const { candidates, links, now } = known;
  return decide({ network, profile, backlinks }, candidates, now).flatMap((pairing) => {
    const person = candidates.find((one) => one.contactId === pairing.contactId)?.person;
    if (person === undefined) return [];
    const standing = links.find((link) => link.contactId === pairing.contactId)?.state;
    return lawful(policies, pairing, { network, profile, person, standing, today: now }) ?? [];
  });
}

function vetoedContacts(
  isBarred: boolean,
  candidates: readonly Candidate[],
  links: readonly Link[],
): ReadonlySet<string> {
  const refusing = candidates.filter((one) => personVeto(one.person) !== undefined);
  const barred = isBarred ? links : [];
  return new Set([...refusing, ...barred].map((one) => one.contactId));
}

async function candidatesOf(
  app: App,
  tx: WorkspaceTx,
  account: Account,
  links: readonly Link[],
): Promise<readonly Candidate[]> {
  if (account.state !== 'live') return [];
  if (await isSuppressed(app, tx, account.network, account.profile)) return [];
  const near = await candidatesFor(tx, account.id, MOST_CANDIDATES);
  // Whom a person paired may share nothing with the account that we could see, and may still say no.
  const others = links.map((link) => link.contactId).filter((id) => !near.some((c) => c.id === id));
  const paired = (await readContacts(tx, others)).filter((contact) => contact.state === 'live');
  const candidates: Candidate[] = [];
  for (const contact of [...near, ...paired]) {
    const person = await personForPairing(app, tx, contact);
    if (person === undefined) continue;
    const link = links.find((one) => one.contactId === contact.id);
    candidates.push({
      contactId: contact.id,
      crm: contact.connectionId,
      person,
      rejected: link?.state === 'rejected' || (link?.refused ?? null) !== null,
      ...(link?.refused == null ? {} : { refused: link.refused }),
    });
  }
  return candidates;
}

/** The contact as pairing has to see it; undefined for somebody who was erased. */
export async function personForPairing(
  app: App,
  tx: WorkspaceTx,
  contact: Contact,
): Promise<Person | undefined> {
  const person = await personOf(app, tx, contact);
  const lasting = personIdentifiers(person).filter((one) => one.kind === 'email');
  if (await areSuppressed(app, tx, lasting)) return undefined;
  return { ...person, isEmployee: person.isEmployee || (await areEmployed(app, tx, lasting)) };
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

function settled(link: Link) {
  const refused = link.refused ?? undefined;
  return { ...link, crm: link.connectionId, by: actorKind(link.decidedBy), refused };
}

function circumstances(
  account: Account,
  candidates: readonly Candidate[],
  { links, vetoed }: Pick<Circumstances, 'vetoed'> & { readonly links: readonly Link[] },
): Circumstances {
  const crms = new Map([
    ...candidates.map((one) => [one.contactId, one.crm ?? ''] as const),
    ...links.map((one) => [one.contactId, one.connectionId] as const),
  ]);
  return {
    isGone: account.state === 'gone',
    vetoed,
    ruleVersion: RULES_VERSION,
    crmOf: (contactId) => crms.get(contactId) ?? '',
  };
}

interface Settling {
  readonly accountId: string;
  readonly links: readonly Link[];
  readonly steps: readonly Step[];
  readonly now: Date;
}

async function apply(tx: WorkspaceTx, { accountId, links, steps, now }: Settling): Promise<void> {
  const batch = `${BY_RULES}/${now.toISOString().slice(0, 10)}`;
  const byRules = { actor: BY_RULES, at: now, batch };
  for (const step of steps) {
    const link = links.find((one) => one.contactId === step.contactId);
    const pair = { accountId, contactId: step.contactId, link };
    if (step.do === 'forget') {
      if (link === undefined) continue;
      if (mayDecide(link, 'withdraw', BY_RULES))
        await recordDecision(tx, pair, { ...byRules, action: 'withdraw' });
      await deleteLink(tx, link.id);
    } else if (step.do !== 'suggest' && step.do !== 'link') {
      const action = step.do === 'silence' ? 'reject' : 'withdraw';
      await recordDecision(tx, pair, { ...byRules, action });
    } else {
      const { evidence, rule, basis } = step.pairing;
      const grounds = { evidence, rule, ruleVersion: RULES_VERSION };
      await recordDecision(tx, pair, { ...byRules, action: step.do, grounds, basis });
    }
  }
}
