import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Site, TARIFF, WIFI, BASE, capture, comment, itemsById, rss } from './feedSite.ts';
import type { Answer } from './feedSite.ts';

const site = new Site();
beforeAll(() => site.start());
afterAll(() => {
  site.stop();
});
beforeEach(() => {
  site.reset();
});

const OWN = { url: `${BASE}/comments/feed/atom/`, own: true };

async function read(answer: Answer, settings: Readonly<Record<string, unknown>> = OWN) {
  site.on('/', answer);
  return site.source(settings).poll(undefined);
}

describe('comments of WordPress, as recorded', () => {
  test('Atom: who, where, what', async () => {
    const { items, refused, more } = await read(capture('012'));
    expect([items.length, refused, more]).toEqual([10, [], false]);
    const reply = itemsById(items).get(`${WIFI}#comment-4`);
    expect(reply?.activity).toMatchObject({
      kind: 'comment',
      text: 'Danke für die klare Auskunft!',
      url: `${WIFI}#comment-4`,
      threadId: WIFI,
      inReplyTo: `${WIFI}#comment-3`,
      editedAt: undefined,
      language: undefined,
    });
    expect(reply?.activity.publishedAt).toEqual(new Date('2026-11-21T20:11:29Z'));
    expect(reply?.author).toMatchObject({ displayName: 'Ingrid M.', email: undefined });
    expect(reply?.author.nativeId).toMatch(/^name:blog\.nordlicht\.example:[0-9a-f]{64}$/);
    const tilo = itemsById(items).get(`${WIFI}#comment-6`);
    expect(tilo?.author.websites).toEqual(['https://pendlerblog.test/']);
    expect(tilo?.activity.text).toBe(
      'Ich habe 30 Tage gemessen, Zahlen hier: https://pendlerblog.test/wlan-test – 4 von 5 Punkten.',
    );
  });

  test('RSS says the same as Atom, but for the author’s address', async () => {
    const atom = itemsById((await read(capture('012'))).items);
    const rss2 = (await read(capture('011'))).items;
    expect(rss2).toHaveLength(10);
    for (const { activity } of rss2)
      expect(atom.get(activity.nativeId)?.activity).toEqual(activity);
  });

  test('one author has one id in all their comments', async () => {
    const { items } = await read(capture('012'));
    const ids = items
      .filter(({ author }) => author.displayName === 'Anonym')
      .map(({ author }) => author.nativeId);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  });

  test('an edit changes the revision, a second reading does not', async () => {
    const before = itemsById((await read(capture('012'))).items);
    const after = itemsById((await read(capture('040'))).items);
    const shared = [...before.keys()].filter((id) => after.has(id));
    expect(shared.length).toBeGreaterThan(3);
    for (const id of shared) {
      expect(after.get(id)?.activity.revision).toBe(before.get(id)?.activity.revision);
    }
    const changed = await read(rss(comment(12, 'anders')));
    expect(changed.items[0]?.activity.revision).not.toBe(
      before.get(`${TARIFF}#comment-12`)?.activity.revision,
    );
  });

  test('the company’s own name is left out where it is configured', async () => {
    const { items } = await read(capture('012'), { ...OWN, ownNames: ['Team Nordlicht Mobil'] });
    expect(items.map(({ author }) => author.displayName)).not.toContain('Team Nordlicht Mobil');
    expect(items).toHaveLength(9);
  });

  test('the company’s own posts are nobody’s activity', async () => {
    expect((await read(capture('014'))).items).toEqual([]);
    expect((await read(capture('015'))).items).toEqual([]);
  });

  test('an empty feed is empty', async () => {
    expect((await read(capture('054'))).items).toEqual([]);
  });

  test('paged comments keep their id', async () => {
    const paged = comment(7, 'x').replace('#', 'comment-page-2/#');
    const { items } = await read(rss(paged));
    expect(items[0]?.activity).toMatchObject({
      nativeId: `${TARIFF}#comment-7`,
      threadId: TARIFF,
      url: `${TARIFF}comment-page-2/#comment-7`,
    });
  });
});

describe('asking only for what changed', () => {
  test('a 304 brings nothing and keeps the cursor', async () => {
    site.on('/', capture('012'));
    const source = site.source(OWN);
    const first = await source.poll(undefined);
    site.on('/', capture('016'));
    const second = await source.poll(first.cursor);
    expect(second).toEqual({ items: [], refused: [], cursor: first.cursor, more: false });
    const { etag, 'last-modified': modified } = capture('012').headers ?? {};
    expect(site.requests.at(-1)?.headers).toMatchObject({
      'if-none-match': etag,
      'if-modified-since': modified,
    });
  });

  test('a foreign cursor begins from the beginning', async () => {
    site.on('/', capture('012'));
    for (const cursor of ['', 'x', '[]', '{"etag":5}', 'null']) {
      expect((await site.source(OWN).poll(cursor)).items).toHaveLength(10);
    }
  });
});

describe('blogs of others', () => {
  const other = { url: 'http://pendlerblog.example/feed/', terms: ['Nordlicht Mobil', 'Nord M'] };
  const post = (title: string, text: string) =>
    `<item><title>${title}</title><link>http://pendlerblog.example/${encodeURIComponent(title)}/</link>` +
    `<pubDate>Sat, 21 Nov 2026 20:11:30 +0000</pubDate><description>${text}</description></item>`;

  test('only what names the brand is brought', async () => {
    const answer = rss(
      post('Test', 'NORDLICHT&#160;Mobil im Dauertest') +
        post('Nord M im Blick', 'Ein Tarif') +
        post('Polarlichter', 'Nordlichter über Kiel, Nord Mond') +
        post('Anderes', 'Anderes'),
    );
    const { items } = await read(answer, other);
    expect(items.map(({ activity }) => [activity.kind, activity.text])).toEqual([
      ['post', 'Test\n\nNORDLICHT Mobil im Dauertest'],
      ['post', 'Nord M im Blick\n\nEin Tarif'],
    ]);
  });

  test('names are needed', () => {
    expect(() => site.source({ url: other.url })).toThrow();
  });
});

describe('formats and charsets', () => {
  test.each<[string, BufferEncoding, Readonly<Record<string, string>>, string]>([
    [
      'Latin-1 by declaration',
      'latin1',
      { 'content-type': 'text/xml' },
      '<?xml version="1.0" encoding="ISO-8859-1"?>',
    ],
    [
      'Latin-1 by HTTP',
      'latin1',
      { 'content-type': 'text/xml; charset=ISO-8859-1' },
      '<?xml version="1.0"?>',
    ],
    [
      'Latin-1 that claims UTF-8',
      'latin1',
      { 'content-type': 'text/xml; charset=utf-8' },
      '<?xml version="1.0" encoding="UTF-8"?>',
    ],
    [
      'UTF-8 that HTTP calls Latin-1',
      'utf8',
      { 'content-type': 'text/xml; charset=ISO-8859-1' },
      '<?xml version="1.0" encoding="UTF-8"?>',
    ],
    [
      'UTF-16',
      'utf16le',
      { 'content-type': 'text/xml' },
      '\ufeff<?xml version="1.0" encoding="UTF-16"?>',
    ],
  ])('%s', async (_name, encoding, headers, declaration) => {
    const body = Buffer.from(
      declaration + String(rss(comment(1, 'Köln–Münster'.replace('–', '-'))).body),
      encoding,
    );
    const { items } = await read({ headers, body });
    expect(items[0]?.activity.text).toBe('Köln-Münster');
  });

  test('JSON Feed', async () => {
    const body = JSON.stringify({
      version: 'https://jsonfeed.org/version/1.1',
      title: 'Pendlerblog',
      authors: [{ name: 'Tilo', url: 'https://pendlerblog.test' }],
      items: [
        {
          id: '1',
          url: 'https://pendlerblog.example/wlan',
          title: 'WLAN',
          content_text: 'Nordlicht Mobil: 4 < 5\nPunkte',
          date_published: '2026-11-20T10:00:00Z',
          date_modified: '2026-11-20T11:00:00Z',
        },
        { id: '2', content_text: 'Nordlicht Mobil ohne Ort' },
        { __proto__: { polluted: true }, id: '3' },
      ],
    });
    const { items, refused } = await read(
      { body, headers: { 'content-type': 'application/feed+json' } },
      { url: 'https://pendlerblog.example/feed.json', terms: ['Nordlicht Mobil'], language: 'de' },
    );
    expect(items).toHaveLength(1);
    expect(items[0]?.activity).toMatchObject({
      nativeId: 'https://pendlerblog.example/wlan',
      text: 'WLAN\n\nNordlicht Mobil: 4 < 5\nPunkte',
      editedAt: new Date('2026-11-20T11:00:00Z'),
      language: 'de',
    });
    expect(items[0]?.author).toMatchObject({
      displayName: 'Tilo',
      websites: ['https://pendlerblog.test/'],
    });
    expect(refused).toHaveLength(2);
  });

  test('RSS 1.0', async () => {
    const body =
      '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">' +
      '<channel rdf:about="http://a.example/"><title>a</title></channel><item rdf:about="http://a.example/1">' +
      '<title>Nord M</title><link>http://a.example/1</link><dc:creator>Anna</dc:creator>' +
      '<dc:date>2026-11-20T10:00:00+01:00</dc:date><description>gut</description></item></rdf:RDF>';
    const { items } = await read({ body }, { url: 'http://a.example/', terms: ['Nord M'] });
    expect(items[0]?.activity).toMatchObject({ kind: 'post', text: 'Nord M\n\ngut' });
    expect(items[0]?.author.displayName).toBe('Anna');
  });
});

describe('looking again', () => {
  test('a page that is gone takes its comments; one that is there proves nothing', async () => {
    site.on('/tarif', { status: 410 });
    site.on('/wlan', { body: 'da' });
    site.on('/kaputt', { status: 500 });
    const at = (path: string) => `http://blog.example/${path}/#comment-1`;
    const states = await site
      .source(OWN)
      .recheck([at('tarif'), `${at('tarif')}2`, at('wlan'), at('kaputt'), 'unsinn']);
    expect(states.map(({ state }) => state)).toEqual([
      'gone',
      'gone',
      'unknown',
      'unknown',
      'unknown',
    ]);
    expect(site.requests.filter(({ path }) => path.includes('tarif'))).toHaveLength(2);
  });

  test('a feed knows nothing of people', async () => {
    expect(await site.source(OWN).profiles(['name:a:b'])).toEqual([
      { nativeId: 'name:a:b', state: 'unknown' },
    ]);
  });
});
