import { z } from 'zod';
import { keyFormWords, levelWords } from '../model/methods/method.ts';
import { METHODS, methodWords } from '../model/methods/index.ts';
import { PERSON_FIELDS, PROFILE_FIELDS } from './fields.ts';

/** Below these a threshold cannot be set, whatever a file says (R05). */
export const FLOORS = {
  automaticProbability: 0.999,
  automaticMarginBits: 7,
  automaticFamilies: 2,
  reviewProbability: 0.2,
  possibleProbability: 0.001,
  shadowDecisions: 500,
} as const;

const columns = z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(8)]);
const share = z.number().gt(0).lt(1);
const word = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a word of a-z, 0-9 and _');

const level = z
  .strictObject({
    is: z.enum(levelWords),
    from: z.number().min(0.5).max(1).optional().meta({
      description: 'Only with is: similar. From which likeness on, 0.5 to 1.',
    }),
    m: share.optional().meta({ description: 'Share of the same persons that reach this level.' }),
    u: share.optional().meta({ description: 'Share of strangers that reach this level.' }),
  })
  .refine((one) => (one.is === 'similar') === (one.from !== undefined), {
    message: '`from` belongs to `is: similar`, and to no other level',
    path: ['from'],
  })
  .refine((one) => (one.m === undefined) === (one.u === undefined), {
    message: 'm and u are given together',
    path: ['m'],
  });

const comparison = z
  .strictObject({
    name: word.optional().meta({ description: 'How reports call it. Default: the field.' }),
    field: columns.optional().meta({ description: 'Column of both sides; several are joined.' }),
    left: columns.optional().meta({ description: 'Column of the left side.' }),
    right: columns.optional().meta({ description: 'Column of the right side.' }),
    as: z.enum(methodWords).meta({ description: 'How the two values are compared.' }),
    family: word.optional().meta({
      description: 'Evidence of one family is one kind of evidence. Names are always `name`.',
    }),
    any_of: z.enum(['no', 'left', 'right', 'both']).default('no').meta({
      description:
        'On this side each column, and each part between ; or |, is a value of its own: the best pair counts.',
    }),
    swapped_with: columns.optional().meta({
      description: 'Column with which this one may have changed places, as given and family name.',
    }),
    term_frequency: z.boolean().default(false).meta({
      description: 'A rare value weighs more than a frequent one.',
    }),
    generic_above: z.int().min(1).max(100_000).optional().meta({
      description: 'A value that more records of one side share than this says nothing.',
    }),
    levels: z.array(level).min(1).max(12).optional(),
  })
  .refine((one) => (one.field === undefined) !== (one.left === undefined), {
    message: 'name either `field`, or `left` and `right`',
    path: ['field'],
  })
  .refine((one) => (one.left === undefined) === (one.right === undefined), {
    message: '`left` and `right` are given together',
    path: ['left'],
  })
  .refine((one) => !METHODS[one.as].isName || (one.family ?? 'name') === 'name', {
    message:
      'the likeness of names belongs to the family `name`, so that a name alone never links (R05)',
    path: ['family'],
  })
  .superRefine(checkLevels);
export type ComparisonRule = z.output<typeof comparison>;

function checkLevels(one: z.output<typeof comparison>, context: z.RefinementCtx): void {
  const method = METHODS[one.as];
  let last = 2;
  one.levels?.forEach((given, at) => {
    const known = given.is === 'different' || given.is in method.holds || given.is === 'similar';
    const fits = given.is === 'swapped' ? one.swapped_with !== undefined : known;
    const issue = (message: string, path: string) => {
      context.addIssue({ code: 'custom', message, path: ['levels', at, path] });
    };
    if (!fits || (given.is === 'similar' && method.likeness === undefined)) {
      issue(`\`${one.as}\` tells apart: ${wordsOf(one).join(', ')}`, 'is');
    }
    if (given.is === 'similar' && (given.from ?? 0) >= last) {
      issue('levels stand best first: this one can never be reached', 'from');
    }
    if (given.is === 'similar') last = given.from ?? last;
    if (given.is === 'different' && at !== (one.levels?.length ?? 0) - 1) {
      issue('`different` stands last', 'is');
    }
  });
  const weighted = one.levels?.filter((given) => given.m !== undefined).length ?? 0;
  if (weighted > 0 && (weighted !== one.levels?.length || one.levels.at(-1)?.is !== 'different')) {
    context.addIssue({
      code: 'custom',
      message: 'give m and u for all levels, with `different` as the last, or for none',
      path: ['levels'],
    });
  }
}

function wordsOf(one: { as: ComparisonRule['as']; swapped_with?: unknown }): string[] {
  const method = METHODS[one.as];
  return [
    ...Object.keys(method.holds),
    ...(method.likeness === undefined ? [] : ['similar']),
    ...(one.swapped_with === undefined ? [] : ['swapped']),
    'different',
  ];
}

const key = z
  .string()
  .regex(
    new RegExp(`^[a-z][a-z0-9_]{0,39}(:(${keyFormWords.join('|')}))?$`),
    `the name of a comparison, and behind a colon one of: ${keyFormWords.join(', ')}`,
  );

const atLeast = (floor: number, standard: number) => z.number().min(floor).max(1).default(standard);

const decide = z.strictObject({
  automatic: z
    .strictObject({
      allowed: z.boolean().default(false).meta({
        description: 'Whether probability may link at all. Proof always does.',
      }),
      probability: z.number().min(FLOORS.automaticProbability).lt(1).default(0.999),
      margin_bits: z.number().min(FLOORS.automaticMarginBits).max(60).default(7),
      families: z.int().min(FLOORS.automaticFamilies).max(8).default(2),
      shadow_run: z
        .strictObject({
          decided_by_people: z.int().min(FLOORS.shadowDecisions),
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
  compare: z.array(comparison).min(1).max(16),
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
      pattern: z.string().max(200).optional().meta({
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
  expected_share: share.default(0.3).meta({
    description: 'Of how many accounts a contact is expected to exist in the CRM.',
  }),
});

export const pairingRulesSchema = z
  .discriminatedUnion('for', [bench, service])
  .superRefine((rules, context) => {
    checkNames(rules, context);
    if (rules.for === 'service') checkService(rules, context);
  });
export type PairingRules = z.output<typeof pairingRulesSchema>;
export type BenchRules = Extract<PairingRules, { for: 'bench' }>;
export type ServiceRules = Extract<PairingRules, { for: 'service' }>;

export function comparisonName(rule: Pick<ComparisonRule, 'name' | 'field' | 'left'>): string {
  const columnsOf = rule.field ?? rule.left ?? [];
  const text = typeof columnsOf === 'string' ? columnsOf : columnsOf.join('_');
  return rule.name ?? text.toLowerCase().replace(/[^a-z0-9_]+/g, '_');
}

function checkNames(
  rules: z.output<typeof bench> | z.output<typeof service>,
  context: z.RefinementCtx,
): void {
  const names = rules.compare.map(comparisonName);
  names.forEach((name, at) => {
    if (names.indexOf(name) !== at) {
      const message = `two comparisons are called ${name}: give one of them another \`name\``;
      context.addIssue({ code: 'custom', message, path: ['compare', at] });
    }
  });
  if (rules.for !== 'bench' || typeof rules.block === 'string') return;
  rules.block.forEach((keys, at) => {
    keys.forEach((one, place) => {
      const [name = '', form = 'exact'] = one.split(':');
      const rule = rules.compare[names.indexOf(name)];
      const path = ['block', at, place];
      if (rule === undefined) {
        context.addIssue({
          code: 'custom',
          message: `no comparison is called ${name}: ${names.join(', ')}`,
          path,
        });
      } else if (!(METHODS[rule.as].keyForms as readonly string[]).includes(form)) {
        const message = `\`${rule.as}\` has the keys: ${METHODS[rule.as].keyForms.join(', ')}`;
        context.addIssue({ code: 'custom', message, path });
      }
    });
  });
}

function checkService(rules: z.output<typeof service>, context: z.RefinementCtx): void {
  rules.compare.forEach((one, at) => {
    const issue = (path: string, message: string) => {
      context.addIssue({ code: 'custom', message, path: ['compare', at, path] });
    };
    if (one.left === undefined) {
      issue('field', 'the service compares a profile (left) with a person (right): name both');
      return;
    }
    check(one.left, PROFILE_FIELDS, (message) => {
      issue('left', message);
    });
    check(one.right ?? [], PERSON_FIELDS, (message) => {
      issue('right', message);
    });
    if (one.levels?.[0]?.m === undefined) {
      issue('levels', 'the service needs m and u for each level: it does not train by itself');
    }
  });
  const { automatic } = rules.decide;
  if (automatic.allowed && automatic.shadow_run === undefined) {
    const message =
      'automatic links by probability need a recorded shadow_run of at least 500 decisions without a wrong one';
    context.addIssue({ code: 'custom', message, path: ['decide', 'automatic', 'allowed'] });
  }
}

function check(
  named: string | readonly string[],
  known: readonly string[],
  report: (message: string) => void,
): void {
  for (const name of typeof named === 'string' ? [named] : named) {
    if (!known.includes(name))
      report(`unknown field ${JSON.stringify(name)}; there are: ${known.join(', ')}`);
  }
}
