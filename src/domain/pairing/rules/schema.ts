import { z } from 'zod';
import { keyFormWords } from '../model/methods/method.ts';
import { RULES, type EvidenceRule } from '../evidence.ts';
import { checkNames, checkService } from './checks.ts';
import { comparisonSchema, share, word } from './comparison.ts';

export type { ComparisonRule } from './comparison.ts';

/** Below these a threshold cannot be set, whatever a file says (R05). */
export const FLOORS = {
  automaticProbability: 0.999,
  automaticMarginBits: 7,
  automaticFamilies: 2,
  reviewProbability: 0.2,
  possibleProbability: 0.001,
  shadowDecisions: 500,
} as const;

const PATTERN_HELP = 'must be a regular expression with one group in round brackets';

function isPattern(text: string): boolean {
  try {
    // The empty alternative always matches and shows how many groups there are.
    return (new RegExp(`${text}|`, 'u').exec('')?.length ?? 0) > 1;
  } catch {
    return false;
  }
}

const notBelow = (floor: number) => ({
  error: `cannot be set below ${floor}: raise it, or leave it out`,
});

/** What proves on its own that an account is a contact's (src/domain/pairing/evidence.ts). */
const PROOFS = (Object.keys(RULES) as EvidenceRule[]).filter((rule) => RULES[rule].proves);

const key = z
  .string()
  .regex(
    new RegExp(`^[a-z][a-z0-9_]{0,39}(:(${keyFormWords.join('|')}))?$`),
    `the name of a comparison, and behind a colon one of: ${keyFormWords.join(', ')}`,
  );

const atLeast = (floor: number, standard: number) =>
  z.number().min(floor, notBelow(floor)).max(1).default(standard);

const decide = z.strictObject({
  automatic: z
    .strictObject({
      allowed: z.boolean().default(false).meta({
        description: 'Whether probability may link at all. Proof always does.',
      }),
      probability: z
        .number()
        .min(FLOORS.automaticProbability, notBelow(FLOORS.automaticProbability))
        .lt(1)
        .default(0.999),
      margin_bits: z
        .number()
        .min(FLOORS.automaticMarginBits, notBelow(FLOORS.automaticMarginBits))
        .max(60)
        .default(7),
      families: z
        .int()
        .min(FLOORS.automaticFamilies, notBelow(FLOORS.automaticFamilies))
        .max(8)
        .default(2),
      shadow_run: z
        .strictObject({
          decided_by_people: z.int().min(FLOORS.shadowDecisions, notBelow(FLOORS.shadowDecisions)),
          wrong: z.literal(0),
          until: z.iso.date(),
        })
        .optional()
        .meta({ description: 'The recorded run that shows that people agreed with it.' }),
    })
    .prefault({}),
  review: atLeast(FLOORS.reviewProbability, 0.5).meta({
    description: 'From this probability on a person is asked.',
  }),
  possible: atLeast(FLOORS.possibleProbability, 0.02).meta({
    description: 'From this probability on it is shown as possible.',
  }),
  most_suggestions: z.int().min(1).max(20).default(3).meta({
    description: 'Suggestions for one record of the left side at most.',
  }),
});

const base = {
  version: z.int().min(1).meta({ description: 'Raise it with every change.' }),
  compare: z.array(comparisonSchema).min(1).max(16),
  families: z
    .record(word, z.enum(['sum', 'best']))
    .default({})
    .meta({
      description:
        'How the comparisons of a family add up: sum (default), or best where they say the same thing twice.',
    }),
  blocked_values: z.array(z.string().max(100)).max(1000).default([]).meta({
    description:
      'Values that say nothing, in any spelling of case: unknown, n/a. `*` at an end stands for any text.',
  }),
  term_frequency_floor: z.number().min(1e-6).max(0.01).default(1e-4).meta({
    description: 'No value counts as rarer than this.',
  }),
  decide: decide.prefault({}),
};

const side = z.union([
  z.string().min(1),
  z.strictObject({ left: z.string().min(1), right: z.string().min(1) }),
]);

const bench = z.strictObject({
  ...base,
  for: z.literal('bench'),
  id: side.default('id').meta({ description: 'Column with the id of a record.' }),
  truth: z
    .strictObject({
      left: z.string().min(1).optional(),
      right: z.string().min(1).optional(),
      label: z.string().min(1).optional().meta({
        description:
          'Column that says whether the pair is one: 1, true, yes, or a number from 0.5.',
      }),
      cluster: z.string().min(1).optional(),
      pattern: z.string().max(200).refine(isPattern, PATTERN_HELP).optional().meta({
        description: 'The first group of this pattern in the cluster column is the cluster.',
      }),
      pairs: z.enum(['all', 'listed']).default('all').meta({
        description:
          'all: a pair that is not listed is none. listed: only listed pairs are judged.',
      }),
    })
    .prefault({}),
  block: z
    .union([z.enum(['auto', 'all']), z.array(z.array(key).min(1).max(4)).min(1).max(40)])
    .default('auto')
    .meta({
      description: 'Under which keys two records meet; those of one inner list count together.',
    }),
  largest_block: z.int().min(10).max(100_000).default(400),
  pairing: z.enum(['one_to_one', 'many_to_one', 'many_to_many']).optional().meta({
    description:
      'How many partners a record may have. Default: two files many_to_one, one file many_to_many.',
  }),
  clusters: z.boolean().default(true).meta({
    description: 'One file only: two records are also judged by the records between them.',
  }),
});

const service = z.strictObject({
  ...base,
  for: z.literal('service'),
  proofs: z
    .array(z.enum(PROOFS))
    .default([...PROOFS])
    .meta({
      description: 'Which proofs link. One that is left out only suggests; there are no others.',
    }),
  expected_share: share.default(0.3).meta({
    description: 'Of how many accounts a contact is expected to exist in the CRM.',
  }),
  several_accounts_on: z
    .array(z.string().regex(/^[a-z][a-z0-9]*$/, 'must be the name of a network, as bluesky'))
    .max(50)
    .default([])
    .meta({
      description:
        'Networks on which one person may have several accounts: there a contact that has one is suggested for another where more than the name speaks. On all others only proof counts for a second one.',
    }),
});

export const pairingRulesSchema = z
  .discriminatedUnion('for', [bench, service])
  .superRefine((rules, context) => {
    checkNames(rules.compare, rules.for === 'bench' ? rules.block : [], context);
    if (rules.for === 'service') checkService(rules.compare, rules.decide.automatic, context);
  });
export type PairingRules = z.output<typeof pairingRulesSchema>;
export type BenchRules = Extract<PairingRules, { for: 'bench' }>;
export type ServiceRules = Extract<PairingRules, { for: 'service' }>;
