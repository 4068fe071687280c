import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { startBluesky, type BlueskySandbox } from '../../sandbox/bluesky/emulator.ts';
import { readCapture, type Capture } from '../../sandbox/story/captures.ts';
import { loadStory } from '../../sandbox/story/story.ts';

const credentials = { identifier: 'nordlichtmobil.test', password: 'nordlicht-sandbox' };

/** The recorded questions in the recorded order, after the part of the story that had happened by then. */
const RECORDED: [until: string, captures: string[]][] = [
  ['', ['001', '003', '004', '006', '007', '008']],
  ['A002', ['009', '010']],
  ['p1', ['015', '016', '017', '018', '019', '020', '021', '022', '023', '024', '025', '026']],
  ['p1', ['027', '028', '029', '030', '031', '032', '033', '035']],
  ['A050', ['037', '038', '039']],
  ['A046-edit', ['040', '041', '042']],
  ['p2', ['043', '044', '045', '046', '047']],
  ['X022', ['048']],
  ['p3', ['051', '052', '053', '054']],
  ['A057', ['056']],
  ['B19-deleted', ['057', '058', '059', '060', '061', '062', '063', '064', '065', '066']],
  ['B19-deleted', ['067', '068', '069', '070', '071', '090', '091', '092', '093']],
  ['p4', ['073', '077', '078', '079', '080', '081', '082']],
];

let bluesky: BlueskySandbox;
let token = '';

beforeAll(async () => {
  bluesky = await startBluesky({ story: loadStory({ impersonators: false }), credentials });
  const response = await fetch(`${bluesky.url}/xrpc/com.atproto.server.createSession`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  token = ((await response.json()) as { accessJwt: string }).accessJwt;
});

afterAll(() => bluesky.close());

describe('the emulator answers the recorded questions as the recorded servers did', () => {
  for (const [until, numbers] of RECORDED) {
    test.each(numbers)(`after ${until === '' ? 'nothing' : until}: capture %s`, async (number) => {
      if (until !== '') bluesky.advanceTo(until);
      const capture = readCapture('bluesky', number);
      const { status, body } = await ask(capture);
      expect({ status, body: settled(body) }).toEqual({
        status: capture.response.status,
        body: settled(capture.response.body),
      });
    });
  }
});

test('answers carry the recorded header names', async () => {
  const capture = readCapture('bluesky', '071');
  const { headers } = await ask(capture);
  const wanted = Object.keys(capture.response.headers).filter((name) => name !== 'etag');
  expect([...headers.keys()]).toEqual(expect.arrayContaining(wanted));
  expect(headers.get('ratelimit-policy')).toBe('3000;w=300');
});

async function ask(capture: Capture) {
  const { method, path, headers, body } = capture.request;
  const response = await fetch(`${bluesky.url}${path}`, {
    method,
    headers: {
      ...('authorization' in headers ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed = text === '' ? '' : (JSON.parse(text) as unknown);
  return { status: response.status, headers: response.headers, body: parsed };
}

/**
 * What may differ: the address of the server, its revision counter, and the order of the five follows that the recording
 * made in the same millisecond (the recorded server itself gave them in three different orders).
 */
function settled(body: unknown): unknown {
  const text = JSON.stringify(body)
    .replaceAll(/"serviceEndpoint":"[^"]*"/g, '"serviceEndpoint":""')
    .replaceAll(/"rev":"[^"]*"/g, '"rev":""');
  const copy = JSON.parse(text) as { notifications?: { uri: string; indexedAt: string }[] };
  copy.notifications?.sort((a, b) =>
    `${b.indexedAt}${b.uri}`.localeCompare(`${a.indexedAt}${a.uri}`),
  );
  return copy;
}
