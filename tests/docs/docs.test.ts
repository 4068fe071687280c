import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { mappingSchema } from '../../src/domain/mapping/mapping.ts';
import { RULES } from '../../src/domain/pairing/evidence.ts';
import { manifest } from '../../src/contract/manifest.ts';
import { all, anchorsOf, pageOf, readPages, ROOT, tableWith, type Page } from './pages.ts';

const pages = readPages();
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');
const page = (name: string) => pages.find((one) => one.name === name) ?? pageOf(name, '');
/** `page: what`, for each thing in a page that should not be there. */
const faults = (find: (one: Page) => readonly string[]) =>
  pages.flatMap((one) => find(one).map((fault) => `${one.name}: ${fault}`));

const packageJson = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
const dependencies = new Set(
  ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.keys(packageJson[kind] ?? {}),
  ),
);
const settings = new Set(all(read('.env.example'), /^([A-Z_]+)=/gm));
const failures = new Set(all(read('src/contract/errors.ts'), /code: '([A-Z_]+)'/g));
const tables = new Set(
  readdirSync(join(ROOT, 'src/store/migrations')).flatMap((name) =>
    all(read(`src/store/migrations/${name}`), /create table (\w+)/g),
  ),
);

/** Made when the service runs, or by the reader. */
const MADE_LATER = new Set([
  '.env',
  'data/postgres/',
  'data/secret-keys',
  'postgres.location',
  'node_modules/.bin',
]);
const FILE = /^\.?[\w-][\w.-]*(\/[\w.-]+)*\/?$/;
const ENDING = /\.(ts|js|cjs|json|ya?ml|md|sql|example)$/;
const isFile = (span: string) => FILE.test(span) && (span.includes('/') || ENDING.test(span));

describe('what README and docs name', () => {
  test('there are pages, and they name files, scripts and settings', () => {
    expect(pages.length).toBeGreaterThan(15);
    expect(pages.flatMap(({ spans }) => spans.filter(isFile)).length).toBeGreaterThan(100);
  });

  test('every relative link leads to a file, and its anchor to a heading', () => {
    const broken = faults(({ name, links, ...rest }) =>
      links.filter((link) => {
        if (/^[a-z]+:/.test(link)) return false;
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? name : join(dirname(name), path);
        if (!existsSync(join(ROOT, target))) return true;
        if (anchor === undefined) return false;
        const there = target === name ? { name, links, ...rest } : page(target);
        return !anchorsOf(there).includes(anchor);
      }),
    );
    expect(broken).toEqual([]);
  });

  test('every file and folder in backticks is there', () => {
    const missing = faults(({ spans }) =>
      spans.filter(
        (span) => isFile(span) && !MADE_LATER.has(span) && !existsSync(join(ROOT, span)),
      ),
    );
    expect(missing).toEqual([]);
  });

  test('every package in backticks is a dependency', () => {
    const unknown = faults(({ spans }) =>
      spans.filter((span) => /^@[\w-]+\/[\w.-]+$/.test(span) && !dependencies.has(span)),
    );
    expect(unknown).toEqual([]);
  });

  test('every npm script is one of package.json', () => {
    const { scripts = {} } = packageJson;
    const unknown = faults(({ text }) =>
      all(text, /npm (?:run )?((?:(?<=run )[\w:-]+)|start\b|test\b)/g).filter(
        (name) => !(name in scripts),
      ),
    );
    expect(unknown).toEqual([]);
    expect(all(page('README.md').text, /npm run ([\w:-]+)/g)).toContain('sandbox');
  });

  test('every setting stands in .env.example', () => {
    const unknown = faults(({ spans, fenced }) =>
      [
        ...spans.flatMap((span) => /^([A-Z][A-Z0-9_]{3,})(=|$)/.exec(span)?.[1] ?? []),
        ...all(fenced, /\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g),
      ].filter((name) => !settings.has(name) && !failures.has(name)),
    );
    expect(unknown).toEqual([]);
  });

  test('every route of the admin API is one that exists', () => {
    const admin = readdirSync(join(ROOT, 'src/http'))
      .filter((name) => !['health.ts', 'oauth.ts', 'webhooks.ts'].includes(name))
      .map((name) => read(`src/http/${name}`))
      .join('\n');
    const routes = all(admin, /router\.\w+\(\s*'([^']+)'/g).map((route) => `/api${route}`);
    const pattern = (route: string) => new RegExp(`^${route.replace(/:\w+/g, '[^/]+')}$`);
    const unknown = faults(({ text }) =>
      all(text, /(\/api\/[\w:$/.-]+)/g).filter(
        (path) => !routes.some((one) => pattern(one).test(path)),
      ),
    );
    expect(unknown).toEqual([]);
    expect(routes.length).toBeGreaterThan(5);
  });
});

describe('what must not be left out', () => {
  test('operations explain every setting', () => {
    const { spans } = page('docs/operations.md');
    expect([...settings].filter((name) => !spans.includes(name))).toEqual([]);
  });

  test('the setup guide names every scope, webhook and field of the manifest', () => {
    const { text } = page('docs/setup-hubspot.md');
    const { scopes, webhooks } = manifest.crm.hubspot;
    const named = [
      ...scopes,
      ...webhooks.lifecycle,
      ...webhooks.fields,
      ...manifest.fields.map(({ name }) => name),
    ];
    expect(named.filter((name) => !text.includes(name))).toEqual([]);
  });

  test('the setup guide says of each of our fields who writes it, as the mapping does', () => {
    const mapping = mappingSchema.parse(parse(read('mappings/hubspot.contact.yaml')));
    const rows = tableWith(page('docs/setup-hubspot.md'), ['field in HubSpot', 'who writes']);
    const writers = { crm: /^people$/, us: /^Echofile$/, shared: /^people; Echofile only/ };
    const ours = mapping.fields.filter(({ theirs }) => theirs.startsWith('echofile_'));
    expect(ours.length).toBeGreaterThan(3);
    for (const { theirs, owner } of ours) {
      const row = rows.find((one) => one['field in HubSpot'] === `\`${theirs}\``);
      expect(`${theirs}: ${row?.['who writes'] ?? ''}`).toMatch(
        new RegExp(writers[owner].source.replace('^', `^${theirs}: `)),
      );
    }
  });

  test('the rules of pairing are told as the code has them', () => {
    const rows = tableWith(page('docs/adr/0011-pairing-by-proof.md'), ['rule', 'class', 'effect']);
    const told = rows.map((row) => [row.rule, row.class, row.effect]);
    const facts = Object.entries(RULES).map(([rule, fact]) => [
      `\`${rule}\``,
      fact.class,
      fact.proves ? 'proves' : 'suggests',
    ]);
    expect(told.toSorted()).toEqual(facts.toSorted());
  });
});

describe('the decisions', () => {
  const records = pages.filter(({ name }) => name.startsWith('docs/adr/'));
  const numbers = records.map(({ name }) => Number(/\/(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1]));

  test('are numbered from 1, each number once, and their titles say it', () => {
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    for (const [index, { text }] of records.entries()) {
      expect(text).toMatch(new RegExp(`^# ${index + 1}\\. `));
    }
  });

  test('say why, and what was not chosen', () => {
    const wanted = ['Context', 'Decision', 'Rejected', 'Consequences'];
    const without = records.flatMap(({ name, prose }) =>
      wanted.filter((part) => !prose.includes(`\n## ${part}\n`)).map((part) => `${name}: ${part}`),
    );
    expect(without).toEqual([]);
  });

  test('that another page names by number are there', () => {
    const unknown = faults(({ prose }) =>
      all(prose, /\bADR (\d+)\b/g).filter((number) => !numbers.includes(Number(number))),
    );
    expect(unknown).toEqual([]);
  });
});

describe('the glossary', () => {
  const rows = tableWith(page('docs/glossary.md'), ['word', 'table', 'type', 'file']);
  const words = (cell = '') => all(cell, /`([^`]+)`/g);

  test('names tables that the migrations make', () => {
    expect(rows.length).toBeGreaterThan(25);
    const unknown = rows.flatMap((row) => words(row.table).filter((name) => !tables.has(name)));
    expect(unknown).toEqual([]);
  });

  test('has a word for every table', () => {
    const named = new Set(rows.flatMap((row) => words(row.table)));
    expect([...tables].filter((name) => !named.has(name))).toEqual([]);
  });

  test('names types that the file beside them exports', () => {
    const unknown = rows.flatMap(({ word, type, file }) => {
      const source = words(file).map(read).join('\n');
      return words(type)
        .filter((name) => !new RegExp(`export (interface|type|class) ${name}\\b`).test(source))
        .map((name) => `${word ?? ''}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });

  test('has each word once', () => {
    const all = rows.map(({ word }) => word);
    expect(all).toEqual([...new Set(all)]);
  });
});
