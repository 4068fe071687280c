import type {
  GoneStatus,
  NetworkChange,
  PostRecord,
  ProfileRecord,
  RepoRecord,
  StrongRef,
  SubjectRecord,
} from '../story/types.ts';

export interface Account {
  did: string;
  handle: string;
  rev: string;
  status: 'active' | GoneStatus;
}

export interface StoredRecord {
  uri: string;
  cid: string;
  did: string;
  collection: string;
  rkey: string;
  record: RepoRecord;
  /** min(createdAt, received): the network orders everything by it and shows it as `indexedAt`. */
  sortAt: string;
}

export type PostOf = StoredRecord & { record: PostRecord };

export interface NotificationRow {
  uri: string;
  did: string;
  reason: 'mention' | 'quote' | 'reply' | 'follow' | 'like' | 'repost';
  reasonSubject?: string;
  sortAt: string;
}

/** How far up a thread the author of a post is told about a reply below it. */
const REPLY_NOTIFICATION_DEPTH = 5;

/** The state of the network as the brand's account can see it. */
export class Network {
  readonly accounts = new Map<string, Account>();
  readonly records = new Map<string, StoredRecord>();
  readonly notifications: NotificationRow[] = [];
  readonly brandDid: string;

  constructor(brandDid: string) {
    this.brandDid = brandDid;
  }

  apply(change: NetworkChange): void {
    switch (change.kind) {
      case 'account':
        this.accounts.set(change.did, { ...change, status: 'active' });
        return;
      case 'handle':
        this.account(change.did).handle = change.handle;
        return;
      case 'gone':
        this.#goes(change.did, change.status);
        return;
      case 'write':
        this.#write(change);
        return;
      case 'remove':
        this.account(change.did).rev = change.rev;
        this.#remove(`at://${change.did}/${change.collection}/${change.rkey}`);
        return;
    }
  }

  account(did: string): Account {
    const account = this.accounts.get(did);
    if (account === undefined) throw new Error(`The network has no account ${did}`);
    return account;
  }

  /** By DID or handle; a deleted account is found by neither. */
  find(actor: string): Account | undefined {
    const all = [...this.accounts.values()].filter(({ status }) => status !== 'deleted');
    return all.find(({ did, handle }) => did === actor || handle === actor.toLowerCase());
  }

  isActive(did: string): boolean {
    return this.accounts.get(did)?.status === 'active';
  }

  profile(did: string): (StoredRecord & { record: ProfileRecord }) | undefined {
    const stored = this.records.get(`at://${did}/app.bsky.actor.profile/self`);
    return stored?.record.$type === 'app.bsky.actor.profile'
      ? { ...stored, record: stored.record }
      : undefined;
  }

  post(uri: string): PostOf | undefined {
    const stored = this.records.get(uri);
    return stored !== undefined && isPost(stored) ? stored : undefined;
  }

  posts(): PostOf[] {
    return [...this.records.values()].filter(isPost);
  }

  subjects($type: SubjectRecord['$type']): (StoredRecord & { record: SubjectRecord })[] {
    const all = [...this.records.values()];
    return all.filter(
      (stored): stored is StoredRecord & { record: SubjectRecord } => stored.record.$type === $type,
    );
  }

  blocksBrand(did: string): boolean {
    return this.subjects('app.bsky.graph.block').some(
      (block) => block.did === did && block.record.subject === this.brandDid,
    );
  }

  #write(change: Extract<NetworkChange, { kind: 'write' }>): void {
    const { did, collection, rkey, cid, record, receivedAt } = change;
    const uri = `at://${did}/${collection}/${rkey}`;
    const isNew = !this.records.has(uri);
    const sortAt = earlier(record.createdAt, receivedAt);
    const stored: StoredRecord = { uri, cid, did, collection, rkey, record, sortAt };
    this.account(did).rev = change.rev;
    this.records.set(uri, stored);
    if (isNew && did !== this.brandDid) this.#notify(stored);
  }

  #notify({ uri, did, record, sortAt }: StoredRecord): void {
    const cause = this.#reason(record);
    if (cause !== undefined) this.notifications.push({ uri, did, sortAt, ...cause });
  }

  #reason(record: RepoRecord): Pick<NotificationRow, 'reason' | 'reasonSubject'> | undefined {
    switch (record.$type) {
      case 'app.bsky.feed.post':
        return this.#postReason(record);
      case 'app.bsky.graph.follow':
        return record.subject === this.brandDid ? { reason: 'follow' } : undefined;
      case 'app.bsky.feed.like':
      case 'app.bsky.feed.repost': {
        const { uri } = record.subject as StrongRef;
        if (!this.#isBrandPost(uri)) return undefined;
        const reason = record.$type === 'app.bsky.feed.like' ? 'like' : 'repost';
        return { reason, reasonSubject: uri };
      }
      case 'app.bsky.graph.block':
      case 'app.bsky.actor.profile':
        return undefined;
    }
  }

  /** One notification per post: a reply that also names the account arrives as a mention (seen in every recorded reply). */
  #postReason(record: PostRecord): Pick<NotificationRow, 'reason' | 'reasonSubject'> | undefined {
    if (this.#namesBrand(record)) return { reason: 'mention' };
    const quoted = record.embed?.record?.uri;
    if (quoted !== undefined && this.#isBrandPost(quoted)) {
      return { reason: 'quote', reasonSubject: quoted };
    }
    let parent = record.reply?.parent.uri;
    for (let up = 0; up < REPLY_NOTIFICATION_DEPTH && parent !== undefined; up += 1) {
      if (this.#isBrandPost(parent)) return { reason: 'reply', reasonSubject: parent };
      parent = this.post(parent)?.record.reply?.parent.uri;
    }
    return undefined;
  }

  #namesBrand({ facets = [] }: PostRecord): boolean {
    return facets.some(({ features }) => features.some(({ did }) => did === this.brandDid));
  }

  #isBrandPost(uri: string): boolean {
    return uri.startsWith(`at://${this.brandDid}/app.bsky.feed.post/`);
  }

  #remove(uri: string): void {
    this.records.delete(uri);
    const row = this.notifications.findIndex((notification) => notification.uri === uri);
    if (row !== -1) this.notifications.splice(row, 1);
  }

  /** Deletion takes the records away; takedown and deactivation only hide them. */
  #goes(did: string, status: GoneStatus): void {
    this.account(did).status = status;
    if (status !== 'deleted') return;
    for (const stored of [...this.records.values()]) {
      if (stored.did === did) this.#remove(stored.uri);
    }
  }
}

function isPost(stored: StoredRecord): stored is PostOf {
  return stored.record.$type === 'app.bsky.feed.post';
}

function earlier(a: string, b: string): string {
  return new Date(Math.min(Date.parse(a), Date.parse(b))).toISOString();
}
