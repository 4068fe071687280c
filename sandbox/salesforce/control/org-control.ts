import type { Input } from '../data/input.ts';
import { type Conversion, convertLead } from '../data/convert.ts';
import type { LockOptions } from '../data/locks.ts';
import { mergeRecords } from '../data/merge.ts';
import type { DuplicateRule, ValidationRule } from '../data/rules.ts';
import { notFound } from '../errors.ts';
import { normaliseId } from '../ids.ts';
import type { Actor, Row } from '../model.ts';
import type { CalloutRule } from '../messages/callouts.ts';
import type { MessageRule } from '../messages/outbound.ts';
import { setAccess } from '../schema/access.ts';
import {
  type CustomField,
  type Package,
  addField,
  assignPermissionSet,
  installPackage,
  recordType,
} from '../schema/custom.ts';
import type { RecordType } from '../schema/objects.ts';
import { type User, type UserOptions } from '../users.ts';
import type { Tenant, World } from '../world.ts';

/** What people and admins inside one org do, and what a test may look at there. Nothing here costs API calls. */
export class OrgControl {
  readonly id: string;
  readonly #world: World;
  readonly #tenant: Tenant;

  constructor(world: World, tenant: Tenant) {
    this.#world = world;
    this.#tenant = tenant;
    this.id = tenant.org.id;
  }

  get #org() {
    return this.#tenant.org;
  }

  /** By id or user name. Default: the admin. */
  user(name?: string): User {
    const found = name === undefined ? this.#org.admin() : this.#org.user(name);
    if (found === undefined) throw notFound(`There is no user ${name ?? ''}.`);
    return found;
  }

  users(): User[] {
    return [...this.#org.users.values()];
  }

  addUser(options: UserOptions): User {
    return this.#org.addUser(options);
  }

  /** The package is there; users may authorise the app. Fields of the package stay closed to all but admins. */
  install(pack: Package = {}): void {
    installPackage(this.#org, pack);
    this.#org.installed = true;
  }

  /** The app is taken out: every token of this org ends. */
  uninstall(): void {
    this.#org.installed = false;
    this.#world.sessions.endAccess(this.id);
  }

  assignPermissionSet(userName: string): void {
    assignPermissionSet(this.#org, this.user(userName));
  }

  /** Tokens without the consent page. */
  authorise(userName?: string): { accessToken: string; refreshToken: string } {
    const grant = {
      orgId: this.id,
      userId: this.user(userName).id,
      scopes: this.#world.app.scopes,
    };
    this.#org.installed = true;
    const { accessToken, refreshToken = '' } = this.#world.sessions.open(grant, true);
    return { accessToken, refreshToken };
  }

  expireSessions(): void {
    this.#world.sessions.expireSessions(this.id);
  }

  expireCursors(): void {
    this.#tenant.cursors.clear();
  }

  /** Records that were there before: no messages, no write log, any field. Answers their ids. */
  seed(type: string, list: readonly Input[]): string[] {
    const org = this.#org;
    org.quiet = true;
    try {
      return org.transaction.run(() =>
        list.map((one) => org.records.create(org.seeder(), type, one).id),
      );
    } finally {
      org.quiet = false;
    }
  }

  create(type: string, values: Input, userName?: string): Row {
    return this.#org.records.create(this.#actor(userName), type, values);
  }

  /** Edits a record as a person in the browser. */
  edit(type: string, { id, values, user }: { id: string; values: Input; user?: string }): Row {
    return this.#org.records.update(this.#actor(user), type, { id: this.#id(id), input: values });
  }

  delete(type: string, id: string, userName?: string): void {
    this.#org.bin.delete(this.#actor(userName), this.#org.records.live(type, this.#id(id)));
  }

  undelete(id: string, userName?: string): void {
    this.#org.bin.undelete(this.#actor(userName), this.#id(id));
  }

  /** Deletes for good, one record or all of the bin. */
  emptyBin(id?: string): void {
    this.#org.bin.empty(id === undefined ? undefined : this.#id(id));
  }

  bin() {
    return this.#org.bin.contents();
  }

  merge(merge: { type: string; masterId: string; losers: readonly string[]; values?: Input }): Row {
    return mergeRecords(this.#org, this.#actor(), merge);
  }

  convert(conversion: Conversion): Row {
    return convertLead(this.#org, this.#actor(), conversion);
  }

  /** The record under an id, also one in the recycle bin. */
  record(type: string, id: string): Row | undefined {
    return this.#org.records.row(type, this.#id(id));
  }

  records(type: string): Row[] {
    return [...this.#org.records.table(type).rows.values()].filter(
      ({ values }) => values.IsDeleted !== true,
    );
  }

  addField(object: string, field: CustomField): void {
    addField(this.#org, object, field);
  }

  addRecordType(
    object: string,
    one: Partial<RecordType> & { name: string; developerName: string },
  ): RecordType {
    const definition = this.#org.schema.object(object);
    if (definition === undefined) throw notFound(`There is no object ${object}.`);
    const made = recordType(this.#org, one);
    definition.recordTypes.push(made);
    this.#org.refreshRecordTypes();
    return made;
  }

  /** Makes a field required, restricts or changes its picklist, shortens it. */
  changeField(object: string, name: string, change: Partial<ChangeableField>): void {
    const field = this.#org.schema.object(object)?.fields.get(name.toLowerCase());
    if (field === undefined) throw notFound(`There is no field ${object}.${name}.`);
    Object.assign(field, change);
  }

  setAccess(
    userName: string,
    target: { object: string; field: string },
    level: 'hidden' | 'read' | 'edit',
  ): void {
    setAccess(this.user(userName), target, level);
  }

  closeObject(userName: string, object: string): void {
    this.user(userName).closedObjects.add(object.toLowerCase());
  }

  /** Replaces the rules of either kind that are given. */
  setRules({
    validation,
    duplicates,
  }: {
    validation?: ValidationRule[];
    duplicates?: DuplicateRule[];
  }): void {
    const { rules } = this.#org;
    rules.validation = validation ?? rules.validation;
    rules.duplicates = duplicates ?? rules.duplicates;
  }

  lockRows(options: LockOptions = {}): void {
    this.#org.locks.add(options);
  }

  unlockRows(): void {
    this.#org.locks.clear();
  }

  setMessages(rules: readonly Omit<MessageRule, 'orgId'>[]): void {
    this.#world.messages.configure(this.#org, rules);
  }

  setCallout(rule: CalloutRule | undefined): void {
    this.#world.callouts.configure(this.#org, rule);
  }

  /** Calls other integrations have made today, and how many there may be. */
  setUsage({ used, max }: { used?: number; max?: number }): void {
    const { usage } = this.#tenant;
    if (max !== undefined) usage.max = max;
    if (used !== undefined) usage.add(this.#org.now(), used - usage.used(this.#org.now()));
  }

  apiUsage(): { used: number; max: number } {
    return { used: this.#tenant.usage.used(this.#org.now()), max: this.#tenant.usage.max };
  }

  #actor(userName?: string): Actor {
    // A person in the browser is asked, and saves anyway.
    return { user: this.user(userName), via: 'ui', allowDuplicates: true };
  }

  #id(given: string): string {
    return normaliseId(given) ?? given;
  }
}

interface ChangeableField {
  nillable: boolean;
  length: number;
  restrictedPicklist: boolean;
  label: string;
  picklistValues: { value: string; label: string; active: boolean; defaultValue: boolean }[];
}
