import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';

import type { HostilePage } from './sites.ts';

const HUGE_BYTES = 50 * 1024 * 1024;
const BOMB_BYTES = 64 * 1024 * 1024;
const DRIP_MS = 200;

/** Sites that hurt a careless reader. Each goes on until the reader hangs up or the stated size is sent. */
export function serveHostile(
  site: HostilePage,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  switch (site.page) {
    case 'huge':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      pour(Readable.from(spaces(HUGE_BYTES)), response);
      return;
    case 'endless-redirect': {
      const hop = Number(/\d+/.exec(request.url ?? '')?.[0] ?? '0');
      response.writeHead(302, { location: `/hop/${hop + 1}` }).end();
      return;
    }
    case 'private-redirect':
      response.writeHead(302, { location: site.to ?? '/' }).end();
      return;
    case 'slow-drip':
      drip(response);
      return;
    case 'wrong-type':
      response.writeHead(200, { 'content-type': 'image/png' });
      response.end(Buffer.from('<a rel="me" href="https://bsky.app/profile/nobody.test">'));
      return;
    case 'gzip-bomb':
      response.writeHead(200, {
        'content-type': 'text/html',
        'content-encoding': 'gzip',
        'content-length': bomb().length,
      });
      response.end(bomb());
      return;
  }
}

function* spaces(total: number): Generator<Buffer> {
  const chunk = Buffer.alloc(64 * 1024, ' ');
  for (let sent = 0; sent < total; sent += chunk.length) yield chunk;
}

function pour(source: Readable, response: ServerResponse): void {
  // A reader that hangs up in the middle is what these pages are for.
  pipeline(source, response).catch(() => undefined);
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/html' });
  const timer = setInterval(() => response.write('.'), DRIP_MS);
  response.on('close', () => {
    clearInterval(timer);
  });
}

let packed: Buffer | undefined;

function bomb(): Buffer {
  packed ??= gzipSync(Buffer.alloc(BOMB_BYTES, ' '));
  return packed;
}
