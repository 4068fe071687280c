import { z } from 'zod';
import { mayMapScoreTo } from '../scoring/refusals.ts';

/** What a person of the company may be told a value is for; a mapping row without one cannot be published. */
export const purposes = ['link', 'show_reach', 'service_priority', 'marketing', 'contact'] as const;

/** Values that only the CRM can know; a mapping that would have us write them is refused. */
const THEIRS_ALONE = [
  'email',
  'email.additional',
  'email.work',
  'name.first',
  'name.last',
  'website',
  'organisation',
  'place',
  'role',
  'consent.link',
  'veto.employee',
  'veto.minor',
] as const;

/** Values that we bring. */
const OURS_ALONE = [
  'activity.last_at',
  'activity.count_90d',
  'score.value',
  'score.band',
  'score.coverage',
  'score.reasons',
  'score.computed_at',
  'score.version',
] as const;

/** A closed list, but for the networks: a new connector needs no new word here. */
const ours = z
  .union([
    z.enum([...THEIRS_ALONE, ...OURS_ALONE]),
    z.templateLiteral(['handle.', z.string().regex(/^[a-z][a-z0-9]*$/)]),
  ])
  .meta({ description: 'Our name for the value; a handle by its network, as handle.bluesky.' });
export type OurName = z.infer<typeof ours>;

const READ_ONLY: ReadonlySet<OurName> = new Set(THEIRS_ALONE);

const field = z
  .strictObject({
    ours,
    theirs: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,99}$/)
      .meta({ description: "The CRM's internal name of the field." }),
    owner: z.enum(['crm', 'us', 'shared']).meta({
      description:
        'crm: we only read. us: only we write. shared: a person outranks us, we write while the field is empty or the value is still ours.',
    }),
    as: z
      .enum(['text', 'integer', 'datetime'])
      .default('text')
      .meta({ description: 'The form in which the value is written.' }),
    purpose: z
      .enum(purposes)
      .optional()
      .meta({ description: 'Why we write it. Required for us and shared.' }),
  })
  .refine((row) => row.owner === 'crm' || row.purpose !== undefined, {
    message: 'a field that we write needs a purpose',
    path: ['purpose'],
  })
  .refine((row) => row.owner === 'crm' || !READ_ONLY.has(row.ours), {
    message: 'this value belongs to the CRM: owner must be crm',
    path: ['owner'],
  })
  .refine((row) => !isScore(row.ours) || row.owner === 'us', {
    message: 'a score is computed and taken back by us alone: owner must be us',
    path: ['owner'],
  })
  .refine((row) => !isScore(row.ours) || row.purpose === 'service_priority', {
    message: 'a score is written for the order of service only: purpose must be service_priority',
    path: ['purpose'],
  });

export const mappingSchema = z
  .strictObject({
    connector: z.string().meta({ description: 'Connector id, e.g. "hubspot".' }),
    object: z.literal('contact').meta({ description: 'The record type on their side.' }),
    fields: z.array(field).min(1),
  })
  .refine((mapping) => unique(mapping.fields.map((row) => row.theirs)), {
    message: 'a field of the CRM stands in two rows',
    path: ['fields'],
  })
  .refine((mapping) => unique(mapping.fields.map((row) => row.ours)), {
    message: 'a value of ours stands in two rows',
    path: ['fields'],
  })
  .superRefine(({ object, fields }, context) => {
    for (const [index, { ours, theirs }] of fields.entries()) {
      if (!isScore(ours) || mayMapScoreTo(object, theirs)) continue;
      context.addIssue({
        code: 'custom',
        message: `a score must not be written where credit, payment, price, discount, insurance, staff or applicants are decided: choose another field than ${theirs}`,
        path: ['fields', index, 'theirs'],
      });
    }
  });
export type Mapping = z.infer<typeof mappingSchema>;
export type MappingRow = Mapping['fields'][number];

function isScore(name: OurName): boolean {
  return name.startsWith('score.');
}

function unique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
