import { accountIdentifiers } from '../domain/identifiers.ts';
import { accountKeys, nameKeyOf } from '../domain/pairing/blockKeys.ts';
import { holding, type Candidate, type Known } from '../domain/pairing/decide.ts';
import { reckonedContacts } from '../domain/pairing/weigh.ts';
import type { Account } from '../store/accounts.ts';
import { contactsInBlocks, sizesOfBlocks } from '../store/blocks.ts';
import { candidatesFor, countHolders, readContacts, type Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { contactsTaken, type Link } from '../store/links.ts';
import { latestRepair } from '../store/repairRuns.ts';
import type { App } from './app.ts';
import { personsForPairing } from './persons.ts';
import { isSuppressed } from './suppress.ts';

/** More candidates than this share an identifier with nobody in particular. */
const MOST_BY_IDENTIFIER = 50;
/** Who is merely alike: the closest. */
const MOST_BY_LIKENESS = 30;
/** A key that more contacts share leads to nobody. */
export const LARGEST_BLOCK = 60;
/** A name that so many bear is as common as names get. */
const MOST_BEARERS = 1_000;
const MOST_HOLDERS_COUNTED = 50;

/** Contacts that may be the account's person, and those that it is or was paired with. */
export async function candidatesOf(
  app: App,
  tx: WorkspaceTx,
  account: Account,
  links: readonly Link[],
): Promise<readonly Candidate[]> {
  if (account.state !== 'live') return [];
  if (await isSuppressed(app, tx, account.network, account.profile)) return [];
  const contacts = await contactsAround(tx, account, links);
  const persons = await personsForPairing(app, tx, contacts);
  return contacts.flatMap((contact) => {
    const person = persons.get(contact.id);
    if (person === undefined) return [];
    const link = links.find((one) => one.contactId === contact.id);
    const candidate = { contactId: contact.id, crm: contact.connectionId, person };
    const rejected = link?.state === 'rejected' || (link?.refused ?? null) !== null;
    return [
      { ...candidate, rejected, ...(link?.refused == null ? {} : { refused: link.refused }) },
    ];
  });
}

async function contactsAround(
  tx: WorkspaceTx,
  account: Account,
  links: readonly Link[],
): Promise<readonly Contact[]> {
  const sharing = await candidatesFor(tx, account.id, MOST_BY_IDENTIFIER);
  const bounds = { largest: LARGEST_BLOCK, limit: MOST_BY_LIKENESS };
  const alike = await contactsInBlocks(tx, accountKeys(account.profile), bounds);
  const found = new Map([...sharing, ...alike].map((contact) => [contact.id, contact]));
  // Whom a person paired may share nothing with the account that we could see, and may still say no.
  const others = links.map((link) => link.contactId).filter((id) => !found.has(id));
  const paired = await readContacts(tx, others);
  return [...found.values(), ...paired.filter(({ state }) => state === 'live')];
}

/** What has to be known beyond the account and its candidates. */
export async function surroundings(
  tx: WorkspaceTx,
  account: Account,
  candidates: readonly Candidate[],
): Promise<Pick<Known, 'population' | 'holders' | 'busy'>> {
  const shared = accountIdentifiers(account.network, account.profile)
    .filter(({ kind }) => kind === 'email' || kind === 'host')
    .map(({ value }) => value);
  const held = await countHolders(tx, [...new Set(shared)], MOST_HOLDERS_COUNTED);
  const names = new Set(candidates.flatMap(({ person }) => nameKeyOf(person) ?? []));
  const ids = candidates.map(({ contactId }) => contactId);
  return {
    population: {
      contacts: (await latestRepair(tx))?.reckonedContacts ?? reckonedContacts(0),
      bearers: await sizesOfBlocks(tx, [...names], MOST_BEARERS),
    },
    holders: new Map(held.map(({ crm, value, count }) => [holding(crm, value), count])),
    busy: await contactsTaken(tx, ids, account),
  };
}
