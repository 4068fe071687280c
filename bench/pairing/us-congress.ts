import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';

const USAGE = `node bench/pairing/us-congress.ts --data FOLDER [--out FOLDER]

  Turns legislators-current.yaml and legislators-social-media.yaml of the project congress-legislators into accounts.csv,
  persons.csv and truth.csv, to be measured with bench/pairing/us-congress.yaml. An account record is the handles that one
  person has on several networks, and nothing else: ids of people stand in the truth only.`;

const text = z.union([z.string(), z.number()]).transform(String).optional();

const personSchema = z.object({
  id: z.object({ bioguide: z.string() }),
  name: z.object({
    first: z.string(),
    last: z.string(),
    middle: text,
    nickname: text,
    official_full: text,
  }),
  terms: z.array(z.object({ type: z.string(), state: z.string(), url: text })).min(1),
});

const NETWORKS = ['twitter', 'facebook', 'instagram', 'youtube', 'mastodon'] as const;

const accountSchema = z.object({
  id: z.object({ bioguide: z.string() }),
  social: z.partialRecord(z.string(), text),
});

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: join(tmpdir(), 'us-congress') },
    help: { type: 'boolean', default: false },
  },
});

if (values.help || values.data === undefined) {
  console.log(USAGE);
  process.exitCode = values.help ? 0 : 2;
} else {
  await convert(values.data, values.out);
  console.log(values.out);
}

async function convert(data: string, out: string): Promise<void> {
  const persons = await readList(join(data, 'legislators-current.yaml'), personSchema);
  const accounts = await readList(join(data, 'legislators-social-media.yaml'), accountSchema);
  const known = new Set(persons.map(({ id }) => id.bioguide));
  await mkdir(out, { recursive: true });
  await writeFile(join(out, 'persons.csv'), csv(persons.map(personRow)));
  await writeFile(join(out, 'accounts.csv'), csv(accounts.map(accountRow)));
  const truth = accounts.flatMap(({ id }, at) =>
    known.has(id.bioguide) ? [{ account: `a${at}`, person: id.bioguide }] : [],
  );
  await writeFile(join(out, 'truth.csv'), csv(truth));
}

async function readList<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>[]> {
  return z.array(schema).parse(parse(await readFile(file, 'utf8')));
}

function personRow({ id, name, terms }: z.output<typeof personSchema>) {
  const { first, last, middle = '', nickname = '', official_full: full = '' } = name;
  const { type = '', state = '', url = '' } = terms.at(-1) ?? {};
  // A nickname makes a name only together with the family.
  const called = nickname === '' ? '' : `${nickname} ${last}`;
  return { id: id.bioguide, first, middle, last, called, full, chamber: type, state, url };
}

function accountRow({ social }: z.output<typeof accountSchema>, at: number) {
  const handles = Object.fromEntries(NETWORKS.map((network) => [network, social[network] ?? '']));
  return { id: `a${at}`, ...handles };
}

function csv(rows: readonly Readonly<Record<string, string>>[]): string {
  const [first = {}] = rows;
  const columns = Object.keys(first);
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
  const lines = rows.map((row) => columns.map((column) => quoted(row[column] ?? '')).join(','));
  return [columns.join(','), ...lines, ''].join('\n');
}
