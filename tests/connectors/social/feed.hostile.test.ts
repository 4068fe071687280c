import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { workSince } from '../../fixtures/work.ts';
import { Site, TARIFF, comment, failureOf, rss } from './feedSite.ts';
import type { Answer } from './feedSite.ts';

const site = new Site();
beforeAll(() => site.start());
afterAll(() => {
  site.stop();
});
beforeEach(() => {
  site.reset();
});

async function read(answer: Answer) {
  site.on('/', answer);
  const url = 'http://blog.nordlicht.example:8920/comments/feed/';
  return site.source({ url, own: true }).poll(undefined);
}

describe('failures of the whole', () => {
  const cases: readonly (readonly [string, Answer, Readonly<Record<string, unknown>>])[] = [
    [
      '429',
      { status: 429, headers: { 'retry-after': '17' } },
      { code: 'RATE_LIMITED', retryAfterMs: 17_000 },
    ],
    [
      '429 with a date',
      { status: 429, headers: { 'retry-after': 'Sat, 21 Nov 2026 21:00:30 GMT' } },
      { code: 'RATE_LIMITED', retryAfterMs: 30_000 },
    ],
    ['429 bare', { status: 429 }, { code: 'RATE_LIMITED', retryAfterMs: 60_000 }],
    ['500', { status: 500 }, { code: 'UNAVAILABLE' }],
    ['503', { status: 503 }, { code: 'UNAVAILABLE' }],
    ['404', { status: 404 }, { code: 'REJECTED', fields: ['url'] }],
    ['410', { status: 410 }, { code: 'REJECTED', fields: ['url'] }],
    ['403', { status: 403 }, { code: 'REJECTED', fields: ['url'] }],
    [
      'a redirect inside',
      { status: 302, headers: { location: 'http://127.0.0.1/' } },
      { code: 'REJECTED' },
    ],
    [
      'a web page',
      { body: '<!DOCTYPE html><html><body><p>Hallo</body></html>' },
      { code: 'UNEXPECTED_SHAPE' },
    ],
    ['nothing', { body: '' }, { code: 'UNEXPECTED_SHAPE' }],
    ['other JSON', { body: '{"a":1}' }, { code: 'UNEXPECTED_SHAPE' }],
    [
      'broken JSON',
      { body: '{"version":"https://jsonfeed.org/version/1.1",' },
      { code: 'UNEXPECTED_SHAPE' },
    ],
    [
      'bytes',
      { body: Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7) % 256)) },
      { code: 'UNEXPECTED_SHAPE' },
    ],
    [
      '10 MB',
      { body: `<rss version="2.0"><channel>${'<item/>'.repeat(1_500_000)}` },
      { code: 'REJECTED' },
    ],
  ];

  test.each(cases)('%s', async (_name, answer, failure) => {
    expect(await failureOf(read(answer))).toMatchObject(failure);
  });

  test('a private address is refused', async () => {
    const source = site.source({ url: 'http://127.0.0.1/feed', own: true });
    expect(await failureOf(source.poll(undefined))).toMatchObject({
      code: 'REJECTED',
      fields: ['url'],
    });
  });
});

describe('hostile and broken feeds', () => {
  const laughs =
    '<!DOCTYPE rss [<!ENTITY a "haha">' +
    Array.from(
      { length: 9 },
      (_, n) => `<!ENTITY ${'bcdefghij'[n] ?? ''} "${`&${'abcdefghi'[n] ?? ''};`.repeat(10)}">`,
    ).join('') +
    ']>';

  const bombs: Readonly<Record<string, string>> = {
    'billion laughs': `<?xml version="1.0"?>${laughs}<rss version="2.0"><channel><title>&j;</title></channel></rss>`,
    'an external entity': `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&x;</title></channel></rss>`,
    'deep nesting': `<rss version="2.0"><channel><item>${'<a>'.repeat(100_000)}`,
    'deep sound nesting': `<rss version="2.0">${'<a>'.repeat(40_000)}${'</a>'.repeat(40_000)}</rss>`,
    'deep namespaces': `<rss version="2.0">${'<a xmlns:b="c">'.repeat(20_000)}`,
    'too many elements': `<rss version="2.0"><channel>${'<item></item>'.repeat(100_000)}</channel></rss>`,
    'many attributes': `<rss version="2.0"${Array.from({ length: 50_000 }, (_, n) => ` a${n}="b"`).join('')}></rss>`,
  };

  test.each(Object.keys(bombs))('%s is refused in bounded time', async (name) => {
    const begun = process.cpuUsage();
    expect(await failureOf(read({ body: bombs[name] ?? '' }))).toMatchObject({
      code: 'UNEXPECTED_SHAPE',
    });
    expect(workSince(begun)).toBeLessThan(5000);
  });

  const noise: Readonly<Record<string, string>> = {
    'open CDATA': '<![CDATA['.repeat(150_000),
    'open tags': '<'.repeat(1_500_000),
    ampersands: '&'.repeat(1_500_000),
    'open comments': '<!--'.repeat(300_000),
    'crossed ends': '<a></b>'.repeat(20_000),
    'descriptions within': '<description>'.repeat(20) + 'x'.repeat(1_000_000),
    'reply notes': `<description>${'&lt;p&gt;'.repeat(200_000)}</description>`,
  };

  test.each(Object.keys(noise))('%s take bounded time', async (name) => {
    const begun = process.cpuUsage();
    await failureOf(read(rss(`<item>${noise[name] ?? ''}</item>`)));
    expect(workSince(begun)).toBeLessThan(5000);
  });

  test('a broken entry does not hold up its neighbours', async () => {
    const broken = [
      '<item><title>nirgends</title></item>',
      '<item><link>javascript:alert(1)</link><pubDate>Sat, 21 Nov 2026 20:11:30 +0000</pubDate></item>',
      `<item><link>${TARIFF}#comment-8</link><pubDate>gestern</pubDate></item>`,
      '<item/>',
    ];
    const { items, refused } = await read(
      rss(comment(1, 'eins') + broken.join('') + comment(2, 'zwei')),
    );
    expect(items.map(({ activity }) => activity.text)).toEqual(['eins', 'zwei']);
    expect(refused.map(({ reason }) => reason)).toContain('no readable date');
    expect(refused.length).toBeGreaterThanOrEqual(3);
  });

  test.each([
    ['a bare ampersand', comment(1, 'Bahn & Bus')],
    ['an HTML entity', comment(1, 'Bahn&nbsp;&amp;&nbsp;Bus')],
    ['a control character', comment(1, 'Bahn &amp; \u0007Bus')],
    ['an open element', comment(1, '<b>Bahn &amp; Bus')],
    ['a missing end', comment(1, 'Bahn &amp; Bus').replace('</item>', '')],
  ])('ill-formed by %s is still read', async (_name, item) => {
    const { items } = await read(rss(item));
    expect(items.map(({ activity }) => activity.text)).toEqual(['Bahn & Bus']);
  });

  test('a cut feed gives what came', async () => {
    const body = String(rss(comment(1, 'eins') + comment(2, 'zwei')).body);
    const { items } = await read({ body: body.slice(0, body.lastIndexOf('zwei') + 2) });
    expect(items[0]?.activity.text).toBe('eins');
  });

  test('RSS 0.91 with its document type', async () => {
    const body = `<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">${String(rss(comment(1, 'alt')).body).replace('2.0', '0.91')}`;
    expect((await read({ body })).items[0]?.activity.text).toBe('alt');
  });

  test('markup becomes text, and what browsers would run is gone', async () => {
    const html =
      '<![CDATA[<p onclick="alert(1)">Hallo<script>alert(1)</script> <a href="javascript:alert(1)">hier</a> ' +
      '<img src=x onerror=alert(1)> &lt;b&gt; \u202etxet\u202c</p>]]>';
    const { items } = await read(
      rss(comment(1, html).replace('Bernd', '&lt;b&gt;Bernd&lt;/b&gt;')),
    );
    expect(items[0]?.activity.text).toBe('Hallo hier <b> \u202etxet\u202c');
    expect(items[0]?.author.displayName).toBe('Bernd');
  });

  test('nameless authors are not one person', async () => {
    const nameless = (number: number) => comment(number, 'x').replace(/<author>.*<\/author>/, '');
    const { items } = await read(rss(nameless(1) + nameless(2)));
    expect(new Set(items.map(({ author }) => author.nativeId)).size).toBe(2);
  });
});
