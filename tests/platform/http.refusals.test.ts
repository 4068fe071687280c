import { describe, expect, test } from '@jest/globals';
import { createPublicFetch } from '../../src/platform/http/publicFetch.ts';
import { isPublicAddress } from '../../src/platform/http/address.ts';
import { OutboundError } from '../../src/platform/http/outboundError.ts';

/** No socket is opened here: whatever gets through the checks ends in this list instead of in the network. */
function stubbedFetch(answers: readonly (readonly string[])[] = [['93.184.216.34']]) {
  const connected: string[] = [];
  const lookedUp: string[] = [];
  const fetchPublic = createPublicFetch({
    userAgent: 'Echofile test',
    lookup: (hostname) => {
      const answer = answers[Math.min(lookedUp.length, answers.length - 1)] ?? [];
      lookedUp.push(hostname);
      return Promise.resolve(answer.map((address) => ({ address })));
    },
    connect: (to, done) => {
      connected.push(`${to.hostname}:${to.port} ${to.servername ?? '-'}`);
      done(Object.assign(new Error('stub'), { code: 'STUB' }), null);
    },
  });
  return { fetchPublic, connected, lookedUp };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'answered',
    (error: unknown) => (error instanceof OutboundError ? error.code : `other: ${String(error)}`),
  );
}

const REFUSED_BEFORE_LOOKUP: readonly string[] = [
  // Loopback in the ways URL parsers have been fooled with.
  'http://127.0.0.1/',
  'http://127.1/',
  'http://127.0.1/',
  'http://127.255.255.254/',
  'http://2130706433/',
  'http://017700000001/',
  'http://0177.0.0.1/',
  'http://0x7f000001/',
  'http://0x7f.0x0.0x0.0x1/',
  'http://0x7F.1/',
  'http://0/',
  'http://0.0.0.0/',
  'http://00/',
  'http://127.0.0.1./',
  'http://127%2e0%2e0%2e1/',
  'http://%31%32%37.0.0.1/',
  'http://１２７.０.０.１/',
  'http://①②⑦.⓪.⓪.①/',
  'http://127。0。0。1/',
  'http://127.0.0.1\t/',
  'http:/\\127.0.0.1/',
  // Private and special ranges.
  'http://10.0.0.1/',
  'http://10.255.255.255/',
  'http://172.16.0.1/',
  'http://172.31.255.255/',
  'http://192.168.1.1/',
  'http://169.254.1.1/',
  'http://100.64.0.1/',
  'http://192.0.0.192/',
  'http://192.0.2.1/',
  'http://198.18.0.1/',
  'http://198.51.100.1/',
  'http://203.0.113.1/',
  'http://224.0.0.1/',
  'http://240.0.0.1/',
  'http://255.255.255.255/',
  // Metadata services.
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://0xa9fea9fe/',
  'http://0251.0376.0251.0376/',
  'http://100.100.100.200/',
  'http://168.63.129.16/',
  'http://[fd00:ec2::254]/',
  'http://metadata.google.internal/',
  'http://metadata/',
  // IPv6 and what can hide in it.
  'http://[::]/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[::ffff:8.8.8.8]/',
  'http://[::127.0.0.1]/',
  'http://[::7f00:1]/',
  'http://[::ffff:0:127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[64:ff9b:1::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[2002:a9fe:a9fe::]/',
  'http://[2001:0:7f00:1::]/',
  'http://[fe80::1]/',
  'http://[fec0::1]/',
  'http://[fc00::1]/',
  'http://[fd12:3456::1]/',
  'http://[ff02::1]/',
  'http://[100::1]/',
  'http://[2001:db8::1]/',
  'http://[3fff::1]/',
  'http://[4000::1]/',
  // Names of this machine and this network.
  'http://localhost/',
  'http://LOCALHOST/',
  'http://localhost./',
  'http://ｌｏｃａｌｈｏｓｔ/',
  'http://app.localhost/',
  'http://printer.local/',
  'http://db.internal/',
  'http://router.home.arpa/',
  'http://intranet/',
  // Ports, schemes, credentials.
  'http://blog.test:22/',
  'http://blog.test:8080/',
  'https://blog.test:6379/',
  'ftp://blog.test/',
  'file:///etc/passwd',
  'gopher://blog.test/',
  'data:text/plain,x',
  'javascript:alert(1)',
  'http://user@blog.test/',
  'http://user:secret@blog.test/',
  'http://blog.test@127.0.0.1/',
  'http://127.0.0.1#@blog.test/',
  'http://127.0.0.1\\@blog.test/',
  'http://[::1%25eth0]/',
  'http://',
  'blog.test',
  '',
  `http://blog.test/${'a'.repeat(5000)}`,
];

describe('addresses that are refused by their own text', () => {
  test('there are many of them', () => {
    expect(REFUSED_BEFORE_LOOKUP.length).toBeGreaterThanOrEqual(60);
  });

  test.each(REFUSED_BEFORE_LOOKUP)('%j', async (url) => {
    const { fetchPublic, connected, lookedUp } = stubbedFetch();
    expect(await codeOf(fetchPublic({ url }))).toBe('refused');
    expect(connected).toEqual([]);
    expect(lookedUp).toEqual([]);
  });
});

describe('names whose lookup leads inside', () => {
  const inside = [
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '168.63.129.16',
    '0.0.0.0',
    '::1',
    '::',
    '::ffff:10.0.0.1',
    '::7f00:1',
    '64:ff9b::a00:1',
    '2002:a00:1::',
    'fe80::1',
    'fe80::1%eth0',
    'fd00::1',
    '127.1',
    '0177.0.0.1',
    'blog.test',
    '',
  ];

  test.each(inside)('%j', async (address) => {
    const { fetchPublic, connected } = stubbedFetch([[address]]);
    expect(await codeOf(fetchPublic({ url: 'http://blog.test/' }))).toBe('refused');
    expect(connected).toEqual([]);
  });

  test.each(inside)('%j behind a public answer', async (address) => {
    const { fetchPublic, connected } = stubbedFetch([['93.184.216.34', address]]);
    expect(await codeOf(fetchPublic({ url: 'http://blog.test/' }))).toBe('refused');
    expect(connected).toEqual([]);
  });

  test('no answer at all', async () => {
    const { fetchPublic, connected } = stubbedFetch([[]]);
    expect(await codeOf(fetchPublic({ url: 'http://blog.test/' }))).toBe('unreachable');
    expect(connected).toEqual([]);
  });
});

describe('connecting', () => {
  test('goes to the checked address after a single lookup', async () => {
    const { fetchPublic, connected, lookedUp } = stubbedFetch([['93.184.216.34'], ['127.0.0.1']]);
    expect(await codeOf(fetchPublic({ url: 'http://blog.test/' }))).toBe('unreachable');
    expect(lookedUp).toEqual(['blog.test']);
    expect(connected).toEqual(['93.184.216.34: -']);
  });

  test('looks up and checks again for the next request', async () => {
    const { fetchPublic, connected } = stubbedFetch([['93.184.216.34'], ['127.0.0.1']]);
    await codeOf(fetchPublic({ url: 'http://blog.test/' }));
    expect(await codeOf(fetchPublic({ url: 'http://blog.test/' }))).toBe('refused');
    expect(connected).toHaveLength(1);
  });

  test('keeps the name for the certificate', async () => {
    const { fetchPublic, connected } = stubbedFetch([['93.184.216.34']]);
    await codeOf(fetchPublic({ url: 'https://blog.test./' }));
    expect(connected).toEqual(['93.184.216.34: blog.test']);
  });

  test('tries the next checked address, IPv4 first', async () => {
    const { fetchPublic, connected } = stubbedFetch([['2606:2800:220:1::1', '93.184.216.34']]);
    await codeOf(fetchPublic({ url: 'http://blog.test/' }));
    expect(connected).toEqual(['93.184.216.34: -', '2606:2800:220:1::1: -']);
  });

  test('takes public literals and the two ports', async () => {
    for (const url of [
      'http://93.184.216.34/',
      'http://93.184.216.34:443/',
      'https://[2606:2800:220:1::1]:80/',
    ]) {
      const { fetchPublic, connected, lookedUp } = stubbedFetch();
      expect(await codeOf(fetchPublic({ url }))).toBe('unreachable');
      expect(connected).toHaveLength(1);
      expect(lookedUp).toEqual([]);
    }
  });

  test('a lookup that never answers ends with the timeout', async () => {
    const fetchPublic = createPublicFetch({
      userAgent: 'Echofile test',
      lookup: () => Promise.withResolvers<never>().promise,
    });
    const begun = performance.now();
    const request = { url: 'http://blog.test/', timeoutMs: 100 };
    expect(await codeOf(fetchPublic(request))).toBe('timeout');
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  test('messages hold the host and no secret', async () => {
    const { fetchPublic } = stubbedFetch();
    for (const url of [
      'http://user:geheim@blog.test/?token=geheim',
      'http://blog.test/geheim?token=geheim',
      'http://blog.test:99/geheim',
    ]) {
      const error = await fetchPublic({ url, headers: { authorization: 'Basic geheim' } }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(OutboundError);
      expect(String(error)).toContain('blog.test');
      expect(JSON.stringify([String(error), error, (error as Error).cause])).not.toContain(
        'geheim',
      );
    }
  });
});

test('public addresses are public', () => {
  for (const address of ['8.8.8.8', '93.184.216.34', '2606:2800:220:1::1', '2a00:1450:4001::1']) {
    expect(isPublicAddress(address)).toBe(true);
  }
});
