import {
  ARTICLES,
  LEGAL_FORMS,
  LEGAL_FORMS_IN_CAPITALS,
  ORGANISATION_ENDINGS,
  ORGANISATION_OR_FAMILY,
  ORGANISATION_WORDS,
  PARTICLES,
} from './nameWords.ts';
import { isKnownGivenName } from './nicknames.ts';
import { wordKey } from './displayText.ts';

/** Whether the words name a firm, an editorial office, a club, a couple: anything that is not one person. */
export function isOrganisation(part: string, words: readonly string[]): boolean {
  const keys = words.map(wordKey);
  if (/(?:^| )[&+](?: |$)|&/.test(part) || hasCompany(keys)) return true;
  if (words.length > 1 && ARTICLES.has(keys[0] ?? '') && isCapital(words[0] ?? ''))
    return !isNoble(keys);
  if (keys.some((key, at) => isLegalForm(key, words[at] ?? '', at === words.length - 1)))
    return true;
  if (/\be\. ?v\b/i.test(part)) return true;
  return keys.some((key) => {
    if (ORGANISATION_OR_FAMILY.has(key) && words.length === 2 && isKnownGivenName(words[0] ?? ''))
      return false;
    return (
      ORGANISATION_WORDS.has(key) ||
      ORGANISATION_ENDINGS.some((ending) => key.length > ending.length + 2 && key.endsWith(ending))
    );
  });
}

/** "Anna und Tom Weber" are two; "von und zu" and "Ortega y Gasset" are not. */
function hasCompany(keys: readonly string[]): boolean {
  return keys.some(
    (key, at) =>
      at > 0 &&
      at < keys.length - 1 &&
      (key === 'and' || (key === 'und' && !PARTICLES.has(keys[at - 1] ?? ''))),
  );
}

/** "Die Zeit" is a paper, "Der von Bülow" nobody in particular. */
const isNoble = (keys: readonly string[]) => PARTICLES.has(keys[1] ?? '');

const isCapital = (word: string) => /^\p{Lu}/u.test(word);

function isLegalForm(key: string, word: string, isLast: boolean): boolean {
  if (!LEGAL_FORMS.has(key)) return false;
  if (!LEGAL_FORMS_IN_CAPITALS.has(key)) return true;
  return isLast && /^\p{Lu}{2}|\./u.test(word);
}

/** The name without its legal form, as people write it: Klett Verlag GmbH -> Klett Verlag. */
export function withoutLegalForm(words: readonly string[]): readonly string[] {
  const named = words.filter((word) => !LEGAL_FORMS.has(wordKey(word)));
  return named.length === 0 ? words : named;
}
