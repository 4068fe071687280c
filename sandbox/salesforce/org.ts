import type { Clock } from '../clock.ts';
import { RecycleBin } from './data/bin.ts';
import { Locks } from './data/locks.ts';
import { Records } from './data/records.ts';
import type { Rules } from './data/rules.ts';
import { Transaction } from './data/table.ts';
import { IdSource, toId18 } from './ids.ts';
import type { Actor } from './model.ts';
import type { Random } from './random.ts';
import { switchOnPersonAccounts } from './schema/custom.ts';
import { Schema } from './schema/objects.ts';
import { individualObject, standardObjects } from './schema/standard.ts';
import { type User, type UserOptions, createUser, nameOf } from './users.ts';

export interface OrgOptions {
  /** 15 or 18 characters. Default: derived from its place among the orgs. */
  id?: string;
  name?: string;
  edition?: 'Developer Edition' | 'Enterprise Edition' | 'Unlimited Edition';
  isSandbox?: boolean;
  /** Accounts can be people. Default: false. */
  personAccounts?: boolean;
  /** Data Protection and Privacy is on: there is an object Individual. Default: true. */
  individuals?: boolean;
  /** API calls in 24 hours. Default: 100,000. */
  dailyApiRequests?: number;
  users?: UserOptions[];
}

const DEFAULT_USERS: UserOptions[] = [
  { username: 'admin@sample.example', firstName: 'Anja', lastName: 'Admin', admin: true },
  { username: 'agent@sample.example', firstName: 'Aylin', lastName: 'Agent' },
  { username: 'integration@sample.example', lastName: 'Integration' },
];

/** One customer's Salesforce org: its objects, records, users and rules. */
export class Org {
  readonly id: string;
  readonly options: Required<Omit<OrgOptions, 'users' | 'id'>>;
  readonly schema = new Schema();
  readonly users = new Map<string, User>();
  readonly transaction = new Transaction();
  readonly ids: IdSource;
  readonly records: Records;
  readonly bin: RecycleBin;
  readonly locks: Locks;
  readonly rules: Rules = { validation: [], duplicates: [] };
  /** Account's name of a field -> Contact's name, for person accounts. */
  readonly personFields = new Map<string, string>();
  readonly packageFields: { object: string; field: string }[] = [];
  /** The app's package is installed; users may authorise it. */
  installed = false;
  /** While true, changes tell nobody: data that was there before. */
  quiet = false;
  readonly #clock: Clock;
  readonly #watchers = new Set<() => void>();
  #customObjects = 0;

  constructor(options: OrgOptions, clock: Clock, random: Random) {
    const { id = '00D000000000001', users = DEFAULT_USERS, ...rest } = options;
    this.id = id.length === 15 ? toId18(id) : id;
    this.options = {
      name: 'Sample company',
      edition: 'Enterprise Edition',
      isSandbox: false,
      personAccounts: false,
      individuals: true,
      dailyApiRequests: 100_000,
      ...rest,
    };
    this.#clock = clock;
    // Record ids grow alike in every org, as in a copied sandbox: a mix-up of orgs hits a real record and shows.
    this.ids = new IdSource('Qy');
    this.records = new Records(this);
    this.bin = new RecycleBin(this);
    this.locks = new Locks(random);
    for (const object of standardObjects()) this.schema.add(object);
    if (this.options.individuals) this.schema.add(individualObject());
    else for (const object of this.schema.all()) object.fields.delete('individualid');
    for (const user of users) this.addUser(user);
    if (this.options.personAccounts) switchOnPersonAccounts(this);
    this.refreshRecordTypes();
    this.#seedOrganization();
    this.transaction.listen(() => {
      for (const watcher of this.#watchers) watcher();
    });
  }

  get id15(): string {
    return this.id.slice(0, 15);
  }

  now(): number {
    return this.#clock.now();
  }

  addUser(options: UserOptions): User {
    const user = createUser(this.ids.next('005'), options);
    this.users.set(user.id, user);
    this.#seed('User', {
      Id: user.id,
      Username: user.username,
      FirstName: user.firstName,
      LastName: user.lastName,
      Name: nameOf(user),
      Email: user.email,
      IsActive: true,
    });
    return user;
  }

  admin(): User {
    const found =
      [...this.users.values()].find(({ admin }) => admin) ?? [...this.users.values()][0];
    if (found === undefined) throw new Error('An org has at least one user.');
    return found;
  }

  /** By id or user name. */
  user(name: string): User | undefined {
    return (
      this.users.get(name) ?? [...this.users.values()].find(({ username }) => username === name)
    );
  }

  seeder(): Actor {
    return { user: this.admin(), via: 'seed' };
  }

  nextKeyPrefix(): string {
    const number = this.#customObjects;
    this.#customObjects += 1;
    return `a${String(number).padStart(2, '0')}`;
  }

  /** Record types are records themselves; this brings them in step with the objects. */
  refreshRecordTypes(): void {
    for (const { name, recordTypes } of this.schema.all()) {
      for (const one of recordTypes) {
        if (this.records.row('RecordType', one.id) !== undefined) continue;
        this.#seed('RecordType', {
          Id: one.id,
          Name: one.name,
          DeveloperName: one.developerName,
          SobjectType: name,
          IsActive: one.active,
        });
      }
    }
  }

  /** Calls back after each change; answers how to stop that. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #seedOrganization(): void {
    const { name, edition, isSandbox } = this.options;
    this.#seed('Organization', {
      Id: this.id,
      Name: name,
      OrganizationType: edition,
      InstanceName: 'QY1',
      LanguageLocaleKey: 'de',
      IsSandbox: isSandbox,
    });
  }

  #seed(type: string, values: Record<string, string | boolean>): void {
    const quiet = this.quiet;
    this.quiet = true;
    this.records.create(this.seeder(), type, values);
    this.quiet = quiet;
  }
}
