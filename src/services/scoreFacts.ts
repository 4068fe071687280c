import { readValues } from '../domain/mapping/apply.ts';
import { parseEmail, type Identifier } from '../domain/identifiers.ts';
import { RULES } from '../domain/pairing/evidence.ts';
import { personIdentifiers, readPerson, type Person } from '../domain/person.ts';
import { factsFrom, type HeldAccount } from '../domain/scoreInputs.ts';
import type { ContactFacts } from '../domain/scoring/inputs.ts';
import { isEvidenceRule } from '../domain/timeline.ts';
import { readConnection } from '../store/connections.ts';
import type { Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { pairedAccounts, type PairedAccount } from '../store/scores.ts';
import { offerOf, type App } from './app.ts';
import { areEmployed } from './employees.ts';
import { lastingIdentifiers } from './suppress.ts';

/** A score is computed to put service in order, and for nothing else. */
export const SCORE_PURPOSE = 'service_priority';

export interface ScoreFacts {
  readonly person: Person;
  readonly facts: ContactFacts;
}

/** The inputs of these contacts' scores, by contact; those without an active link, or gone, are left out. */
export async function scoreFacts(
  app: App,
  tx: WorkspaceTx,
  contacts: readonly Contact[],
): Promise<ReadonlyMap<string, ScoreFacts>> {
  const live = contacts.filter((one) => one.state === 'live');
  const paired = new Map<string, PairedAccount[]>();
  const ids = live.map((one) => one.id);
  for (const account of await pairedAccounts(tx, ids)) {
    const there = paired.get(account.contactId);
    if (there === undefined) paired.set(account.contactId, [account]);
    else there.push(account);
  }
  const read = await readersOf(app, tx, live);
  const people = live.flatMap((contact) => {
    const accounts = paired.get(contact.id);
    return accounts === undefined ? [] : [{ contact, accounts, ...read(contact) }];
  });
  const employed = await employedAmong(app, tx, people);
  const asked = { purpose: SCORE_PURPOSE, now: app.clock.now() } as const;
  return new Map(
    people.map(({ contact, accounts, person, role }) => {
      const isEmployee = person.isEmployee || employed.has(contact.id);
      const held = { accounts: accounts.map(heldAccount), person: { ...person, isEmployee }, role };
      return [contact.id, { person: held.person, facts: factsFrom(app.policies, held, asked) }];
    }),
  );
}

/** How contacts of each CRM are read. What we wrote ourselves is in no value that a score looks at. */
async function readersOf(app: App, tx: WorkspaceTx, contacts: readonly Contact[]) {
  const connectors = new Map<string, string>();
  for (const id of new Set(contacts.map((one) => one.connectionId)))
    connectors.set(id, (await readConnection(tx, id))?.connector ?? '');
  return ({ connectionId, fields }: Contact) => {
    const { mapping } = offerOf(app, connectors.get(connectionId) ?? '');
    const values = readValues(mapping, fields, {});
    return { person: readPerson(values), role: values.get('role') };
  };
}

interface Someone {
  readonly contact: Contact;
  readonly person: Person;
  readonly accounts: readonly PairedAccount[];
}

/** Contacts that work for the company, by a mailbox of theirs or of their accounts. Asked for all at once: mostly it is nobody. */
async function employedAmong(
  app: App,
  tx: WorkspaceTx,
  people: readonly Someone[],
): Promise<ReadonlySet<string>> {
  const employed = new Set<string>();
  if (!(await areEmployed(app, tx, people.flatMap(mailboxesOf)))) return employed;
  for (const one of people)
    if (await areEmployed(app, tx, mailboxesOf(one))) employed.add(one.contact.id);
  return employed;
}

function mailboxesOf({ person, accounts }: Someone): readonly Identifier[] {
  const theirs = accounts.filter(({ profile }) => parseEmail(profile.email ?? '') !== undefined);
  return [
    ...personIdentifiers(person),
    ...theirs.flatMap(({ network, profile }) => lastingIdentifiers(network, profile)),
  ].filter((one) => one.kind === 'email');
}

function heldAccount(account: PairedAccount): HeldAccount {
  const { id, network, profile, counters, heardAt, answers } = account;
  const { postedAt } = counters ?? {};
  return {
    id,
    network,
    profile,
    certainty: certaintyOf(account),
    counters:
      counters === null
        ? undefined
        : {
            ...counters,
            observedAt: new Date(counters.observedAt),
            postedAt: postedAt === undefined ? undefined : new Date(postedAt),
          },
    heardAt: heardAt ?? undefined,
    answers: (answers ?? []).map(({ by, at, own }) => ({
      engager: by,
      kind: 'reply',
      at: new Date(at),
      ...(own ? { ignored: true } : {}),
    })),
  };
}

/** A proof and a person's word are as sure as it gets; what was linked by likeness counts as far as it is likely. */
function certaintyOf({ rule, decidedBy, probability }: PairedAccount): number {
  const isSure = decidedBy.startsWith('person:') || (isEvidenceRule(rule) && RULES[rule].proves);
  return isSure ? 1 : (probability ?? 1);
}
