import { Parser } from 'htmlparser2';
import type { Handler } from 'htmlparser2';

/** A closing tag searches the stack of open ones: without a bound, nesting makes reading quadratic. */
const MAX_DEPTH = 256;

class TooDeep extends Error {}

/** Reads HTML in time linear in its length. At hostile depth the open elements are forgotten and reading goes on. */
export function readMarkup(html: string, handler: Partial<Handler>): void {
  let rest = html;
  while (rest !== '') rest = readUntilTooDeep(rest, handler);
}

function readUntilTooDeep(html: string, handler: Partial<Handler>): string {
  let depth = 0;
  const parser: Parser = new Parser({
    ...handler,
    onopentag: (name, attributes, implied) => {
      handler.onopentag?.(name, attributes, implied);
      depth += 1;
      if (depth > MAX_DEPTH) throw new TooDeep();
    },
    onclosetag: (name, implied) => {
      depth -= 1;
      handler.onclosetag?.(name, implied);
    },
  });
  try {
    parser.end(html);
    return '';
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return html.slice(parser.endIndex + 1);
  }
}
