import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Page {
  /** From the root of the project. */
  readonly name: string;
  readonly text: string;
  /** The text without fenced blocks: prose, tables, headings. */
  readonly prose: string;
  /** What stands in fenced blocks, as typed into a terminal. */
  readonly fenced: string;
  /** What stands between single backticks. */
  readonly spans: readonly string[];
  readonly links: readonly string[];
}

const FENCE = /^```[^\n]*\n([\s\S]*?)^```$/gm;

/** README.md and every page under docs/. */
export function readPages(): readonly Page[] {
  const names = readdirSync(`${ROOT}docs`, { recursive: true, encoding: 'utf8' });
  const pages = names.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`);
  return ['README.md', ...pages.toSorted()].map((name) =>
    pageOf(name, readFileSync(`${ROOT}${name}`, 'utf8')),
  );
}

export function pageOf(name: string, text: string): Page {
  const prose = text.replace(FENCE, '');
  return {
    name,
    text,
    prose,
    fenced: [...text.matchAll(FENCE)].map((block) => block[1]).join('\n'),
    // Prettier may break a line within a span.
    spans: all(prose, /`([^`]+)`/g).map((span) => span.replace(/\s+/g, ' ')),
    links: all(prose, /\]\(([^)\s]+)\)/g),
  };
}

export function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((found) => found[1] ?? '');
}

/** Anchors of a page's headings, as forges make them. */
export function anchorsOf({ prose }: Page): readonly string[] {
  return all(prose, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** Rows of the table whose header holds all of `columns`, as one record per row. */
export function tableWith(
  { prose }: Page,
  columns: readonly string[],
): readonly Readonly<Record<string, string>>[] {
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const lines = prose.split('\n');
  const start = lines.findIndex((line) => columns.every((column) => cells(line).includes(column)));
  if (start < 0) return [];
  const names = cells(lines[start] ?? '');
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest
    .slice(0, end < 0 ? undefined : end)
    .map((line) =>
      Object.fromEntries(cells(line).map((cell, index) => [names[index] ?? '', cell])),
    );
}
