import { DOUBLE_FAMILIES } from './nameWords.ts';

const CJK = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々 ・·]+$/u;

/**
 * Chinese, Japanese and Korean names: the family comes first, with or without a blank. With a dot between the words it is a
 * foreign name in that script, in its own order. Undefined for other scripts.
 */
export function parseCjkName(
  text: string,
): { readonly given: readonly string[]; readonly family: readonly string[] } | undefined {
  if (!CJK.test(text)) return undefined;
  if (/[・·]/.test(text)) {
    const words = text.split(/[・· ]+/).filter(Boolean);
    return { given: words.slice(0, -1), family: words.slice(-1) };
  }
  const [first = '', ...rest] = text.split(' ').filter(Boolean);
  if (rest.length > 0) return { given: rest, family: [first] };
  const letters = Array.from(first);
  const length = familyLength(letters);
  if (length === 0) return { given: [first], family: [] };
  return { given: [letters.slice(length).join('')], family: [letters.slice(0, length).join('')] };
}

/** Characters of the family; 0 where the word cannot be split (kana, one character, a phrase). */
function familyLength(letters: readonly string[]): number {
  const isKana = letters.some((one) => /[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(one));
  if (isKana || letters.length < 2 || letters.length > 4) return 0;
  if (letters.length > 2 && DOUBLE_FAMILIES.has(letters.slice(0, 2).join(''))) return 2;
  // Four characters without a known Chinese family are most often a Japanese name.
  return letters.length === 4 ? 2 : 1;
}
