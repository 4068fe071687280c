import { Parser } from 'htmlparser2';
import { SaxesParser } from 'saxes';

/** Far above real feeds, far below what makes a parser slow: nesting costs more than length. */
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 50_000;
const MAX_ATTRIBUTES = 32;

const XML_NAME = /^[A-Za-z_][\w.:-]*$/;
// eslint-disable-next-line no-control-regex -- what XML 1.0 does not allow in a document
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Not a document that anybody publishes: an entity bomb, hostile nesting. */
export class HostileXml extends Error {}

class NotWellFormed extends Error {}

/** Well-formed XML with the same content and bounded depth and size. Throws HostileXml. */
export function soundXml(text: string): string {
  try {
    return checkStrictly(text);
  } catch (error) {
    if (error instanceof NotWellFormed) return rewrite(text);
    throw error;
  }
}

class Bounds {
  private depth = 0;
  private elements = 0;

  open(attributes: number): void {
    this.depth += 1;
    this.elements += 1;
    if (this.depth > MAX_DEPTH || this.elements > MAX_ELEMENTS || attributes > MAX_ATTRIBUTES) {
      throw new HostileXml();
    }
  }

  close(): void {
    this.depth -= 1;
  }
}

function checkStrictly(text: string): string {
  const bounds = new Bounds();
  // With namespaces on, saxes needs time that grows with the square of the depth.
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', () => {
    throw new NotWellFormed();
  });
  parser.on('doctype', (doctype) => {
    if (doctype.includes('[')) throw new HostileXml();
    // RSS 0.91 has one; the rewriting leaves it out.
    throw new NotWellFormed();
  });
  parser.on('opentag', (tag) => {
    bounds.open(Object.keys(tag.attributes).length);
  });
  parser.on('closetag', () => {
    bounds.close();
  });
  parser.write(text).close();
  return text;
}

/** Reads as browsers read and writes what it understood: bare ampersands, HTML entities, unclosed and crossed elements. */
function rewrite(text: string): string {
  const bounds = new Bounds();
  const out: string[] = [];
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        const entries = Object.entries(attributes).filter(([key]) => XML_NAME.test(key));
        bounds.open(entries.length);
        if (!XML_NAME.test(name)) return;
        const written = entries.map(([key, value]) => ` ${key}="${escape(value)}"`);
        out.push(`<${name}${written.join('')}>`);
      },
      onclosetag: (name) => {
        bounds.close();
        if (XML_NAME.test(name)) out.push(`</${name}>`);
      },
      ontext: (data) => out.push(escape(data)),
    },
    { xmlMode: true },
  );
  parser.end(text.replace(NOT_XML, ''));
  return out.join('');
}

function escape(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
