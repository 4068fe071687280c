import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

/** A rule file that cannot be used. The message names every fault with its line, its path and what to do. */
export class RuleFileFault extends Error {}

/** Far above any file written by people; aliases are off below, so a small file cannot grow into a large one. */
const MOST_CHARACTERS = 1_000_000;

/** Reads a rule file. Throws a RuleFileFault with all faults at once. */
export function readRuleFile<S extends z.ZodType>(
  file: string,
  text: string,
  schema: S,
): z.output<S> {
  if (text.length > MOST_CHARACTERS) {
    throw new RuleFileFault(`${file} is longer than ${MOST_CHARACTERS} characters`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const at = lines.linePos(broken.pos[0]);
    fail(file, [`line ${at.line}, column ${at.col}: ${broken.message}`]);
  }
  const parsed = schema.safeParse(plain(file, document));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const path = issue.path.join('.');
    const line = lineOf(document, lines, issue);
    return `line ${line}${path === '' ? '' : `, ${path}`}: ${issue.message}`;
  });
  return fail(file, faults);
}

function plain(file: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch (error) {
    return fail(file, [`line 1: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function fail(file: string, faults: readonly string[]): never {
  throw new RuleFileFault(`${file} cannot be used:\n  ${faults.join('\n  ')}`);
}

/** The line of the value, or of the nearest thing around it where it is missing. */
function lineOf(document: Document, lines: LineCounter, issue: z.core.$ZodIssue): number {
  const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  for (let path = [...issue.path, ...keys]; path.length > 0; path = path.slice(0, -1)) {
    const node = document.getIn(path, true);
    const start = rangeOf(node);
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

function rangeOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  const { range } = node;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
}
