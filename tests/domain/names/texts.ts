import fc from 'fast-check';

/** Texts as strangers may write them into a name: any characters, and those that programs stumble over. */
export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.string({ unit: 'binary', maxLength: 300 }),
);

const words = fc.constantFrom(
  ...'Anna anna Max Maxi Jörg Jorg Joerg J. R. Müller Mueller Miller Müller-Schmidt Schmidt Schmitd'.split(
    ' ',
  ),
  ...'von der de la Graf Dr. jr III MdB GmbH Verlag , | - & und O’Brien Łukasz Дмитрий 王小明 🌻 she/her'.split(
    ' ',
  ),
);

/** Texts that look like names, so that two of them are often alike. */
export const nameText = fc.array(words, { maxLength: 6 }).map((some) => some.join(' '));

const LONG = 10_000;

export const HOSTILE: readonly (readonly [string, string])[] = [
  ['one letter', 'a'.repeat(LONG)],
  ['as long as a name may be', 'a'.repeat(300)],
  ['words', 'a '.repeat(150)],
  ['initials', 'a.'.repeat(150)],
  ['hyphens', 'a-'.repeat(150)],
  ['open brackets', '('.repeat(300)],
  ['open quotes', '"a'.repeat(150)],
  ['commas', 'a,'.repeat(150)],
  ['separators', ' - '.repeat(100)],
  ['signs at the end', `a${'!'.repeat(299)}`],
  ['slashes', 'he/'.repeat(100)],
  ['characters that unfold', '\ufdfa'.repeat(300)],
  ['marks to be put in order', `a${'\u0301\u0316'.repeat(149)}`],
  ['half emoji', '\ud83d'.repeat(300)],
  ['emoji of a family', '👩‍👩‍👧‍👦'.repeat(25)],
  ['zero width', `An${'\u200b'.repeat(200)}na Weber`],
  ['right to left', '\u202eanna\u202c rebeW'],
  ['SQL', "Robert'); DROP TABLE contacts;--"],
  ['a bomb for regular expressions', `${'a'.repeat(30)}!`.repeat(9)],
  ['a megabyte', '\u0301a-. '.repeat(200_000)],
];
