/** HubSpot's own groups; an app's group keeps the name that the app gave it. */
export const GERMAN_GROUPS: Readonly<Record<string, string>> = {
  contactinformation: 'Kontaktinformationen',
};

/** HubSpot shows its own properties in the language of the user; custom ones as the admin named them. */
export const GERMAN_LABELS: Readonly<Record<string, string>> = {
  email: 'E-Mail',
  hs_additional_emails: 'Weitere E-Mail-Adressen',
  firstname: 'Vorname',
  lastname: 'Nachname',
  phone: 'Telefonnummer',
  mobilephone: 'Mobiltelefonnummer',
  company: 'Firmenname',
  jobtitle: 'Position',
  website: 'Website',
  address: 'Straße und Hausnummer',
  city: 'Stadt',
  state: 'Bundesland/Region',
  zip: 'Postleitzahl',
  country: 'Land/Region',
  hs_language: 'Bevorzugte Sprache',
  lifecyclestage: 'Lifecycle-Phase',
  hs_lead_status: 'Lead-Status',
  hubspot_owner_id: 'Zuständige Person',
  annualrevenue: 'Jahresumsatz',
  numemployees: 'Anzahl der Beschäftigten',
  date_of_birth: 'Geburtsdatum',
  closedate: 'Abschlussdatum',
  message: 'Nachricht',
  twitterhandle: 'Twitter-Benutzername',
  twitterbio: 'Twitter-Biografie',
  followercount: 'Anzahl der Follower',
  hs_linkedin_url: 'LinkedIn-URL',
  linkedinbio: 'LinkedIn-Biografie',
};
