import { readMarkup } from './markup.ts';

/** A page that names more than this names everybody. */
const MAX_LINKS = 100;

/** Content that no browser shows as links of the page. */
const INERT = new Set(['template', 'noscript', 'iframe', 'svg', 'math']);

/** Absolute http(s) targets of `<a>` and `<link>` whose rel holds the token `me`, as a page says "this is also me". */
export function findRelMe(html: string, base: string): readonly string[] {
  const found = new Set<string>();
  let root = base;
  let inert = 0;
  readMarkup(html, {
    onopentag(name, attributes) {
      if (INERT.has(name)) inert += 1;
      if (inert > 0 || found.size >= MAX_LINKS) return;
      if (name === 'base') root = URL.parse(attributes.href ?? '', base)?.href ?? root;
      const target = name === 'a' || name === 'link' ? meTarget(attributes, root) : undefined;
      if (target !== undefined) found.add(target);
    },
    onclosetag(name) {
      if (INERT.has(name)) inert = Math.max(0, inert - 1);
    },
  });
  return [...found];
}

function meTarget(attributes: Readonly<Record<string, string | undefined>>, root: string) {
  const { rel, href } = attributes;
  if (rel === undefined || href === undefined) return undefined;
  if (
    !rel
      .toLowerCase()
      .split(/[\t\n\f\r ]+/)
      .includes('me')
  )
    return undefined;
  const url = URL.parse(href, root);
  return url?.protocol === 'http:' || url?.protocol === 'https:' ? url.href : undefined;
}
