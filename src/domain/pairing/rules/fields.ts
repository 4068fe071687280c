/** What the rules may read of a profile: what the account shows in public, or gave to the company itself. */
export const PROFILE_FIELDS = [
  'handle',
  'name',
  'bio_email',
  'email',
  'website',
  'organisation',
  'place',
] as const;

/** What the rules may read of a contact. */
export const PERSON_FIELDS = [
  'name',
  'name.first',
  'name.last',
  'email',
  'website',
  'handle',
  'organisation',
  'place',
] as const;
