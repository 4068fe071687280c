import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request, type IncomingMessage } from 'node:http';

import { loadContacts } from '../../sandbox/story/contacts.ts';
import { startWebsites, type WebsitesSandbox } from '../../sandbox/websites/emulator.ts';

let websites: WebsitesSandbox;

beforeEach(async () => {
  websites = await startWebsites({ story: { contacts: loadContacts() } });
});

afterEach(() => websites.close());

function open(host: string, path = '/'): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(`${websites.url}${path}`, { headers: { host } }, resolve).on('error', reject).end();
  });
}

async function read(host: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of await open(host)) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

test('every contact with a website has a page with an imprint', async () => {
  const owners = loadContacts().filter(({ website }) => website !== '');
  expect(owners.length).toBeGreaterThan(15);
  for (const { website, lastName } of owners) {
    const html = await read(new URL(website).host);
    expect(html).toContain('Impressum');
    expect(html).toContain(lastName);
  }
});

describe('links with rel=me stand where the data file says', () => {
  test('in the body, and in the head with other tokens and mixed case', async () => {
    expect(await read('mueller-beratung.example')).toContain(
      '<a class="u-url" rel="me" href="https://bsky.app/profile/hannah-mueller.test">',
    );
    expect(await read('wechsler-optik.example')).toContain(
      "<LINK Href='https://bsky.app/profile/wechselwilli.test' REL='Author ME noopener'>",
    );
  });

  test('a site can name nobody, and name an impersonator only where it proves nothing', async () => {
    expect(await read('overbeck-film.example')).not.toContain('rel="me"');
    const becker = await read('becker-dach.example');
    const withoutComments = becker.replaceAll(/<!--[\s\S]*?-->/g, '');
    expect(becker).toContain(
      '<!-- <a rel="me" href="https://bsky.app/profile/becker-dachtechnik.test">',
    );
    expect(withoutComments).toContain('bsky.app/profile/becker-dachtechnik.test');
    expect(/rel="me" href="([^"]*)"/.exec(withoutComments)?.[1]).toBe(
      'https://bahn.example/@beckerdach',
    );
  });

  test('a test can let a site link back later', async () => {
    websites.setRelMe('overbeck-film.example', [
      { href: 'https://bsky.app/profile/overbeck-film.test', element: 'a', rel: 'me' },
    ]);
    expect(await read('overbeck-film.example')).toContain('rel="me"');
  });
});

describe('hostile pages', () => {
  test('an unknown host and an unknown path are 404', async () => {
    expect((await open('nobody.example')).statusCode).toBe(404);
    expect((await open('mueller-beratung.example', '/x')).statusCode).toBe(404);
  });

  test('redirects never end, or lead inside', async () => {
    expect((await open('loop.hostile.example', '/hop/41')).headers.location).toBe('/hop/42');
    expect((await open('metadata.hostile.example')).headers.location).toContain('169.254.169.254');
    expect((await open('loopback.hostile.example')).headers.location).toContain('127.0.0.1');
  });

  test('a huge page goes on past any limit a reader should have', async () => {
    const response = await open('huge.hostile.example');
    let bytes = 0;
    for await (const part of response) {
      bytes += (part as Buffer).length;
      if (bytes > 5_000_000) break;
    }
    expect(bytes).toBeGreaterThan(5_000_000);
  });

  test('a small compressed answer claims to be a page', async () => {
    const response = await open('bomb.hostile.example');
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(Number(response.headers['content-length'])).toBeLessThan(100_000);
    response.destroy();
  });

  test('a drip sends a byte now and then, and a picture is no page', async () => {
    const drip = await open('drip.hostile.example');
    const first = await new Promise<Buffer>((resolve) => drip.once('data', resolve));
    expect(first.length).toBeLessThan(5);
    drip.destroy();
    const picture = await open('binary.hostile.example');
    expect(picture.headers['content-type']).toBe('image/png');
    picture.resume();
  });
});
