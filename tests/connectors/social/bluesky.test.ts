import { describe } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { bluesky } from '../../../connectors/social/bluesky/index.ts';
import { startBluesky } from '../../../sandbox/bluesky/emulator.ts';
import { loadStory } from '../../../sandbox/story/story.ts';
import { conformsToSocial, type SocialWorld, type WireFault } from '../../conformance/social.ts';
import {
  appPassword,
  blueskyConnector,
  identifier,
  json,
  secretSlot,
  serve,
  type Answer,
} from './bluesky-parts.ts';

const hour = 3_600_000;
const story = loadStory({ impersonators: false });
const startedAt = Date.parse('2026-11-21T12:00:00Z');
const resetAt = String(startedAt / 1000 + 42);
/** Filled while the tests run: the tokens are the server's choice. */
const secrets = [appPassword];

const malformed = {
  uri: 'at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3aaaaaaaaaaaa',
  cid: 'bafyreidxla4766pkr35yu3pubxviub4kjgdtuto44ihyec63nfloyl4mxu',
  reason: 'mention',
  author: { did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', handle: 'odd.example' },
  record: { text: 5, createdAt: '2026-11-21T11:00:00.000Z' },
  indexedAt: '2026-11-21T11:00:00.000Z',
};

/** Stands between connector and emulator: small pages, a broken record, a failing answer. */
interface Meddling {
  pageSize: number;
  fault: WireFault | undefined;
  malformed: boolean;
}

async function forward(request: IncomingMessage, target: URL, meddling: Meddling): Promise<Answer> {
  const { fault } = meddling;
  if (fault) {
    meddling.fault = undefined;
    return { headers: json, ...fault };
  }
  if (target.searchParams.has('limit')) target.searchParams.set('limit', String(meddling.pageSize));
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { authorization, 'content-type': type } = request.headers;
  const reply = await fetch(target, {
    method: request.method ?? 'GET',
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(type !== undefined && { 'content-type': type }),
    },
    ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
  });
  const text = await reply.text();
  const isList = reply.ok && target.pathname.endsWith('listNotifications');
  const body = isList && meddling.malformed ? withMalformed(text) : text;
  return { status: reply.status, headers: json, body };
}

function withMalformed(text: string): string {
  const page = JSON.parse(text) as { notifications: unknown[] };
  return JSON.stringify({ ...page, notifications: [...page.notifications, malformed] });
}

async function start({ pageSize }: { pageSize: number }): Promise<SocialWorld> {
  let now = startedAt;
  const emulator = await startBluesky({
    story,
    credentials: { identifier, password: appPassword },
    clock: { now: () => now },
  });
  const { controls } = emulator;
  const meddling: Meddling = { pageSize, fault: undefined, malformed: false };
  const line = await serve((request, url) =>
    forward(request, new URL(url.pathname + url.search, emulator.url), meddling),
  );
  const slot = secretSlot({ appPassword });
  const connector = blueskyConnector({ service: line.url, now: () => new Date(now), slot });
  const announcement = controls.post(identifier, 'Neue Tarife').uri;
  let people = 0;
  const posted = new Map<number, number>();
  // More posts of one millisecond than fit on a page are beyond the network's own cursor (BEHAVIOR 2).
  const timeWithRoom = (claimed: number): string => {
    let time = claimed;
    while ((posted.get(time) ?? 0) >= pageSize) time -= 1;
    posted.set(time, (posted.get(time) ?? 0) + 1);
    return new Date(time).toISOString();
  };
  return {
    connector,
    now: () => new Date(now),
    advance: (ms) => {
      now += ms;
    },
    // A quote names the brand without changing the text or having a conversation before it.
    post: ({ text, at }) => {
      const person = controls.createAccount(`person-${(people += 1)}.test`);
      const createdAt = timeWithRoom(at?.getTime() ?? now);
      return Promise.resolve(controls.post(person, text, { quote: announcement, createdAt }).uri);
    },
    postAsBrand: (text) =>
      Promise.resolve(controls.post(identifier, text, { quote: announcement }).uri),
    postMalformed: () => {
      meddling.malformed = true;
      return Promise.resolve();
    },
    edit: (id, text) => {
      controls.editPost(id, text);
      return Promise.resolve();
    },
    remove: (id) => {
      controls.deletePost(id);
      return Promise.resolve();
    },
    closeAuthor: (id) => {
      controls.deleteAccount(id.split('/')[2] ?? '');
      return Promise.resolve();
    },
    failNext: (fault) => {
      const { session } = slot.values.at(-1) ?? {};
      if (session) secrets.push(session.accessJwt, session.refreshJwt);
      meddling.fault = fault;
    },
    async stop() {
      await line.close();
      await emulator.close();
    },
  };
}

describe('Bluesky, against the emulator', () => {
  conformsToSocial({
    capabilities: bluesky.capabilities,
    controls: new Set(['edit', 'closeAuthor', 'postAsBrand', 'postMalformed', 'failNext']),
    start,
    horizonMs: 30 * 24 * hour,
    settleMs: hour,
    unknownActivityId: 'at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/3aaaaaaaaaaaa',
    unknownAccountId: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
    secrets,
    faults: [
      [
        '429 waits until the reset',
        { status: 429, headers: { ...json, 'ratelimit-reset': resetAt }, body: '{}' },
        { code: 'RATE_LIMITED', retryAfterMs: 42_000 },
      ],
      [
        '502 is an outage',
        { status: 502, body: '{"error":"UpstreamFailure","message":"x"}' },
        { code: 'UNAVAILABLE' },
      ],
      [
        "a proxy's page with 200 is an outage",
        { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>busy</html>' },
        { code: 'UNAVAILABLE' },
      ],
      [
        "a proxy's page with 403 is an outage",
        { status: 403, headers: { 'content-type': 'text/html' }, body: '<html>no</html>' },
        { code: 'UNAVAILABLE' },
      ],
      ['half an answer is an outage', { status: 200, body: '{"notif' }, { code: 'UNAVAILABLE' }],
      [
        'another shape is an alarm',
        { status: 200, body: '{"notifications":"none"}' },
        { code: 'UNEXPECTED_SHAPE' },
      ],
    ],
    runs: 40,
  });
});
