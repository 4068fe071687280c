import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { PostRecord, ProfileRecord } from '../story/types.ts';

/** A link with which a site names its owner's profile. `rel` is written as the site writes it, tokens and case included. */
export interface RelMeLink {
  href: string;
  element: 'a' | 'link';
  rel: string;
}

export interface SitePage {
  host: string;
  relMe: RelMeLink[];
  /** Ordinary links without rel=me: guest book, partners. They prove nothing. */
  mentions?: string[];
  /** rel=me links inside an HTML comment. They prove nothing either. */
  hiddenRelMe?: string[];
}

/** An account that exists only in the sandbox and claims a site that does not name it. */
export interface Impersonator {
  id: string;
  did: string;
  handle: string;
  claims: string;
  profile: ProfileRecord;
  profileCid: string;
  post: { rkey: string; cid: string; at: string; record: PostRecord };
}

export interface HostilePage {
  host: string;
  page: 'huge' | 'endless-redirect' | 'private-redirect' | 'slow-drip' | 'wrong-type' | 'gzip-bomb';
  to?: string;
}

interface Sites {
  pages: SitePage[];
  impersonators: Impersonator[];
  hostile: HostilePage[];
}

export function loadPages(): SitePage[] {
  return read().pages;
}

export function loadImpersonators(): Impersonator[] {
  return read().impersonators;
}

export function loadHostilePages(): HostilePage[] {
  return read().hostile;
}

/** Whether the site names this Bluesky handle as its owner's profile. */
export function linksBack(host: string, handle: string): boolean {
  const profile = `https://bsky.app/profile/${handle}`;
  const links = loadPages().find((page) => page.host === host)?.relMe ?? [];
  return links.some(({ href, rel }) => href === profile && /(^|\s)me(\s|$)/i.test(rel));
}

function read(): Sites {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'sites.json'), 'utf8')) as Sites;
}
