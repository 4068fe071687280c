import type { Facet, PostRecord, ProfileRecord, StrongRef } from '../story/types.ts';
import { cidOf } from './identifiers.ts';
import type { Network, PostOf } from './network.ts';

export interface PostOptions {
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

export function createControls(
  network: Network,
  nextTid: () => string,
  now: () => number,
): BlueskyControls {
  const time = () => new Date(now()).toISOString();
  const didOf = (actor: string): string => {
    const did = network.find(actor)?.did;
    if (did === undefined) throw new Error(`The network has no account ${actor}`);
    return did;
  };
  const write = (did: string, place: string, record: PostRecord | ProfileRecord): StrongRef => {
    const [collection = '', rkey = ''] = place.split('/');
    const cid = cidOf([did, rkey, record]);
    const rev = nextTid();
    network.apply({ kind: 'write', did, collection, rkey, cid, rev, record, receivedAt: time() });
    return { uri: `at://${did}/${place}`, cid };
  };
  const known = (uri: string): PostOf => {
    const post = network.post(uri);
    if (post === undefined) throw new Error(`The network has no post ${uri}`);
    return post;
  };
  const self = (profile: Partial<ProfileRecord>): ProfileRecord => ({
    $type: 'app.bsky.actor.profile',
    createdAt: time(),
    ...profile,
  });
  return {
    createAccount(handle, profile = {}) {
      const did = `did:plc:${cidOf(handle).slice(-24)}`;
      network.apply({ kind: 'account', did, handle, rev: nextTid() });
      write(did, 'app.bsky.actor.profile/self', self({ displayName: handle, ...profile }));
      return did;
    },
    post(actor, text, { replyTo, quote, createdAt = time() } = {}) {
      const record: PostRecord = {
        $type: POST,
        text,
        createdAt,
        langs: ['de'],
        ...withFacets(network, text),
        ...(replyTo === undefined ? {} : { reply: replyRefs(known(replyTo)) }),
        ...(quote === undefined
          ? {}
          : { embed: { $type: 'app.bsky.embed.record', record: refOf(known(quote)) } }),
      };
      return write(didOf(actor), `${POST}/${nextTid()}`, record);
    },
    editPost(uri, text) {
      const { did, rkey, record } = known(uri);
      const { facets: _, ...rest } = record;
      return write(did, `${POST}/${rkey}`, { ...rest, text, ...withFacets(network, text) });
    },
    deletePost(uri) {
      const { did, rkey } = known(uri);
      network.apply({ kind: 'remove', did, collection: POST, rkey, rev: nextTid() });
    },
    setProfile(actor, profile) {
      const did = didOf(actor);
      const before = network.profile(did)?.record;
      write(did, 'app.bsky.actor.profile/self', self({ ...before, ...profile }));
    },
    changeHandle(actor, handle) {
      network.apply({ kind: 'handle', did: didOf(actor), handle });
    },
    deleteAccount(actor) {
      network.apply({ kind: 'gone', did: didOf(actor), status: 'deleted' });
    },
    takeDown(actor) {
      network.apply({ kind: 'gone', did: didOf(actor), status: 'takendown' });
    },
    deactivate(actor) {
      network.apply({ kind: 'gone', did: didOf(actor), status: 'deactivated' });
    },
    block(actor) {
      const did = didOf(actor);
      const rkey = nextTid();
      network.apply({
        kind: 'write',
        did,
        collection: 'app.bsky.graph.block',
        rkey,
        cid: cidOf([did, rkey]),
        rev: nextTid(),
        record: {
          $type: 'app.bsky.graph.block',
          subject: network.brandDid,
          createdAt: time(),
        },
        receivedAt: time(),
      });
    },
  };
}

function refOf({ uri, cid }: PostOf): StrongRef {
  return { uri, cid };
}

function replyRefs(parent: PostOf): { root: StrongRef; parent: StrongRef } {
  return { root: parent.record.reply?.root ?? refOf(parent), parent: refOf(parent) };
}

/** Mentions and tags as the apps mark them: by byte offsets in UTF-8, mentions only of handles that exist. */
function withFacets(network: Network, text: string): { facets?: Facet[] } {
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
