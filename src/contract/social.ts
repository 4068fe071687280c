import type { Profile, SocialItem } from '../domain/social.ts';
import type { Budget } from './ports.ts';

/** One record of a page that could not be understood. Its neighbours are not held up by it. */
export interface RefusedItem {
  /** Where to find it, without personal data. */
  readonly nativeId: string;
  readonly reason: string;
}

export interface PollPage {
  readonly items: readonly SocialItem[];
  readonly refused: readonly RefusedItem[];
  /** Opaque. Stored in one transaction with the items; given to the next poll. */
  readonly cursor: string;
  /** True: call again at once with this cursor. False: that is all for now. */
  readonly more: boolean;
}

export type GoneReason = 'deleted' | 'deactivated' | 'taken_down' | 'blocked' | 'hidden';

export type ActivityState =
  | { readonly nativeId: string; readonly state: 'live'; readonly item: SocialItem }
  | { readonly nativeId: string; readonly state: 'gone'; readonly reason: GoneReason }
  /** The network did not say: ask again later, change nothing. */
  | { readonly nativeId: string; readonly state: 'unknown' };

export type AccountState =
  | { readonly nativeId: string; readonly state: 'live'; readonly profile: Profile }
  | { readonly nativeId: string; readonly state: 'gone'; readonly reason: GoneReason }
  | { readonly nativeId: string; readonly state: 'unknown' };

export interface SocialCapabilities {
  /** What a poll can bring. Only activities directed at the brand or naming it; never a person's own timeline (R21). */
  readonly brings: readonly ('mentions' | 'search' | 'comments' | 'posts')[];
  readonly threads: boolean;
  readonly edits: boolean;
  /** True when the network verifies that a handle is a domain its owner controls. */
  readonly domainHandles: boolean;
  /** Largest number of ids in one recheck or profiles call. */
  readonly batchSize: number;
  readonly budgets: Readonly<Record<string, Budget>>;
}

/** One source: an account of the brand on a network, or a feed. A failure of a whole call is thrown as ConnectorError. */
export interface SocialConnector {
  /** The brand's own account here, whose posts are nobody's timeline; undefined where a source has none, as a feed. */
  check(): Promise<Profile | undefined>;
  /** The next page after `cursor` (undefined: from the beginning). May repeat items; never skips one, late arrivals included. */
  poll(cursor: string | undefined): Promise<PollPage>;
  /** What became of these activities: deletions and edits that the network does not announce. One answer per id. */
  recheck(activityIds: readonly string[]): Promise<readonly ActivityState[]>;
  profiles(accountIds: readonly string[]): Promise<readonly AccountState[]>;
  /** The public conversation around one activity; empty where it is gone. Present exactly when `capabilities.threads`. */
  thread?(activityId: string): Promise<readonly SocialItem[]>;
}
