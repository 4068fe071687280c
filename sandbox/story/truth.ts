import { linksBack } from '../websites/sites.ts';
import type { Contact } from './contacts.ts';
import type { AccountLabel, ActivityLabel } from './labels.ts';
import type { Story } from './story.ts';
import type { BlueskyStep, PostRecord } from './types.ts';

/** An account that proof ties to exactly one contact. */
interface ExpectedLink {
  accountId: string;
  server: 'bluesky' | 'wordpress';
  /** DID on Bluesky; on the blog the e-mail address as the visitor typed it. */
  nativeId: string;
  contactId: string;
  evidence: string;
}

interface ExpectedActivity {
  activityId: string;
  server: 'bluesky' | 'wordpress';
  accountId: string;
  /** at:// uri on Bluesky, link with `#comment-` on the blog. */
  nativeId: string;
}

interface ExpectedState {
  links: ExpectedLink[];
  /** By contact, in the order of truth.csv. */
  timelines: Map<string, ExpectedActivity[]>;
}

export interface ExpectedOutcome {
  /** Just before the fates of 20 November: every proof is there. Posts deleted before that are already gone. */
  peak: ExpectedState;
  end: ExpectedState;
}

/** Evidence that proves by itself, because only the owner of the contact's data could have made it. */
const PROOF = new Set([
  'handle_in_crm', // The company itself wrote the handle down.
  'handle_equals_website_domain', // Only who controls the domain can carry it as a handle.
  'comment_email_exact', // The address reached the company's own server next to the comment.
  'comment_email_plus_alias_case', // The same mailbox: case and plus tag do not change who reads it.
]);

/** Final states in which a text is no longer shown because of what happened to its account. */
const ACCOUNT_FATES = new Set([
  'account_deleted',
  'account_deactivated',
  'account_taken_down',
  'author_blocks_brand',
]);

const SHOWN = new Set(['live', 'edited']);

export function expectedOutcome(story: Story): ExpectedOutcome {
  const accounts = story.labels.accounts.filter(isCovered);
  const proven = accounts.flatMap((account) => toLink(account, story.contacts));
  const fates = new Map(accounts.map(({ id, finalState }) => [id, finalState]));
  return {
    peak: stateOf(story, proven, (state) => SHOWN.has(state) || ACCOUNT_FATES.has(state)),
    end: stateOf(
      story,
      // The pairing goes with the account: nobody may keep a link to what its owner took away.
      proven.filter(({ accountId }) => !ACCOUNT_FATES.has(fates.get(accountId) ?? '')),
      (state) => SHOWN.has(state),
    ),
  };
}

function isCovered({ server }: { server: string }): boolean {
  return server === 'bluesky' || server === 'wordpress';
}

function toLink(account: AccountLabel, contacts: Contact[]): ExpectedLink[] {
  const contact = contacts.find(({ id }) => id === account.contactId);
  if (contact === undefined || !isProven(account, contact)) return [];
  // Who said no is not linked, however strong the proof.
  if (contact.consentLink === 'no') return [];
  if (account.server === 'wordpress' && isShared(account.nativeId, contacts)) return [];
  const { id: accountId, nativeId, evidence } = account;
  const server = account.server as ExpectedLink['server'];
  return [{ accountId, server, nativeId, contactId: contact.id, evidence }];
}

function isProven({ evidence, handle }: AccountLabel, { website }: Contact): boolean {
  if (PROOF.has(evidence)) return true;
  // Naming a site in a profile proves nothing, an impersonator can do it too. The site has to name the profile as well.
  return (
    evidence === 'bio_link_website' && website !== '' && linksBack(new URL(website).host, handle)
  );
}

/** An address of two contacts proves neither. */
function isShared(email: string, contacts: Contact[]): boolean {
  const wanted = mailbox(email);
  return contacts.filter(({ emails }) => emails.map(mailbox).includes(wanted)).length > 1;
}

function mailbox(email: string): string {
  return email.toLowerCase().replace(/\+[^@]*@/, '@');
}

function stateOf(
  story: Story,
  links: ExpectedLink[],
  isShown: (finalState: string) => boolean,
): ExpectedState {
  const timelines = new Map<string, ExpectedActivity[]>();
  const visible = visibleUris(story);
  for (const activity of story.labels.activities) {
    const link = links.find(({ accountId }) => accountId === activity.accountId);
    if (link === undefined || !isShown(activity.finalState)) continue;
    if (!isTimelineEntry(activity, visible)) continue;
    const entries = timelines.get(link.contactId) ?? [];
    entries.push({
      activityId: activity.id,
      server: link.server,
      accountId: link.accountId,
      nativeId: nativeIdOf(activity),
    });
    timelines.set(link.contactId, entries);
  }
  return { links, timelines };
}

function isTimelineEntry(activity: ActivityLabel, visible: Set<string>): boolean {
  // What the company says itself is its own speech, not a customer's.
  if (activity.isBrand) return false;
  // Comments stand on the company's own blog; elsewhere only what reached the company counts.
  return activity.server === 'wordpress' || visible.has(activity.nativeId);
}

function nativeIdOf({ server, nativeId, nativeUrl }: ActivityLabel): string {
  return server === 'wordpress' ? nativeUrl : nativeId;
}

/** What the brand's account is told or finds: it is mentioned, answered or quoted, or its name stands in the text. */
function visibleUris({ steps, brand }: Story): Set<string> {
  const uris = steps.flatMap((step) => {
    if (step.server !== 'bluesky' || step.change.kind !== 'write') return [];
    const { record } = step.change;
    if (record.$type !== 'app.bsky.feed.post' || !reachesBrand(record, brand.did)) return [];
    return [uriOf(step.change)];
  });
  return new Set(uris);
}

/** The search a company would save: its name as people write it. */
const SAVED_SEARCH = 'nordlicht mobil';

function reachesBrand({ text, facets = [], reply, embed }: PostRecord, did: string): boolean {
  const isBrands = (uri: string | undefined) => uri?.startsWith(`at://${did}/`) ?? false;
  return (
    facets.some(({ features }) => features.some((feature) => feature.did === did)) ||
    isBrands(reply?.parent.uri) ||
    isBrands(embed?.record?.uri) ||
    text.toLowerCase().includes(SAVED_SEARCH)
  );
}

function uriOf(change: Extract<BlueskyStep['change'], { kind: 'write' }>): string {
  return `at://${change.did}/${change.collection}/${change.rkey}`;
}
