import { z } from 'zod';
import { roles } from './inputs.ts';

/** Raised with every change of what the formula computes from the same facts and weights. */
export const FORMULA_VERSION = 1;

const within = (least: number, most: number, what: string) => {
  const remedy = `must lie between ${least} and ${most}: choose a number in that range`;
  return z
    .number({ error: 'must be a number, as 0.25' })
    .min(least, remedy)
    .max(most, remedy)
    .meta({ description: `${what}, ${least} to ${most}.` });
};
const reference = (what: string) => within(1e3, 1e8, what);

const weights = z
  .strictObject({
    // With the headroom below, 0.3 holds what reach alone can be worth to 6 points: followers can be bought.
    reach: within(0.1, 0.3, 'Reach, as far as others confirm it'),
    engagement: within(0.1, 0.4, 'How many people answer, mention and share'),
    curation: within(0.1, 0.4, 'Lists, links and press'),
    network: within(0.1, 0.4, 'Place among those who talk with each other'),
  })
  .refine(
    (all) => Math.abs(Object.values(all).reduce((sum, one) => sum + one, 0) - 1) < 1e-9,
    'the four weights must add up to 1: take from one what you give to another',
  );

const roleBonus = within(0, 0.25, 'Share of the way to 100 that the role is worth');

/** The rule file mappings/multiplier.yaml. Nothing in it is learned: every number is set by people (R57). */
export const multiplierSchema = z.strictObject({
  version: z.int('must be a whole number').min(1).meta({
    description: 'Raised by whoever changes the file; stands in every score.',
  }),
  weights,
  // Above 0.18, 100,000 bought followers would raise some small accounts by more than 4 points (docs/score.md).
  headroom: within(
    0.1,
    0.18,
    'How far reach may stand above the second best of engagement, curation and network',
  ),
  norm: z.literal(4, 'must be 4: other values let split accounts gain').meta({
    description: 'How accounts of one contact add up. Fixed.',
  }),
  references: z.strictObject({
    followers: z
      .strictObject({ default: reference('Followers for full reach, other networks') })
      .catchall(reference('Followers (blogs: visitors a month) for full reach on that network'))
      .refine(
        (all) => Object.keys(all).every((name) => /^[a-z][a-z0-9]*$/.test(name)),
        'a network is named in lower case letters and digits, as bluesky',
      ),
    engagement: reference('Units of engagement for the full part'),
    curation: reference('Lists, links and press for the full part'),
    network: reference('Rank for the full part'),
  }),
  roles: z.strictObject(Object.fromEntries(roles.map((role) => [role, roleBonus])) as RoleShape),
});
type RoleShape = Record<(typeof roles)[number], typeof roleBonus>;
export type MultiplierRules = z.infer<typeof multiplierSchema>;

/** The rules with what names them in every score that they made. */
export interface Weights extends MultiplierRules {
  readonly hash: string;
}

export function weightsOf(rules: MultiplierRules): Weights {
  return { ...rules, hash: fingerprint(canonical(rules)) };
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${parts.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
}

/** FNV-1a, 64 bits: tells two rule files apart; it protects against nobody. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
