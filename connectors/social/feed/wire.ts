import { z } from 'zod';

/** A comment of WordPress' REST API in `context=edit`. IP address and avatar (a hash of the e-mail) are not read at all. */
export const wpComment = z.object({
  id: z.int().positive(),
  parent: z.int().nonnegative(),
  author: z.int().nonnegative(),
  author_name: z.string(),
  author_email: z.string().optional(),
  author_url: z.string().optional(),
  date_gmt: z.string(),
  content: z.object({ rendered: z.string() }),
  link: z.string(),
  status: z.string(),
  type: z.string(),
});

export const wpUser = z.object({
  id: z.int().positive(),
  name: z.string(),
  email: z.string().optional(),
  link: z.string().optional(),
  url: z.string().optional(),
});

export const wpError = z.object({ code: z.string() });

export type WpComment = z.infer<typeof wpComment>;
export type WpUser = z.infer<typeof wpUser>;
