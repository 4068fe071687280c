import {
  type FieldDefinition,
  READ_ONLY,
  datetime,
  date,
  defineField,
  email,
  flag,
  int,
  long,
  lookup,
  phone,
  picklist,
  text,
  url,
} from './fields.ts';
import type { ObjectDefinition } from './objects.ts';

const SALUTATIONS = ['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.', 'Mx.'];
const LEAD_SOURCES = ['Web', 'Phone Inquiry', 'Partner Referral', 'Purchased List', 'Other'];
const INDUSTRIES = [
  'Consulting',
  'Education',
  'Finance',
  'Retail',
  'Technology',
  'Telecommunications',
];

/** Every object has them. */
export const systemFields = (): FieldDefinition[] => [
  defineField('Id', 'Record ID', 'id', { ...READ_ONLY, nillable: false, defaultedOnCreate: true }),
  flag('IsDeleted', 'Deleted', READ_ONLY),
  datetime('CreatedDate', 'Created Date', { ...READ_ONLY, nillable: false }),
  lookup('CreatedById', 'Created By ID', 'User', { ...READ_ONLY, nillable: false }),
  datetime('LastModifiedDate', 'Last Modified Date', { ...READ_ONLY, nillable: false }),
  lookup('LastModifiedById', 'Last Modified By ID', 'User', { ...READ_ONLY, nillable: false }),
  datetime('SystemModstamp', 'System Modstamp', { ...READ_ONLY, nillable: false }),
];

const owner = () =>
  lookup('OwnerId', 'Owner ID', 'User', { nillable: false, defaultedOnCreate: true });
const recordType = () => lookup('RecordTypeId', 'Record Type ID', 'RecordType');
const master = (object: string) =>
  lookup('MasterRecordId', 'Master Record ID', object, {
    ...READ_ONLY,
    relationshipName: 'MasterRecord',
  });
const individual = () =>
  lookup('IndividualId', 'Individual ID', 'Individual', { relationshipName: 'Individual' });

const person = (): FieldDefinition[] => [
  text('LastName', 'Last Name', 80, { nillable: false }),
  text('FirstName', 'First Name', 40),
  picklist('Salutation', 'Salutation', SALUTATIONS),
  text('Name', 'Full Name', 121, { ...READ_ONLY, nillable: false, nameField: true }),
  text('Title', 'Title', 128),
  phone('Phone', 'Business Phone'),
  phone('MobilePhone', 'Mobile Phone'),
  email('Email', 'Email'),
  flag('HasOptedOutOfEmail', 'Email Opt Out'),
  flag('DoNotCall', 'Do Not Call'),
  picklist('LeadSource', 'Lead Source', LEAD_SOURCES),
  long('Description', 'Description'),
];

const address = (prefix: string, label: string): FieldDefinition[] => [
  defineField(`${prefix}Street`, `${label}Street`, 'textarea', { length: 255 }),
  text(`${prefix}City`, `${label}City`, 40),
  text(`${prefix}State`, `${label}State/Province`, 80),
  text(`${prefix}PostalCode`, `${label}Zip/Postal Code`, 20),
  text(`${prefix}Country`, `${label}Country`, 80),
];

const CONTACT = (): FieldDefinition[] => [
  ...person(),
  master('Contact'),
  lookup('AccountId', 'Account ID', 'Account', {
    childRelationshipName: 'Contacts',
    cascadeDelete: true,
  }),
  ...address('Mailing', 'Mailing '),
  phone('Fax', 'Business Fax'),
  text('Department', 'Department', 80),
  date('Birthdate', 'Birthdate'),
  owner(),
  recordType(),
  individual(),
];

const LEAD = (): FieldDefinition[] => [
  ...person(),
  master('Lead'),
  text('Company', 'Company', 255, { nillable: false }),
  ...address('', ''),
  url('Website', 'Website'),
  picklist(
    'Status',
    'Status',
    ['Open - Not Contacted', 'Working - Contacted', 'Closed - Converted', 'Closed - Not Converted'],
    { nillable: false, defaultedOnCreate: true },
  ),
  picklist('Industry', 'Industry', INDUSTRIES),
  flag('IsConverted', 'Converted', READ_ONLY),
  date('ConvertedDate', 'Converted Date', READ_ONLY),
  lookup('ConvertedAccountId', 'Converted Account ID', 'Account', READ_ONLY),
  lookup('ConvertedContactId', 'Converted Contact ID', 'Contact', READ_ONLY),
  lookup('ConvertedOpportunityId', 'Converted Opportunity ID', 'Opportunity', READ_ONLY),
  owner(),
  recordType(),
  individual(),
];

const ACCOUNT = (): FieldDefinition[] => [
  text('Name', 'Account Name', 255, { nillable: false, nameField: true }),
  master('Account'),
  picklist('Type', 'Account Type', ['Prospect', 'Customer', 'Partner', 'Other']),
  lookup('ParentId', 'Parent Account ID', 'Account', { childRelationshipName: 'ChildAccounts' }),
  ...address('Billing', 'Billing '),
  phone('Phone', 'Account Phone'),
  url('Website', 'Website'),
  picklist('Industry', 'Industry', INDUSTRIES),
  int('NumberOfEmployees', 'Employees'),
  defineField('AnnualRevenue', 'Annual Revenue', 'currency', { precision: 18 }),
  long('Description', 'Account Description'),
  owner(),
  recordType(),
];

/** Only where Data Protection and Privacy is switched on. */
const INDIVIDUAL = (): FieldDefinition[] => [
  text('LastName', 'Last Name', 80, { nillable: false }),
  text('FirstName', 'First Name', 40),
  picklist('Salutation', 'Salutation', SALUTATIONS),
  text('Name', 'Name', 121, { ...READ_ONLY, nillable: false, nameField: true }),
  master('Individual'),
  flag('HasOptedOutTracking', "Don't Track"),
  flag('HasOptedOutProfiling', "Don't Profile"),
  flag('HasOptedOutProcessing', "Don't Process"),
  flag('HasOptedOutSolicit', "Don't Market"),
  flag('HasOptedOutGeoTracking', "Don't Store Geolocation Data"),
  flag('ShouldForget', 'Forget this Individual'),
  flag('SendIndividualData', 'Export Individual’s Data'),
  flag('CanStorePiiElsewhere', 'OK to Store PII Data Elsewhere'),
  date('BirthDate', 'Birth Date'),
  owner(),
];

const USER = (): FieldDefinition[] => [
  text('Username', 'Username', 80, { nillable: false }),
  text('LastName', 'Last Name', 80, { nillable: false }),
  text('FirstName', 'First Name', 40),
  text('Name', 'Full Name', 121, { ...READ_ONLY, nillable: false, nameField: true }),
  email('Email', 'Email', { nillable: false, length: 128 }),
  flag('IsActive', 'Active'),
];

const CAMPAIGN = (): FieldDefinition[] => [
  text('Name', 'Name', 80, { nillable: false, nameField: true }),
  flag('IsActive', 'Active'),
  owner(),
];

const CAMPAIGN_MEMBER = (): FieldDefinition[] => [
  lookup('CampaignId', 'Campaign ID', 'Campaign', {
    nillable: false,
    updateable: false,
    childRelationshipName: 'CampaignMembers',
    cascadeDelete: true,
  }),
  lookup('LeadId', 'Lead ID', 'Lead', {
    childRelationshipName: 'CampaignMembers',
    cascadeDelete: true,
  }),
  lookup('ContactId', 'Contact ID', 'Contact', {
    childRelationshipName: 'CampaignMembers',
    cascadeDelete: true,
  }),
  picklist('Status', 'Status', ['Sent', 'Responded']),
  flag('HasResponded', 'Responded', READ_ONLY),
];

const TASK = (): FieldDefinition[] => [
  text('Subject', 'Subject', 255, { nameField: true }),
  lookup('WhoId', 'Name ID', ['Contact', 'Lead'], {
    relationshipName: 'Who',
    childRelationshipName: 'Tasks',
    cascadeDelete: true,
  }),
  lookup('WhatId', 'Related To ID', 'Account', {
    relationshipName: 'What',
    childRelationshipName: 'Tasks',
  }),
  date('ActivityDate', 'Due Date Only'),
  picklist('Status', 'Status', ['Not Started', 'In Progress', 'Completed'], {
    nillable: false,
    defaultedOnCreate: true,
  }),
  picklist('Priority', 'Priority', ['High', 'Normal', 'Low'], {
    nillable: false,
    defaultedOnCreate: true,
  }),
  // Only these four, and never changed once written.
  picklist('TaskSubtype', 'Task Subtype', ['Task', 'Email', 'ListEmail', 'Call'], {
    restrictedPicklist: true,
    updateable: false,
  }),
  long('Description', 'Description'),
  owner(),
];

const RECORD_TYPE = (): FieldDefinition[] => [
  text('Name', 'Name', 80, { nillable: false, nameField: true }),
  text('DeveloperName', 'Record Type Name', 80, { nillable: false }),
  text('SobjectType', 'SObject Type Name', 40, { nillable: false }),
  flag('IsActive', 'Active'),
];

const ORGANIZATION = (): FieldDefinition[] => [
  text('Name', 'Name', 80, { ...READ_ONLY, nameField: true }),
  text('OrganizationType', 'Edition', 40, READ_ONLY),
  text('InstanceName', 'Instance Name', 5, READ_ONLY),
  text('NamespacePrefix', 'Namespace Prefix', 15, READ_ONLY),
  text('LanguageLocaleKey', 'Language', 40, READ_ONLY),
  flag('IsSandbox', 'Is Sandbox', READ_ONLY),
];

interface Standard {
  name: string;
  labels: [one: string, many: string];
  keyPrefix: string;
  fields: () => FieldDefinition[];
  createable?: boolean;
  mergeable?: boolean;
}

const STANDARD: readonly Standard[] = [
  {
    name: 'Account',
    labels: ['Account', 'Accounts'],
    keyPrefix: '001',
    fields: ACCOUNT,
    mergeable: true,
  },
  {
    name: 'Contact',
    labels: ['Contact', 'Contacts'],
    keyPrefix: '003',
    fields: CONTACT,
    mergeable: true,
  },
  { name: 'Lead', labels: ['Lead', 'Leads'], keyPrefix: '00Q', fields: LEAD, mergeable: true },
  { name: 'User', labels: ['User', 'Users'], keyPrefix: '005', fields: USER, createable: false },
  { name: 'Campaign', labels: ['Campaign', 'Campaigns'], keyPrefix: '701', fields: CAMPAIGN },
  {
    name: 'CampaignMember',
    labels: ['Campaign Member', 'Campaign Members'],
    keyPrefix: '00v',
    fields: CAMPAIGN_MEMBER,
  },
  { name: 'Task', labels: ['Task', 'Tasks'], keyPrefix: '00T', fields: TASK },
  {
    name: 'RecordType',
    labels: ['Record Type', 'Record Types'],
    keyPrefix: '012',
    fields: RECORD_TYPE,
    createable: false,
  },
  {
    name: 'Organization',
    labels: ['Organization', 'Organizations'],
    keyPrefix: '00D',
    fields: ORGANIZATION,
    createable: false,
  },
];

export const standardObjects = (): ObjectDefinition[] => STANDARD.map(build);

export const individualObject = (): ObjectDefinition =>
  build({
    name: 'Individual',
    labels: ['Individual', 'Individuals'],
    keyPrefix: '0PK',
    fields: INDIVIDUAL,
    mergeable: true,
  });

function build({ name, labels, keyPrefix, fields, ...more }: Standard): ObjectDefinition {
  return {
    name,
    label: labels[0],
    labelPlural: labels[1],
    keyPrefix,
    custom: false,
    createable: more.createable ?? true,
    mergeable: more.mergeable ?? false,
    recordTypes: [],
    fields: new Map(
      [...systemFields(), ...fields()].map((field) => [field.name.toLowerCase(), field]),
    ),
  };
}

/** The Contact fields an Account shows of its person, and the names it shows them under. */
export const PERSON_FIELDS: Readonly<Record<string, string>> = {
  FirstName: 'FirstName',
  LastName: 'LastName',
  Salutation: 'Salutation',
  PersonEmail: 'Email',
  PersonMobilePhone: 'MobilePhone',
  PersonTitle: 'Title',
  PersonHasOptedOutOfEmail: 'HasOptedOutOfEmail',
  PersonDoNotCall: 'DoNotCall',
  PersonLeadSource: 'LeadSource',
  PersonBirthdate: 'Birthdate',
  PersonMailingStreet: 'MailingStreet',
  PersonMailingCity: 'MailingCity',
  PersonMailingState: 'MailingState',
  PersonMailingPostalCode: 'MailingPostalCode',
  PersonMailingCountry: 'MailingCountry',
  PersonIndividualId: 'IndividualId',
};
