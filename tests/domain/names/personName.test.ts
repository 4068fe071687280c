import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseName, personOf, type ParsedName } from '../../../src/domain/names/personName.ts';
import { workOf } from '../../fixtures/work.ts';
import { anyText, HOSTILE, nameText } from './texts.ts';

/** given / particles / family / suffix */
function shown(name: ParsedName): string {
  if (name.kind === 'none') return 'none';
  if (name.kind === 'organisation') return `organisation: ${name.name}`;
  return [name.given, name.particles, name.family, name.suffix]
    .map((words) => words.join(' '))
    .join('/');
}

describe('a name is read', () => {
  test.each([
    ['Anna Weber', 'Anna//Weber/'],
    ['Prof. Dr. med. Hans-Peter Schmidt', 'Hans-Peter//Schmidt/'],
    ['Dr.med. Anna Weber', 'Anna//Weber/'],
    ['Dipl.-Ing. Karl Huber', 'Karl//Huber/'],
    ['Dr. h.c. Max Weber', 'Max//Weber/'],
    ['Mag. Eva Huber, MSc', 'Eva//Huber/MSc'],
    ['Sir Patrick Stewart', 'Patrick//Stewart/'],
    ['Sir Patrick', 'Patrick///'],
    ['Dr. Müller', '//Müller/'],
    ['Senator Tammy Baldwin', 'Tammy//Baldwin/'],
    ['Ursula von der Leyen', 'Ursula/von der/Leyen/'],
    ['Karl-Theodor Freiherr von und zu Guttenberg', 'Karl-Theodor/Freiherr von und zu/Guttenberg/'],
    ['Otto Graf Lambsdorff', 'Otto/Graf/Lambsdorff/'],
    ['Steffi Graf', 'Steffi//Graf/'],
    ['Juan de la Cruz', 'Juan/de la/Cruz/'],
    ['Robert De Niro', 'Robert/De/Niro/'],
    ['Van Morrison', 'Van//Morrison/'],
    ['Al Gore', 'Al//Gore/'],
    ['Ahmed bin Salman', 'Ahmed/bin/Salman/'],
    ['von Storch', '/von/Storch/'],
    ['José Ortega y Gasset', 'José/y/Ortega Gasset/'],
    ['Anna Müller-Schmidt', 'Anna//Müller-Schmidt/'],
    ['John F. Kennedy III', 'John F//Kennedy/III'],
    ['Martin Luther King, Jr.', 'Martin Luther//King/Jr'],
    ['Anna Lührmann MdB', 'Anna//Lührmann/MdB'],
    ['Jane Doe, MP', 'Jane//Doe/MP'],
    ['Max Müller, PhD', 'Max//Müller/PhD'],
    ['Jack Ma', 'Jack//Ma/'],
    ['JACK MA', 'JACK//MA/'],
    ['J. R. Smith', 'J R//Smith/'],
    ['J.R. Smith', 'J R//Smith/'],
    ['Max M.', 'Max//M/'],
    ['Müller, Max', 'Max//Müller/'],
    ['Müller, Dr. Max', 'Max//Müller/'],
    ['Bülow, Vicco von', 'Vicco/von/Bülow/'],
    ['García Márquez, Gabriel', 'Gabriel//García Márquez/'],
    ['Max Müller, Berlin', 'Max//Müller/'],
    ['O’Brien, Conor', "Conor//O'Brien/"],
    ['نور الهدى', 'نور//الهدى/'],
    ['王小明', '小明//王/'],
    ['欧阳修远', '修远//欧阳/'],
    ['山田 太郎', '太郎//山田/'],
    ['김민수', '민수//김/'],
    ['ジョン・スミス', 'ジョン//スミス/'],
    ['Anna', 'Anna///'],
    ['max_mueller', 'max//mueller/'],
    ['Don Bacon', 'Don//Bacon/'],
    ['Bill Press', 'Bill//Press/'],
  ])('%s', (text, expected) => {
    expect(shown(parseName(text))).toBe(expected);
  });

  test.each([
    ['Anna 🌻', 'Anna///'],
    ['✨Anna✨ she/her', 'Anna///'],
    ['Anna Weber (sie/ihr)', 'Anna//Weber/'],
    ['Dr. Max Müller 🇺🇦 | ARD', 'Max//Müller/'],
    ['Lisa Marie 💛💙 Weber', 'Lisa Marie//Weber/'],
    ['𝓐𝓷𝓷𝓪 𝓦𝓮𝓫𝓮𝓻', 'Anna//Weber/'],
    ['Robert "Bob" Smith', 'Robert//Smith/'],
    ['Max Müller – Journalist', 'Max//Müller/'],
    ['Max Müller: Autor', 'Max//Müller/'],
    ['Max Müller @ ARD', 'Max//Müller/'],
    ['Max Müller bei der ARD', 'Max//Müller/'],
    ['\u202aAn\u200bna Weber\u202c', 'Anna//Weber/'],
  ])('without decorations: %s', (text, expected) => {
    expect(shown(parseName(text))).toBe(expected);
  });

  test.each([
    'Klett Verlag GmbH',
    'Acme Inc.',
    'Müller AG',
    'Müller & Söhne',
    'ADFC e.V.',
    'ADFC e. V.',
    'Redaktion Der Spiegel',
    'Die Zeit',
    'Team Anna',
    'Wikimedia Foundation',
    'Stadtwerke Lindental',
    'Wirtschaftsverband Nord',
    'Anna und Tom Weber',
  ])('%s is no person', (text) => {
    expect(shown(parseName(text))).toBe(`organisation: ${text}`);
  });

  test.each(['', '🌻', 'user12345', 'spiegel.de', '12:30', 'a '.repeat(20), 'a'.repeat(301)])(
    '"%s" is no name',
    (text) => {
      expect(parseName(text)).toEqual({ kind: 'none' });
    },
  );

  test.each([
    ['Dr. Max', 'von Müller, MdB', 'Max/von/Müller/MdB'],
    ['Gabriel', 'García Márquez', 'Gabriel//García Márquez/'],
    ['', 'Müller', '//Müller/'],
    ['Max', '', 'Max///'],
    ['Max Müller', '', 'Max//Müller/'],
    ['Jack', 'Ma', 'Jack//Ma/'],
    ['', 'Klett GmbH', 'organisation: Klett GmbH'],
    ['', '', 'none'],
  ])('from two fields: "%s" and "%s"', (given, family, expected) => {
    expect(shown(personOf(given, family))).toBe(expected);
  });
});

describe('whatever stands there', () => {
  test('a person has a word, and no word is empty', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nameText), fc.oneof(anyText, nameText), (one, other) => {
        for (const name of [parseName(one), personOf(one, other)]) {
          if (name.kind !== 'person') continue;
          const words = [...name.given, ...name.family];
          expect(words.length).toBeGreaterThan(0);
          expect([...words, ...name.particles, ...name.suffix]).not.toContain('');
        }
      }),
    );
  });

  test('read again without its titles, a name is the same', () => {
    fc.assert(
      fc.property(nameText, (text) => {
        const name = parseName(text);
        if (name.kind !== 'person' || name.particles.length > 0 || name.suffix.length > 0) return;
        const again = personOf(name.given.join(' '), name.family.join(' '));
        if (again.kind === 'person') expect(again.given).toEqual(name.given);
      }),
    );
  });

  test.each(HOSTILE)('hostile: %s', (_, text) => {
    expect(workOf(() => [parseName(text), personOf(text, text)])).toBeLessThan(100);
  });
});
