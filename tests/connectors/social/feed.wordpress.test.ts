import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { BASE, Site, TARIFF, WIFI, capture, failureOf, itemsById } from './feedSite.ts';

const site = new Site();
beforeAll(() => site.start());
afterAll(() => {
  site.stop();
});
beforeEach(() => {
  site.reset();
  site.on('/wp-json/wp/v2/users/me', capture('002'));
});

const COMMENTS = '/wp-json/wp/v2/comments';
const wordpress = { apiUrl: `${BASE}/wp-json`, user: 'nordlichtmobil' };
const source = (more: Readonly<Record<string, unknown>> = {}) =>
  site.source(
    { url: `${BASE}/comments/feed/atom/`, own: true, wordpress: { ...wordpress, ...more } },
    'abcd efgh',
  );

interface Recorded {
  readonly [field: string]: unknown;
  readonly id: number;
}

/** The recorded comments, with changes. */
function comments(
  change: (comment: Recorded) => Record<string, unknown> = (same) => ({ ...same }),
) {
  const records = (capture('022').json as Recorded[]).map(change);
  return { ...capture('022'), body: JSON.stringify(records) };
}

const queryOf = (path: string) => Object.fromEntries(new URL(path, BASE).searchParams);
const listCalls = () => site.requests.filter(({ path }) => path.startsWith(`${COMMENTS}?`));

describe('the company’s own WordPress, as recorded', () => {
  test('comments come with the e-mail that was given', async () => {
    site.on(COMMENTS, capture('022'));
    const { items, refused, more } = await source().poll(undefined);
    expect([items.length, refused, more]).toEqual([10, [], false]);
    const ingrid = itemsById(items).get(`${WIFI}#comment-4`);
    expect(ingrid?.author).toMatchObject({
      nativeId: 'email:ingrid.moellenhoff@post.example',
      email: 'ingrid.moellenhoff@post.example',
      displayName: 'Ingrid M.',
    });
    expect(ingrid?.activity).toMatchObject({
      kind: 'comment',
      text: 'Danke für die klare Auskunft!',
      threadId: WIFI,
      inReplyTo: `${WIFI}#comment-3`,
    });
    const bernd = itemsById(items).get(`${WIFI}#comment-5`);
    expect(bernd?.author.nativeId).toBe('email:b.hansen+blog@foerdewerft.example');
  });

  test('signs in and asks in the order of ids', async () => {
    site.on(COMMENTS, capture('022'));
    await source().poll(undefined);
    const { headers, path } = listCalls()[0] ?? { headers: {}, path: '' };
    const expected = Buffer.from('nordlichtmobil:abcd efgh').toString('base64');
    expect(headers).toMatchObject({ authorization: `Basic ${expected}` });
    expect(queryOf(path)).toMatchObject({
      context: 'edit',
      orderby: 'id',
      order: 'asc',
      page: '1',
    });
  });

  test('API and feed agree on ids, conversations and revisions', async () => {
    site.on(COMMENTS, capture('022'));
    const rest = itemsById((await source().poll(undefined)).items);
    site.on('/comments/feed/atom/', capture('012'));
    const own = { url: `${BASE}/comments/feed/atom/`, own: true };
    const feed = (await site.source(own).poll(undefined)).items;
    expect(feed).toHaveLength(10);
    const others = feed.filter(({ author }) => author.displayName !== 'Team Nordlicht Mobil');
    expect(others).toHaveLength(9);
    for (const { activity } of others) {
      expect(rest.get(activity.nativeId)?.activity).toEqual(activity);
    }
  });

  test('neither the address of the computer nor the hash of the e-mail is taken over', async () => {
    site.on(COMMENTS, capture('022'));
    const page = JSON.stringify(await source().poll(undefined));
    expect(page).not.toContain('127.0.0.62');
    expect(page).not.toContain('gravatar');
  });

  test('the brand is known, and its own answers are left out', async () => {
    site.on(COMMENTS, capture('022'));
    const connector = source();
    expect(await connector.check()).toMatchObject({
      nativeId: 'email:social@nordlicht.example',
      displayName: 'Team Nordlicht Mobil',
    });
    const { items } = await connector.poll(undefined);
    expect(itemsById(items).has(`${WIFI}#comment-3`)).toBe(false);
  });

  test('colleagues are left out, customers with an account are not', async () => {
    site.on(
      COMMENTS,
      comments((comment) => ({ ...comment, author: comment.id === 5 ? 9 : 0 })),
    );
    const without = itemsById((await source().poll(undefined)).items);
    expect(without.has(`${WIFI}#comment-5`)).toBe(false);
    const shop = itemsById((await source({ visitorsLogIn: true }).poll(undefined)).items);
    expect(shop.get(`${WIFI}#comment-5`)?.author.email).toBe('b.hansen+blog@foerdewerft.example');
  });

  test('trackbacks are no comments', async () => {
    site.on(COMMENTS, capture('057'));
    expect((await source().poll(undefined)).items).toEqual([]);
  });

  test('a record that cannot be read does not hold up its neighbours', async () => {
    site.on(
      COMMENTS,
      comments((comment) => {
        if (comment.id === 5) return { id: 5 };
        if (comment.id === 6) return { ...comment, date_gmt: 'gestern' };
        if (comment.id === 7) return { ...comment, link: 'javascript:alert(1)' };
        return { ...comment };
      }),
    );
    const { items, refused } = await source().poll(undefined);
    expect(items).toHaveLength(7);
    expect(refused.map(({ nativeId }) => nativeId)).toEqual([
      'comment 5',
      `${WIFI}#comment-6`,
      'comment 7',
    ]);
    expect(JSON.stringify(refused)).not.toMatch(/@|Moni/);
  });
});

describe('page after page', () => {
  const pages = () => {
    for (const page of [1, 2, 3]) {
      const number = page === 2 ? '021' : '020';
      site.on(`asc&page=${page}`, { ...capture(number), headers: { 'x-wp-totalpages': '3' } });
    }
  };

  test('reads to the last page, then from a month back', async () => {
    pages();
    const connector = source();
    let page = await connector.poll(undefined);
    const more = [page.more];
    while (page.more) {
      page = await connector.poll(page.cursor);
      more.push(page.more);
    }
    expect(more).toEqual([true, true, false]);
    await connector.poll(page.cursor);
    const queries = listCalls().map(({ path }) => queryOf(path));
    expect(queries.map((query) => query.page)).toEqual(['1', '2', '3', '1']);
    expect(queries[0]).not.toHaveProperty('after');
    expect(queries[3]).toMatchObject({ after: '2026-10-22T20:11:30.000Z' });
  });

  test('everything is read again once a day, for what was approved very late', async () => {
    site.on(COMMENTS, capture('022'));
    const connector = source();
    const first = await connector.poll(undefined);
    const second = await connector.poll(first.cursor);
    site.now = new Date('2026-11-22T21:00:01Z');
    const third = await connector.poll(second.cursor);
    await connector.poll(third.cursor);
    const after = listCalls().map(({ path }) => 'after' in queryOf(path));
    expect(after).toEqual([false, true, true, false]);
  });

  test('a page past the end is empty and the last', async () => {
    site.on(COMMENTS, capture('049'));
    expect(await source().poll(undefined)).toMatchObject({ items: [], more: false });
  });

  test('a foreign cursor begins from the beginning', async () => {
    site.on(COMMENTS, capture('022'));
    for (const cursor of ['x', '{}', '{"page":-1,"full":"x"}']) {
      expect((await source().poll(cursor)).items).toHaveLength(10);
    }
  });
});

describe('failures', () => {
  test.each([
    ['a wrong password', '042', { code: 'AUTH_EXPIRED' }],
    ['an unknown user', '043', { code: 'AUTH_EXPIRED' }],
    ['no rights', '041', { code: 'AUTH_EXPIRED' }],
    ['no such route', '052', { code: 'REJECTED', fields: ['wordpress.apiUrl'] }],
    ['an object instead of a list', '053', { code: 'REJECTED' }],
    ['another vendor', '001', { code: 'UNEXPECTED_SHAPE' }],
    ['a feed instead of JSON', '012', { code: 'UNEXPECTED_SHAPE' }],
  ])('%s', async (_name, number, failure) => {
    site.on(COMMENTS, capture(number));
    expect(await failureOf(source().poll(undefined))).toMatchObject(failure);
  });

  test('the same at the check', async () => {
    site.on('/wp-json/wp/v2/users/me', capture('042'));
    expect(await failureOf(source().check())).toMatchObject({ code: 'AUTH_EXPIRED' });
    site.on('/wp-json/wp/v2/users/me', capture('052'));
    expect(await failureOf(source().check())).toMatchObject({ code: 'REJECTED' });
  });

  test('without a password nobody is asked', async () => {
    const settings = { url: `${BASE}/`, wordpress };
    expect(await failureOf(site.source(settings).check())).toMatchObject({ code: 'AUTH_EXPIRED' });
    expect(site.requests).toEqual([]);
  });

  test('429 and 503', async () => {
    site.on(COMMENTS, { status: 429, headers: { 'retry-after': '5' } });
    expect(await failureOf(source().poll(undefined))).toEqual({
      code: 'RATE_LIMITED',
      retryAfterMs: 5000,
    });
    site.on(COMMENTS, { status: 503, headers: { 'retry-after': '5' } });
    expect(await failureOf(source().poll(undefined))).toEqual({ code: 'UNAVAILABLE' });
  });

  test('a password never travels over plain http to a real site', () => {
    const real = { apiUrl: 'http://blog.nordlicht.de/wp-json', user: 'a' };
    expect(() => site.source({ url: `${BASE}/`, wordpress: real })).toThrow(/https/);
  });
});

describe('looking again', () => {
  const id = (number: number) => `${TARIFF}#comment-${number}`;

  test('approved is live with what it says now', async () => {
    site.on(COMMENTS, capture('022'));
    const states = await source().recheck([id(7), id(10)]);
    expect(states.map(({ state }) => state)).toEqual(['live', 'live']);
    expect(states[0]).toMatchObject({ item: { activity: { nativeId: id(7) } } });
    expect(listCalls().map(({ path }) => queryOf(path).include)).toEqual(['7,10']);
  });

  test('an edit shows as another revision, and nothing else does', async () => {
    const edited = `${BASE}/was-am-17-november-geschah/#comment-15`;
    site.on(`${COMMENTS}/15`, capture('037'));
    const [before] = await source().recheck([edited]);
    site.on(`${COMMENTS}/15`, capture('038'));
    const [after] = await source().recheck([edited]);
    if (before?.state !== 'live' || after?.state !== 'live') throw new Error('not live');
    expect(after.item.activity.revision).not.toBe(before.item.activity.revision);
    expect({ ...after.item.activity, revision: '', text: '' }).toEqual({
      ...before.item.activity,
      revision: '',
      text: '',
    });
  });

  test('deleted, trashed, spam and held back', async () => {
    const held = (status: string) => ({
      ...capture('037'),
      body: JSON.stringify({ ...(capture('037').json as object), status }),
    });
    site.on(`${COMMENTS}?`, capture('049'));
    site.on(`${COMMENTS}/1?`, capture('036'));
    site.on(`${COMMENTS}/2?`, held('trash'));
    site.on(`${COMMENTS}/3?`, held('spam'));
    site.on(`${COMMENTS}/4?`, held('hold'));
    const states = await source().recheck([id(1), id(2), id(3), id(4)]);
    expect(states).toEqual([
      { nativeId: id(1), state: 'gone', reason: 'deleted' },
      { nativeId: id(2), state: 'gone', reason: 'deleted' },
      { nativeId: id(3), state: 'gone', reason: 'taken_down' },
      { nativeId: id(4), state: 'gone', reason: 'hidden' },
    ]);
  });

  test('an API that is gone is nobody’s deletion', async () => {
    site.on(`${COMMENTS}/7`, capture('052'));
    expect(await failureOf(source().recheck([id(7)]))).toMatchObject({ code: 'UNEXPECTED_SHAPE' });
    site.on(`${COMMENTS}/7`, { status: 404, body: '<html>' });
    expect(await failureOf(source().recheck([id(7)]))).toMatchObject({ code: 'UNEXPECTED_SHAPE' });
    site.on(`${COMMENTS}/7`, capture('042'));
    expect(await failureOf(source().recheck([id(7)]))).toMatchObject({ code: 'AUTH_EXPIRED' });
  });

  test('comments of other sites are not asked for here', async () => {
    const foreign = ['http://other.example/#comment-7', TARIFF, 'x'];
    const states = await source().recheck(foreign);
    expect(states.map(({ state }) => state)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(listCalls()).toEqual([]);
  });
});
