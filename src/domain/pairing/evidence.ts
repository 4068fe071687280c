import { z } from 'zod';

/**
 * Classes of evidence that can be held: E1 the person proved control and agreed, E2 the person told the company, E3 the
 * person says it in public about the same identifier, E4 an agent knows it, E5 likeness of name or place. Bought or
 * third-party data (E6) and devices, faces or social graphs (E7) have no class here: they cannot be stored at all (R01).
 */
export const evidenceSchema = z.strictObject({
  class: z.enum(['E1', 'E2', 'E3', 'E4', 'E5']),
  rule: z.enum([
    'handle_in_crm',
    'comment_email',
    'comment_mailbox',
    'two_way_link',
    'domain_handle',
    'one_way_link',
    'email_in_profile',
    'same_name',
  ]),
  /** Where it was seen: a field of the CRM, a part of the profile. */
  source: z.string().min(1).max(200),
  /** The identifier that both sides share. */
  value: z.string().max(300),
  observedAt: z.iso.datetime(),
});
export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidenceRule = Evidence['rule'];

interface RuleFacts {
  readonly class: Evidence['class'];
  /** Proof links; everything else may only suggest. */
  readonly proves: boolean;
  /** Why we may process this, in facts of the pairing. */
  readonly basis: string;
}

/** Raised with every change of what the rules mean, so that each link says by which version it was made. */
export const RULES_VERSION = 1;

export const RULES: Readonly<Record<EvidenceRule, RuleFacts>> = {
  handle_in_crm: { class: 'E2', proves: true, basis: 'handle_recorded_by_company' },
  comment_email: { class: 'E2', proves: true, basis: 'email_given_to_company' },
  comment_mailbox: { class: 'E2', proves: true, basis: 'email_given_to_company' },
  two_way_link: { class: 'E3', proves: true, basis: 'published_by_person_both_ways' },
  domain_handle: { class: 'E3', proves: true, basis: 'published_by_person_both_ways' },
  one_way_link: { class: 'E3', proves: false, basis: 'suggestion' },
  email_in_profile: { class: 'E3', proves: false, basis: 'suggestion' },
  same_name: { class: 'E5', proves: false, basis: 'suggestion' },
};
