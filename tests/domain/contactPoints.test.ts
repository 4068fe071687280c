import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  accountIdentifiers,
  isMailboxCertain,
  mailboxSpellings,
  mailProvider,
  parseEmail,
  parsePhone,
  websiteHost,
  type Email,
} from '../../src/domain/identifiers.ts';
import { personIdentifiers, readPerson } from '../../src/domain/person.ts';
import { workOf } from '../fixtures/work.ts';
import { profile } from './scene.ts';

function email(text: string): Email {
  const parsed = parseEmail(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

describe('a mailbox', () => {
  test.each([
    ['A.da.L+blog@GoogleMail.com', 'adal@gmail.com'],
    ['ada.l@gmail.com', 'adal@gmail.com'],
    ['ada.l@outlook.com', 'ada.l@outlook.com'],
    ['ada-l@yahoo.com', 'ada-l@yahoo.com'],
    ['ada@BÜCHER.example', 'ada@xn--bcher-kva.example'],
  ])('%s is %s', (text, mailbox) => {
    expect(email(text).mailbox).toBe(mailbox);
  });

  test.each(['...@gmail.com', '+x@gmail.com', 'ada@bü cher.de', 'ada@a.b。'])(
    '%s is none',
    (text) => {
      expect(parseEmail(text)).toBeUndefined();
    },
  );

  test('is found by the spelling of before the rules of providers, too', () => {
    expect(mailboxSpellings(email('Ada.L+x@gmail.com'))).toEqual([
      'ada.l@gmail.com',
      'adal@gmail.com',
    ]);
    expect(mailboxSpellings(email('ada@example.org'))).toEqual(['ada@example.org']);
    const person = readPerson(new Map([['email', 'ada.l@gmail.com']]));
    const account = accountIdentifiers('memory', profile({ email: 'a.dal+x@googlemail.com' }));
    const values = personIdentifiers(person).map((one) => one.value);
    expect(values).toEqual(['ada.l@gmail.com', 'adal@gmail.com']);
    expect(account.some((one) => one.kind === 'email' && values.includes(one.value))).toBe(true);
  });

  test.each([
    ['ada@gmail.com', 'free'],
    ['ada@web.de', 'free'],
    ['ada@trashmail.de', 'disposable'],
    ['ada@example.org', 'own'],
  ])('%s: %s', (text, provider) => {
    expect(mailProvider(email(text))).toBe(provider);
  });

  test.each([
    ['ada+x@gmail.com', true],
    ['ada+x@example.org', false],
    ['ada@example.org', true],
  ])('%s is surely the one without a tag: %s', (text, isSure) => {
    expect(isMailboxCertain(email(text))).toBe(isSure);
  });

  test.each([
    'info',
    'kontakt',
    'redaktion',
    'presse',
    'buero',
    'büro',
    'team',
    'office',
    'noreply',
    'no-reply',
    'no_reply',
    'info24',
    'presse.team',
    'do-not-reply',
    'mailer-daemon',
  ])('%s@ is read by several or nobody', (user) => {
    expect(email(`${user}@example.org`).isRole).toBe(true);
  });

  test.each(['anna', 'info.anna', 'informatik', 'teamer', 'i', 'anna.press-smith', '2024'])(
    '%s@ is not known to be',
    (user) => {
      expect(email(`${user}@example.org`).isRole).toBe(false);
    },
  );
});

describe('a phone number', () => {
  test.each([
    ['030 / 227-71234', '+493022771234'],
    ['+49 (0)30 22771234', '+493022771234'],
    ['0049 30 22771234', '+493022771234'],
    ['tel:+493022771234', '+493022771234'],
    ['０３０ 22771234', '+493022771234'],
    ['0170 1234567 ext. 5', '+491701234567'],
    ['+1 202-225-3121', '+12022253121'],
  ])('%s', (text, number) => {
    expect(parsePhone(text)).toBe(number);
  });

  test('belongs to the country that is named', () => {
    expect(parsePhone('(202) 225-3121', 'US')).toBe('+12022253121');
  });

  test.each(['', 'none', '030', '12', '+', '🌻', `0${'1'.repeat(60)}`])('is not "%s"', (text) => {
    expect(parsePhone(text)).toBeUndefined();
  });

  test('is the same, read again, and read in no time', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: fc.constantFrom(...'0 1 2 3 4 5 6 7 8 9 + ( ) - / x ; ='.split(' ')) }),
          fc.string({ unit: 'binary', maxLength: 70 }),
        ),
        (text) => {
          const number = parsePhone(text);
          if (number !== undefined) expect(parsePhone(number)).toBe(number);
        },
      ),
    );
    expect(workOf(() => parsePhone('+('.repeat(5_000)))).toBeLessThan(100);
    expect(workOf(() => parsePhone('1 '.repeat(30)))).toBeLessThan(100);
  });
});

describe('a host', () => {
  test.each([
    'ada.bsky.social',
    'ada.substack.com',
    'medium.com/@ada',
    'linktr.ee/ada',
    'beacons.ai/ada',
    'ada.carrd.co',
    'chaos.social/@ada',
    'ada.codeberg.page',
    'house.gov/ada',
    'youtu.be/x',
  ])('%s is shared', (address) => {
    expect(websiteHost(address)).toBeUndefined();
  });

  test.each([
    ['smith.house.gov', 'smith.house.gov'],
    ['mysubstack.com', 'mysubstack.com'],
    ['ada.example', 'ada.example'],
  ])('%s has an owner', (address, host) => {
    expect(websiteHost(address)).toBe(host);
  });
});
