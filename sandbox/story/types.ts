/** The shapes of the story: what happens on the networks, in the order in which it happens. */

export interface StrongRef {
  uri: string;
  cid: string;
}

export interface Facet {
  index: { byteStart: number; byteEnd: number };
  features: { $type: string; did?: string; tag?: string; uri?: string }[];
}

export interface PostRecord {
  $type: 'app.bsky.feed.post';
  text: string;
  createdAt: string;
  langs?: string[];
  facets?: Facet[];
  reply?: { root: StrongRef; parent: StrongRef };
  embed?: { $type: string; record?: StrongRef };
}

export interface ProfileRecord {
  $type: 'app.bsky.actor.profile';
  createdAt: string;
  displayName?: string;
  description?: string;
  labels?: { $type: string; values: { val: string }[] };
}

/** Follow and block name an account, like and repost name a record. */
export interface SubjectRecord {
  $type:
    | 'app.bsky.graph.follow'
    | 'app.bsky.graph.block'
    | 'app.bsky.feed.like'
    | 'app.bsky.feed.repost';
  subject: string | StrongRef;
  createdAt: string;
}

export type RepoRecord = PostRecord | ProfileRecord | SubjectRecord;

export type GoneStatus = 'deleted' | 'takendown' | 'deactivated';

/** One change of the Bluesky network, as its event stream reports it. */
export type NetworkChange =
  | { kind: 'account'; did: string; handle: string; rev: string }
  | {
      kind: 'write';
      did: string;
      collection: string;
      rkey: string;
      cid: string;
      rev: string;
      record: RepoRecord;
      /** Time at which the network received it, ISO 8601; later than `createdAt` when a device was offline. */
      receivedAt: string;
    }
  | { kind: 'remove'; did: string; collection: string; rkey: string; rev: string }
  | { kind: 'handle'; did: string; handle: string }
  | { kind: 'gone'; did: string; status: GoneStatus };

export interface BlogPost {
  id: number;
  slug: string;
  title: string;
  /** UTC, `YYYY-MM-DDThh:mm:ss`, as WordPress writes `date_gmt`. */
  dateGmt: string;
  contentHtml: string;
}

type CommentStatus = 'approved' | 'hold' | 'spam' | 'trash';

export interface BlogComment {
  id: number;
  post: number;
  parent: number;
  /** WordPress user id, 0 for a visitor. */
  author: number;
  authorName: string;
  authorEmail: string;
  authorUrl: string;
  authorIp: string;
  userAgent: string;
  dateGmt: string;
  raw: string;
  rendered: string;
  status: CommentStatus;
  type: 'comment' | 'trackback';
}

export type BlogChange =
  | { kind: 'post'; post: BlogPost }
  | { kind: 'comment'; comment: BlogComment }
  | { kind: 'edit'; id: number; raw: string; rendered: string }
  | { kind: 'status'; id: number; status: CommentStatus }
  | { kind: 'delete'; id: number };

interface StepHead {
  /** An activity of truth.csv (`A001`), or the activity and what happens to it (`A046-edit`). */
  id: string;
  /** Time in the story at which the world can first see it, ISO 8601. */
  at: string;
  /** Phase of the recording: p1 to p4 on Bluesky, w1 to w3 on the blog. */
  phase: string;
  title: { en: string; de: string };
}

export type BlueskyStep = StepHead & { server: 'bluesky'; change: NetworkChange };
export type BlogStep = StepHead & { server: 'blog'; change: BlogChange };
export type Step = BlueskyStep | BlogStep;
