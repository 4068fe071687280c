import type {
  Facet,
  GoneStatus,
  PostRecord,
  ProfileRecord,
  RepoRecord,
  StrongRef,
} from '../story/types.ts';
import { cidOf } from './identifiers.ts';
import type { Network, PostOf } from './network.ts';

interface PostOptions {
  /** uri of the post to answer. */
  replyTo?: string;
  /** uri of the post to quote. */
  quote?: string;
  /** The clock of the writer's device; the network sorts by the earlier of this and its own. Default: now. */
  createdAt?: string;
}

/** What people do on the network, for tests. Accounts are named by handle or DID. */
export interface BlueskyControls {
  createAccount(handle: string, profile?: Partial<ProfileRecord>): string;
  post(actor: string, text: string, options?: PostOptions): StrongRef;
  editPost(uri: string, text: string): StrongRef;
  deletePost(uri: string): void;
  setProfile(actor: string, profile: Partial<ProfileRecord>): void;
  changeHandle(actor: string, handle: string): void;
  deleteAccount(actor: string): void;
  takeDown(actor: string): void;
  deactivate(actor: string): void;
  /** The account blocks the company's account. */
  block(actor: string): void;
}

const POST = 'app.bsky.feed.post';
const PROFILE = 'app.bsky.actor.profile/self';

export function createControls(
  network: Network,
  nextTid: () => string,
  now: () => number,
): BlueskyControls {
  const parts: Parts = { network, nextTid, time: () => new Date(now()).toISOString() };
  return { ...postControls(parts), ...accountControls(parts) };
}

interface Parts {
  network: Network;
  nextTid: () => string;
  time: () => string;
}

function postControls(parts: Parts): Pick<BlueskyControls, 'post' | 'editPost' | 'deletePost'> {
  const { network, nextTid, time } = parts;
  const known = (uri: string): PostOf => {
    const post = network.post(uri);
    if (post === undefined) throw new Error(`The network has no post ${uri}`);
    return post;
  };
  return {
    post(actor, text, { replyTo, quote, createdAt = time() } = {}) {
      const record: PostRecord = {
        $type: POST,
        text,
        createdAt,
        langs: ['de'],
        ...facetsOf(network, text),
        ...(replyTo === undefined ? {} : { reply: replyRefs(known(replyTo)) }),
        ...(quote === undefined
          ? {}
          : { embed: { $type: 'app.bsky.embed.record', record: refOf(known(quote)) } }),
      };
      return write(parts, didOf(network, actor), `${POST}/${nextTid()}`, record);
    },
    editPost(uri, text) {
      const { did, rkey, record } = known(uri);
      const edited: PostRecord = { ...record, text };
      delete edited.facets;
      return write(parts, did, `${POST}/${rkey}`, { ...edited, ...facetsOf(network, text) });
    },
    deletePost(uri) {
      const { did, rkey } = known(uri);
      network.apply({ kind: 'remove', did, collection: POST, rkey, rev: nextTid() });
    },
  };
}

function accountControls(parts: Parts): Omit<BlueskyControls, 'post' | 'editPost' | 'deletePost'> {
  const { network, nextTid, time } = parts;
  const self = (profile: Partial<ProfileRecord>): ProfileRecord => ({
    $type: 'app.bsky.actor.profile',
    createdAt: time(),
    ...profile,
  });
  const goes = (status: GoneStatus) => (actor: string) => {
    network.apply({ kind: 'gone', did: didOf(network, actor), status });
  };
  return {
    createAccount(handle, profile = {}) {
      const did = `did:plc:${cidOf(handle).slice(-24)}`;
      network.apply({ kind: 'account', did, handle, rev: nextTid() });
      write(parts, did, PROFILE, self({ displayName: handle, ...profile }));
      return did;
    },
    setProfile(actor, profile) {
      const did = didOf(network, actor);
      write(parts, did, PROFILE, self({ ...network.profile(did)?.record, ...profile }));
    },
    changeHandle(actor, handle) {
      network.apply({ kind: 'handle', did: didOf(network, actor), handle });
    },
    deleteAccount: goes('deleted'),
    takeDown: goes('takendown'),
    deactivate: goes('deactivated'),
    block(actor) {
      write(parts, didOf(network, actor), `app.bsky.graph.block/${nextTid()}`, {
        $type: 'app.bsky.graph.block',
        subject: network.brandDid,
        createdAt: time(),
      });
    },
  };
}

function didOf(network: Network, actor: string): string {
  const did = network.find(actor)?.did;
  if (did === undefined) throw new Error(`The network has no account ${actor}`);
  return did;
}

function write({ network, nextTid, time }: Parts, did: string, place: string, record: RepoRecord) {
  const [collection = '', rkey = ''] = place.split('/');
  const cid = cidOf([did, rkey, record]);
  const rev = nextTid();
  network.apply({ kind: 'write', did, collection, rkey, cid, rev, record, receivedAt: time() });
  return { uri: `at://${did}/${place}`, cid };
}

function refOf({ uri, cid }: PostOf): StrongRef {
  return { uri, cid };
}

function replyRefs(parent: PostOf): { root: StrongRef; parent: StrongRef } {
  return { root: parent.record.reply?.root ?? refOf(parent), parent: refOf(parent) };
}

/** Mentions and tags as the apps mark them: by byte offsets in UTF-8, mentions only of handles that exist. */
function facetsOf(network: Network, text: string): { facets?: Facet[] } {
  const facets = [
    ...text.matchAll(/@([a-z0-9-]+(?:\.[a-z0-9-]+)+)|#(\p{L}[\p{L}\p{N}]*)/gu),
  ].flatMap((match): Facet[] => {
    const [whole, handle, tag] = match;
    const byteStart = Buffer.byteLength(text.slice(0, match.index));
    const index = { byteStart, byteEnd: byteStart + Buffer.byteLength(whole) };
    if (tag !== undefined) {
      return [{ index, features: [{ $type: 'app.bsky.richtext.facet#tag', tag }] }];
    }
    const did = network.find(handle ?? '')?.did;
    return did === undefined
      ? []
      : [{ index, features: [{ $type: 'app.bsky.richtext.facet#mention', did }] }];
  });
  return facets.length === 0 ? {} : { facets };
}
