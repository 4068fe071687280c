import { z } from 'zod';
import { purposes } from '../mapping/mapping.ts';

const count = z.number().min(0).max(1e12);

/** What one person did to what an account said, in public. */
const engagementEvent = z.strictObject({
  /** Names the person who did it within the network; compared, never shown. */
  engager: z.string().min(1).max(300),
  kind: z.enum(['like', 'reply', 'mention', 'repost', 'quote', 'link']),
  at: z.date(),
  /** One of the contact's own accounts, or one that is flagged as a bot: neither counts. */
  ignored: z.literal(true).optional(),
});

const engagement = z.union([
  z.strictObject({ events: z.array(engagementEvent) }),
  z.strictObject({
    mentions: count.optional(),
    reposts: count.optional(),
    /** Different people behind these, likes included. */
    engagers: count.optional(),
  }),
]);

/**
 * What one account brings into the score. Absent means unknown, which is never a measured 0. The list is closed: what a
 * person believes, earns, suffers from, where they go or whom they know has no place to be put (R52).
 */
export const accountFactsSchema = z.strictObject({
  id: z.string().min(1).max(300),
  network: z.string().regex(/^[a-z][a-z0-9]*$/),
  /** For what the network's rules and the person's consent let these facts be used (R50). */
  licencePurposes: z.array(z.enum(purposes)),
  observedAt: z.date(),
  /** How sure it is that the account is the contact's: 1 by proof or by a person's word. Links under review do not come here. */
  certainty: z.number().gt(0).max(1),
  followers: count.optional(),
  following: count.optional(),
  /** Others' choice: lists the account stands on, pages that link to it, press that names it. */
  lists: count.optional(),
  inboundLinks: count.optional(),
  pressMentions: count.optional(),
  engagement: engagement.optional(),
  /** TunkRank, or PageRank times the number of accounts, on the conversations that the service holds. */
  graphRank: count.optional(),
  lastPostAt: z.date().optional(),
});
export type AccountFacts = z.infer<typeof accountFactsSchema>;
export type EngagementEvent = z.infer<typeof engagementEvent>;
export type Purpose = (typeof purposes)[number];

export const roles = [
  'journalist',
  'author',
  'association_board',
  'speaker',
  'politician',
] as const;
export type Role = (typeof roles)[number];

export const contactFactsSchema = z.strictObject({
  accounts: z.array(accountFactsSchema),
  role: z
    .strictObject({
      kind: z.enum(roles),
      /** Confirmed: a CRM field or a person says so. Bio: a word in the profile does. */
      source: z.enum(['confirmed', 'bio']),
    })
    .optional(),
});
export type ContactFacts = z.infer<typeof contactFactsSchema>;
