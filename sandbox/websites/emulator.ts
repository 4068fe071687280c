import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Contact } from '../story/contacts.ts';
import { listen } from '../story/listen.ts';
import type { Story } from '../story/story.ts';
import { serveHostile } from './hostile.ts';
import { renderSite } from './page.ts';
import { loadHostilePages, loadPages, type RelMeLink, type SitePage } from './sites.ts';

export interface WebsitesOptions {
  story: Pick<Story, 'contacts'>;
  /** Default 0: the system chooses. */
  port?: number;
}

export interface WebsitesSandbox {
  /** One address for all sites; the Host header says which one is meant. */
  url: string;
  /** Every host that is served, hostile ones included. */
  hosts: string[];
  /** Requests so far by host. */
  calls: ReadonlyMap<string, number>;
  /** Replaces the rel=me links of a site, for tests. */
  setRelMe(host: string, links: RelMeLink[]): void;
  close(): Promise<void>;
}

/** The contacts' own sites: one for each `website` of the customer list, and a few that hurt. */
export async function startWebsites({ story, port }: WebsitesOptions): Promise<WebsitesSandbox> {
  const owners = ownersByHost(story.contacts);
  const declared = new Map(loadPages().map((page) => [page.host, page]));
  const pages = new Map(
    [...new Set([...owners.keys(), ...declared.keys()])].map((host): [string, SitePage] => [
      host,
      declared.get(host) ?? { host, relMe: [] },
    ]),
  );
  const hostile = new Map(loadHostilePages().map((page) => [page.host, page]));
  const calls = new Map<string, number>();

  const serve = (request: IncomingMessage, response: ServerResponse) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
    calls.set(host, (calls.get(host) ?? 0) + 1);
    const trap = hostile.get(host);
    if (trap !== undefined) {
      serveHostile(trap, request, response);
      return;
    }
    const page = pages.get(host);
    const path = (request.url ?? '/').split('?')[0];
    if (page === undefined || path !== '/') {
      response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' });
      response.end('<!DOCTYPE html><title>404</title><h1>Nicht gefunden</h1>');
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(renderSite(page, owners.get(host)));
  };
  const server = await listen(serve, port);
  return {
    url: server.url,
    hosts: [...pages.keys(), ...hostile.keys()],
    calls,
    setRelMe(host, relMe) {
      pages.set(host, { ...pages.get(host), host, relMe });
    },
    close: server.close,
  };
}

function ownersByHost(contacts: Contact[]): Map<string, Contact> {
  const withSite = contacts.filter(({ website }) => website !== '');
  return new Map(withSite.map((contact) => [new URL(contact.website).host, contact]));
}
