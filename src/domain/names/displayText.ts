import { foldPlain, LONGEST_NAME } from './fold.ts';
import { PRONOUNS } from './nameWords.ts';

/** A word in the spelling of the lists: lower case, umlauts dropped, no signs inside (Dipl.-Ing. -> dipling). */
export function wordKey(word: string): string {
  return foldPlain(word).replaceAll(' ', '');
}

/**
 * The parts of a display name between separators, without emoji, brackets, nicknames in quotes and pronouns:
 * "✨Anna✨ she/her | ARD" -> Anna, ARD. Empty for what is too long to be a name.
 */
export function partsOf(text: string): readonly string[] {
  if (text.length > LONGEST_NAME) return [];
  const bare = text
    .replace(/\p{Cf}|[\ufe00-\ufe0f\u20e3]/gu, '')
    .replace(EMOJI, ' ')
    .normalize('NFKC')
    .replace(/[’ʼʹ‘`´′]/g, "'")
    .replace(/[„“”«»"]+/g, '"')
    .replace(/"[^"]*"|\([^()]*\)|\[[^[\]]*\]|\{[^{}]*\}/g, ' ')
    .replace(/[^\p{L}\p{M}\p{N}'’.,&+|/\\•·・;:@~–—\- ]+/gu, ' ');
  const spoken = bare.split(/\s+/).filter((word) => !isPronouns(word));
  return spoken
    .join(' ')
    .split(SEPARATORS)
    .map((part) => part.trim())
    .filter((part) => /\p{L}/u.test(part));
}

const EMOJI = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|[\u{1f1e6}-\u{1f1ff}]|\p{Cs}/gu;

const SEPARATORS = /(?:^| )[-–—~:·•@]+(?= |$)|[|/\\;•—]+|(?<=\S)[:](?= |$)| @/u;

/** she/her, er/ihm: at least two of them, as "Elle" and "Hen" alone may be names. */
function isPronouns(word: string): boolean {
  const said = word.split('/').map(wordKey);
  return said.length > 1 && said.every((one) => PRONOUNS.has(one));
}

/** The words of a part as they are written, signs at their ends left out. Initials and titles written together come apart. */
export function wordsOf(part: string): readonly string[] {
  return part.replaceAll('_', ' ').split(' ').flatMap(takeApart);
}

function takeApart(word: string): readonly string[] {
  const inner = trimSigns(word);
  if (inner === '' || /\p{N}/u.test(inner)) return [];
  if (!inner.includes('.') || isAbbreviation(inner)) return [inner];
  return inner
    .split('.')
    .map(trimSigns)
    .filter((piece) => piece !== '');
}

/** Dipl.-Ing, Ph.D, e.V: known as a whole, and not J.R or Dr.med. */
function isAbbreviation(word: string): boolean {
  return /^(?:dipl\.?-?(?:ing|kfm|inf|psych|vw|kffr|päd)|ph\.d|ll\.[mb]|m\.?sc|b\.?sc|m\.[abd]|b\.[as]|e\.v|a\.d|h\.c|j\.d)$/i.test(
    word,
  );
}

function trimSigns(word: string): string {
  const letters = Array.from(word);
  const isLetter = (one: string) => /[\p{L}\p{M}\p{N}]/u.test(one);
  const first = letters.findIndex(isLetter);
  return first < 0 ? '' : letters.slice(first, letters.findLastIndex(isLetter) + 1).join('');
}
