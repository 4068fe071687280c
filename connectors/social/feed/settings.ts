import { z } from 'zod';

/** Names that RFC 2606 keeps for tests: the only places where a password may travel over plain http. */
const RESERVED = /\.(?:example|test)$/;

const publicUrl = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine(
    (text) => !text.includes('@') || URL.parse(text)?.username === '',
    'no user in the address',
  );

const apiUrl = publicUrl.refine((text) => {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || RESERVED.test(url?.hostname ?? '');
}, 'WordPress takes application passwords over https only');

export const feedSettings = z
  .object({
    /** The feed; with `wordpress` it names the source, and the comments are read through REST. */
    url: publicUrl,
    title: z.string().min(1).max(200),
    /** The company's own blog: every comment there is said to the company, and its posts are the company's. */
    own: z.boolean().default(false),
    /** Names of the brand. From other people's blogs only what holds one of them is brought (R21). */
    terms: z.array(z.string().trim().min(2).max(100)).max(50).default([]),
    /** Names under which the company itself comments; a feed tells people apart by nothing else. */
    ownNames: z.array(z.string().trim().min(1).max(200)).max(50).default([]),
    wordpress: z
      .object({
        /** The REST root, as "https://blog.nordlicht.example/wp-json". */
        apiUrl,
        user: z.string().min(1).max(60),
        /** True where customers have accounts too (a shop). Otherwise every signed-in author counts as the company. */
        visitorsLogIn: z.boolean().default(false),
      })
      .optional(),
    /** BCP 47. Feeds announce the language of the software, not of the comments. */
    language: z.string().min(2).max(35).optional(),
  })
  .refine(
    (settings) => settings.own || settings.wordpress !== undefined || settings.terms.length > 0,
    {
      path: ['terms'],
      message: 'A blog of others needs at least one name of the brand',
    },
  );

export const feedSecrets = z.object({
  applicationPassword: z.string().min(1).max(200).optional(),
});

export type FeedSettings = z.infer<typeof feedSettings>;
export type FeedSecrets = z.infer<typeof feedSecrets>;
export type WordpressSettings = NonNullable<FeedSettings['wordpress']>;
