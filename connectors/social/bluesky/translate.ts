import type { ActivityKind, Profile, SocialItem } from '../../../src/domain/social.ts';
import { websitesIn } from './websites.ts';
import type { WireActor, WirePost } from './wire.ts';

/** The network shows this where a handle no longer resolves to its account. */
const unresolved = 'handle.invalid';

/** Services that give their users names under a domain of the service: such a handle proves no domain of the person's own. */
const hostingSuffixes = [
  'bsky.social',
  'brid.gy',
  'blacksky.app',
  'northsky.social',
  'eurosky.social',
  'selfhosted.social',
  'tngl.sh',
  'sprk.so',
];

/** `observedAt`: when the profile itself was asked for; an author in a list has no counts. */
export function toProfile(actor: WireActor, observedAt?: Date): Profile {
  const handle = actor.handle.toLowerCase() === unresolved ? undefined : actor.handle;
  return {
    nativeId: actor.did,
    handle,
    displayName: actor.displayName === '' ? undefined : actor.displayName,
    url: `https://bsky.app/profile/${handle ?? actor.did}`,
    bio: actor.description,
    websites: websitesIn(actor.description ?? ''),
    email: undefined,
    handleIsDomain: handle !== undefined && !isHosted(handle),
    marks: marksOf(actor),
    counters: observedAt === undefined ? undefined : countersOf(actor, observedAt),
  };
}

/** On how many lists of others an account stands, a profile does not tell: `associated.lists` counts its own. */
function countersOf(actor: WireActor, observedAt: Date): Profile['counters'] {
  const { followersCount: followers, followsCount: following, postsCount: posts } = actor;
  const isTold = [followers, following, posts].some((count) => count !== undefined);
  return isTold ? { observedAt, followers, following, posts } : undefined;
}

/** What an account's owner sets under "logged-out visibility" arrives as a label of the account. */
const signedInOnly = '!no-unauthenticated';

function marksOf({ labels }: WireActor): Profile['marks'] {
  if (labels === undefined) return undefined;
  const isAsked = labels.some(({ val, neg }) => val === signedInOnly && neg !== true);
  return isAsked ? ['signed_in_only'] : [];
}

/** `kind` comes with a notification; where a post is read without one, see `kindFor`. Undefined when nothing says when it was posted. */
export function toItem(post: WirePost, kind: ActivityKind): SocialItem | undefined {
  const publishedAt = publicationTime(post);
  if (!publishedAt) return undefined;
  const { record } = post;
  const author = toProfile(post.author);
  return {
    author,
    activity: {
      nativeId: post.uri,
      kind,
      text: record.text,
      url: `https://bsky.app/profile/${author.handle ?? author.nativeId}/post/${post.uri.split('/').at(-1) ?? ''}`,
      publishedAt,
      editedAt: undefined,
      revision: post.cid,
      language: record.langs?.[0],
      threadId: record.reply?.root.uri ?? post.uri,
      inReplyTo: record.reply?.parent.uri,
    },
  };
}

/** The reason the network would notify the brand for, in its order: a reply that also mentions the brand is a mention. */
export function kindFor({ record }: WirePost, brandDid: string): ActivityKind {
  const isBrands = (uri: string | undefined) => uri?.startsWith(`at://${brandDid}/`) === true;
  const mentioned = (record.facets ?? []).flatMap(({ features }) => features.map(({ did }) => did));
  if (mentioned.includes(brandDid)) return 'mention';
  if (isBrands(quotedUri(record))) return 'quote';
  if (isBrands(record.reply?.parent.uri) || isBrands(record.reply?.root.uri)) return 'reply';
  return 'post';
}

function quotedUri({ embed }: WirePost['record']): string | undefined {
  return embed?.record?.uri ?? embed?.record?.record?.uri;
}

/** Where the network sorts a record: its own time, but never later than its arrival. */
export function sortTime(indexedAt: string | undefined): number | undefined {
  const time = Date.parse(indexedAt ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** `createdAt` is set by the author's program and may be anything; arrival bounds it. */
function publicationTime({ record, indexedAt }: WirePost): Date | undefined {
  const created = sortTime(record.createdAt);
  const indexed = sortTime(indexedAt);
  if (created === undefined) return indexed === undefined ? undefined : new Date(indexed);
  return new Date(Math.min(created, indexed ?? created));
}

function isHosted(handle: string): boolean {
  const name = handle.toLowerCase();
  return hostingSuffixes.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
}
