import { afterEach } from '@jest/globals';
import type { CrmConnector } from '../../src/contract/crm.ts';
import type { CrmDefinition } from '../../src/contract/definition.ts';
import { enqueue } from '../../src/store/jobs.ts';
import { listLinks } from '../../src/services/listLinks.ts';
import { testApp, type TestApp } from '../fixtures/app.ts';
import { madeForEach } from '../fixtures/lifetime.ts';

export const ADA = { firstname: 'Ada', memory_handle: 'ada.example' } as const;

export function texts(world: TestApp, contact: string): readonly string[] {
  return world.crm
    .entriesOf(contact)
    .map((entry) => entry.text)
    .sort();
}

export function fieldsOf(world: TestApp, contact: string): Readonly<Record<string, string>> {
  return world.crm.contacts.get(contact)?.fields ?? {};
}

/** A contact with Ada's handle, and her account with one post, paired and written. */
export async function pairedAda(world: TestApp, fields: Readonly<Record<string, string>> = ADA) {
  const contact = world.crm.seed(fields);
  await world.announce();
  world.network.join('did:ada', { handle: 'ada.example' });
  const post = say(world, 'did:ada', 'no signal');
  await world.round();
  return { contact, post };
}

export function say(world: TestApp, author: string, text: string): string {
  return world.network.post({ author, text, publishedAt: new Date() });
}

/** `did:ada>101 active`, sorted. */
export async function pairings(world: TestApp): Promise<readonly string[]> {
  const links = await listLinks(world.app, world.workspace);
  return links.map((link) => `${link.nativeId}>${link.externalId} ${link.state}`).sort();
}

export async function ask(world: TestApp, task: 'follow' | 'provision'): Promise<void> {
  await world.app.database.inWorkspace(world.workspace, (tx) =>
    enqueue(tx, task, { connection: world.crmConnection }, { key: `${task}:test` }),
  );
  await world.settle();
}

export async function sql<Row extends object>(world: TestApp, text: string): Promise<Row[]> {
  const { rows } = await world.app.database.pool.query<Row>(text);
  return rows;
}

/** Every row of every table, ours and those of the job runner, that holds one of the words in any column. */
export async function scan(world: TestApp, words: readonly string[]): Promise<readonly string[]> {
  const tables = await sql<{ name: string }>(
    world,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname in ('echofile', 'graphile_worker', 'public')`,
  );
  if (tables.length < 15) throw new Error('the scan does not see the tables');
  const found: string[] = [];
  for (const { name } of tables) {
    // Stored requests are bytes, which would show as hexadecimal digits only.
    const text =
      name === 'echofile.inbox'
        ? "t::text || coalesce(convert_from(t.body, 'UTF8'), '')"
        : 't::text';
    const rows = await sql<{ row: string }>(world, `select ${text} as row from ${name} t`);
    for (const word of words)
      if (rows.some(({ row }) => row.toLowerCase().includes(word.toLowerCase())))
        found.push(`${name}: ${word}`);
  }
  return found;
}

/** The service anew for each test, with a CRM whose calls can be disturbed. */
export function disturbedWorld() {
  const disturbance = new Disturbance();
  const world = madeForEach(() => {
    disturbance.stop();
    disturbance.calls.length = 0;
    return testApp({ crmDefinition: disturbance.crmDefinition });
  });
  afterEach(() => world.close());
  return { world, disturbance };
}

type Call = keyof CrmConnector;

/** A CRM whose calls can be disturbed: `before` and `after` may throw or wait. */
export class Disturbance {
  before: (call: Call, args: readonly unknown[]) => void | Promise<void> = () => undefined;
  after: (call: Call, args: readonly unknown[]) => void | Promise<void> = () => undefined;
  readonly calls: Call[] = [];

  readonly crmDefinition: (definition: CrmDefinition) => CrmDefinition = (
    definition: CrmDefinition,
  ): CrmDefinition => ({
    ...definition,
    create: (parts) => this.#disturbed(definition.create(parts)),
  });

  stop(): void {
    this.before = () => undefined;
    this.after = () => undefined;
  }

  #disturbed(crm: CrmConnector): CrmConnector {
    return new Proxy(crm, {
      get: (target, name: Call) => {
        const call = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        return async (...args: readonly unknown[]) => {
          this.calls.push(name);
          await this.before(name, args);
          const answer = await call.apply(target, [...args]);
          await this.after(name, args);
          return answer;
        };
      },
    });
  }
}
