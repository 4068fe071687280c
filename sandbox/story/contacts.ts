import { readTable } from './captures.ts';

export interface Contact {
  id: string;
  title: string;
  firstName: string;
  lastName: string;
  emails: string[];
  company: string;
  jobTitle: string;
  city: string;
  phone: string;
  website: string;
  blueskyHandle: string;
  /** `no` forbids any link; empty means nobody asked. */
  consentLink: 'yes' | 'no' | '';
}

export function loadContacts(): Contact[] {
  return readTable('crm-contacts.csv').map((row) => ({
    id: row('contact_id'),
    title: row('title'),
    firstName: row('first_name'),
    lastName: row('last_name'),
    emails: [row('email'), row('email2')].filter((email) => email !== ''),
    company: row('company'),
    jobTitle: row('job_title'),
    city: row('city'),
    phone: row('phone'),
    website: row('website'),
    blueskyHandle: row('handle_bluesky'),
    consentLink: row('consent_link') as Contact['consentLink'],
  }));
}
