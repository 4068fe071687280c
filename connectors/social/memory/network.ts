import type { AccountState, ActivityState, GoneReason } from '../../../src/contract/social.ts';
import type { Profile, SocialItem } from '../../../src/domain/social.ts';

export interface MemoryPost {
  readonly author: string;
  readonly text: string;
  /** What its author claims; a past time is a late arrival. */
  readonly publishedAt: Date;
  readonly kind?: SocialItem['activity']['kind'];
  readonly inReplyTo?: string;
}

type Content = Omit<SocialItem['activity'], 'revision' | 'editedAt'> & { readonly edits: number };
type Fate<Live> = Live | { readonly gone: GoneReason };

/** A social network in memory, seen from its own side: what happens there, and what anyone can see of it. */
export class MemoryNetwork {
  readonly brand = 'memory:brand';
  readonly #accounts = new Map<string, Fate<{ readonly profile: Profile }>>();
  readonly #posts = new Map<string, Fate<{ readonly author: string; readonly content: Content }>>();
  /** Ids in the order in which they came or changed: arrival order, whatever time a post claims. */
  readonly #log: string[] = [];
  #count = 0;

  constructor() {
    this.join(this.brand, { displayName: 'Brand' });
  }

  join(id: string, shown: Partial<Profile> = {}): void {
    const profile: Profile = {
      nativeId: id,
      handle: id.replace('memory:', ''),
      displayName: undefined,
      url: undefined,
      bio: undefined,
      websites: [],
      email: undefined,
      handleIsDomain: false,
      ...shown,
    };
    this.#accounts.set(id, { profile });
  }

  post({ author, text, publishedAt, kind, inReplyTo }: MemoryPost): string {
    if (!this.#accounts.has(author)) this.join(author);
    this.#count += 1;
    const nativeId = `memory:post/${this.#count}`;
    const content: Content = {
      nativeId,
      kind: kind ?? 'mention',
      text,
      url: undefined,
      publishedAt,
      language: undefined,
      threadId: inReplyTo === undefined ? nativeId : this.#threadOf(inReplyTo),
      inReplyTo,
      edits: 0,
    };
    this.#posts.set(nativeId, { author, content });
    this.#log.push(nativeId);
    return nativeId;
  }

  edit(nativeId: string, text: string): void {
    const post = this.#posts.get(nativeId);
    if (!post || 'gone' in post) throw new RangeError(`There is no post ${nativeId}`);
    const content = { ...post.content, text, edits: post.content.edits + 1 };
    this.#posts.set(nativeId, { ...post, content });
    this.#log.push(nativeId);
  }

  /** Without a word to anyone, as networks do. */
  remove(nativeId: string): void {
    this.#posts.set(nativeId, { gone: 'deleted' });
  }

  /** The account's posts go with it. */
  close(account: string, reason: GoneReason): void {
    this.#accounts.set(account, { gone: reason });
    for (const [id, post] of this.#posts)
      if ('author' in post && post.author === account) this.#posts.set(id, { gone: reason });
  }

  /** What arrived or changed after the first `seen` entries, without the brand's own. */
  arrivals(seen: number, most: number) {
    const ids = this.#log.slice(seen, seen + most);
    const items = ids.flatMap((id) => {
      const state = this.activity(id);
      return state.state === 'live' && state.item.author.nativeId !== this.brand ? state.item : [];
    });
    return { items, seen: seen + ids.length, more: seen + ids.length < this.#log.length };
  }

  activity(nativeId: string): ActivityState {
    const post = this.#posts.get(nativeId);
    if (!post) return { nativeId, state: 'unknown' };
    if ('gone' in post) return { nativeId, state: 'gone', reason: post.gone };
    const author = this.#accounts.get(post.author);
    if (!author || 'gone' in author) return { nativeId, state: 'unknown' };
    const { edits, ...content } = post.content;
    const activity = { ...content, revision: String(edits), editedAt: undefined };
    return { nativeId, state: 'live', item: { activity, author: author.profile } };
  }

  account(nativeId: string): AccountState {
    const account = this.#accounts.get(nativeId);
    if (!account) return { nativeId, state: 'unknown' };
    if ('gone' in account) return { nativeId, state: 'gone', reason: account.gone };
    return { nativeId, state: 'live', profile: account.profile };
  }

  conversation(nativeId: string): SocialItem[] {
    const asked = this.activity(nativeId);
    if (asked.state !== 'live') return [];
    const { threadId } = asked.item.activity;
    return [...this.#posts.keys()].flatMap((id) => {
      const state = this.activity(id);
      return state.state === 'live' && state.item.activity.threadId === threadId ? state.item : [];
    });
  }

  #threadOf(nativeId: string): string {
    const parent = this.#posts.get(nativeId);
    return parent && 'content' in parent ? parent.content.threadId : nativeId;
  }
}
