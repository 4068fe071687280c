import { RULES, type EvidenceRule } from './pairing/evidence.ts';
import { cleanText } from './text.ts';

export type Language = 'de' | 'en';

/** Long enough for any post, short enough for any CRM. */
export const ENTRY_TEXT_LENGTH = 5_000;

/** The key under which the CRM holds an activity on a contact's timeline. The same for ever, and says nothing about anyone. */
export function entryKey(workspace: string, activityId: string, contactId: string): string {
  return `echofile:${workspace}:a${activityId}:c${contactId}`;
}

export function fieldsKey(contactId: string): string {
  return `fields:c${contactId}`;
}

const REASONS: Readonly<Record<EvidenceRule, Readonly<Record<Language, string>>>> = {
  handle_in_crm: {
    de: 'Dieses Konto steht im Kontaktdatensatz.',
    en: 'This account is named in the contact record.',
  },
  comment_email: {
    de: 'Kommentiert mit der E-Mail-Adresse dieses Kontakts.',
    en: "Commented with this contact's e-mail address.",
  },
  comment_mailbox: {
    de: 'Kommentiert mit einer Schreibweise der E-Mail-Adresse dieses Kontakts.',
    en: "Commented with a variant of this contact's e-mail address.",
  },
  two_way_link: {
    de: 'Profil und Website des Kontakts verweisen aufeinander.',
    en: "The profile and the contact's website link to each other.",
  },
  domain_handle: {
    de: 'Der Name des Kontos ist die Domain des Kontakts.',
    en: "The account's handle is the contact's own domain.",
  },
  one_way_link: {
    de: 'Das Profil nennt die Website des Kontakts.',
    en: "The profile names the contact's website.",
  },
  email_in_profile: {
    de: 'Das Profil nennt die E-Mail-Adresse des Kontakts.',
    en: "The profile names the contact's e-mail address.",
  },
  same_name: { de: 'Gleicher Name.', en: 'Same name.' },
  similar_name: { de: 'Ähnlicher Name.', en: 'Similar name.' },
  name_in_handle: {
    de: 'Der Kontoname enthält den Namen des Kontakts.',
    en: "The handle holds the contact's name.",
  },
  handle_elsewhere: {
    de: 'Der Kontoname gleicht dem, den der Kontakt anderswo hat.',
    en: 'The handle is like the one that the contact has elsewhere.',
  },
  same_place: { de: 'Gleicher Ort.', en: 'Same place.' },
  same_organisation: { de: 'Gleiche Organisation.', en: 'Same organisation.' },
  disagreement: { de: 'Die Angaben widersprechen sich.', en: 'What is known disagrees.' },
  agent_knowledge: {
    de: 'Von einem Menschen im Unternehmen eingetragen.',
    en: 'Recorded by a person of the company.',
  },
};

/** Why an account was paired with a contact, in one sentence. */
export function reasonFor(rule: EvidenceRule, language: Language): string {
  return REASONS[rule][language];
}

export function isEvidenceRule(text: string): text is EvidenceRule {
  return Object.hasOwn(RULES, text);
}

/** The author as the timeline names them: display name and handle, cleaned. */
export function authorLine(displayName: string | undefined, handle: string | undefined): string {
  const name = cleanText(displayName ?? '', 100).replace(/\s+/g, ' ');
  const tag = handle === undefined ? '' : `@${cleanText(handle, 250).replace(/^@/, '')}`;
  if (name === '' || name === handle) return tag === '' ? '?' : tag;
  return tag === '' ? name : `${name} (${tag})`;
}
