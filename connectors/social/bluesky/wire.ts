import { z } from 'zod';

/** What Bluesky sends, only the fields we read. Anything odd in an optional field is an absent field. */

const lenient = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);

export const did = z.string().regex(/^did:[a-z]+:[A-Za-z0-9._:%-]{1,2000}$/);
export const postUri = z
  .string()
  .regex(
    /^at:\/\/did:[a-z]+:[A-Za-z0-9._:%-]{1,2000}\/app\.bsky\.feed\.post\/[A-Za-z0-9._~:-]{1,512}$/,
  );

const viewer = z.object({ blockedBy: lenient(z.boolean()), blocking: lenient(z.string()) });

/** `neg` takes back a label that was given before. */
const label = z.object({ val: z.string(), neg: lenient(z.boolean()) });

const count = z.int().min(0);

/** An author in a list has fewer fields than a profile that was asked for: `description` and the counts are then absent. */
export const actor = z.object({
  did,
  handle: z.string().min(1).max(253),
  displayName: lenient(z.string()),
  description: lenient(z.string()),
  viewer: lenient(viewer),
  labels: lenient(z.array(label.catch({ val: '', neg: undefined }))),
  followersCount: lenient(count),
  followsCount: lenient(count),
  postsCount: lenient(count),
});
export type WireActor = z.infer<typeof actor>;

const reference = z.object({ uri: z.string().min(1) });

const facet = z.object({
  features: z.array(z.object({ did: lenient(z.string()) }).catch({ did: undefined })),
});

const record = z.object({
  text: z.string(),
  createdAt: lenient(z.string()),
  langs: lenient(z.array(z.string())),
  reply: lenient(z.object({ root: reference, parent: reference })),
  facets: lenient(z.array(facet.catch({ features: [] }))),
  /** A quote is `record.uri`, with pictures `record.record.uri`. */
  embed: lenient(
    z.object({
      record: lenient(z.object({ uri: lenient(z.string()), record: lenient(reference) })),
    }),
  ),
});

export const post = z.object({
  uri: postUri,
  cid: z.string().min(1),
  author: actor,
  record,
  indexedAt: lenient(z.string()),
});
export type WirePost = z.infer<typeof post>;

export const directedReasons = ['mention', 'reply', 'quote'] as const;

export const notificationReason = z.object({ reason: z.string() });
export const notification = post.extend({ reason: z.enum(directedReasons) });

/** Read on its own, so that the age of a record which is otherwise unreadable still counts. */
export const indexed = z.object({ indexedAt: lenient(z.string()) }).catch({ indexedAt: undefined });

const page = { cursor: z.string().min(1).optional() };
export const notificationPage = z.object({ ...page, notifications: z.array(z.unknown()) });
export const searchPage = z.object({ ...page, posts: z.array(z.unknown()) });
export const postList = z.object({ posts: z.array(z.unknown()) });
export const actorList = z.object({ profiles: z.array(z.unknown()) });

/** One node of a conversation. A hidden post has neither `post` nor replies, but a `$type` that says why. */
export const threadNode = z.object({
  $type: lenient(z.string()),
  post: z.unknown().optional(),
  parent: z.unknown().optional(),
  replies: lenient(z.array(z.unknown())),
});
export const thread = z.object({ thread: threadNode });
export type WireThread = z.infer<typeof threadNode>;

export const sessionReply = z.object({
  accessJwt: z.string().min(1),
  refreshJwt: z.string().min(1),
  did,
  handle: z.string(),
});
