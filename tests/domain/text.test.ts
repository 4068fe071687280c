import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cleanText } from '../../src/domain/text.ts';

/** Written out anew, not taken from the code under test. */
const HIDDEN = [
  ...range(0x00, 0x08),
  ...range(0x0b, 0x1f),
  ...range(0x7f, 0x9f),
  ...range(0x200b, 0x200c),
  ...range(0x200e, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  0xad,
  0x61c,
  0x180e,
  0xfeff,
  0xe0001,
  0xe0041,
].map((code) => String.fromCodePoint(code));

const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HIDDEN, '{', '}', '%', '#', '\r', '\n', ' ', '\ud83d', '\udc69', '\u200d'),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('what strangers wrote, as plain text', () => {
  test('cleaning twice is cleaning once, whatever the limit', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, max) => {
        const once = cleanText(text, max);
        expect(cleanText(once, max)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  test('it is well-formed, within the limit, and holds nothing hidden and no merge tag', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, max) => {
        const clean = cleanText(text, max);
        expect(Array.from(clean).length).toBeLessThanOrEqual(max);
        expect(clean.isWellFormed()).toBe(true);
        expect(HIDDEN.filter((hidden) => clean.includes(hidden))).toEqual([]);
        expect(['{{', '{%', '{#'].filter((tag) => clean.includes(tag))).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ['a family', '👨‍👩‍👧‍👦'],
    ['a skin tone', '👍🏽'],
    ['a flag', '🇩🇪'],
    ['a rainbow flag with its joiner and variation selector', '🏳️‍🌈'],
    ['a name with accents', 'Zoë Çelik'],
    ['a line break and a tab', 'one\ttwo\nthree'],
    ['Hebrew', 'שלום עולם'],
    ['markup, which is escaped by whoever builds HTML', '<b>&amp;</b>'],
  ])('%s survives', (_, text) => {
    expect(cleanText(text, 100)).toBe(text);
  });

  test.each([
    ['a merge tag', '{{contact.email}}', '{ {contact.email}}'],
    ['a merge tag hidden by a zero-width space', '{\u200b{x}}', '{ {x}}'],
    ['three braces', '{{{x}}}', '{ { {x}}}'],
    ['a reversed file name', 'invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['half an emoji', 'a\ud83d', 'a\ufffd'],
    ['old line ends', 'a\r\nb\rc', 'a\nb\nc'],
    ['a wall of empty lines', 'a\n\n\n\n\nb', 'a\n\nb'],
    ['more than fits', 'abcdef', 'abc…'],
  ])('%s', (_, text, clean) => {
    expect(cleanText(text, clean.endsWith('…') ? 4 : 100)).toBe(clean);
  });
});

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
