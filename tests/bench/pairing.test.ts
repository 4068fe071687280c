import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
// The one place outside src/config.ts: where public data for measuring lie, which are never part of the project.
const data = resolve(root, process.env.ECHOFILE_DATA ?? '../shared/data');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pairing-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

interface Figures {
  readonly best: { readonly f1: number; readonly precision: number; readonly recall: number };
  readonly recallAtZeroFalse: number;
  readonly automatic: { readonly right: number; readonly wrong: number };
  readonly suggestions: { readonly right: number; readonly wrong: number };
  readonly linkedOrSuggested: number;
  readonly blockRecall: number;
  readonly truePairs: number;
  readonly right: number;
}

async function bench(...args: readonly string[]): Promise<Figures> {
  const { stdout } = await run(process.execPath, ['bench/pairing.ts', ...args, '--json'], {
    cwd: root,
  });
  return JSON.parse(stdout) as Figures;
}

async function fault(...args: readonly string[]): Promise<string> {
  try {
    await run(process.execPath, ['bench/pairing.ts', ...args], { cwd: root });
  } catch (error) {
    const { stderr, code } = error as { stderr: string; code: number };
    expect(code).toBe(2);
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr;
  }
  throw new Error('nothing was wrong');
}

const RULES = `version: 1
for: bench
compare:
  - { field: given, as: name }
  - { field: family, as: name }
  - { field: email, as: email, family: contact_point }
decide: { automatic: { allowed: true } }
`;

const NAMES = ['anna', 'max', 'jonas', 'lea', 'robert', 'paula', 'emil', 'greta', 'oskar', 'ida'];
const FAMILIES = [
  'schmidt',
  'weber',
  'berg',
  'yildiz',
  'kowalski',
  'hansen',
  'olsen',
  'roth',
  'lang',
  'fuchs',
];

const people = NAMES.flatMap((given) =>
  FAMILIES.map((family) => ({ given, family, email: `${given}.${family}@example.org` })),
);
const leftCsv = `id,given,family,email\n${people.map((one, at) => `l${at},${one.given},${one.family},${one.email}`).join('\n')}\n`;
// As a German spreadsheet saves it: BOM, CRLF, semicolons, quotes; a letter is missing here and there.
const rightCsv = `\uFEFF"nr";"given";"family";"email"\r\n${people
  .map(
    (one, at) =>
      `"r${at}";"${one.given}";"${at % 3 === 0 ? one.family.slice(1) : one.family}";"${at % 4 === 0 ? '' : one.email}"`,
  )
  .join('\r\n')}\r\n`;
const truthCsv = `left,right\n${people.map((_, at) => `l${at},r${at}`).join('\n')}\n`;

describe('the bench of pairing', () => {
  test('pairs two files, however they were saved, and counts what it would link and suggest', async () => {
    const figures = await bench(
      ...['--left', await file('l.csv', leftCsv), '--right', await file('r.csv', rightCsv)],
      ...['--truth', await file('t.csv', truthCsv)],
      ...['--rules', await file('r.yaml', `${RULES}id: { left: id, right: nr }\n`)],
    );
    expect(figures).toMatchObject({ truePairs: 100, right: 100, blockRecall: 1 });
    expect(figures.best.f1).toBeGreaterThan(0.97);
    expect(figures.automatic.wrong).toBe(0);
    expect(figures.automatic.right).toBeGreaterThan(40);
    expect(figures.linkedOrSuggested).toBeGreaterThan(0.97);
  });

  test('in the open world half of the right-hand partners are gone, and nobody is linked in their place', async () => {
    const figures = await bench(
      ...['--left', await file('l.csv', leftCsv), '--right', await file('r.csv', rightCsv)],
      ...['--truth', await file('t.csv', truthCsv), '--open-world'],
      ...['--rules', await file('r.yaml', `${RULES}id: { left: id, right: nr }\n`)],
    );
    expect(figures).toMatchObject({ truePairs: 50, right: 50 });
    expect(figures.automatic.wrong).toBe(0);
  });

  test('finds duplicates in one file by a cluster column, and the order of lines changes nothing', async () => {
    const lines = people.flatMap((one, at) => [
      `a-${at}-org,${one.given},${one.family},${one.email}`,
      `a-${at}-dup,${one.given},${one.family.slice(0, -1)},${one.email}`,
    ]);
    const rules = await file('dup.yaml', `${RULES}truth: { pattern: '^a-(\\d+)-' }\n`);
    const forth = await file('d1.csv', `id,given,family,email\n${lines.join('\n')}\n`);
    const back = await file('d2.csv', `id,given,family,email\n${lines.toReversed().join('\n')}\n`);
    const measured = (path: string) =>
      bench('--left', path, '--truth', path, '--cluster', 'id', '--rules', rules);
    const [one, other] = [await measured(forth), await measured(back)];
    expect(one).toMatchObject({ truePairs: 100 });
    expect(one.best.f1).toBeGreaterThan(0.99);
    const { best, automatic, suggestions } = other;
    expect({ best, automatic, suggestions }).toEqual({
      best: one.best,
      automatic: one.automatic,
      suggestions: one.suggestions,
    });
  });

  test('judges labelled pairs of names only by each other', async () => {
    const rows = people.map((one, at) => ({
      left: `${one.given} ${one.family}`,
      right:
        at % 2 === 0
          ? `${one.family.toUpperCase()}, ${one.given}`
          : `${NAMES[(at + 3) % 10] ?? ''} hinz`,
      label: at % 2 === 0 ? '1' : '0',
    }));
    const figures = await bench(
      ...[
        '--left',
        await file(
          'nl.csv',
          `id,name\n${rows.map(({ left }, at) => `${at},${left}`).join('\n')}\n`,
        ),
      ],
      ...[
        '--right',
        await file(
          'nr.csv',
          `id,name\n${rows.map(({ right }, at) => `${at},"${right}"`).join('\n')}\n`,
        ),
      ],
      ...[
        '--truth',
        await file(
          'nt.csv',
          `a,b,same\n${rows.map(({ label }, at) => `${at},${at},${label}`).join('\n')}\n`,
        ),
      ],
      ...[
        '--rules',
        await file(
          'n.yaml',
          'version: 1\nfor: bench\ntruth: { left: a, right: b, label: same, pairs: listed }\ncompare: [{ field: name, as: person_name }]\n',
        ),
      ],
    );
    expect(figures).toMatchObject({ truePairs: 50, blockRecall: 1 });
    expect(figures.best.f1).toBe(1);
    expect(figures.automatic).toEqual({ right: 0, wrong: 0 });
  });

  test.each([
    ['a line with a value too many', 'id,given,family,email\nl0,a,b,c,d\n', /left\.csv, line 2/],
    ['a quote that never ends', 'id,given,family,email\nl0,"a,b,c\n', /left\.csv, line \d+/],
    [
      'a missing column',
      'id,given,email\nl0,a,b\n',
      /left\.csv, line 1: there is no column "family" .*compare\[1\].*Columns: id, given, email/,
    ],
    [
      'an id twice',
      'id,given,family,email\nl0,a,b,c\nl0,a,b,c\n',
      /left\.csv.*"l0" stands there twice/,
    ],
    [
      'an empty id',
      'id,given,family,email\n,a,b,c\n',
      /left\.csv, line 2, column id: the id is empty/,
    ],
    ['no head line', '\n', /left\.csv, line 1: the head line/],
  ])('%s is named with file, line and column', async (_, text, message) => {
    const stderr = await fault(
      ...['--left', await file('left.csv', text), '--truth', await file('t.csv', truthCsv)],
      ...['--rules', await file('rules.yaml', RULES)],
    );
    expect(stderr).toMatch(message);
  });

  test('a truth that names nobody is named with its line', async () => {
    const stderr = await fault(
      ...[
        '--left',
        await file('l.csv', leftCsv),
        '--truth',
        await file('t.csv', 'a,b\nl0,l1\nl0,x9\n'),
      ],
      ...['--rules', await file('rules.yaml', RULES)],
    );
    expect(stderr).toMatch(/t\.csv, line 3, column b: "x9" is the id of no record in .*l\.csv/);
  });
});

const withData = existsSync(data) ? describe : describe.skip;

withData('on public data', () => {
  const febrl = join(data, 'febrl/dataset3.csv');
  const fake = join(data, 'fake-1000/fake_1000.csv');

  test('febrl dataset3: F1 of .998 at least, and no wrong link', async () => {
    const figures = await bench(
      ...['--left', febrl, '--truth', febrl, '--cluster', 'rec_id'],
      ...['--rules', 'bench/pairing/febrl.yaml'],
    );
    expect(figures.best.f1).toBeGreaterThanOrEqual(0.998);
    expect(figures.automatic.wrong).toBe(0);
  });

  test('fake-1000: recall of .66 at least without a false pair', async () => {
    const figures = await bench(
      ...['--left', fake, '--truth', fake, '--cluster', 'cluster'],
      ...['--rules', 'bench/pairing/fake-1000.yaml'],
    );
    expect(figures.recallAtZeroFalse).toBeGreaterThanOrEqual(0.66);
  });

  test.each([[[]], [['--open-world']]])(
    'us-congress %s: nobody linked wrongly, 97 %% linked or suggested',
    async (world) => {
      const converter = [
        'bench/pairing/us-congress.ts',
        '--data',
        join(data, 'us-congress'),
        '--out',
        folder,
      ];
      await run(process.execPath, converter, { cwd: root });
      const figures = await bench(
        ...['--left', join(folder, 'accounts.csv'), '--right', join(folder, 'persons.csv')],
        ...[
          '--truth',
          join(folder, 'truth.csv'),
          '--rules',
          'bench/pairing/us-congress.yaml',
          ...world,
        ],
      );
      expect(figures.automatic.wrong).toBe(0);
      expect(figures.linkedOrSuggested).toBeGreaterThanOrEqual(0.97);
    },
  );
});
