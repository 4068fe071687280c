import type { AccountLabel } from './labels.ts';

/** How many of the rest of the network follow an account, are followed by it, and what it posted before the story. */
export interface Audience {
  followers: number;
  follows: number;
  posts: number;
}

/** By the numbers of truth.csv. The recorded network holds only the people of the story, who hardly follow each other. */
const AUDIENCES: Record<string, [followers: number, follows: number, posts: number]> = {
  B02: [412, 365, 1_840],
  B03: [96, 181, 240],
  B04: [143, 210, 518],
  B05: [18_600, 730, 9_420],
  B06: [2_350, 811, 3_105],
  B07: [5_240, 1_120, 4_470],
  B08: [188, 240, 660],
  B09: [75, 98, 133],
  B11: [7_900, 1_480, 6_020],
  B17: [1_020, 640, 2_200],
  B19: [37, 52, 81],
  B22: [11_300, 402, 2_950],
  B25: [61, 77, 190],
};

/** By DID. Who is not named above has only the followers of the story. */
export function loadAudiences(accounts: AccountLabel[]): Map<string, Audience> {
  return new Map(
    accounts.flatMap(({ id, nativeId }): [string, Audience][] => {
      const [followers, follows, posts] = AUDIENCES[id] ?? [];
      if (followers === undefined || follows === undefined || posts === undefined) return [];
      return [[nativeId, { followers, follows, posts }]];
    }),
  );
}
