import { accountIdentifiers } from '../domain/identifiers.ts';
import { accountKeys, nameKeyOf } from '../domain/pairing/blockKeys.ts';
import { holding, type Candidate, type Known } from '../domain/pairing/decide.ts';
import type { Account } from '../store/accounts.ts';
import { candidatesFor, readSurroundings } from '../store/candidates.ts';
import { readContacts, type Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import type { Link } from '../store/links.ts';
import type { App } from './app.ts';
import { personsForPairing } from './persons.ts';
import { lastingIdentifiers } from './suppress.ts';

/** More candidates than this share an identifier with nobody in particular. */
const MOST_BY_IDENTIFIER = 50;
/** Who is merely alike: the closest. */
const MOST_BY_LIKENESS = 30;
/** A key that more contacts share leads to nobody. */
export const LARGEST_BLOCK = 60;
/** Contacts that may be the account's person, and those that it is or was paired with. None for somebody who was erased. */
export async function candidatesOf(
  app: App,
  tx: WorkspaceTx,
  account: Account,
  links: readonly Link[],
): Promise<readonly Candidate[]> {
  if (account.state !== 'live') return [];
  const contacts = await contactsAround(tx, account, links);
  const own = lastingIdentifiers(account.network, account.profile);
  const { persons, erased } = await personsForPairing(app, tx, contacts, own);
  if (own.some((one) => erased.has(one))) return [];
  return contacts.flatMap((contact) => {
    const person = persons.get(contact.id);
    if (person === undefined) return [];
    const link = links.find((one) => one.contactId === contact.id);
    const candidate = { contactId: contact.id, crm: contact.connectionId, person };
    const rejected = link?.state === 'rejected' || (link?.refused ?? null) !== null;
    const refused = link?.refused == null ? {} : { refused: link.refused };
    return [{ ...candidate, rejected, ...refused }];
  });
}

async function contactsAround(
  tx: WorkspaceTx,
  { id, profile }: Account,
  links: readonly Link[],
): Promise<readonly Contact[]> {
  const near = await candidatesFor(tx, {
    accountId: id,
    sharing: MOST_BY_IDENTIFIER,
    keys: accountKeys(profile),
    alike: MOST_BY_LIKENESS,
    largest: LARGEST_BLOCK,
  });
  // Whom a person paired may share nothing with the account that we could see, and may still say no.
  const others = links.map((link) => link.contactId).filter((id) => !near.some((c) => c.id === id));
  const paired = await readContacts(tx, others);
  return [...near, ...paired.filter(({ state }) => state === 'live')];
}

/** What has to be known beyond the account and its candidates. */
export async function surroundings(
  tx: WorkspaceTx,
  account: Account,
  candidates: readonly Candidate[],
): Promise<Pick<Known, 'holders' | 'busy'> & Pick<Known['population'], 'bearers'>> {
  if (candidates.length === 0) return { holders: new Map(), bearers: new Map(), busy: new Set() };
  const shared = accountIdentifiers(account.network, account.profile)
    .filter(({ kind }) => kind === 'email' || kind === 'host')
    .map(({ value }) => value);
  const names = candidates.flatMap(({ person }) => nameKeyOf(person) ?? []);
  const found = await readSurroundings(tx, {
    account,
    contactIds: candidates.map(({ contactId }) => contactId),
    values: [...new Set(shared)],
    keys: [...new Set(names)],
  });
  return {
    holders: new Map(found.holders.map(({ crm, value, count }) => [holding(crm, value), count])),
    bearers: new Map(found.bearers.map(({ key, count }) => [key, count])),
    busy: new Set(found.taken),
  };
}
