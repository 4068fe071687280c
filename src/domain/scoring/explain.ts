import { bandLabel, bandOf, type Band } from './bands.ts';
import { scoreContact, type MultiplierScore, type ScoreOptions } from './contact.ts';
import type { ContactFacts } from './inputs.ts';
import { spell, titleOf, type Reason, type Sentences } from './reasons.ts';
import { applyVariation, type Variation } from './variation.ts';

/** One change that would move the score to another band; `to` undefined: there would be no score. */
export interface Change {
  readonly variation: Variation;
  readonly from: Band;
  readonly to: Band | undefined;
  readonly value: number | undefined;
  readonly text: Sentences;
}

export interface Explanation {
  readonly score: MultiplierScore;
  readonly reasons: readonly Reason[];
  /** The smallest change of each kind; at least one (R53). */
  readonly changes: readonly Change[];
}

const MOST_COUNT = 2 ** 24;
/** An observation ends after 395 days; before that, silence is what lowers the score. */
const MOST_SILENT_DAYS = 394;
/** New people beyond that are as good as a public of their own; it also bounds the work. */
const MOST_PEOPLE = 2 ** 13;
const STRENGTH_STEPS = 100;

/** Undefined where there is no score to explain. */
export function explainScore(facts: ContactFacts, options: ScoreOptions): Explanation | undefined {
  const score = scoreContact(facts, options);
  if (score === undefined) return undefined;
  const search = searchFrom(facts, options, score);
  const changes = [...upward(score, search), ...downward(score, search)];
  return { score, reasons: score.reasons, changes };
}

/** Applies a variation and scores the contact as it would then be. */
export function scoreVaried(
  facts: ContactFacts,
  options: ScoreOptions,
  variation: Variation,
): MultiplierScore | undefined {
  const then = applyVariation({ facts, now: options.now }, variation, options);
  return scoreContact(then.facts, { ...options, now: then.now });
}

/** The least number from 1 to `most` for which the variation moves the band. */
type Search = (most: number, variation: (size: number) => Variation) => readonly Change[];

function searchFrom(facts: ContactFacts, options: ScoreOptions, score: MultiplierScore): Search {
  const moved = (variation: Variation): Change | undefined => {
    const then = scoreVaried(facts, options, variation);
    const to = then === undefined ? undefined : bandOf(then.value);
    if (to === score.band) return undefined;
    const change = { variation, from: score.band, to, value: then?.value };
    return { ...change, text: sentence(variation, change, score) };
  };
  return (most, variation) => {
    let found = moved(variation(most));
    if (found === undefined) return [];
    // Every kind moves the score one way only, so halving finds the least.
    let low = 0;
    let high = most;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const change = moved(variation(middle));
      if (change === undefined) low = middle;
      else {
        high = middle;
        found = change;
      }
    }
    return [found];
  };
}

function upward(score: MultiplierScore, search: Search): readonly Change[] {
  if (score.band === 4) return [];
  const account = mainAccount(score);
  const own: readonly Change[] = [
    ...search(MOST_PEOPLE, (people) => ({ kind: 'more_engagement', account, people })),
    ...search(MOST_COUNT, (lists) => ({ kind: 'more_lists', account, lists })),
    ...search(MOST_COUNT, (followers) => ({ kind: 'more_followers', account, followers })),
    ...search(1, () => ({ kind: 'posts_again', account })),
    ...search(1, () => ({ kind: 'role_confirmed' })),
  ];
  if (own.length > 0) return own;
  return search(STRENGTH_STEPS, (step) => ({
    kind: 'new_account',
    strength: step / STRENGTH_STEPS,
  }));
}

function downward(score: MultiplierScore, search: Search): readonly Change[] {
  const ids = score.accounts
    .toSorted((a, b) => b.facts.certainty * b.score - a.facts.certainty * a.score)
    .map((one) => one.facts.id);
  return [
    ...search(MOST_SILENT_DAYS, (days) => ({ kind: 'silence', days })),
    ...search(ids.length, (size) => ({ kind: 'unlinked', accounts: ids.slice(0, size) })),
  ];
}

function mainAccount({ accounts }: MultiplierScore): string {
  const [first, ...others] = accounts;
  const weight = (one: typeof first) => (one === undefined ? 0 : one.facts.certainty * one.score);
  return (
    others.reduce((best, one) => (weight(one) > weight(best) ? one : best), first)?.facts.id ?? ''
  );
}

function sentence(
  variation: Variation,
  { to, value }: Pick<Change, 'to' | 'value'>,
  score: MultiplierScore,
): Sentences {
  const { en, de } = condition(variation, score);
  if (to === undefined) {
    return { en: `${en}, there would be no score.`, de: `${de}, gäbe es keinen Wert mehr.` };
  }
  const label = bandLabel(to);
  return {
    en: `${en}, the score would be ${value ?? 0} (band ${label}).`,
    de: `${de}, läge der Wert bei ${value ?? 0} (Stufe ${label}).`,
  };
}

function condition(variation: Variation, { accounts }: MultiplierScore): Sentences {
  const titleFor = (id: string) =>
    titleOf(accounts.find((one) => one.facts.id === id)?.facts.network ?? '');
  switch (variation.kind) {
    case 'more_engagement':
    case 'more_lists':
    case 'more_followers':
    case 'posts_again':
      return accountCondition(variation, titleFor(variation.account));
    case 'role_confirmed':
      return {
        en: 'If a person confirmed the role that the profile names',
        de: 'Wenn eine Person die Rolle bestätigte, die das Profil nennt',
      };
    case 'new_account':
      return {
        en: `If one more account were linked, with ${Math.round(100 * variation.strength)} % of what a full score needs`,
        de: `Wenn ein weiteres Konto verknüpft wäre, mit ${Math.round(100 * variation.strength)} % dessen, was der volle Wert verlangt`,
      };
    case 'silence':
      return {
        en: `If nothing new were heard for ${spell(variation.days, 'en')} days`,
        de: `Wenn ${spell(variation.days, 'de')} Tage lang nichts Neues käme`,
      };
    case 'unlinked':
      return unlinkedCondition(variation.accounts.length, accounts.length);
  }
}

type OfAccount = Extract<Variation, { readonly account: string }>;

function accountCondition(variation: OfAccount, on: string): Sentences {
  switch (variation.kind) {
    case 'more_engagement':
      return {
        en: `If ${spell(variation.people, 'en')} more people mentioned the account on ${on}`,
        de: `Wenn ${spell(variation.people, 'de')} weitere Personen das Konto bei ${on} erwähnten`,
      };
    case 'more_lists':
      return {
        en: `If the account stood on ${spell(variation.lists, 'en')} more lists on ${on}`,
        de: `Wenn das Konto bei ${on} auf ${spell(variation.lists, 'de')} weiteren Listen stünde`,
      };
    case 'more_followers':
      return {
        en: `If ${spell(variation.followers, 'en')} more people followed the account on ${on}`,
        de: `Wenn dem Konto bei ${on} ${spell(variation.followers, 'de')} weitere Personen folgten`,
      };
    case 'posts_again':
      return {
        en: `If the account on ${on} posted again`,
        de: `Wenn das Konto bei ${on} wieder etwas veröffentlichte`,
      };
  }
}

function unlinkedCondition(fewer: number, all: number): Sentences {
  if (fewer === all) {
    return { en: 'If no account were linked', de: 'Wenn kein Konto mehr verknüpft wäre' };
  }
  if (fewer === 1) {
    return {
      en: 'If the strongest account were not linked',
      de: 'Wenn das stärkste Konto nicht verknüpft wäre',
    };
  }
  return {
    en: `If the ${fewer} strongest accounts were not linked`,
    de: `Wenn die ${fewer} stärksten Konten nicht verknüpft wären`,
  };
}
