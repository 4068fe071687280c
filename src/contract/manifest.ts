import { z } from 'zod';
import content from '../../manifest.json' with { type: 'json' };
import type { ProvisionPlan } from './crm.ts';

export type Language = 'de' | 'en';

const bilingual = z.strictObject({ en: z.string().min(1), de: z.string().min(1) });

// Lower case and underscores hold in every CRM we know; Salesforce forbids doubled and trailing underscores.
const fieldName = z.string().regex(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);

const field = z
  .strictObject({
    object: z.enum(['contact', 'timeline_entry']),
    name: fieldName.startsWith('echofile_'),
    type: z.enum(['text', 'number', 'date', 'datetime', 'choice', 'yes_no']),
    label: bilingual,
    description: bilingual,
    options: z
      .array(z.strictObject({ value: z.string().min(1), label: bilingual }))
      .min(1)
      .optional(),
    unique: z.boolean().optional(),
  })
  .refine((f) => (f.type === 'choice') === (f.options !== undefined), {
    error: 'Exactly a field of type choice has options.',
    path: ['options'],
  });

const budget = z.strictObject({ calls: z.int().positive(), perMs: z.int().positive() });

const crm = z.strictObject({
  title: z.string().min(1),
  scopes: z.array(z.string().min(1)),
  webhooks: z.strictObject({
    lifecycle: z.array(z.enum(['creation', 'deletion', 'restore', 'merge', 'privacyDeletion'])),
    /** CRM fields whose change is announced to us: those we read. */
    fields: z.array(fieldName),
  }),
  capabilities: z.strictObject({
    oauth: z.boolean(),
    webhooks: z.boolean(),
    batchSize: z.int().positive(),
    entriesCanChange: z.boolean(),
    budgets: z.record(z.string(), budget),
  }),
});

function noDuplicates(fields: readonly { object: string; name: string }[]): boolean {
  return new Set(fields.map((f) => `${f.object}.${f.name}`)).size === fields.length;
}

export const manifestSchema = z.strictObject({
  id: z.literal('echofile'),
  name: z.string().min(1),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  description: bilingual,
  group: z.strictObject({ name: fieldName, label: bilingual }),
  fields: z.array(field).refine(noDuplicates, { error: 'A field is declared twice.' }),
  crm: z.strictObject({ hubspot: crm }),
  social: z.record(z.string(), z.strictObject({ title: z.string().min(1) })),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** manifest.json, checked when it is loaded: what the app brings into a CRM. */
export const manifest: Manifest = manifestSchema.parse(content);

/** The fields as a CRM is asked to hold them, labelled for people of one language. */
export function provisionPlan(language: Language): ProvisionPlan {
  return {
    group: { name: manifest.group.name, label: manifest.group.label[language] },
    fields: manifest.fields.map((f) => ({
      object: f.object,
      name: f.name,
      type: f.type,
      label: f.label[language],
      description: f.description[language],
      options: f.options?.map((o) => ({ value: o.value, label: o.label[language] })),
      unique: f.unique,
    })),
  };
}
