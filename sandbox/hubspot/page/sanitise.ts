import { Parser } from 'htmlparser2';
import { escapeHtml } from '../html.ts';

const KEPT = new Set(
  'p br strong b em i u s a ul ol li blockquote h1 h2 h3 h4 h5 h6 code pre span div hr table tbody thead tr td th'.split(
    ' ',
  ),
);
const EMPTY = new Set(['br', 'hr']);
/** Their content is no text for people. */
const SILENT = new Set([
  'script',
  'style',
  'template',
  'iframe',
  'object',
  'noscript',
  'svg',
  'math',
  'title',
]);

/** The rich text a note may show: known elements without attributes, links to web and mail only. */
export function sanitise(html: string): string {
  const out: string[] = [];
  const open: string[] = [];
  let silent = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (SILENT.has(name)) silent += 1;
      if (silent > 0 || !KEPT.has(name)) return;
      out.push(name === 'a' ? linkTag(attributes.href) : `<${name}>`);
      if (!EMPTY.has(name)) open.push(name);
    },
    ontext(text) {
      if (silent === 0) out.push(escapeHtml(text));
    },
    onclosetag(name) {
      if (SILENT.has(name)) silent = Math.max(0, silent - 1);
      else if (silent === 0 && open.includes(name)) {
        for (let last = open.pop(); last !== undefined; last = open.pop()) {
          out.push(`</${last}>`);
          if (last === name) break;
        }
      }
    },
  });
  parser.end(html);
  for (const name of open.reverse()) out.push(`</${name}>`);
  return out.join('');
}

function linkTag(href: string | undefined): string {
  const url = href === undefined ? null : URL.parse(href);
  if (url === null || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return '<a>';
  return `<a href="${escapeHtml(url.href)}" target="_blank" rel="noopener noreferrer nofollow">`;
}
