import { z } from 'zod';
import { purposes } from '../mapping/mapping.ts';
import { evidenceSchema } from '../pairing/evidence.ts';

/** What of a network can be kept in the CRM or with us, each on its own. */
const storedFields = [
  'id',
  'handle',
  'display_name',
  'bio',
  'website',
  'email',
  'text',
  'url',
  'counts',
] as const;
export type StoredField = (typeof storedFields)[number];

const word = z.string().regex(/^[a-z][a-z0-9_]*$/);

const answer = z
  .union([
    z.literal('allow'),
    z.strictObject({ deny: word }),
    z.strictObject({ needs: z.enum(['consent', 'human']), clause: word }),
  ])
  .meta({
    description:
      'allow; deny, for the clause named; or needs: the consent of the person, or a human who decides the single case.',
  });
export type Word = z.infer<typeof answer>;

const byPurpose = z.record(z.enum(purposes), answer);

const source = z.strictObject({
  title: z.string().min(1).max(200),
  url: z.url({ protocol: /^https$/ }),
  known: z.enum(['primary', 'secondary', 'general']).meta({
    description:
      'primary: read in the original. secondary: read about. general: known in general, to be read before anybody leans on it.',
  }),
});

const clause = z.strictObject({
  source: word.meta({ description: 'Where it stands: one of sources.' }),
  en: z.string().min(1).max(500).meta({ description: 'In our own words.' }),
  de: z.string().min(1).max(500).meta({ description: 'In our own words.' }),
});

const fields = z.strictObject({
  network: z
    .string()
    .regex(/^[a-z][a-z0-9]*$/)
    .meta({ description: 'As in handle.<network> of a mapping; also the name of the file.' }),
  title: z.string().min(1).max(50),
  version: z.int().positive().meta({ description: 'Raised with every change of an answer.' }),
  checked: z.iso.date().meta({ description: 'The day on which a person read the sources last.' }),
  warnAfterDays: z.int().min(1).max(400),
  freezeAfterDays: z.int().min(1).max(800),
  sources: z.record(word, source),
  clauses: z.record(word, clause),
  connect: answer.meta({ description: 'Whether there may be a connector at all.' }),
  purposes: byPurpose.meta({ description: 'What anything of this network may be used for.' }),
  pair: z.record(evidenceSchema.shape.class, answer).meta({
    description: 'Whether evidence of a class may pair an account with a contact.',
  }),
  store: z.record(z.enum(storedFields), answer).meta({ description: 'What may be kept.' }),
  score: byPurpose.meta({
    description: "Whether it may be an input of a person's score, by what the score is for.",
  }),
});

/**
 * The rules of one network, as data. Third-party data and devices (E6, E7) have no word in here, as they have none in
 * evidence: a pack that names them is refused (R01).
 */
export const packSchema = fields.superRefine((pack, context) => {
  const fault = (message: string, ...path: string[]) => {
    context.addIssue({ code: 'custom', message, path });
  };
  if (pack.freezeAfterDays <= pack.warnAfterDays) {
    fault('must be later than the warning (warnAfterDays)', 'freezeAfterDays');
  }
  for (const [id, { source: named }] of Object.entries(pack.clauses)) {
    if (!Object.hasOwn(pack.sources, named)) fault(`there is no source ${named}`, 'clauses', id);
  }
  const named = new Set<string>();
  for (const { path, answer: given } of answersOf(pack)) {
    const id = clauseOf(given);
    if (id === undefined) continue;
    named.add(id);
    if (!Object.hasOwn(pack.clauses, id)) fault(`there is no clause ${id}`, ...path);
  }
  for (const id of Object.keys(pack.clauses)) {
    if (!named.has(id)) fault('no answer names this clause', 'clauses', id);
  }
});
export type PolicyPack = z.infer<typeof packSchema>;

/** By network. */
export type PolicyPacks = ReadonlyMap<string, PolicyPack>;

/** The clause behind an answer; an allowance needs none. */
export function clauseOf(given: Word): string | undefined {
  if (given === 'allow') return undefined;
  return 'deny' in given ? given.deny : given.clause;
}

function answersOf(
  pack: z.infer<typeof fields>,
): readonly { readonly path: readonly string[]; readonly answer: Word }[] {
  const sections = ['purposes', 'pair', 'store', 'score'] as const;
  return [
    { path: ['connect'], answer: pack.connect },
    ...sections.flatMap((section) =>
      Object.entries(pack[section]).map(([key, given]) => ({
        path: [section, key],
        answer: given,
      })),
    ),
  ];
}
