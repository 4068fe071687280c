import type {
  ContactPage,
  ContactState,
  CrmCapabilities,
  CrmConnector,
  CrmContact,
  FieldPlan,
  ProvisionStep,
  TimelineEntry,
  WriteResult,
} from '../../../src/contract/crm.ts';
import { defineCrm, type CrmDefinition } from '../../../src/contract/definition.ts';
import { ConnectorError } from '../../../src/contract/errors.ts';
import type { MemoryAccount } from './account.ts';
import { app, secrets, settings, type App, type Secrets, type Settings } from './settings.ts';
import { webhook } from './webhook.ts';

export { MemoryAccount } from './account.ts';
export { announce, sign } from './webhook.ts';

const PAGE_SIZE = 50;

const capabilities: CrmCapabilities = {
  oauth: false,
  webhooks: true,
  batchSize: 100,
  entriesCanChange: true,
  budgets: { standard: { calls: 1_000, perMs: 1_000 } },
};

/** The contract as the shortest CRM that keeps it. `accounts` holds the customers' CRMs; a test works on them directly. */
export function memoryCrm(
  accounts: ReadonlyMap<string, MemoryAccount>,
): CrmDefinition<App, Settings, Secrets> {
  return defineCrm<App, Settings, Secrets>({
    id: 'memory',
    title: 'In-memory CRM',
    capabilities,
    app,
    settings,
    secrets,
    create({ settings: { accountId }, ports }) {
      return connector(async () => {
        await ports.pace('standard');
        const account = accounts.get(accountId);
        if (account?.connected === true) return account;
        throw new ConnectorError('memory', { code: 'AUTH_EXPIRED' });
      });
    },
    webhook,
  });
}

type Reach = () => Promise<MemoryAccount>;

function connector(reach: Reach): CrmConnector {
  return {
    async check() {
      const { id } = await reach();
      return { accountId: id, title: `Memory ${id}`, timeZone: 'UTC' };
    },
    async provision(plan) {
      const account = await reach();
      const group = provisionGroup(account, plan.group.name);
      return [group, ...plan.fields.map((field) => provisionField(account, field))];
    },
    async listContacts(fields, after) {
      const { contacts } = await reach();
      return page([...contacts.values()].sort(byId), fields, after);
    },
    async changedContacts(fields, since, after) {
      const { contacts } = await reach();
      const changed = [...contacts.values()].filter((c) => c.updatedAt >= since);
      return page(changed.sort(byAge), fields, after);
    },
    async readContacts(fields, ids) {
      const account = await reach();
      return bounded(ids).map((id) => state(account, fields, id));
    },
    async updateContacts(changes) {
      const account = await reach();
      return bounded(changes).map(({ contactId: id, fields }) => {
        if (!account.contacts.has(id)) return { id, outcome: 'gone' };
        const wrong = Object.keys(fields).filter((f) => account.forbidden.get(f) === fields[f]);
        if (wrong.length > 0)
          return {
            id,
            outcome: 'refused',
            fields: wrong,
            reason: 'The value is not allowed here.',
          };
        account.write(id, fields);
        return { id, outcome: 'written', remoteId: id };
      });
    },
    async putEntries(entries) {
      const account = await reach();
      return bounded(entries).map((entry) => putEntry(account, entry));
    },
    async removeEntries(keys) {
      const { entries } = await reach();
      return bounded(keys).map((id) => {
        const remoteId = entries.get(id)?.remoteId;
        if (remoteId === undefined) return { id, outcome: 'gone' };
        entries.delete(id);
        return { id, outcome: 'written', remoteId };
      });
    },
    async disconnect() {
      (await reach()).connected = false;
    },
  };
}

function provisionGroup(account: MemoryAccount, name: string): ProvisionStep {
  const outcome = account.groups.has(name) ? 'adopted' : 'created';
  account.groups.add(name);
  return { name, outcome, detail: 'field group' };
}

function provisionField(account: MemoryAccount, field: FieldPlan): ProvisionStep {
  const key = `${field.object}.${field.name}`;
  const existing = account.fields.get(key);
  if (existing === undefined) {
    account.fields.set(key, field);
    return { name: field.name, outcome: 'created', detail: field.object };
  }
  return existing.type === field.type
    ? { name: field.name, outcome: 'adopted', detail: field.object }
    : { name: field.name, outcome: 'conflict', detail: `exists as ${existing.type}` };
}

function putEntry(account: MemoryAccount, entry: TimelineEntry): WriteResult {
  const id = entry.key;
  if (!account.contacts.has(entry.contactId)) return { id, outcome: 'gone' };
  const remoteId = account.entries.get(id)?.remoteId ?? account.newId();
  account.entries.set(id, { remoteId, entry });
  return { id, outcome: 'written', remoteId };
}

function state(account: MemoryAccount, fields: readonly string[], id: string): ContactState {
  const own = account.contacts.get(id);
  if (own !== undefined) return { id, state: 'found', contact: only(own, fields) };
  let heir = account.merged.get(id);
  while (heir !== undefined && account.merged.has(heir)) heir = account.merged.get(heir);
  const survivor = account.contacts.get(heir ?? '');
  return survivor === undefined
    ? { id, state: 'absent' }
    : { id, state: 'merged', contact: only(survivor, fields) };
}

function page(
  all: readonly CrmContact[],
  fields: readonly string[],
  after: string | undefined,
): ContactPage {
  const start = Number(after ?? '0');
  const end = start + PAGE_SIZE;
  return {
    contacts: all.slice(start, end).map((contact) => only(contact, fields)),
    next: end < all.length ? String(end) : undefined,
  };
}

function only(contact: CrmContact, fields: readonly string[]): CrmContact {
  const asked = Object.entries(contact.fields).filter(([name]) => fields.includes(name));
  return { ...contact, fields: Object.fromEntries(asked) };
}

function byId(a: CrmContact, b: CrmContact): number {
  return Number(a.id) - Number(b.id);
}

function byAge(a: CrmContact, b: CrmContact): number {
  return a.updatedAt.getTime() - b.updatedAt.getTime() || byId(a, b);
}

function bounded<T>(items: readonly T[]): readonly T[] {
  if (items.length <= capabilities.batchSize) return items;
  throw new RangeError(`At most ${capabilities.batchSize} records a call, got ${items.length}.`);
}
