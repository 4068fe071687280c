import { refuse } from '../errors.ts';
import { type Actor, type Row, type Value, stamp } from '../model.ts';
import type { OrgData } from './org-data.ts';

export interface Conversion {
  leadId: string;
  /** Existing records to convert into; new ones are made when absent. */
  accountId?: string;
  contactId?: string;
}

const TAKEN = [
  'FirstName',
  'LastName',
  'Salutation',
  'Title',
  'Phone',
  'MobilePhone',
  'Email',
  'HasOptedOutOfEmail',
  'DoNotCall',
  'LeadSource',
  'Description',
  'IndividualId',
];

/** A lead becomes a contact of an account. Lookups of our kind that point at the lead stay where they are. */
export function convertLead(
  org: OrgData,
  actor: Actor,
  { leadId, accountId, contactId }: Conversion,
): Row {
  return org.transaction.run(() => {
    const lead = org.records.live('Lead', leadId);
    if (lead.values.IsConverted === true) {
      throw refuse('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);
    }
    const account =
      accountId ?? org.records.create(actor, 'Account', { Name: lead.values.Company }).id;
    const contact =
      contactId === undefined
        ? newContact(org, actor, { lead, account })
        : fill(org, actor, { lead, contactId });
    const now = stamp(org.now());
    const values: Record<string, Value> = {
      ...lead.values,
      IsConverted: true,
      Status: 'Closed - Converted',
      ConvertedDate: now.slice(0, 10),
      ConvertedAccountId: account,
      ConvertedContactId: contact,
      LastModifiedDate: now,
      LastModifiedById: actor.user.id,
      SystemModstamp: now,
    };
    const row = { ...lead, values };
    org.records.store({ row, before: lead, actor, kind: 'updated', fields: CONVERSION });
    return row;
  });
}

const CONVERSION = [
  'IsConverted',
  'Status',
  'ConvertedDate',
  'ConvertedAccountId',
  'ConvertedContactId',
];

/** Standard fields, and custom ones that bear the same name on both sides. */
function carried(org: OrgData, lead: Row): [string, Value][] {
  const contact = org.schema.object('Contact');
  const custom = Object.keys(lead.values).filter(
    (name) => name.endsWith('__c') && contact?.fields.has(name.toLowerCase()) === true,
  );
  return [...TAKEN, ...custom].map((name) => [name, lead.values[name] ?? null]);
}

/** As Salesforce itself writes: field-level security of the person who converts does not matter. */
function newContact(
  org: OrgData,
  actor: Actor,
  { lead, account }: { lead: Row; account: string },
): string {
  const values = Object.fromEntries(carried(org, lead));
  return org.records.create({ ...actor, via: 'seed' }, 'Contact', { ...values, AccountId: account })
    .id;
}

/** An existing contact keeps what it has; only its empty fields are filled. */
function fill(
  org: OrgData,
  actor: Actor,
  { lead, contactId }: { lead: Row; contactId: string },
): string {
  const contact = org.records.live('Contact', contactId);
  const input = Object.fromEntries(
    carried(org, lead).filter(([name]) => (contact.values[name] ?? null) === null),
  );
  return org.records.update({ ...actor, via: 'seed' }, 'Contact', { id: contactId, input }).id;
}
