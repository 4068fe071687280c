import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assertApiHost } from '../../src/platform/http/egress.ts';
import { OutboundError } from '../../src/platform/http/outboundError.ts';
import { createPublicFetch } from '../../src/platform/http/publicFetch.ts';
import type { PublicRequest } from '../../src/platform/http/publicFetch.ts';

const HELLO = Buffer.from('Guten Tag, Münster');
const seen: IncomingMessage[] = [];
let server: Server;
let fetchPublic: ReturnType<typeof createPublicFetch>;

const PACKED: Readonly<Record<string, readonly [string, Buffer]>> = {
  '/gzip': ['gzip', gzipSync(HELLO)],
  '/br': ['br', brotliCompressSync(HELLO)],
  '/deflate': ['deflate', deflateSync(HELLO)],
  '/deflate-raw': ['deflate', deflateRawSync(HELLO)],
  '/gzip-bomb': ['gzip', gzipSync(Buffer.alloc(64_000_000))],
  '/br-bomb': ['br', brotliCompressSync(Buffer.alloc(32_000_000))],
  '/gzip-cut': ['gzip', gzipSync(HELLO).subarray(0, 20)],
  '/gzip-lie': ['gzip', HELLO],
  '/unknown': ['zstd', HELLO],
  '/twice': ['gzip, gzip', gzipSync(gzipSync(HELLO))],
};

const REDIRECTS: Readonly<Record<string, string>> = {
  '/to-hello': '/hello',
  '/to-other': 'http://other.example/hello',
  '/to-loopback': 'http://127.0.0.1/',
  '/to-metadata': 'http://169.254.169.254/latest/meta-data/',
  '/to-private-name': 'http://inside.test/',
  '/to-port': 'http://public.test:6379/',
  '/to-file': 'file:///etc/passwd',
  '/to-credentials': 'http://user:pw@other.example/',
  '/to-scheme-relative': '//127.0.0.1/',
  '/to-nonsense': 'http://[',
  '/hop1': '/hop2',
  '/hop2': '/hop3',
  '/hop3': '/hello',
  '/hop0': '/hop1',
  '/circle': '/circle',
};

const answer: RequestListener = (request, response) => {
  seen.push(request);
  const path = request.url ?? '';
  const packed = PACKED[path];
  const location = REDIRECTS[path];
  if (packed !== undefined) {
    response.writeHead(200, { 'content-encoding': packed[0] }).end(packed[1]);
  } else if (location !== undefined) {
    response.writeHead(302, { location }).end('moved');
  } else if (path === '/endless') {
    const feed = () => {
      while (response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', feed);
    feed();
  } else if (path === '/slow') {
    const timer = setInterval(() => response.write('.'), 20);
    response.on('close', () => {
      clearInterval(timer);
    });
  } else if (path === '/silent') {
    request.on('error', () => undefined);
  } else if (path === '/reset') {
    request.socket.destroy();
  } else if (path === '/unchanged') {
    response.writeHead(304, { etag: '"a"', 'content-encoding': 'gzip' }).end();
  } else {
    response.writeHead(200, { 'x-path': path, 'set-cookie': 'a=b' }).end(HELLO);
  }
};

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fetchPublic = createPublicFetch({
    userAgent: 'Echofile test',
    testHosts: new Map([
      ['blog.example:8920', origin],
      ['*.example', origin],
      ['only.test:443', origin],
    ]),
    lookup: () => Promise.resolve([{ address: '10.0.0.1' }]),
    connect: () => {
      throw new Error('No test may connect beyond 127.0.0.1');
    },
  });
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function textOf(request: PublicRequest): Promise<string> {
  return Buffer.from((await fetchPublic(request)).body).toString('utf8');
}

async function codeOf(request: PublicRequest): Promise<string> {
  return fetchPublic(request).then(
    (reply) => `answered ${reply.status}`,
    (error: unknown) => (error instanceof OutboundError ? error.code : `other: ${String(error)}`),
  );
}

describe('test hosts', () => {
  test('keep their name while this machine answers', async () => {
    const reply = await fetchPublic({ url: 'http://blog.example:8920/hello?a=1#part' });
    expect(reply.status).toBe(200);
    expect(reply.url).toBe('http://blog.example:8920/hello?a=1');
    expect(reply.headers).toMatchObject({ 'x-path': '/hello?a=1' });
    expect(reply.headers).not.toHaveProperty('set-cookie');
    expect(seen.at(-1)?.headers).toMatchObject({
      host: 'blog.example:8920',
      'user-agent': 'Echofile test',
    });
  });

  test('a path that looks like a host stays a path', async () => {
    const reply = await fetchPublic({ url: 'http://blog.example//93.184.216.34/x' });
    expect(reply.headers).toMatchObject({ 'x-path': '//93.184.216.34/x' });
  });

  test('match by suffix and by port, and nothing else', async () => {
    expect(await codeOf({ url: 'https://a.b.example/hello' })).toBe('answered 200');
    expect(await codeOf({ url: 'https://only.test/hello' })).toBe('answered 200');
    expect(await codeOf({ url: 'http://only.test/hello' })).toBe('refused');
    expect(await codeOf({ url: 'http://example/hello' })).toBe('refused');
    expect(await codeOf({ url: 'http://badexample/hello' })).toBe('refused');
    expect(await codeOf({ url: 'http://user:pw@blog.example:8920/' })).toBe('refused');
  });

  test.each([
    'http://192.168.1.1:80',
    'http://93.184.216.34',
    'http://localhost:8920',
    'https://127.0.0.1:8920',
    'http://[::ffff:127.0.0.1]:80',
    'nonsense',
  ])('may not lead to %s', (origin) => {
    const testHosts = new Map([['*.example', origin]]);
    expect(() => createPublicFetch({ userAgent: 'x', testHosts })).toThrow(TypeError);
  });
});

describe('redirects', () => {
  test('are followed, three at most', async () => {
    const reply = await fetchPublic({ url: 'http://blog.example/hop1' });
    expect(reply.url).toBe('http://blog.example/hello');
    expect(await codeOf({ url: 'http://blog.example/hop0' })).toBe('too_many_redirects');
    expect(await codeOf({ url: 'http://blog.example/circle' })).toBe('too_many_redirects');
  });

  test.each(Object.keys(REDIRECTS).filter((path) => /^\/to-(?!hello|other)/.test(path)))(
    '%s is refused',
    async (path) => {
      expect(await codeOf({ url: `http://blog.example${path}` })).toBe('refused');
    },
  );

  test('drop credentials across origins and keep them within', async () => {
    const headers = { Authorization: 'Basic abc', Cookie: 'a=b', 'X-Kept': '1' };
    await fetchPublic({ url: 'http://blog.example/to-hello', headers });
    expect(seen.at(-1)?.headers).toMatchObject({ authorization: 'Basic abc', 'x-kept': '1' });
    await fetchPublic({ url: 'http://blog.example/to-other', headers });
    expect(seen.at(-1)?.headers).toMatchObject({ host: 'other.example', 'x-kept': '1' });
    expect(seen.at(-1)?.headers).not.toHaveProperty('authorization');
    expect(seen.at(-1)?.headers).not.toHaveProperty('cookie');
  });

  test('from https to http are refused when credentials were sent', async () => {
    const url = 'https://blog.example/to-other';
    expect(await codeOf({ url, headers: { authorization: 'Basic abc' } })).toBe('refused');
    expect(await codeOf({ url })).toBe('answered 200');
  });
});

describe('bodies', () => {
  test.each(['/gzip', '/br', '/deflate', '/deflate-raw', '/hello'])('%s is read', async (path) => {
    expect(await textOf({ url: `http://blog.example${path}` })).toBe(HELLO.toString());
  });

  test.each([
    ['/gzip-bomb', 'too_large'],
    ['/br-bomb', 'too_large'],
    ['/endless', 'too_large'],
    ['/gzip-cut', 'unreachable'],
    ['/gzip-lie', 'unreachable'],
    ['/unknown', 'unreachable'],
    ['/twice', 'unreachable'],
    ['/reset', 'unreachable'],
  ])('%s is %s', async (path, code) => {
    expect(await codeOf({ url: `http://blog.example${path}` })).toBe(code);
  });

  test('a limit holds to the byte', async () => {
    const url = 'http://blog.example/gzip';
    expect(await codeOf({ url, maxBytes: 100 })).toBe('answered 200');
    expect(await codeOf({ url: 'http://blog.example/hello', maxBytes: HELLO.length })).toBe(
      'answered 200',
    );
    expect(await codeOf({ url: 'http://blog.example/hello', maxBytes: HELLO.length - 1 })).toBe(
      'too_large',
    );
  });

  test.each(['/slow', '/silent'])('%s ends with the timeout', async (path) => {
    const begun = performance.now();
    expect(await codeOf({ url: `http://blog.example${path}`, timeoutMs: 200 })).toBe('timeout');
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  test('an unchanged page and a HEAD have none', async () => {
    const unchanged = await fetchPublic({ url: 'http://blog.example/unchanged' });
    expect([unchanged.status, unchanged.body.length]).toEqual([304, 0]);
    const head = await fetchPublic({ url: 'http://blog.example/gzip', method: 'HEAD' });
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });

  test('callers cannot set the headers of the connection', async () => {
    const headers = { Host: 'inside.test', Connection: 'upgrade', 'Content-Length': '5' };
    await fetchPublic({ url: 'http://blog.example/hello', headers });
    expect(seen.at(-1)?.headers).toMatchObject({ host: 'blog.example' });
    expect(seen.at(-1)?.headers).not.toHaveProperty('content-length');
  });

  test('a header with a line break is not sent', async () => {
    const headers = { 'x-a': 'b\r\nx-c: d' };
    expect(await codeOf({ url: 'http://blog.example/hello', headers })).toBe('unreachable');
  });
});

describe('assertApiHost', () => {
  const allowed = ['api.hubapi.com', '*.my.salesforce.com', 'http://127.0.0.1:8930'];

  test.each([
    'https://api.hubapi.com/crm/v3',
    'https://acme.my.salesforce.com',
    'https://acme--dev.sandbox.my.salesforce.com/services',
    'http://127.0.0.1:8930/x',
  ])('%s is one', (url) => {
    expect(assertApiHost(url, allowed).href).toContain(url);
  });

  test.each([
    'http://api.hubapi.com/',
    'https://api.hubapi.com:8443/',
    'https://api.hubapi.com.evil.test/',
    'https://evilapi.hubapi.com/',
    'https://my.salesforce.com/',
    'https://evil.test/api.hubapi.com',
    'https://user@api.hubapi.com/',
    'http://127.0.0.1:8931/',
    'https://127.0.0.1:8930/',
    'nonsense',
  ])('%s is none', (url) => {
    expect(() => assertApiHost(url, allowed)).toThrow(OutboundError);
  });

  test('a public origin in the list does not open plain http', () => {
    expect(() => assertApiHost('http://api.vendor.test', ['http://api.vendor.test'])).toThrow(
      OutboundError,
    );
  });
});
