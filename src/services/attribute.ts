import { websitesToVerify, type AccountFacts } from '../domain/pairing/compare.ts';
import { decide, type Candidate, type Known, type Pairing } from '../domain/pairing/decide.ts';
import { settle, weightOf, type Circumstances, type Step } from '../domain/pairing/settle.ts';
import { lawful } from '../domain/policy/pairing.ts';
import { mayBeMinor, personVeto } from '../domain/policy/veto.ts';
import { accountsOnNetwork, lockAccount, readBacklinks, type Account } from '../store/accounts.ts';
import { lockContacts } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { forgetDecisions } from '../store/decisions.ts';
import { enqueue, enqueueAttribute } from '../store/jobs.ts';
import { deleteLink, linksOfAccount, type Link } from '../store/links.ts';
import type { App } from './app.ts';
import { accountsAround } from './accountsAround.ts';
import { candidatesOf, surroundings } from './candidates.ts';
import { areEmployed } from './employees.ts';
import { rulesInForce, type RulesInForce } from './pairingRules.ts';
import { plan } from './plan.ts';
import { actorKind, recordDecision, type Grounds } from './recordDecision.ts';
import { lastingIdentifiers } from './suppress.ts';

/** Pairs one account with what is known now, and plans what follows for every contact concerned. Returns how many pairs changed. */
export async function attribute(app: App, workspace: string, accountId: string): Promise<number> {
  return app.database.inWorkspace(workspace, async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (account === undefined || account.isBrand) return 0;
    const assessed = await assess(app, tx, account, await rulesInForce(app, tx));
    const { links, steps, pairings } = assessed;
    await requestVerification(tx, account, assessed);
    await apply(tx, assessed, app.clock.now());
    if (account.state === 'gone') await forgetDecisions(tx, accountId);

    const before = links.filter((link) => link.state === 'active').map((link) => link.contactId);
    const now = pairings.filter(({ outcome }) => outcome === 'link').map((one) => one.contactId);
    for (const contact of await lockContacts(tx, [...new Set([...before, ...now])]))
      await plan(app, tx, contact);
    const turned = steps.filter(({ contactId, do: what }) => {
      return what === 'link' ? !before.includes(contactId) : before.includes(contactId);
    });
    await wakeAround(
      tx,
      turned.map((step) => step.contactId),
      account,
    );
    return steps.length;
  });
}

export interface Assessed {
  readonly account: Account;
  readonly links: readonly Link[];
  readonly facts: AccountFacts;
  readonly candidates: readonly Candidate[];
  readonly pairings: readonly Pairing[];
  /** What has to change so that the stored pairs say what the pairings say. */
  readonly steps: readonly Step[];
  readonly ruleVersion: number;
}

/** What the rules would have of the account, without doing anything. */
export async function assess(
  app: App,
  tx: WorkspaceTx,
  account: Account,
  { weighing, mayWeightLink, contacts }: RulesInForce,
): Promise<Assessed> {
  const links = await linksOfAccount(tx, account.id);
  const candidates = await candidatesOf(app, tx, account, links);
  const backlinks = await readBacklinks(tx, account.id);
  const facts: AccountFacts = { network: account.network, profile: account.profile, backlinks };
  const isBarred = await isBarredAccount(app, tx, account);
  const now = app.clock.now();
  const { bearers, ...around } = await surroundings(tx, account, candidates);
  const population = { contacts, bearers };
  const known = { ...around, population, now, weighing, mayWeightLink };
  const pairings = isBarred ? [] : permitted(app, facts, { candidates, links, known });
  const vetoed = vetoedContacts(isBarred, candidates, links);
  const ruleVersion = weighing.version;
  const steps = settle(
    links.map(settled),
    pairings,
    circumstances(account, candidates, { links, vetoed, ruleVersion }),
  );
  return { account, links, facts, candidates, pairings, steps, ruleVersion };
}

/**
 * A contact that an account of the network is paired with is proposed for no other of that network: where that begins or ends,
 * the others are looked at again.
 */
export async function wakeAround(
  tx: WorkspaceTx,
  contactIds: readonly string[],
  account: Pick<Account, 'id' | 'network'>,
): Promise<void> {
  const near = await accountsAround(tx, ...contactIds);
  if (near.length === 0) return;
  const others = await accountsOnNetwork(tx, near, account.network);
  await enqueueAttribute(
    tx,
    others.filter((id) => id !== account.id),
  );
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
  facts: AccountFacts,
  given: {
    readonly candidates: readonly Candidate[];
    readonly links: readonly Link[];
    readonly known: Known;
  },
): readonly Pairing[] {
  const { candidates, links, known } = given;
  const { network, profile } = facts;
  return decide(facts, candidates, known).flatMap((pairing) => {
    const person = candidates.find((one) => one.contactId === pairing.contactId)?.person;
    if (person === undefined) return [];
    const standing = links.find((link) => link.contactId === pairing.contactId)?.state;
    const concerned = { network, profile, person, standing, today: known.now };
    return lawful(policies, pairing, concerned) ?? [];
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

/** Websites that both sides name are read once, in a job of their own: no network inside a transaction. */
async function requestVerification(
  tx: WorkspaceTx,
  account: Account,
  { facts, candidates }: Assessed,
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
  {
    links,
    vetoed,
    ruleVersion,
  }: Pick<Circumstances, 'vetoed' | 'ruleVersion'> & { readonly links: readonly Link[] },
): Circumstances {
  const crms = new Map([
    ...candidates.map((one) => [one.contactId, one.crm ?? ''] as const),
    ...links.map((one) => [one.contactId, one.connectionId] as const),
  ]);
  return {
    isGone: account.state === 'gone',
    vetoed,
    ruleVersion,
    crmOf: (contactId) => crms.get(contactId) ?? '',
  };
}

async function apply(tx: WorkspaceTx, assessed: Assessed, now: Date): Promise<void> {
  const { account, links, steps, ruleVersion } = assessed;
  const actor = `rules@${ruleVersion}`;
  const byRules = { actor, at: now, batch: `${actor}/${now.toISOString().slice(0, 10)}` };
  for (const step of steps) {
    const link = links.find((one) => one.contactId === step.contactId);
    const pair = { accountId: account.id, contactId: step.contactId, link };
    if (step.do === 'forget') {
      if (link === undefined) continue;
      await recordDecision(tx, pair, { ...byRules, action: 'withdraw' });
      await deleteLink(tx, link.id);
    } else if (step.do !== 'suggest' && step.do !== 'link') {
      const action = step.do === 'silence' ? 'reject' : 'withdraw';
      await recordDecision(tx, pair, { ...byRules, action });
    } else {
      const grounds = groundsOf(step.pairing, ruleVersion);
      const { basis } = step.pairing;
      await recordDecision(tx, pair, { ...byRules, action: step.do, grounds, basis });
    }
  }
}

function groundsOf(pairing: Pairing, ruleVersion: number): Grounds {
  const { evidence, rule } = pairing;
  const { bits = null, probability = null, wouldLink = false } = weightOf(pairing) ?? {};
  return { evidence, rule, ruleVersion, bits, probability, wouldLink };
}
