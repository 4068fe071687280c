import type { ObjectType, PropertyDefinition, PropertyGroup } from '../model.ts';

type Column = [name: string, label: string, type: PropertyDefinition['type'], fieldType: string];
interface Group extends PropertyGroup {
  columns: Column[];
}

const group = (name: string, label: string, displayOrder: number, columns: Column[]): Group => ({
  name,
  label,
  displayOrder,
  archived: false,
  columns,
});

/** The part of a fresh portal's properties that a social pairing product meets. */
const GROUPS: Readonly<Record<ObjectType, Group[]>> = {
  contacts: [
    group('contactinformation', 'Contact information', 0, [
      ['email', 'Email', 'string', 'text'],
      ['hs_additional_emails', 'Additional email addresses', 'enumeration', 'checkbox'],
      ['firstname', 'First name', 'string', 'text'],
      ['lastname', 'Last name', 'string', 'text'],
      ['phone', 'Phone number', 'string', 'phonenumber'],
      ['mobilephone', 'Mobile phone number', 'string', 'phonenumber'],
      ['company', 'Company name', 'string', 'text'],
      ['jobtitle', 'Job title', 'string', 'text'],
      ['website', 'Website URL', 'string', 'text'],
      ['address', 'Street address', 'string', 'text'],
      ['city', 'City', 'string', 'text'],
      ['state', 'State/Region', 'string', 'text'],
      ['zip', 'Postal code', 'string', 'text'],
      ['country', 'Country/Region', 'string', 'text'],
      ['hs_language', 'Preferred language', 'enumeration', 'select'],
      ['lifecyclestage', 'Lifecycle stage', 'enumeration', 'radio'],
      ['hs_lead_status', 'Lead status', 'enumeration', 'radio'],
      ['hubspot_owner_id', 'Contact owner', 'enumeration', 'select'],
      ['annualrevenue', 'Annual revenue', 'string', 'text'],
      ['numemployees', 'Number of employees', 'enumeration', 'select'],
      ['date_of_birth', 'Date of birth', 'string', 'text'],
      ['closedate', 'Close date', 'datetime', 'date'],
      ['message', 'Message', 'string', 'textarea'],
      ['createdate', 'Create date', 'datetime', 'date'],
      ['lastmodifieddate', 'Last modified date', 'datetime', 'date'],
      ['hs_object_id', 'Record ID', 'number', 'number'],
      ['hs_merged_object_ids', 'Merged record IDs', 'enumeration', 'checkbox'],
    ]),
    group('socialmediainformation', 'Social media information', 1, [
      ['twitterhandle', 'Twitter username', 'string', 'text'],
      ['twitterbio', 'Twitter bio', 'string', 'text'],
      ['followercount', 'Follower count', 'number', 'number'],
      ['hs_linkedin_url', 'LinkedIn URL', 'string', 'text'],
      ['linkedinbio', 'LinkedIn bio', 'string', 'text'],
    ]),
  ],
  notes: [
    group('engagement', 'Engagement', 0, [
      ['hs_timestamp', 'Activity date', 'datetime', 'date'],
      ['hs_note_body', 'Note body', 'string', 'html'],
      ['hubspot_owner_id', 'Activity assigned to', 'enumeration', 'select'],
      ['hs_attachment_ids', 'Attached file IDs', 'enumeration', 'checkbox'],
      ['hs_createdate', 'Create date', 'datetime', 'date'],
      ['hs_lastmodifieddate', 'Last modified date', 'datetime', 'date'],
      ['hs_object_id', 'Record ID', 'number', 'number'],
    ]),
  ],
};

const READ_ONLY = new Set([
  'createdate',
  'lastmodifieddate',
  'hs_object_id',
  'hs_merged_object_ids',
  'hs_createdate',
  'hs_lastmodifieddate',
]);

const EXTERNAL_OPTIONS = new Set([
  'hubspot_owner_id',
  'hs_attachment_ids',
  'hs_additional_emails',
  'hs_merged_object_ids',
]);

const OPTIONS: Readonly<Record<string, string[]>> = {
  lifecyclestage: [
    'subscriber',
    'lead',
    'marketingqualifiedlead',
    'salesqualifiedlead',
    'opportunity',
    'customer',
    'evangelist',
    'other',
  ],
  hs_lead_status: ['NEW', 'OPEN', 'IN_PROGRESS', 'OPEN_DEAL', 'UNQUALIFIED', 'CONNECTED'],
  hs_language: ['de', 'en', 'es', 'fr', 'it', 'nl', 'pl', 'pt'],
  numemployees: ['1-5', '5-25', '25-50', '50-100', '100-500', '500-1000', '1000+'],
};

export interface Schema {
  definitions: PropertyDefinition[];
  groups: PropertyGroup[];
}

export function defaultSchema(type: ObjectType, at: number): Schema {
  const groups = GROUPS[type];
  return {
    groups: groups.map(({ name, label, displayOrder, archived }) => ({
      name,
      label,
      displayOrder,
      archived,
    })),
    definitions: groups.flatMap(({ name: groupName, columns }) =>
      columns.map(([name, label, valueType, fieldType], displayOrder) => ({
        name,
        label,
        type: valueType,
        fieldType,
        groupName,
        description: '',
        options: (OPTIONS[name] ?? []).map((value, order) => ({
          label: optionLabel(value),
          value,
          displayOrder: order,
          hidden: false,
        })),
        hasUniqueValue: name === 'email',
        hidden: false,
        formField: true,
        displayOrder,
        hubspotDefined: true,
        externalOptions: EXTERNAL_OPTIONS.has(name),
        readOnlyValue: READ_ONLY.has(name),
        archived: false,
        createdAt: at,
        updatedAt: at,
      })),
    ),
  };
}

const optionLabel = (value: string): string => {
  const words = value
    .toLowerCase()
    .replaceAll('_', ' ')
    .replace('qualifiedlead', ' qualified lead');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
