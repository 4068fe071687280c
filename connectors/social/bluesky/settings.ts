import { z } from 'zod';

const searchTerm = z.string().trim().min(1).max(200);

/** What an admin enters to connect the brand's account. */
export const settings = z.strictObject({
  /** Base URL of the account's server; Bluesky's own entryway forwards to the right one. */
  service: z
    .url({ protocol: /^https?$/ })
    .default('https://bsky.social')
    .meta({ title: 'Server' }),
  identifier: z.string().trim().min(3).max(320).meta({ title: 'Handle or e-mail address' }),
  searchTerms: z
    .array(searchTerm)
    .max(20)
    .default([])
    .meta({ title: 'Words to search for, besides mentions of the account' }),
  /** BCP 47; asks the search for posts in this language only. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .optional()
    .meta({ title: 'Language of searched posts' }),
  /** Posts written elsewhere and shown later appear far down in the lists; how often these are read to their end. */
  lateArrivalSeconds: z
    .number()
    .min(1)
    .max(86_400)
    .default(3_600)
    .meta({ title: 'Seconds between two looks for late posts' }),
});
export type Settings = z.infer<typeof settings>;

const session = z.object({
  accessJwt: z.string().min(1),
  refreshJwt: z.string().min(1),
  did: z.string().min(1),
  handle: z.string(),
});
export type Session = z.infer<typeof session>;

/** The session lies next to the password because creating one is limited to 30 in 5 minutes (BEHAVIOR 5). */
export const secrets = z.object({
  appPassword: z.string().min(1).meta({ title: 'App password' }),
  session: session.optional(),
});
export type Secrets = z.infer<typeof secrets>;
