import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { feed } from '../../../connectors/social/feed/index.ts';
import { ConnectorError } from '../../../src/contract/errors.ts';
import type { SocialItem } from '../../../src/domain/social.ts';
import { createPublicFetch } from '../../../src/platform/http/publicFetch.ts';

const CAPTURES = new URL('../../../sandbox/story/captures/wordpress/', import.meta.url);

interface Capture {
  readonly request: { readonly method: string; readonly path: string };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Of each received header only these; set again by node:http. */
const KEPT = ['content-type', 'etag', 'last-modified', 'x-wp-total', 'x-wp-totalpages'];

export function capture(number: string): Answer & { readonly json: unknown } {
  const file = readdirSync(CAPTURES).find((name) => name.startsWith(`${number}-`)) ?? number;
  const { response } = JSON.parse(readFileSync(new URL(file, CAPTURES), 'utf8')) as Capture;
  const headers = Object.fromEntries(
    Object.entries(response.headers).filter(([name]) => KEPT.includes(name)),
  );
  const body = typeof response.body === 'string' ? response.body : JSON.stringify(response.body);
  return { status: response.status, headers, body, json: response.body };
}

/** A web site that answers what a test says, under whatever host name it is asked for. */
export class Site {
  readonly requests: { path: string; method: string; headers: IncomingHttpHeaders }[] = [];
  now = new Date('2026-11-21T21:00:00Z');
  private readonly answers = new Map<string, Answer>();
  private readonly server: Server = createServer((request, response) => {
    const { url: path = '', method = '', headers } = request;
    this.requests.push({ path, method, headers });
    this.reply(path, method, response);
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** `path` as asked for, or a part of it; the longest part that fits answers. */
  on(path: string, answer: Answer): void {
    this.answers.set(path, answer);
  }

  reset(): void {
    this.answers.clear();
    this.requests.length = 0;
    this.now = new Date('2026-11-21T21:00:00Z');
  }

  source(settings: Readonly<Record<string, unknown>>, applicationPassword?: string) {
    const origin = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const secrets = applicationPassword === undefined ? {} : { applicationPassword };
    return feed.create({
      settings: feed.settings.parse({ title: 'Blog', ...settings }),
      ports: {
        clock: { now: () => this.now },
        secrets: {
          read: () => Promise.resolve(secrets),
          renew: () => Promise.reject(new Error('nothing to renew')),
        },
        fetchPublic: createPublicFetch({
          userAgent: 'Echofile test',
          testHosts: new Map([['*.example', origin]]),
        }),
        pace: () => Promise.resolve(),
      },
    });
  }

  private reply(path: string, method: string, response: ServerResponse): void {
    const key = [...this.answers.keys()]
      .filter((part) => path.includes(part))
      .sort((left, right) => right.length - left.length)[0];
    const answer = key === undefined ? { status: 404 } : (this.answers.get(key) ?? {});
    response.writeHead(answer.status ?? 200, answer.headers);
    response.end(method === 'HEAD' ? undefined : answer.body);
  }
}

/** What became of a call: its value, or the failure by its code. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'no failure',
    (error: unknown) => (error instanceof ConnectorError ? error.failure : error),
  );
}

export function itemsById(items: readonly SocialItem[]): Map<string, SocialItem> {
  return new Map(items.map((item) => [item.activity.nativeId, item]));
}

export const BASE = 'http://blog.nordlicht.example:8920';
export const TARIFF = `${BASE}/ihre-fragen-zum-neuen-tarif-nord-m/`;
export const WIFI = `${BASE}/ab-dezember-schnelleres-wlan-auf-der-strecke-berlin-koln/`;

export function rss(items: string): Answer {
  return {
    body: `<rss version="2.0"><channel><title>t</title><link>http://a.example</link>${items}</channel></rss>`,
  };
}

export function comment(number: number, text: string): string {
  return (
    `<item><link>${TARIFF}#comment-${number}</link><author>a@b.example (Bernd)</author>` +
    `<pubDate>Sat, 21 Nov 2026 20:11:30 +0000</pubDate><description>${text}</description></item>`
  );
}
