import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

export interface BodyAttack {
  readonly name: string;
  readonly body: Buffer;
  readonly headers?: readonly string[];
  /** `bytes`: no route may take it. `shape`: well-formed JSON, which a route that reads no body may ignore. */
  readonly fault: 'bytes' | 'shape';
  /** The answer of the webhook route, where the request is signed. */
  readonly webhook: number;
}

const JSON_TYPE = 'Content-Type: application/json';
const text = (value: string) => Buffer.from(value, 'utf8');
const MEGABYTE = 1_048_576;
const big = Buffer.alloc(MEGABYTE + 1, ' ');
const chunked = (body: Buffer) =>
  Buffer.concat([text(`${body.length.toString(16)}\r\n`), body, text('\r\n0\r\n\r\n')]);
const event = '{"portalId":1,"subscriptionType":"contact.creation","objectId":5,"occurredAt":9}';

const bytes = (name: string, body: Buffer, webhook: number, ...headers: string[]): BodyAttack => ({
  name,
  body,
  webhook,
  fault: 'bytes',
  headers: headers.length > 0 ? headers : [JSON_TYPE],
});
const shape = (name: string, json: string, webhook = 400): BodyAttack => ({
  name,
  body: text(json),
  webhook,
  fault: 'shape',
  headers: [JSON_TYPE],
});

/** Bodies that no caller in good faith sends. */
export const BODY_ATTACKS: readonly BodyAttack[] = [
  bytes('one byte over a megabyte', big, 413),
  bytes(
    'one byte over a megabyte in chunks',
    chunked(big),
    413,
    JSON_TYPE,
    'Transfer-Encoding: chunked',
  ),
  bytes('not JSON', text('hello'), 400),
  bytes('half of JSON', text('[{"portalId":1,'), 400),
  bytes('a NUL', Buffer.of(0x5b, 0x00, 0x5d), 400),
  bytes('a NUL in a text', text('{"name":"a\u0000b"}'), 400),
  bytes('invalid UTF-8', Buffer.from([...text('{"name":"'), 0xff, 0xfe, ...text('"}')]), 400),
  bytes('latin-1 bytes', Buffer.from('{"name":"Müller"}', 'latin1'), 400),
  bytes('a surrogate in UTF-8', Buffer.from([...text('["'), 0xed, 0xa0, 0x80, ...text('"]')]), 400),
  bytes(
    'UTF-16',
    Buffer.from('\ufeff{"name":"a"}', 'utf16le'),
    400,
    'Content-Type: application/json; charset=utf-16',
  ),
  bytes('gzip', gzipSync('{"name":"a"}'), 415, JSON_TYPE, 'Content-Encoding: gzip'),
  bytes('brotli', brotliCompressSync('{"name":"a"}'), 415, JSON_TYPE, 'Content-Encoding: br'),
  bytes('deflate', deflateSync('{"name":"a"}'), 415, JSON_TYPE, 'Content-Encoding: deflate'),
  bytes('an unknown encoding', text('{}'), 415, JSON_TYPE, 'Content-Encoding: zip, zip'),
  bytes('a __proto__ key', text('{"name":"a","__proto__":{"admin":true}}'), 400),
  bytes('an escaped __proto__ key', text(String.raw`[{"portalId":1,"\u005f_proto__":{}}]`), 400),
  bytes('a constructor.prototype', text('{"constructor":{"prototype":{"admin":true}}}'), 400),
  shape('100,000 open brackets, closed again', '['.repeat(50_000) + ']'.repeat(50_000)),
  shape('an object nested 20,000 deep', '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)),
  shape('an object for a list and a list for an object', '{"0":{}}'),
  shape('a list of lists', '[[]]'),
  shape('a text', '"text"'),
  shape('null', 'null'),
  shape('an infinite number', '[{"portalId":1e400,"subscriptionType":"contact.creation"}]'),
  shape('a huge number', `[{"portalId":${'9'.repeat(400)},"subscriptionType":"a.b"}]`),
  shape('a negative id', '[{"portalId":-1,"subscriptionType":"contact.creation"}]'),
  shape('a fraction for an id', '[{"portalId":1.5,"subscriptionType":"contact.creation"}]'),
  shape('SQL for an id', `[{"portalId":"1' or '1'='1","subscriptionType":"contact.creation"}]`),
  shape('1,001 events', `[${Array.from({ length: 1_001 }, () => event).join()}]`),
  shape('a name of NUL', String.raw`{"name":"\u0000"}`),
  shape('a name with a NUL', String.raw`{"name":"a\u0000b"}`),
  shape('wrong types', '{"name":{"$gt":""},"language":["de"],"connector":7,"settings":"x"}'),
  shape('too many keys', '{"name":"a","language":"de","workspace":"x","role":"admin"}'),
];

/** Requests that are wrong before any body: node's own parser or the router refuses them. */
export const HEAD_ATTACKS: readonly { readonly name: string; readonly headers: string[] }[] = [
  { name: 'a bare CR in a header', headers: ['X-Note: a\rInjected: b'] },
  { name: 'a bare LF and a space in a header name', headers: ['X Note\n: a'] },
  { name: 'a NUL in a header', headers: ['X-Note: a\0b'] },
  { name: 'two lengths', headers: ['Content-Length: 2', 'Content-Length: 3'] },
  { name: 'a length and chunks', headers: ['Content-Length: 2', 'Transfer-Encoding: chunked'] },
  { name: 'a negative length', headers: ['Content-Length: -1'] },
  { name: 'chunks hidden twice', headers: ['Transfer-Encoding: chunked, identity'] },
  { name: 'a folded header', headers: ['X-Note: a', ' Authorization: b'] },
  { name: 'a header of 20,000 characters', headers: [`X-Note: ${'a'.repeat(20_000)}`] },
  {
    name: 'two thousand headers',
    headers: Array.from({ length: 2_000 }, (_, n) => `X${n}: aaaaaaa`),
  },
];

/** For any part of a path that names something. Each leads nowhere. */
export const HOSTILE_IDS: readonly string[] = [
  "1'%20or%20'1'='1",
  '1;drop%20table%20workspaces;--',
  "00000000-0000-0000-0000-000000000000'--",
  '../../../../etc/passwd',
  '..%2f..%2f..%2fetc%2fpasswd',
  '%2e%2e%2fhealth',
  '%00',
  'a%00b',
  '%E0%A4%A',
  '%',
  '%ff%fe',
  '__proto__',
  'constructor',
  'toString',
  '%3Cscript%3Ealert(1)%3C%2Fscript%3E',
  '$%7Bjndi:ldap://localhost/a%7D',
  '-1',
  'job--1',
  'job-99999999999999999999999',
  'delivery-1e3',
  'null',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'ABCDEFAB-1234-4123-8123-ABCDEFABCDEF',
  'a'.repeat(10_000),
];
