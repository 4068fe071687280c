/** The social side in the service's own words. Every connector translates into these shapes; nothing here knows a vendor. */

export type ActivityKind = 'mention' | 'reply' | 'quote' | 'post' | 'comment';

/** What an account shows in public, plus the e-mail where the site is the company's own. */
export interface Profile {
  /** The network's stable id (a DID, a feed author's id): handles change hands, these do not. */
  readonly nativeId: string;
  readonly handle: string | undefined;
  readonly displayName: string | undefined;
  /** The public page of the account. */
  readonly url: string | undefined;
  readonly bio: string | undefined;
  /** Absolute http(s) URLs that the profile names, as written by its owner: a claim, not a proof. */
  readonly websites: readonly string[];
  /** Only where the person gave it to the company itself, as on the company's own blog. */
  readonly email: string | undefined;
  /** True when the network itself has verified that the handle is a domain its owner controls. */
  readonly handleIsDomain: boolean;
  /** What the network or its owner says about how the account is to be treated. Absent: this view does not tell. */
  readonly marks?: readonly ProfileMark[] | undefined;
  /** Absent: this view does not tell, or the network has none. */
  readonly counters?: ProfileCounters | undefined;
}

/** How many, as the network shows it to everybody. One that is absent is unknown, which is not 0. */
export interface ProfileCounters {
  readonly observedAt: Date;
  readonly followers?: number | undefined;
  readonly following?: number | undefined;
  readonly posts?: number | undefined;
  /** Lists of others that the account stands on. */
  readonly lists?: number | undefined;
}

/**
 * Not to be recommended, not to be searched, not to be indexed (Mastodon's discoverable, indexable, noindex); to be shown to
 * signed-in readers only (Bluesky's !no-unauthenticated); the author is a minor, or nobody knows whether they are.
 */
export type ProfileMark =
  'not_discoverable' | 'not_indexable' | 'noindex' | 'signed_in_only' | 'minor' | 'age_unknown';

export interface Activity {
  /** Unique within the network: an at:// URI, a comment's permalink. */
  readonly nativeId: string;
  readonly kind: ActivityKind;
  /** Plain text as the author wrote it, no markup; still hostile, see domain/text. */
  readonly text: string;
  readonly url: string | undefined;
  readonly publishedAt: Date;
  readonly editedAt: Date | undefined;
  /** Changes whenever the content changes: a CID, a content hash. */
  readonly revision: string;
  /** BCP 47, as the network says it. */
  readonly language: string | undefined;
  /** Native id of the first activity of the conversation. */
  readonly threadId: string;
  readonly inReplyTo: string | undefined;
}

/** One activity with the account that wrote it. */
export interface SocialItem {
  readonly activity: Activity;
  readonly author: Profile;
}
