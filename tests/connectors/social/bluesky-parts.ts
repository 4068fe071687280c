import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { blueskyAt } from '../../../connectors/social/bluesky/index.ts';
import type { Secrets } from '../../../connectors/social/bluesky/settings.ts';
import type { SecretSlot } from '../../../src/contract/ports.ts';

export const appPassword = 'abcd-efgh-ijkl-mnop';
export const identifier = 'nordlichtmobil.test';

/** A secret slot as the store keeps one: changes wait for one another, and a failed one stores nothing. */
export function secretSlot(first: Secrets): SecretSlot<Secrets> & { readonly values: Secrets[] } {
  const values = [first];
  const newest = () => values.at(-1) ?? first;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    values,
    read: () => Promise.resolve(newest()),
    renew(change) {
      const mine = turn.then(async () => {
        const changed = await change(newest());
        values.push(changed);
        return changed;
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

export interface ConnectorParts {
  readonly service: string;
  readonly now: () => Date;
  readonly slot?: SecretSlot<Secrets>;
  readonly searchTerms?: readonly string[];
  readonly onPace?: (bucket: string) => void;
}

export function blueskyConnector(parts: ConnectorParts) {
  const definition = blueskyAt([parts.service]);
  const settings = definition.settings.parse({
    service: parts.service,
    identifier,
    searchTerms: parts.searchTerms ?? [],
  });
  return definition.create({
    settings,
    ports: {
      clock: { now: parts.now },
      secrets: parts.slot ?? secretSlot({ appPassword }),
      fetchPublic: () => Promise.reject(new Error('Bluesky reads no foreign address')),
      pace: (bucket) => {
        parts.onPace?.(bucket);
        return Promise.resolve();
      },
    },
  });
}

export type Handler = (request: IncomingMessage, url: URL) => Answer | Promise<Answer>;
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Cuts the line instead of answering. */
  readonly cut?: boolean;
}

export async function serve(handler: Handler) {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const reply = await handler(request, new URL(request.url ?? '/', 'http://127.0.0.1'));
    if (reply.cut === true) response.destroy();
    else response.writeHead(reply.status, reply.headers).end(reply.body);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

export const json = { 'content-type': 'application/json; charset=utf-8' };
