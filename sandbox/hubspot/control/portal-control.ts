import { archiveRecord, linkedIds, restoreRecord } from '../api/objects.ts';
import { associate } from '../api/associate.ts';
import { mergeContacts, privacyDeleteContact } from '../crm/contacts.ts';
import type { Occurrence } from '../crm/occurrences.ts';
import type { RequiredRule } from '../crm/schema.ts';
import { notFound } from '../errors.ts';
import type { Actor, CrmRecord, ObjectType, PropertyDefinition } from '../model.ts';
import { SUPER_ADMIN, install, uninstall } from '../oauth/install.ts';
import type { IssuedTokens } from '../oauth/tokens.ts';
import type { Portal, PortalSwitches } from '../portal.ts';
import type { World } from '../world.ts';

const USER: Actor = { source: 'CRM_UI', userId: SUPER_ADMIN };

/** What people inside one account do, and what a test may look at there. Nothing here counts against API limits. */
export class PortalControl {
  readonly portalId: number;
  readonly switches: PortalSwitches;
  readonly #world: World;
  readonly #portal: Portal;

  constructor(world: World, portal: Portal) {
    this.#world = world;
    this.#portal = portal;
    this.portalId = portal.portalId;
    this.switches = portal.switches;
  }

  /** Installs the app and answers tokens, without the consent page. Default: all scopes of the app. */
  install(scopes?: string[]): IssuedTokens {
    const { app } = this.#world;
    return install(
      this.#world,
      this.#portal,
      scopes ?? [...app.requiredScopes, ...app.optionalScopes],
    );
  }

  /** As a user would in the account's settings: the app is not told. */
  uninstall(): void {
    uninstall(this.#world, this.#portal);
  }

  isInstalled(): boolean {
    return this.#portal.installed;
  }

  /** The account disappears: refreshing answers BAD_HUB. */
  closeAccount(): void {
    this.#world.tokens.endPortalAccess(this.portalId);
    this.#portal.closed = true;
  }

  /** Contacts that were there before: no webhooks, no search lag, no write log. Answers their ids. */
  seedContacts(list: readonly Record<string, string>[]): string[] {
    const { transaction, contacts, index } = this.#portal;
    this.#portal.quiet = true;
    try {
      return transaction.run(() =>
        list.map((one) => contacts.create(one, { source: 'IMPORT' }).id),
      );
    } finally {
      this.#portal.quiet = false;
      index.catchUp();
    }
  }

  /** The contact under an id, merged-away ids included; undefined when archived or gone. */
  contact(id: string): CrmRecord | undefined {
    return this.#portal.contacts.find(id);
  }

  contacts(): CrmRecord[] {
    return [...this.#portal.contacts.records.values()].filter(
      ({ archivedAt }) => archivedAt === undefined,
    );
  }

  archivedContacts(): CrmRecord[] {
    return [...this.#portal.contacts.records.values()].filter(
      ({ archivedAt }) => archivedAt !== undefined,
    );
  }

  notes(): CrmRecord[] {
    return [...this.#portal.notes.records.values()].filter(
      ({ archivedAt }) => archivedAt === undefined,
    );
  }

  /** Live notes on a contact, newest activity first. */
  notesOf(contactId: string): CrmRecord[] {
    const { notes, contacts } = this.#portal;
    const time = ({ values }: CrmRecord) => Date.parse(values.hs_timestamp ?? '');
    return linkedIds(this.#portal, 'contacts', contacts.survivorOf(contactId))
      .flatMap((id) => notes.find(id) ?? [])
      .sort((a, b) => time(b) - time(a));
  }

  /** App events on a contact, newest first. */
  timelineOf(contactId: string): Occurrence[] {
    const id = this.#portal.contacts.survivorOf(contactId);
    return [...this.#portal.occurrences.of(id)].sort((a, b) => b.at - a.at);
  }

  createContact(properties: Record<string, string>): CrmRecord {
    return this.#portal.transaction.run(() => this.#portal.contacts.create(properties, USER));
  }

  /** Edits a contact as a person in the CRM, or as another integration. */
  edit(id: string, properties: Record<string, string>, actor: Actor = USER): CrmRecord {
    const record = this.#portal.contacts.find(id);
    if (record === undefined) throw notFound();
    return this.#portal.transaction.run(() =>
      this.#portal.contacts.update(record, properties, actor),
    );
  }

  /** Writes a note by hand. */
  addNote(contactId: string, html: string): CrmRecord {
    const { notes, transaction } = this.#portal;
    return transaction.run(() => {
      const note = notes.create({ hs_timestamp: this.#portal.now(), hs_note_body: html }, USER);
      associate(this.#portal, { type: 'notes', id: note.id }, { type: 'contacts', id: contactId });
      return note;
    });
  }

  delete(id: string, type: ObjectType = 'contacts'): void {
    archiveRecord(this.#portal, type, id, USER);
  }

  restore(id: string, type: ObjectType = 'contacts'): CrmRecord {
    return restoreRecord(this.#portal, type, id, USER);
  }

  merge(primaryId: string, otherId: string): CrmRecord {
    return mergeContacts(this.#portal, USER, [primaryId, otherId]);
  }

  privacyDelete(id: string): void {
    privacyDeleteContact(this.#portal, USER, id);
  }

  properties(type: ObjectType = 'contacts'): PropertyDefinition[] {
    return this.#portal.store(type).schema.active();
  }

  /** Defines a property as an admin of the account. */
  createProperty(
    definition: Record<string, unknown>,
    type: ObjectType = 'contacts',
  ): PropertyDefinition {
    return this.#portal.store(type).schema.create(definition);
  }

  archiveProperty(name: string, type: ObjectType = 'contacts'): void {
    this.#portal.store(type).schema.archive(name);
  }

  /** Marks properties as used by a workflow: they cannot be archived. */
  markInUse(names: string[], type: ObjectType = 'contacts'): void {
    for (const name of names) this.#portal.store(type).schema.inUse.add(name);
  }

  /** The admin's rules for required properties; replaces the rules before. */
  requireProperties(rules: RequiredRule[], type: ObjectType = 'contacts'): void {
    this.#portal.store(type).schema.required = rules;
  }

  /** Lets search see everything at once. */
  catchUpSearch(): void {
    this.#portal.index.catchUp();
  }
}
