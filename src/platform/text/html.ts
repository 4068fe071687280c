import { readMarkup } from './markup.ts';

export { decodeBytes } from './charset.ts';

/** Elements whose content is not text of the author. */
const DROPPED = new Set(
  (
    'script style template noscript noframes iframe object embed applet svg math head title ' +
    'select textarea button audio video canvas'
  ).split(' '),
);

const PARAGRAPHS = new Set(
  'p h1 h2 h3 h4 h5 h6 blockquote pre ul ol dl table figure section article'.split(' '),
);

const LINES = new Set(
  'div li dt dd tr address aside details summary fieldset figcaption footer form header hr main nav'.split(
    ' ',
  ),
);

const MAX_ALT = 200;
const MAX_LABEL_PARTS = 64;

/** Plain text with paragraphs and line breaks; a link's target follows its text in brackets unless it is the text. */
export function htmlToText(html: string): string {
  const text = new PlainText();
  const links: { href: string; start: number }[] = [];
  let dropped = 0;
  readMarkup(html, {
    onopentag(name, attributes) {
      if (DROPPED.has(name)) dropped += 1;
      if (dropped > 0) return;
      if (name === 'br') text.breakLine(1, true);
      else text.breakLine(breaksOf(name));
      if (name === 'td' || name === 'th') text.add(' ');
      if (name === 'li') text.add('- ');
      if (name === 'img') text.add((attributes.alt ?? '').slice(0, MAX_ALT));
      if (name === 'a') links.push({ href: attributes.href ?? '', start: text.length });
    },
    ontext(data) {
      if (dropped === 0) text.add(data);
    },
    onclosetag(name) {
      if (DROPPED.has(name)) dropped = Math.max(0, dropped - 1);
      if (dropped > 0) return;
      const link = name === 'a' ? links.pop() : undefined;
      if (link !== undefined) text.add(targetOf(link.href, text.since(link.start)));
      text.breakLine(breaksOf(name));
    },
  });
  return text.toString();
}

function breaksOf(name: string): number {
  if (PARAGRAPHS.has(name)) return 2;
  return LINES.has(name) ? 1 : 0;
}

function targetOf(href: string, label: string): string {
  const url = URL.parse(href);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return '';
  const bare = (address: string) =>
    address
      .trim()
      .replace(/^https?:\/\//i, '')
      .replace(/\/$/, '');
  // A shortened or elided address ("example.org/a…") is still the address.
  const shown = bare(label).replace(/(?:…|\.\.\.)$/, '');
  const isShown = shown !== '' && bare(href).startsWith(shown) && /[./]/.test(shown);
  return isShown ? '' : ` (${url.href})`;
}

/** Collects words, holding back white space until the next word says how much of it is needed. */
class PlainText {
  private readonly parts: string[] = [];
  private breaks = 0;
  private space = false;

  get length(): number {
    return this.parts.length;
  }

  add(data: string): void {
    // The database cannot hold NUL, and no author means the other controls.
    // eslint-disable-next-line no-control-regex -- control characters are what is removed here
    const clean = data.replace(/[\u0000-\u0008\u000b\u000e-\u001f\u007f]/g, '').toWellFormed();
    for (const [index, word] of clean.split(/[\t\n\f\r \u00a0]+/).entries()) {
      if (index > 0) this.space = true;
      if (word !== '') this.word(word);
    }
  }

  /** At least `count` line ends before the next word; `more` counts on top of those already due. */
  breakLine(count: number, more = false): void {
    this.breaks = more ? Math.min(2, this.breaks + count) : Math.max(this.breaks, count);
  }

  /** What was added since `length` was `start`; '' when that is longer than any address, so that nesting costs nothing. */
  since(start: number): string {
    return this.length - start > MAX_LABEL_PARTS ? '' : this.parts.slice(start).join('');
  }

  toString(): string {
    return this.parts.join('');
  }

  private word(word: string): void {
    if (this.parts.length > 0) {
      if (this.breaks > 0) this.parts.push('\n'.repeat(this.breaks));
      else if (this.space) this.parts.push(' ');
    }
    this.breaks = 0;
    this.space = false;
    this.parts.push(word);
  }
}
