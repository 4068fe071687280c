import type { PublicReply } from '../contract/ports.ts';
import { canonicalHandle, websiteHost } from '../domain/identifiers.ts';
import type { Profile } from '../domain/social.ts';
import { OutboundError } from '../platform/http/outboundError.ts';
import { decodeBytes } from '../platform/text/html.ts';
import { findRelMe } from '../platform/text/relMe.ts';
import { lockAccount, putBacklink, readAccounts } from '../store/accounts.ts';
import { enqueueAttribute } from '../store/jobs.ts';
import type { App } from './app.ts';

/**
 * Reads the front page of a contact's website that a profile names, and notes whether it links back to this very profile
 * with rel=me. A site that cannot be read just now says nothing: what was known stays, and the job is tried again.
 */
export async function verifyBacklink(
  app: App,
  workspace: string,
  target: { readonly account: string; readonly host: string },
): Promise<void> {
  const [account] = await app.database.inWorkspace(workspace, (tx) =>
    readAccounts(tx, [target.account]),
  );
  if (account?.state !== 'live') return;
  const found = linksBack(await readFrontPage(app, target.host), account.profile);
  await app.database.inWorkspace(workspace, async (tx) => {
    if ((await lockAccount(tx, target.account)) === undefined) return;
    const news = await putBacklink(tx, target.account, target.host, found);
    if (news) await enqueueAttribute(tx, [target.account]);
  });
}

/**
 * The front page and no other: on a page further down a stranger may leave links, in a guestbook or a comment. Undefined for
 * a site that has no such page or sends us elsewhere: then it links to nobody. Throws while it cannot be reached.
 */
async function readFrontPage(app: App, host: string): Promise<PublicReply | undefined> {
  try {
    const url = `https://${host}/`;
    const reply = await app.fetchPublic({ url, headers: { accept: 'text/html' } });
    if (reply.status >= 500 || reply.status === 429) throw new OutboundError('unreachable', host);
    return reply.status === 200 && websiteHost(reply.url) === host ? reply : undefined;
  } catch (error) {
    if (error instanceof OutboundError && FINAL.has(error.code)) return undefined;
    throw error;
  }
}

const FINAL: ReadonlySet<string> = new Set(['refused', 'too_large', 'too_many_redirects']);

function linksBack(reply: PublicReply | undefined, profile: Profile): boolean {
  const type = reply?.headers['content-type'] ?? 'text/html';
  if (reply === undefined || !/html/i.test(type)) return false;
  const own = new Set(
    [profile.nativeId, profile.handle ?? ''].flatMap((name) => canonicalHandle(name) ?? []),
  );
  return findRelMe(decodeBytes(reply.body, type), reply.url).some(
    (href) => onSameSite(href, profile) && own.has(accountIn(href) ?? ''),
  );
}

/** The handle or DID that a profile's address names. */
function accountIn(href: string): string | undefined {
  return canonicalHandle(href.replace(/%3a/gi, ':'));
}

/** A link to a namesake on another network proves nothing here. */
function onSameSite(href: string, profile: Profile): boolean {
  const page = URL.parse(profile.url ?? '');
  return page !== null && URL.parse(href)?.host === page.host;
}
