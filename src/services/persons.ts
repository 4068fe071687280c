import { readValues } from '../domain/mapping/apply.ts';
import { personIdentifiers, readPerson, type Person } from '../domain/person.ts';
import { readConnection } from '../store/connections.ts';
import type { Contact } from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { lastWrittenInto } from '../store/journal.ts';
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
    connectors.set(id, (await readConnection(tx, id))?.connector ?? '');
  const written = await lastWrittenInto(
    tx,
    contacts.map(({ id }) => id),
  );
  return new Map(
    contacts.map(({ id, connectionId, fields }) => {
      const { mapping } = offerOf(app, connectors.get(connectionId) ?? '');
      return [id, readPerson(readValues(mapping, fields, written.get(id) ?? {}))];
    }),
  );
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

/** Contacts as pairing has to see them. Who was erased is left out. */
export async function personsForPairing(
  app: Pick<App, 'crms' | 'pepper'>,
  tx: WorkspaceTx,
  contacts: readonly Contact[],
): Promise<ReadonlyMap<string, Person>> {
  const persons = [...(await personsOf(app, tx, contacts))].map(([id, person]) => ({
    id,
    person,
    mailboxes: personIdentifiers(person).filter((one) => one.kind === 'email'),
  }));
  const mailboxes = persons.flatMap((one) => one.mailboxes);
  const erased = await whoAreSuppressed(app, tx, mailboxes);
  const employed = await whoAreEmployed(app, tx, mailboxes);
  return new Map(
    persons
      .filter((one) => !one.mailboxes.some((mailbox) => erased.has(mailbox)))
      .map(({ id, person, mailboxes: own }) => {
        const isEmployee = person.isEmployee || own.some((mailbox) => employed.has(mailbox));
        return [id, { ...person, isEmployee }];
      }),
  );
}

/** The contact as pairing has to see it; undefined for somebody who was erased. */
export async function personForPairing(
  app: Pick<App, 'crms' | 'pepper'>,
  tx: WorkspaceTx,
  contact: Contact,
): Promise<Person | undefined> {
  return (await personsForPairing(app, tx, [contact])).get(contact.id);
}
