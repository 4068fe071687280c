import type { CountedAccount, ScoreParts } from './account.ts';
import type { ContactFacts, Role } from './inputs.ts';
import type { Language } from '../timeline.ts';

export type Sentences = Readonly<Record<Language, string>>;
export type Part = keyof ScoreParts;

export interface Reason {
  readonly part: Part;
  readonly points: number;
  readonly text: Sentences;
}

const MOST_REASONS = 3;
const LEAST_POINTS = 0.5;

interface Ground {
  readonly parts: ScoreParts;
  readonly strongest: CountedAccount;
  readonly accounts: readonly CountedAccount[];
  readonly role: ContactFacts['role'];
}

/** What adds most, in one sentence each. A contact without any such part has no reasons. */
export function topReasons(ground: Ground): readonly Reason[] {
  return (Object.entries(ground.parts) as [Part, number][])
    .filter(([, points]) => points >= LEAST_POINTS)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST_REASONS)
    .map(([part, points]) => ({ part, points, text: withPoints(SAY[part](ground), points) }));
}

const SAY: Readonly<Record<Part, (ground: Ground) => Sentences>> = {
  reach: ({ strongest: { facts, confirmedReach, measured, authenticity } }) => {
    const isCut = confirmedReach < (measured.reach ?? 0) * authenticity;
    return {
      en: `${spell(facts.followers, 'en')} followers on ${titleOf(facts.network)}${isCut ? ', counted as far as others confirm them' : ''}`,
      de: `${spell(facts.followers, 'de')} Follower bei ${titleOf(facts.network)}${isCut ? ', gezählt, soweit andere sie bestätigen' : ''}`,
    };
  },
  engagement: ({ strongest: { facts } }) => ({
    en: `People answer, mention and share on ${titleOf(facts.network)}`,
    de: `Resonanz bei ${titleOf(facts.network)}: Antworten, Erwähnungen, Weiterverbreitung`,
  }),
  curation: ({ strongest: { facts } }) => ({
    en: `Others list or link to the account on ${titleOf(facts.network)}`,
    de: `Andere führen das Konto bei ${titleOf(facts.network)} in Listen oder verlinken es`,
  }),
  network: ({ strongest: { facts } }) => ({
    en: `Well connected in conversations on ${titleOf(facts.network)}`,
    de: `Gut vernetzt in Gesprächen bei ${titleOf(facts.network)}`,
  }),
  combination: ({ accounts }) => ({
    en: `Present on ${accounts.length} accounts`,
    de: `Mit ${accounts.length} Konten vertreten`,
  }),
  role: ({ role }) => ({
    en: `Role: ${ROLE_NAMES[role?.kind ?? 'author'].en}${role?.source === 'bio' ? ' (from the profile, unconfirmed)' : ''}`,
    de: `Rolle: ${ROLE_NAMES[role?.kind ?? 'author'].de}${role?.source === 'bio' ? ' (aus dem Profil, unbestätigt)' : ''}`,
  }),
};

export const ROLE_NAMES: Readonly<Record<Role, Sentences>> = {
  journalist: { en: 'journalist', de: 'Journalismus' },
  author: { en: 'author or blogger', de: 'Autorenschaft oder Blog' },
  association_board: { en: 'board of an association', de: 'Vorstand eines Verbands' },
  speaker: { en: 'speaker or lecturer', de: 'Vortrag oder Lehre' },
  politician: { en: 'political office', de: 'politisches Amt' },
};

const TITLES: Readonly<Record<string, string>> = {
  x: 'X',
  bluesky: 'Bluesky',
  mastodon: 'Mastodon',
  facebook: 'Facebook',
  instagram: 'Instagram',
  youtube: 'YouTube',
  blog: 'Blog',
};

export function titleOf(network: string): string {
  return TITLES[network] ?? network;
}

function withPoints({ en, de }: Sentences, points: number): Sentences {
  const rounded = points.toFixed(1);
  return { en: `${en}: +${rounded} points`, de: `${de}: +${rounded.replace('.', ',')} Punkte` };
}

/** 12,400 and 12.400: written out here, so that a sentence does not change with the platform's language data. */
export function spell(count: number | undefined, language: Language): string {
  const digits = String(Math.round(count ?? 0));
  return digits.replace(/\B(?=(\d{3})+$)/g, language === 'de' ? '.' : ',');
}
