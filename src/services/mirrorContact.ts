import type { ContactState, CrmContact } from '../contract/crm.ts';
import { mappedFields, readValues, type Fields } from '../domain/mapping/apply.ts';
import { personKeys } from '../domain/pairing/blockKeys.ts';
import { personIdentifiers, readPerson } from '../domain/person.ts';
import { storableText } from '../domain/text.ts';
import { replaceContactBlocks } from '../store/blocks.ts';
import type { Connection } from '../store/connections.ts';
import {
  lockContactByExternalId,
  lockContacts,
  lockForReading,
  markSeenUnchanged,
  putContact,
  replaceContactIdentifiers,
  setContactState,
} from '../store/contacts.ts';
import type { WorkspaceTx } from '../store/database.ts';
import { planRemovals, withdrawDeliveries } from '../store/deliveries.ts';
import { enqueuePush } from '../store/jobs.ts';
import { inheritJournal } from '../store/journal.ts';
import { moveLinks } from '../store/links.ts';
import { offerOf, type App } from './app.ts';
import { accountsAround } from './accountsAround.ts';
import { personOf } from './persons.ts';
import { areSuppressed } from './suppress.ts';

/** One look into a CRM, in one transaction. */
export interface Reading {
  readonly app: App;
  readonly tx: WorkspaceTx;
  readonly connection: Connection;
  /** The database's time before the CRM was asked. */
  readonly asOf: string;
  /** The full read that it belongs to, if any. */
  readonly run: string | undefined;
}

export interface Mirrored {
  /** Contacts that were new or different. */
  readonly changed: number;
  /** Accounts near these, before and after: their pairing has to be looked at again. */
  readonly awake: readonly string[];
}

/** Takes over contacts as they were read. Those that stand here already just so cost one statement for all of them. */
export async function mirrorContacts(
  reading: Reading,
  contacts: readonly CrmContact[],
): Promise<Mirrored> {
  const { tx, connection, run } = reading;
  const read = contacts.map((contact) => ({
    externalId: contact.id,
    fields: mapped(reading, contact),
  }));
  const unchanged =
    run === undefined ? new Set<string>() : await markSeenUnchanged(tx, connection.id, run, read);
  let changed = 0;
  const awake: string[] = [];
  for (const contact of contacts.toSorted((a, b) => a.id.localeCompare(b.id))) {
    if (unchanged.has(contact.id)) continue;
    const near = await mirrorContact(reading, contact);
    // One that is known better already needs nothing: what changes after that is announced, or seen by the next look.
    if (near === undefined || near === 'outdated') continue;
    changed += 1;
    awake.push(...near);
  }
  return { changed, awake };
}

/**
 * What became of one id that was asked for, and the accounts that have to be looked at again for it. 'outdated': more
 * is known here than when the CRM was asked, so nothing was taken over and it must be asked again.
 */
export async function mirrorState(
  reading: Reading,
  state: ContactState,
  /** Where a message said the contact was merged into. */
  survivor: string | null | undefined,
): Promise<readonly string[] | 'outdated'> {
  if (state.state === 'absent') {
    // Some CRMs forget a merged-away id at once: then only the message told where the person went.
    const moved = survivor == null ? [] : await followMerge(reading, state.id, survivor);
    const near = await loseContact(reading, state.id);
    return near === 'outdated' ? near : [...moved, ...near];
  }
  const near = (await mirrorContact(reading, state.contact)) ?? [];
  if (state.state === 'found' || near === 'outdated') return near;
  return [...near, ...(await followMerge(reading, state.id, state.contact.id))];
}

/** Only the fields that the mapping names are kept; the rest of the record is none of our business. */
function mapped({ app, connection }: Reading, contact: CrmContact): Fields {
  const { mapping } = offerOf(app, connection.connector);
  const entries = mappedFields(mapping).flatMap((name): [string, string][] => {
    const value = storableText(contact.fields[name] ?? '');
    return value === '' ? [] : [[name, value]];
  });
  return Object.fromEntries(entries);
}

/** Undefined when nothing changed; else the accounts near it. */
async function mirrorContact(
  reading: Reading,
  contact: CrmContact,
): Promise<readonly string[] | 'outdated' | undefined> {
  const { tx } = reading;
  const fields = mapped(reading, contact);
  const known = await lockRead(reading, contact.id);
  if (known?.state === 'erased') return undefined;
  if (known?.isNewer) return 'outdated';
  if (known?.state === 'live' && sameFields(known.fields, fields)) {
    await store(reading, contact, fields);
    return undefined;
  }
  const near = known === undefined ? [] : await accountsAround(tx, known.id);
  // Under a new record of theirs, someone who was erased stays erased: nothing of it is kept or compared (R06).
  const isErased = await belongsToErased(reading, fields);
  const id = await store(reading, contact, isErased ? {} : fields);
  if (isErased) await setContactState(tx, id, 'erased');
  await recognise(reading, id);
  return [...near, ...(await accountsAround(tx, id))];
}

async function store(
  { tx, connection, asOf, run }: Reading,
  { id, updatedAt }: CrmContact,
  fields: Fields,
): Promise<string> {
  return putContact(tx, {
    connectionId: connection.id,
    externalId: id,
    fields,
    updatedAt,
    asOf,
    run,
  });
}

/** Stores what the contact can be recognised by now. */
async function recognise({ app, tx }: Reading, id: string): Promise<void> {
  const [stored] = await lockContacts(tx, [id]);
  if (stored === undefined) return;
  const person = await personOf(app, tx, stored);
  await replaceContactIdentifiers(tx, id, personIdentifiers(person));
  await replaceContactBlocks(tx, id, personKeys(person));
}

async function belongsToErased({ app, tx, connection }: Reading, fields: Fields): Promise<boolean> {
  const { mapping } = offerOf(app, connection.connector);
  const person = readPerson(readValues(mapping, fields, {}));
  return areSuppressed(
    app,
    tx,
    personIdentifiers(person).filter((one) => one.kind === 'email'),
  );
}

function sameFields(a: Fields, b: Fields): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

async function lockRead({ tx, connection, asOf }: Reading, externalId: string) {
  return lockForReading(tx, { connectionId: connection.id, externalId, asOf });
}

/** Deleted in the CRM. Pairing looks at its accounts again and finds it no more; a restored contact is found anew. */
async function loseContact(reading: Reading, externalId: string) {
  const { tx } = reading;
  const known = await lockRead(reading, externalId);
  if (known?.state !== 'live') return [];
  if (known.isNewer) return 'outdated';
  await setContactState(tx, known.id, 'deleted');
  await withdrawDeliveries(tx, known.id, 'the contact was deleted in the CRM');
  const near = await accountsAround(tx, known.id);
  // How many bear a name, and who stands under a key, is asked of the living.
  await replaceContactBlocks(tx, known.id, []);
  return near;
}

/** The survivor takes over what was decided about the other; entries written for the other are written anew under it. */
async function followMerge(reading: Reading, loser: string, survivor: string) {
  const { tx, connection } = reading;
  const from = await lockContactByExternalId(tx, connection.id, loser);
  const to = await lockContactByExternalId(tx, connection.id, survivor);
  if (from === undefined || to === undefined || from.state === 'erased' || from.id === to.id) {
    return [];
  }
  const near = await accountsAround(tx, from.id);
  await setContactState(tx, from.id, 'merged', to.id);
  await replaceContactIdentifiers(tx, from.id, []);
  await replaceContactBlocks(tx, from.id, []);
  await moveLinks(tx, from.id, to.id);
  await inheritJournal(tx, from.id, to.id);
  await recognise(reading, to.id);
  await withdrawDeliveries(tx, from.id, 'the contact was merged in the CRM');
  await planRemovals(tx, from.id, []);
  await enqueuePush(tx, connection.id);
  return near;
}
