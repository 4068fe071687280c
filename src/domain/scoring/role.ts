import type { ContactFacts, Role } from './inputs.ts';

const BIO_LENGTH = 2000;
/** A word in a bio is a claim: it counts for less than half of what a person confirmed. */
const BY_BIO = 0.4;

/** Whole words, lower case. Politicians are missing on purpose: a bio says that together with an opinion. */
const ROLE_WORDS: readonly (readonly [Role, readonly string[]])[] = [
  [
    'journalist',
    [
      ...['journalist', 'journalistin', 'reporter', 'reporterin', 'redakteur', 'redakteurin'],
      ...['editor', 'columnist', 'kolumnist', 'kolumnistin', 'korrespondent', 'korrespondentin'],
      'correspondent',
    ],
  ],
  ['author', ['author', 'autor', 'autorin', 'blogger', 'bloggerin', 'writer', 'schriftsteller']],
  [
    'association_board',
    ['vorstand', 'vorständin', 'vorsitzender', 'vorsitzende', 'chairman', 'chairwoman', 'chair'],
  ],
  ['speaker', ['speaker', 'referent', 'referentin', 'dozent', 'dozentin', 'lecturer', 'keynote']],
];

/**
 * Stems of words that say what a person believes, is or suffers from. Whatever contains one is not read, compounds
 * ("Gewerkschafts-Vorstand") as a whole, so the role comes out as if the word were not there.
 */
const BLOCKED = [
  ...['partei', 'polit', 'liberal', 'konservativ', 'conservativ', 'sozialist', 'socialist'],
  ...['kommunist', 'communist', 'republican', 'democrat', 'demokrat', 'feminis', 'aktivis'],
  ...['activis', 'cdu', 'csu', 'spd', 'fdp', 'afd', 'bündnis', 'linke', 'labour', 'tory'],
  ...['christ', 'kirch', 'church', 'cathol', 'kathol', 'evangel', 'protestant', 'muslim'],
  ...['islam', 'moschee', 'mosque', 'jüdisch', 'jewish', 'jude', 'jüdin', 'synagog', 'hindu'],
  ...['buddh', 'atheis', 'relig', 'pastor', 'imam', 'rabbi', 'priest', 'gott', 'glaube'],
  ...['gewerkschaft', 'union', 'verdi', 'betriebsrat', 'betriebsrät'],
  ...['health', 'gesundheit', 'krank', 'disab', 'behinder', 'cancer', 'krebs', 'depress'],
  ...['autis', 'adhs', 'adhd', 'diabet', 'therap', 'hiv', 'chronic', 'patient'],
  ...['gay', 'lesb', 'schwul', 'queer', 'bisex', 'homosex', 'heterosex', 'trans', 'lgbt'],
];

/** The role that the words of a bio name, the weightiest first; undefined for none. */
export function roleFromBio(bio: string): Role | undefined {
  const words = bio
    .slice(0, BIO_LENGTH)
    .normalize('NFC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}*-]+/u)
    .filter((word) => !BLOCKED.some((stem) => word.includes(stem)))
    .flatMap((word) => word.split(/[*-]/));
  const said = new Set(words);
  return ROLE_WORDS.find(([, names]) => names.some((name) => said.has(name)))?.[0];
}

/** The share of the way to 100 that the role is worth. */
export function roleShare(
  role: ContactFacts['role'],
  bonuses: Readonly<Record<Role, number>>,
): number {
  if (role === undefined) return 0;
  return bonuses[role.kind] * (role.source === 'confirmed' ? 1 : BY_BIO);
}
