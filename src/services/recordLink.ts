import { canonicalHandle } from '../domain/identifiers.ts';
import { RULES_VERSION, type Evidence } from '../domain/pairing/evidence.ts';
import { findAccount, lockAccount, type Account } from '../store/accounts.ts';
import { lockContactByExternalId } from '../store/contacts.ts';
import { linksOfAccount, readLink, type Link } from '../store/links.ts';
import type { App } from './app.ts';
import { confirm, obstacleOf } from './decideReview.ts';
import { byPerson, CLOSED, type PersonsWord, type ReviewOutcome } from './personsWord.ts';
import { recordDecision } from './recordDecision.ts';

export interface KnownLink extends PersonsWord {
  readonly network: string;
  /** The account's handle, or its id at the network. */
  readonly account: string;
  readonly connection: string;
  /** The CRM's id of the contact. */
  readonly contact: string;
  /** How the person knows: "she told me on the phone". */
  readonly note: string;
  /** Why we may. */
  readonly basis: string;
}

/** Somebody of the company knows whose account this is (E4): suggested with their note, then confirmed as any suggestion is (R03). */
export async function recordLink(
  app: App,
  workspace: string,
  known: KnownLink,
): Promise<ReviewOutcome> {
  return app.database.inWorkspace(workspace, async (tx) => {
    const handle = canonicalHandle(known.account) ?? known.account;
    const id = await findAccount(tx, known.network, [known.account, handle]);
    const account = id === undefined ? undefined : await lockAccount(tx, id);
    const contact = await lockContactByExternalId(tx, known.connection, known.contact);
    if (account === undefined || account.isBrand || contact === undefined)
      return { outcome: 'unknown' };
    if (contact.state !== 'live' || account.state !== 'live') return CLOSED;
    const links = await linksOfAccount(tx, account.id);
    const link = links.find((one) => one.contactId === contact.id);
    const evidence = told(app, known, account, link);
    const asked = { account, contact, evidence, basis: known.basis };
    const obstacle = await obstacleOf(app, tx, asked);
    if (obstacle !== undefined) return { outcome: 'refused', obstacle };
    let suggested = link;
    if (link?.state !== 'active') {
      const pair = { accountId: account.id, contactId: contact.id, link };
      const grounds = { evidence, rule: 'agent_knowledge', ruleVersion: RULES_VERSION };
      const decision = { ...byPerson(app, known), action: 'suggest', grounds } as const;
      suggested = await readLink(tx, await recordDecision(tx, pair, decision));
    }
    if (suggested === undefined) return { outcome: 'unknown' };
    return confirm(app, tx, { account, link: suggested }, known);
  });
}

function told(
  app: App,
  known: KnownLink,
  { profile }: Account,
  link: Link | undefined,
): readonly Evidence[] {
  const before = (link?.evidence ?? []).filter((one) => one.rule !== 'agent_knowledge');
  const said: Evidence = {
    class: 'E4',
    rule: 'agent_knowledge',
    source: `person:${known.by}`,
    value: (profile.handle ?? profile.nativeId).slice(0, 300),
    observedAt: app.clock.now().toISOString(),
  };
  return [said, ...before];
}
