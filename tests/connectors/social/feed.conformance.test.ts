import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { feed } from '../../../connectors/social/feed/index.ts';
import { createPublicFetch } from '../../../src/platform/http/publicFetch.ts';
import { conformsToSocial } from '../../conformance/social.ts';
import type { SocialWorld, WireFault } from '../../conformance/social.ts';

const DAY_MS = 86_400_000;
const PASSWORD = 'abcd efgh ijkl';
const BASE = 'http://blog.example';

interface Comment {
  readonly id: number;
  readonly at: Date;
  readonly author: number;
  text: string;
  broken: boolean;
}

/** WordPress' comments as its API shows them to an editor, as far as the recorded answers go. */
class Wordpress {
  now = new Date('2026-11-21T12:00:00Z');
  fault: WireFault | undefined;
  readonly comments = new Map<number, Comment>();
  private last = 0;
  private readonly pageSize: number;

  constructor(pageSize: number) {
    this.pageSize = pageSize;
  }

  add(text: string, at: Date | undefined, more: Partial<Comment> = {}): string {
    this.last += 1;
    const comment = { id: this.last, at: at ?? this.now, author: 0, text, broken: false, ...more };
    this.comments.set(this.last, comment);
    return `${BASE}/post/#comment-${this.last}`;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', BASE);
    const { fault } = this;
    this.fault = undefined;
    if (fault !== undefined) {
      response.writeHead(fault.status, { ...fault.headers }).end(fault.body);
    } else if (pathname.endsWith('/users/me')) {
      json(response, 200, { id: 1, name: 'Nordlicht', email: 'social@nordlicht.example' });
    } else if (/\/comments\/\d+$/.test(pathname)) {
      const comment = this.comments.get(Number(pathname.split('/').at(-1)));
      if (comment === undefined) json(response, 404, { code: 'rest_comment_invalid_id' });
      else json(response, 200, record(comment));
    } else {
      this.list(searchParams, response);
    }
  }

  private list(query: URLSearchParams, response: ServerResponse): void {
    const include = query.get('include')?.split(',').map(Number);
    const after = query.get('after');
    const matching = [...this.comments.values()].filter(
      ({ id, at }) =>
        (include?.includes(id) ?? true) && (after === null || at.getTime() > Date.parse(after)),
    );
    const size = include === undefined ? this.pageSize : Number(query.get('per_page'));
    const from = (Number(query.get('page') ?? '1') - 1) * size;
    response.setHeader('x-wp-totalpages', Math.ceil(matching.length / size));
    json(response, 200, matching.slice(from, from + size).map(record));
  }
}

function record({ id, at, author, text, broken }: Comment): unknown {
  if (broken) return { id };
  const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return {
    id,
    parent: 0,
    author,
    author_name: 'Moni',
    author_email: `moni${id}@post.example`,
    date_gmt: at.toISOString().slice(0, 19),
    content: { rendered: `<p>${escaped}</p>\n` },
    link: `${BASE}/post/#comment-${id}`,
    status: 'approved',
    type: 'comment',
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function numberOf(nativeId: string): number {
  return Number(nativeId.split('-').at(-1));
}

async function start({ pageSize }: { readonly pageSize: number }): Promise<SocialWorld> {
  const blog = new Wordpress(pageSize);
  const server = createServer((request, response) => {
    blog.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connector = feed.create({
    settings: feed.settings.parse({
      url: `${BASE}/comments/feed/atom/`,
      title: 'Blog',
      own: true,
      wordpress: { apiUrl: `${BASE}/wp-json`, user: 'nordlicht' },
    }),
    ports: {
      clock: { now: () => blog.now },
      secrets: {
        read: () => Promise.resolve({ applicationPassword: PASSWORD }),
        renew: (change) => change({ applicationPassword: PASSWORD }),
      },
      fetchPublic: createPublicFetch({
        userAgent: 'Echofile test',
        testHosts: new Map([['blog.example', origin]]),
      }),
      pace: () => Promise.resolve(),
    },
  });
  return {
    connector,
    now: () => blog.now,
    advance: (ms) => {
      blog.now = new Date(blog.now.getTime() + ms);
    },
    post: ({ text, at }) => Promise.resolve(blog.add(text, at)),
    edit: (nativeId, text) => {
      const comment = blog.comments.get(numberOf(nativeId));
      if (comment !== undefined) comment.text = text;
      return Promise.resolve();
    },
    remove: (nativeId) => {
      blog.comments.delete(numberOf(nativeId));
      return Promise.resolve();
    },
    postAsBrand: (text) => Promise.resolve(blog.add(text, undefined, { author: 1 })),
    postMalformed: () => {
      blog.add('', undefined, { broken: true });
      return Promise.resolve();
    },
    failNext: (fault) => {
      blog.fault = fault;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

conformsToSocial({
  capabilities: feed.capabilities,
  controls: new Set(['edit', 'postAsBrand', 'postMalformed', 'failNext']),
  start,
  horizonMs: 60 * DAY_MS,
  settleMs: 2 * DAY_MS,
  unknownActivityId: `${BASE}/post/#comment-999999`,
  unknownAccountId: 'email:nobody@post.example',
  secrets: [PASSWORD, Buffer.from(`nordlicht:${PASSWORD}`).toString('base64')],
  faults: [
    [
      '429',
      { status: 429, headers: { 'retry-after': '7' }, body: '' },
      { code: 'RATE_LIMITED', retryAfterMs: 7_000 },
    ],
    [
      '500',
      { status: 500, body: 'Error establishing a database connection' },
      { code: 'UNAVAILABLE' },
    ],
    [
      '401',
      { status: 401, body: '{"code":"rest_not_logged_in","message":"","data":{"status":401}}' },
      { code: 'AUTH_EXPIRED' },
    ],
    [
      'a page of HTML',
      { status: 200, body: '<!DOCTYPE html><p>Hallo' },
      { code: 'UNEXPECTED_SHAPE' },
    ],
    ['an object', { status: 200, body: '{"a":1}' }, { code: 'UNEXPECTED_SHAPE' }],
  ],
  runs: 15,
});
