import anyAscii from 'any-ascii';

/** Longer texts are no names, and are not even read. */
export const LONGEST_NAME = 300;

/**
 * The spellings under which a text is met: umlauts written out (ae) by some, dropped (a) by others. Only `a-z`, `0-9` and
 * single blanks. One spelling where both agree, none where nothing can be read.
 */
export function foldings(text: string): readonly string[] {
  const written = foldWritten(text);
  const plain = foldPlain(text);
  return [...new Set([written, plain])].filter((spelling) => spelling !== '');
}

/** Umlauts dropped: Müller -> muller. */
export function foldPlain(text: string): string {
  return text.length > LONGEST_NAME ? '' : toAscii(text.normalize('NFKC').toLowerCase());
}

/** Umlauts written out: Müller -> mueller, Søren -> soeren. */
export function foldWritten(text: string): string {
  if (text.length > LONGEST_NAME) return '';
  const lower = text.normalize('NFKC').toLowerCase();
  return toAscii(lower.replace(/[äöüøå]/g, (letter) => WRITTEN_OUT[letter] ?? letter));
}

/** Umlauts left out altogether, as in handles made by programs that know no umlauts: Frömming -> frmming. */
export function foldOmitting(text: string): string {
  if (text.length > LONGEST_NAME) return '';
  return toAscii(
    text
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[äöüøåß]/g, ''),
  );
}

const WRITTEN_OUT: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ø: 'oe',
  å: 'aa',
};

/** `lower`: composed and in lower case. */
function toAscii(lower: string): string {
  // Signs go before any-ascii, which would spell emoji out as words.
  const words = IS_PLAIN.test(lower)
    ? lower
    : anyAscii(
        lower.replace(/[’ʼʹ‘`´′＇]/g, "'").replace(/[^\p{L}\p{N}\p{M}']+/gu, ' '),
      ).toLowerCase();
  const folded = words
    .replace(/'/g, '')
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  // Some single characters are whole sentences in Latin letters.
  return folded.length > LONGEST_NAME ? '' : folded;
}

const IS_PLAIN = /^[ -~]*$/;
