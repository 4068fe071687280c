import { z } from 'zod';

/**
 * Evidence of one family says the same thing twice: a handle that is the name is no second reason. Families are independent,
 * and only a new one reopens what a person refused.
 */
export const FAMILIES = [
  'contact_point',
  'handle',
  'website',
  'name',
  'place',
  'organisation',
  'topic',
] as const;
export type Family = (typeof FAMILIES)[number];

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
    'similar_name',
    'name_in_handle',
    'handle_elsewhere',
    'same_place',
    'same_organisation',
    'disagreement',
    'agent_knowledge',
  ]),
  /** Where it was seen: a field of the CRM, a part of the profile. */
  source: z.string().min(1).max(200),
  /** The identifier that both sides share. */
  value: z.string().max(300),
  observedAt: z.iso.datetime(),
  /** What it weighs for (or against) the pair, as log2 of the likelihood ratio. Absent: proof, or never weighed. */
  bits: z.number().min(-100).max(100).optional(),
  /** Where it is not the one of its rule. */
  family: z.enum(FAMILIES).optional(),
  /** Under which terms the value was published or given, where the source says so. */
  licence: z.string().min(1).max(100).optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidenceRule = Evidence['rule'];

interface RuleFacts {
  readonly class: Evidence['class'];
  /** What a person of the company says is of no family: it is a decision's reason, not one more likeness. */
  readonly family: Family | undefined;
  /** Proof links; everything else may only suggest. */
  readonly proves: boolean;
  /** Why we may process this, in facts of the pairing. */
  readonly basis: string;
}

/** Raised with every change of what the rules mean, so that each link says by which version it was made. */
export const RULES_VERSION = 1;

export const RULES: Readonly<Record<EvidenceRule, RuleFacts>> = {
  handle_in_crm: {
    class: 'E2',
    family: 'handle',
    proves: true,
    basis: 'handle_recorded_by_company',
  },
  comment_email: {
    class: 'E2',
    family: 'contact_point',
    proves: true,
    basis: 'email_given_to_company',
  },
  comment_mailbox: {
    class: 'E2',
    family: 'contact_point',
    proves: true,
    basis: 'email_given_to_company',
  },
  two_way_link: {
    class: 'E3',
    family: 'website',
    proves: true,
    basis: 'published_by_person_both_ways',
  },
  domain_handle: {
    class: 'E3',
    family: 'website',
    proves: true,
    basis: 'published_by_person_both_ways',
  },
  one_way_link: { class: 'E3', family: 'website', proves: false, basis: 'suggestion' },
  email_in_profile: { class: 'E3', family: 'contact_point', proves: false, basis: 'suggestion' },
  same_name: { class: 'E5', family: 'name', proves: false, basis: 'suggestion' },
  similar_name: { class: 'E5', family: 'name', proves: false, basis: 'suggestion' },
  name_in_handle: { class: 'E5', family: 'name', proves: false, basis: 'suggestion' },
  handle_elsewhere: { class: 'E5', family: 'handle', proves: false, basis: 'suggestion' },
  same_place: { class: 'E5', family: 'place', proves: false, basis: 'suggestion' },
  same_organisation: { class: 'E5', family: 'organisation', proves: false, basis: 'suggestion' },
  // Speaks against the pair; of which family, the evidence says itself.
  disagreement: { class: 'E5', family: undefined, proves: false, basis: 'suggestion' },
  agent_knowledge: { class: 'E4', family: undefined, proves: false, basis: 'suggestion' },
};

/** Whether any of it proves the pair. */
export function isProven(evidence: readonly Evidence[]): boolean {
  return evidence.some((one) => RULES[one.rule].proves);
}

/** The families that speak for the pair, each once, in a fixed order. */
export function familiesOf(evidence: readonly Evidence[]): readonly Family[] {
  const speaking = evidence.filter((one) => (one.bits ?? 0) >= 0);
  const present = new Set(speaking.map((one) => one.family ?? RULES[one.rule].family));
  return FAMILIES.filter((family) => present.has(family));
}
