import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { handleParts, nameInHandle } from '../../../src/domain/names/handle.ts';
import { parseName } from '../../../src/domain/names/personName.ts';
import { workOf } from '../../fixtures/work.ts';
import { anyText, HOSTILE, nameText } from './texts.ts';

describe('a handle is split', () => {
  test.each([
    ['Marcus_Buehl', ['marcus', 'buehl']],
    ['@anna.mueller.bsky.social', ['anna', 'mueller']],
    ['annaMueller42@chaos.social', ['anna', 'mueller']],
    ['RepJohnSmith', ['rep', 'john', 'smith']],
    ['JDVance', ['jd', 'vance']],
    ['@müller.max', ['muller', 'max']],
    ['drmaxmueller', ['drmaxmueller']],
    ['', []],
    ['@', []],
    ['12345', []],
  ])('%s', (handle, parts) => {
    expect(handleParts(handle)).toEqual(parts);
  });
});

describe('in a handle stands', () => {
  test.each([
    ['full', 'Marcus Bühl', 'Marcus_Buehl'],
    ['full', 'Götz Frömming', 'GtzFrmming'],
    ['full', 'John Smith', 'RepJohnSmith'],
    ['full', 'Dr. Max Müller', 'drmaxmueller'],
    ['full', 'Max Müller', '@müller.max'],
    ['full', 'Robert Good', 'RepBobGood'],
    ['full', 'Jo Li', 'joli'],
    ['full', '王小明', 'wangxiaoming'],
    ['full', 'Klett Verlag GmbH', 'klettverlag'],
    ['first_last_initials', 'John Smith', 'jsmith'],
    ['first_last_initials', 'John Smith', 'repjsmith'],
    ['first_last_initials', 'John Smith', 'john_s'],
    ['first_last_initials', 'John R. Smith', 'JRSmith'],
    ['first_last_initials', 'Alexandria Ocasio-Cortez', 'RepAOC'],
    ['first_last_initials', 'Alexandria Ocasio-Cortez', 'AOcasioCortez'],
    ['family', 'Tammy Baldwin', 'SenatorBaldwin'],
    ['family', 'Ursula von der Leyen', 'vonderleyen'],
    ['family', 'Anna Müller', 'muellersworld'],
    ['given', 'Anna', 'anna_writes'],
    ['none', 'Anna Lee', 'leeds'],
    ['none', 'Peter Ross', 'crossfit'],
    ['none', '🌻', 'sunflower'],
    ['none', 'Anna Müller', ''],
    ['none', 'Anna Müller', 'a'.repeat(254)],
  ])('%s: %s, %s', (expected, name, handle) => {
    expect(nameInHandle(parseName(name), handle)).toBe(expected);
  });

  test('the whole name, in whatever way it is written together', () => {
    const name = parseName('Jörg Müller');
    const handle = fc.tuple(
      fc.constantFrom('joerg', 'Jorg', 'jörg', 'jrg'),
      fc.constantFrom('', '.', '_', '-', '1'),
      fc.constantFrom('mueller', 'Muller', 'müller', 'mller'),
    );
    fc.assert(
      fc.property(handle, ([first, sign, last]) => {
        expect(nameInHandle(name, first + sign + last)).toBe('full');
        expect(nameInHandle(name, last + sign + first)).toBe('full');
      }),
    );
  });

  test('something or nothing, for any text', () => {
    const text = fc.oneof(nameText, anyText);
    fc.assert(
      fc.property(text, text, (name, handle) => {
        const level = nameInHandle(parseName(name), handle);
        expect(['full', 'first_last_initials', 'family', 'given', 'none']).toContain(level);
        if (handleParts(handle).length === 0) expect(level).toBe('none');
      }),
    );
  });

  test.each(HOSTILE)('hostile: %s', (_, text) => {
    const names = HOSTILE.map(([, name]) => parseName(name));
    expect(workOf(() => names.map((name) => nameInHandle(name, text)))).toBeLessThan(100);
    expect(workOf(() => handleParts(text))).toBeLessThan(100);
  });
});
