import { z } from 'zod';
import { METHODS, methodWords } from '../model/methods/index.ts';
import { levelWords } from '../model/methods/method.ts';

const columns = z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(8)]);
export const share = z.number().gt(0).lt(1);
export const word = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a word of a-z, 0-9 and _');

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

const shape = z.strictObject({
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
});
type RawComparison = z.output<typeof shape>;

/** One comparison of two values. */
export const comparisonSchema = shape
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
export type ComparisonRule = z.output<typeof comparisonSchema>;

type Given = z.output<typeof level>;

function checkLevels(rule: RawComparison, context: z.RefinementCtx): void {
  const levels = rule.levels ?? [];
  levels.forEach((given, at) => {
    for (const [path, message] of levelFaults(rule, levels, at)) {
      context.addIssue({ code: 'custom', message, path: ['levels', at, path] });
    }
    if (given.is === 'different' && at !== levels.length - 1) {
      const message = '`different` is what is left: it stands last';
      context.addIssue({ code: 'custom', message, path: ['levels', at, 'is'] });
    }
  });
  const weighted = levels.filter((given) => given.m !== undefined).length;
  if (weighted > 0 && (weighted !== levels.length || levels.at(-1)?.is !== 'different')) {
    const message = 'give m and u for all levels, with `different` as the last, or for none';
    context.addIssue({ code: 'custom', message, path: ['levels'] });
  }
  for (const share of ['m', 'u'] as const) {
    const sum = levels.reduce((total, given) => total + (given[share] ?? 0), 0);
    if (weighted === 0 || sum <= 1.001) continue;
    const message = `the shares ${share} of all levels come to ${sum.toFixed(3)}: together they are 1 at most`;
    context.addIssue({ code: 'custom', message, path: ['levels'] });
  }
  if (rule.term_frequency && rule.any_of !== 'no' && METHODS[rule.as].term === undefined) {
    const message = 'several values have no one frequency: take out term_frequency or any_of';
    context.addIssue({ code: 'custom', message, path: ['term_frequency'] });
  }
}

function levelFaults(
  rule: RawComparison,
  levels: readonly Given[],
  at: number,
): readonly (readonly [path: string, message: string])[] {
  const given = levels[at];
  const words = wordsOf(rule);
  if (given === undefined) return [];
  if (!words.includes(given.is)) return [['is', `\`${rule.as}\` tells apart: ${words.join(', ')}`]];
  const before = levels.slice(0, at).filter(({ is }) => is === given.is);
  const reached = before.some(({ from }) => (from ?? 0) <= (given.from ?? 0));
  return reached ? [['is', 'levels stand best first: this one can never be reached']] : [];
}

function wordsOf(one: RawComparison): readonly string[] {
  const method = METHODS[one.as];
  return [
    ...Object.keys(method.holds),
    ...(method.likeness === undefined ? [] : ['similar']),
    ...(one.swapped_with === undefined ? [] : ['swapped']),
    'different',
  ];
}
