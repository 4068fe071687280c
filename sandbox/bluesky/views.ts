import type { Audience } from '../story/audience.ts';
import type { SubjectRecord } from '../story/types.ts';
import type { Network, PostOf } from './network.ts';

type View = Record<string, unknown>;

/** The views of the AppView (0.0.221), seen by the brand: keys that have no value are left out, as recorded. */
export class Views {
  readonly #network: Network;
  readonly #audiences: ReadonlyMap<string, Audience>;

  constructor(network: Network, audiences: ReadonlyMap<string, Audience> = new Map()) {
    this.#network = network;
    this.#audiences = audiences;
  }

  /** profileViewBasic: author of a post. */
  author(did: string): View {
    const profile = this.#network.profile(did);
    return {
      did,
      handle: this.#network.account(did).handle,
      ...(profile?.record.displayName ? { displayName: profile.record.displayName } : {}),
      associated: { activitySubscription: { allowSubscriptions: 'followers' } },
      viewer: this.#viewer(did),
      labels: this.#selfLabels(did),
      ...(profile === undefined ? {} : { createdAt: profile.record.createdAt }),
    };
  }

  /** profileView: author of a notification. */
  profile(did: string): View {
    const profile = this.#network.profile(did);
    return {
      ...this.author(did),
      ...(profile?.record.description ? { description: profile.record.description } : {}),
      ...(profile === undefined ? {} : { indexedAt: profile.sortAt }),
    };
  }

  /** profileViewDetailed: answer of getProfile. */
  detailed(did: string): View {
    const follows = this.#network.subjects('app.bsky.graph.follow');
    const others = this.#audiences.get(did) ?? { followers: 0, follows: 0, posts: 0 };
    const nothing = { lists: 0, feedgens: 0, starterPacks: 0, labeler: false };
    return {
      ...this.profile(did),
      associated: { ...nothing, activitySubscription: { allowSubscriptions: 'followers' } },
      followersCount:
        others.followers + follows.filter(({ record }) => record.subject === did).length,
      followsCount: others.follows + follows.filter((follow) => follow.did === did).length,
      postsCount: others.posts + this.#network.posts().filter((post) => post.did === did).length,
    };
  }

  post(post: PostOf): View {
    const embed = post.record.embed?.record;
    return {
      uri: post.uri,
      cid: post.cid,
      author: this.author(post.did),
      record: post.record,
      ...(embed === undefined ? {} : { embed: this.#quote(embed.uri) }),
      bookmarkCount: 0,
      ...this.#counts(post),
      indexedAt: post.sortAt,
      viewer: { bookmarked: false, threadMuted: false, embeddingDisabled: false },
      labels: [],
    };
  }

  #quote(uri: string): View {
    const $type = 'app.bsky.embed.record#view';
    const quoted = this.#network.post(uri);
    if (quoted === undefined || !this.#network.isActive(quoted.did)) {
      const record = { $type: 'app.bsky.embed.record#viewNotFound', uri, notFound: true };
      return { $type, record };
    }
    const record = {
      $type: 'app.bsky.embed.record#viewRecord',
      uri,
      cid: quoted.cid,
      author: this.author(quoted.did),
      value: quoted.record,
      labels: [],
      ...this.#counts(quoted),
      indexedAt: quoted.sortAt,
      embeds: [],
    };
    return { $type, record };
  }

  #counts({ uri }: PostOf): Record<string, number> {
    const posts = this.#network.posts();
    const count = ($type: SubjectRecord['$type']) =>
      this.#network
        .subjects($type)
        .filter(({ record: { subject } }) => typeof subject === 'object' && subject.uri === uri)
        .length;
    return {
      replyCount: posts.filter(({ record }) => record.reply?.parent.uri === uri).length,
      repostCount: count('app.bsky.feed.repost'),
      likeCount: count('app.bsky.feed.like'),
      quoteCount: posts.filter(({ record }) => record.embed?.record?.uri === uri).length,
    };
  }

  #viewer(did: string): View {
    const follow = this.#network
      .subjects('app.bsky.graph.follow')
      .find((stored) => stored.did === did && stored.record.subject === this.#network.brandDid);
    return {
      muted: false,
      blockedBy: this.#network.blocksBrand(did),
      ...(follow === undefined ? {} : { followedBy: follow.uri }),
    };
  }

  #selfLabels(did: string): View[] {
    const profile = this.#network.profile(did);
    return (profile?.record.labels?.values ?? []).map(({ val }) => ({
      src: did,
      uri: profile?.uri,
      cid: profile?.cid,
      val,
      cts: profile?.record.createdAt,
    }));
  }
}
