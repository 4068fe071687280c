import { createHash } from 'node:crypto';
import type { Profile } from '../../../src/domain/social.ts';
import { htmlToText } from '../../../src/platform/text/html.ts';

export interface AuthorClaim {
  readonly name: string | undefined;
  readonly uri: string | undefined;
  /** Only from the company's own WordPress, where the person gave it. */
  readonly email: string | undefined;
  /** Where it was written. */
  readonly host: string;
  readonly nativeId: string;
}

const MAX_NAME = 200;

/** An e-mail address says who it is; a name on a feed says only that somebody used it on that site. */
export function profileOf(claim: AuthorClaim): Profile {
  const name = nameOf(claim.name);
  const uri = webAddress(claim.uri);
  const email = claim.email?.trim().toLowerCase() ?? '';
  return {
    nativeId: email === '' ? nameId(claim, name, uri) : `email:${email}`,
    handle: undefined,
    displayName: name === '' ? undefined : name,
    url: undefined,
    bio: undefined,
    websites: uri === undefined ? [] : [uri],
    email: email === '' ? undefined : email,
    handleIsDomain: false,
  };
}

/** Two nameless people are two: without name and address the entry itself stands for its author. */
function nameId(claim: AuthorClaim, name: string, uri: string | undefined): string {
  const who = name === '' && uri === undefined ? claim.nativeId : `${name}|${uri ?? ''}`;
  return `name:${claim.host}:${sha256(who)}`;
}

/** One line of plain text; WordPress delivers names with entities, strangers with markup. */
export function nameOf(name: string | undefined): string {
  const line = htmlToText(name ?? '').replace(/\s+/g, ' ');
  return line.normalize('NFC').trim().slice(0, MAX_NAME).toWellFormed();
}

function webAddress(text: string | undefined): string | undefined {
  const url = URL.parse(text?.trim() ?? '');
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.href : undefined;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
