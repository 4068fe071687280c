import { foldPlain } from './fold.ts';

/**
 * Kölner Phonetik (H. J. Postel, 1969): German names that sound alike get the same digits, Müller = Miller = 657. Words are
 * read as one, as the rules leave signs between them out. Good for finding candidates only: far too many names sound alike.
 */
export function cologne(text: string): string {
  const letters = foldPlain(text).replace(/[^a-z]/g, '');
  let digits = '';
  for (let at = 0; at < letters.length; at += 1) {
    digits += digitsOf(letters.charAt(at), letters.charAt(at - 1), letters.charAt(at + 1));
  }
  const single = Array.from(digits)
    .filter((digit, at) => digit !== digits.charAt(at - 1))
    .join('');
  return single.charAt(0) + single.slice(1).replaceAll('0', '');
}

/** `before` and `after` are empty at the ends of the word. */
function digitsOf(letter: string, before: string, after: string): string {
  switch (letter) {
    case 'h':
      return '';
    case 'p':
      return after === 'h' ? '3' : '1';
    case 'd':
    case 't':
      return isOneOf('csz', after) ? '8' : '2';
    case 'c':
      return digitOfC(before, after);
    case 'x':
      return isOneOf('ckq', before) ? '8' : '48';
    default:
      return FIXED[letter] ?? '';
  }
}

function digitOfC(before: string, after: string): string {
  if (before === '') return isOneOf('ahkloqrux', after) ? '4' : '8';
  return !isOneOf('sz', before) && isOneOf('ahkoqux', after) ? '4' : '8';
}

const isOneOf = (letters: string, letter: string) => letter !== '' && letters.includes(letter);

const FIXED: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['aeijouy', '0'],
    ['b', '1'],
    ['fvw', '3'],
    ['gkq', '4'],
    ['l', '5'],
    ['mn', '6'],
    ['r', '7'],
    ['sz', '8'],
  ].flatMap(([letters = '', digit = '']) =>
    Array.from(letters, (letter): [string, string] => [letter, digit]),
  ),
);
