import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  accountIdentifiers,
  canonicalHandle,
  emailsIn,
  nameKeys,
  parseEmail,
  websiteHost,
} from '../../src/domain/identifiers.ts';
import { readPerson } from '../../src/domain/person.ts';
import { workOf } from '../fixtures/work.ts';
import { profile } from './scene.ts';

describe('an e-mail address', () => {
  test.each([
    ['Ada@Example.ORG', 'ada@example.org', 'ada@example.org', false],
    [' ada@example.org ', 'ada@example.org', 'ada@example.org', false],
    ['ada+blog@example.org', 'ada+blog@example.org', 'ada@example.org', false],
    ['ada+a+b@example.org', 'ada+a+b@example.org', 'ada@example.org', false],
    ['ada@bücher.example', 'ada@bücher.example', 'ada@xn--bcher-kva.example', false],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example', false],
    ['INFO@example.org', 'info@example.org', 'info@example.org', true],
    ['info+shop@example.org', 'info+shop@example.org', 'info@example.org', true],
    ['presse@verlag.de', 'presse@verlag.de', 'presse@verlag.de', true],
    ['informatik@example.org', 'informatik@example.org', 'informatik@example.org', false],
  ])('%s', (text, address, mailbox, isRole) => {
    expect(parseEmail(text)).toEqual({ address, mailbox, isRole });
  });

  test('has one spelling, composed or decomposed', () => {
    expect(parseEmail('zoe\u0308@example.org')).toEqual(parseEmail('zoë@example.org'));
  });

  test.each([
    '',
    'ada',
    'ada@',
    '@example.org',
    '+tag@example.org',
    'ada@example',
    'ada@@example.org',
    'a da@example.org',
    'Ada <ada@example.org>',
    'ada@example.org, bo@example.org',
    `ada@${'a'.repeat(250)}.org`,
    `${'a'.repeat(65)}@example.org`,
  ])('is not: %s', (text) => {
    expect(parseEmail(text)).toBeUndefined();
  });

  test('read again from its own spelling, it is the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' })), (text) => {
        const email = parseEmail(text);
        if (email === undefined) return;
        expect(parseEmail(email.address)).toEqual(email);
        expect(parseEmail(email.mailbox)?.mailbox).toBe(email.mailbox);
      }),
    );
  });

  test('is found in a bio, and not where there is none', () => {
    const bio = 'Write: Ada.L+x@example.co.uk, or @ada@mastodon.social or x@y';
    expect(emailsIn(bio).map((email) => email.mailbox)).toEqual([
      'ada.l@example.co.uk',
      'ada@mastodon.social',
    ]);
  });
});

describe('the host of a website', () => {
  test.each([
    ['https://www.Example.org/about?x#y', 'example.org'],
    ['example.org', 'example.org'],
    ['HTTP://example.org:8080/', 'example.org'],
    ['example.org.', 'example.org'],
    ['https://bücher.example', 'xn--bcher-kva.example'],
    ['blog.example.org', 'blog.example.org'],
    ['notgithub.io', 'notgithub.io'],
  ])('%s', (address, host) => {
    expect(websiteHost(address)).toBe(host);
  });

  test('with an umlaut is the same the first time and the 20,000th', () => {
    for (let time = 0; time < 20_000; time += 1) {
      websiteHost('https://plain.example');
      if (websiteHost('https://bücher.example') === undefined) throw new Error(`lost at ${time}`);
    }
  });

  test.each([
    ['a shared host', 'https://bsky.app/profile/ada'],
    ['a tenant of a shared host', 'https://ada.github.io'],
    ['a tenant of a blog host', 'ada.wordpress.com'],
    ['a link list', 'linktr.ee/ada'],
    ['an IPv4 address', 'http://192.0.2.7/'],
    ['an IPv4 address as one number', 'http://3221225991/'],
    ['an IPv4 address in hexadecimal', 'http://0xC0.0x00.0x02.0x07/'],
    ['an IPv6 address', 'http://[2001:db8::1]/'],
    ['an IPv6 address around an IPv4 one', 'http://[::ffff:192.0.2.7]/'],
    ['no domain', 'localhost'],
    ['a login that looks like a host', 'https://example.org@evil.example/'],
    ['another scheme', 'javascript:alert(1)'],
    ['words', 'my web site'],
    ['nothing', ''],
    ['more than DNS can hold', `https://${'abcdefgh.'.repeat(40)}org/`],
  ])('%s is no evidence of anyone', (_, address) => {
    expect(websiteHost(address)).toBeUndefined();
  });

  test('is itself a website with that host', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.domain(), fc.string({ unit: 'binary' })), (address) => {
        const host = websiteHost(address);
        if (host !== undefined) expect(websiteHost(`https://${host}/`)).toBe(host);
      }),
    );
  });
});

describe('a handle', () => {
  test.each([
    ['@Ada.Example', 'ada.example'],
    ['ada.example', 'ada.example'],
    ['https://bsky.app/profile/ada.example', 'ada.example'],
    ['https://bsky.app/profile/ada.example/post/3k', 'ada.example'],
    ['https://bsky.app/profile/did:plc:abc', 'did:plc:abc'],
    ['https://mastodon.social/@Ada?x=1', 'ada'],
    ['https://x.com/Ada#top', 'ada'],
    ['@ada@mastodon.social', 'ada@mastodon.social'],
    ['bsky.app/profile/ada.example', 'ada.example'],
    // As Bluesky's own page hands it to the clipboard.
    ['\u202a@ada.example\u202c', 'ada.example'],
    ['\u2068@ada.example\u2069', 'ada.example'],
  ])('%s', (text, handle) => {
    expect(canonicalHandle(text)).toBe(handle);
  });

  test.each([
    ['', 'nothing'],
    ['@', 'only the sign'],
    ['n/a', 'no answer'],
    ['https://ada.example/', 'a website'],
    ['ada lovelace', 'a name'],
    ['"><script>', 'markup'],
    ['a'.repeat(254), 'more than any network allows'],
    [`a@${'b'.repeat(3000)}`, 'a server that no DNS can hold'],
  ])('%s is %s', (text) => {
    expect(canonicalHandle(text)).toBeUndefined();
  });

  test('read again, it is the same', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const handle = canonicalHandle(text);
        if (handle !== undefined) expect(canonicalHandle(handle)).toBe(handle);
      }),
    );
  });
});

describe('a name', () => {
  const meet = (a: string, b: string) => nameKeys(a).some((key) => nameKeys(b).includes(key));

  test.each([
    ['Jörg Müller', 'Joerg Mueller'],
    ['Jörg Müller', 'Jorg Muller'],
    ['Jörg Müller', 'JÖRG MÜLLER'],
    ['Hans Groß', 'hans gross'],
    ['Łukasz Żółć', 'Lukasz Zolc'],
    ['Işıl Yıldız', 'Isil Yildiz'],
    ['Søren Ærø', 'Soren Ærø'],
    ['Zoë de-la Cruz', 'zoe de la cruz'],
    ['نور الهدى', 'نور الهدى'],
    ['Ada Lovelace 🌻', 'Ada Lovelace'],
  ])('%s is met as %s', (a, b) => {
    expect(meet(a, b)).toBe(true);
    expect(meet(b, a)).toBe(true);
  });

  test.each([
    ['Ada Lovelace', 'Ada Byron'],
    ['Ada Lovelace', 'Lovelace Ada'],
    ['Jan Kowalski', 'Jana Kowalska'],
  ])('%s is not %s', (a, b) => {
    expect(meet(a, b)).toBe(false);
  });

  test.each(['', 'Ada', '🌻', '🌻 🌻', '   ', `${'a'.repeat(60)} ${'b'.repeat(60)}`])(
    '"%s" names nobody',
    (text) => {
      expect(nameKeys(text)).toEqual([]);
    },
  );
});

describe('hostile input of a megabyte', () => {
  const MEGABYTE = 1_000_000;
  const inputs: readonly (readonly [string, string])[] = [
    ['one letter', 'a'.repeat(MEGABYTE)],
    ['signs', '@'.repeat(MEGABYTE)],
    ['blanks around nothing', ' '.repeat(MEGABYTE)],
    ['blanks inside', `a${' '.repeat(MEGABYTE)}a`],
    ['dots', `a@${'.a'.repeat(MEGABYTE / 2)}`],
    ['tags', `a${'+a'.repeat(MEGABYTE / 2)}@b.de`],
    ['marks to be put in order', `a${'\u0301\u0316'.repeat(MEGABYTE / 2)}@b.de`],
    ['ligatures that unfold', 'ﷺ'.repeat(MEGABYTE)],
    ['a URL', `https://x.de/${'@a/'.repeat(MEGABYTE / 3)}`],
    ['half emoji', '\ud83d'.repeat(MEGABYTE)],
  ];

  test.each(inputs)('%s takes no time and names nobody', (_, text) => {
    const work = [parseEmail, canonicalHandle, nameKeys, emailsIn, websiteHost];
    const slow = work.filter((read) => workOf(() => read(text)) > 100);
    expect(slow).toEqual([]);
  });

  test('leaves nothing that an index of the database could not hold', () => {
    for (const [, text] of inputs) {
      const seen = profile({ handle: text, displayName: text, email: text, websites: [text] });
      for (const { value } of accountIdentifiers('memory', seen))
        expect(value.length).toBeLessThanOrEqual(510);
    }
  });
});

describe('a contact, read', () => {
  test('takes every address and handle, and leaves out what is none', () => {
    const person = readPerson(
      new Map([
        ['email', 'Ada@Example.org'],
        ['email.work', 'no address'],
        ['email.additional', 'a@b.de; ;c@d.de;nonsense'],
        ['handle.memory', '@Ada'],
        ['handle.bluesky', 'not a handle'],
        ['website', 'https://www.ada.example/'],
        ['name.first', 'Ada'],
        ['consent.link', ' NO '],
      ]),
    );
    expect(person.emails.map((email) => email.mailbox)).toEqual([
      'ada@example.org',
      'a@b.de',
      'c@d.de',
    ]);
    expect([...person.handles]).toEqual([['memory', 'ada']]);
    expect(person.hosts).toEqual(['ada.example']);
    expect(person.linkConsent).toBe('no');
  });

  test.each(['', 'maybe', 'true', '1'])('an answer "%s" is no answer', (answer) => {
    expect(readPerson(new Map([['consent.link', answer]])).linkConsent).toBeUndefined();
  });
});
