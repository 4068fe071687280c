import { readValues } from '../domain/mapping/apply.ts';
import type { Identifier } from '../domain/identifiers.ts';
import { personIdentifiers, readPerson, type Person } from '../domain/person.ts';
import { readConnection } from '../store/connections.ts';
import type { Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { ownValues } from '../store/journal.ts';
import { offerOf, type App } from './app.ts';
import { whoAreEmployed } from './employees.ts';
import { whoAreSuppressed } from './suppress.ts';

/** Mirrored contacts in our own words; what we wrote into them ourselves is left out. By the contact's id. */
export async function personsOf(
  app: Pick<App, 'crms'>,
  tx: WorkspaceTx,
  contacts: readonly Contact[],
): Promise<ReadonlyMap<string, Person>> {
  const connectors = new Map<string, string>();
  for (const id of new Set(contacts.map(({ connectionId }) => connectionId)))
    connectors.set(id, await connectorOf(tx, id));
  const own = await ownValues(
    tx,
    contacts.map(({ id }) => id),
  );
  return new Map(
    contacts.map(({ id, connectionId, fields }) => {
      const { mapping } = offerOf(app, connectors.get(connectionId) ?? '');
      return [id, readPerson(readValues(mapping, fields, own.get(id) ?? {}))];
    }),
  );
}

/** A connection keeps its connector for ever. */
const CONNECTORS = new Map<string, string>();

async function connectorOf(tx: WorkspaceTx, connectionId: string): Promise<string> {
  const key = `${tx.workspace}:${connectionId}`;
  const known = CONNECTORS.get(key) ?? (await readConnection(tx, connectionId))?.connector;
  if (known !== undefined) CONNECTORS.set(key, known);
  return known ?? '';
}

export async function personOf(
  app: Pick<App, 'crms'>,
  tx: WorkspaceTx,
  contact: Contact,
): Promise<Person> {
  const person = (await personsOf(app, tx, [contact])).get(contact.id);
  if (person === undefined) throw new Error('the contact was not read');
  return person;
}

export interface Pairable {
  /** By the contact's id. Who was erased is left out. */
  readonly persons: ReadonlyMap<string, Person>;
  /** Those of `others` that belong to somebody who was erased. */
  readonly erased: ReadonlySet<Identifier>;
}

/** Contacts as pairing has to see them; `others` are looked up on the way. */
export async function personsForPairing(
  app: Pick<App, 'crms' | 'pepper'>,
  tx: WorkspaceTx,
  contacts: readonly Contact[],
  others: readonly Identifier[] = [],
): Promise<Pairable> {
  const persons = [...(await personsOf(app, tx, contacts))].map(([id, person]) => ({
    id,
    person,
    mailboxes: personIdentifiers(person).filter((one) => one.kind === 'email'),
  }));
  const mailboxes = persons.flatMap((one) => one.mailboxes);
  const erased = await whoAreSuppressed(app, tx, [...mailboxes, ...others]);
  const employed = await whoAreEmployed(app, tx, mailboxes);
  const pairable = persons
    .filter((one) => !one.mailboxes.some((mailbox) => erased.has(mailbox)))
    .map(({ id, person, mailboxes: own }): [string, Person] => {
      const isEmployee = person.isEmployee || own.some((mailbox) => employed.has(mailbox));
      return [id, { ...person, isEmployee }];
    });
  return { persons: new Map(pairable), erased };
}

/** The contact as pairing has to see it; undefined for somebody who was erased. */
export async function personForPairing(
  app: Pick<App, 'crms' | 'pepper'>,
  tx: WorkspaceTx,
  contact: Contact,
): Promise<Person | undefined> {
  return (await personsForPairing(app, tx, [contact])).persons.get(contact.id);
}
