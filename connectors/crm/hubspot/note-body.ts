import type { TimelineEntry } from '../../../src/contract/crm.ts';

/** Longest hs_note_body, counted as HubSpot receives it: after escaping. */
const MAX_BODY = 65_536;

interface Words {
  readonly kinds: Readonly<Record<TimelineEntry['kind'], string>>;
  readonly on: string;
  readonly by: string;
  readonly edited: string;
  readonly open: string;
  readonly cut: string;
}

const WORDS: Readonly<Record<TimelineEntry['language'], Words>> = {
  en: {
    kinds: {
      mention: 'Mention',
      reply: 'Reply',
      quote: 'Quote',
      post: 'Post',
      comment: 'Comment',
    },
    on: 'on',
    by: 'by',
    edited: 'edited',
    open: 'Open the original',
    cut: '… (shortened)',
  },
  de: {
    kinds: {
      mention: 'Erwähnung',
      reply: 'Antwort',
      quote: 'Zitat',
      post: 'Beitrag',
      comment: 'Kommentar',
    },
    on: 'auf',
    by: 'von',
    edited: 'bearbeitet',
    open: 'Original öffnen',
    cut: '… (gekürzt)',
  },
};

/** The entry as the HTML of a note. Only the tags written here are tags: every text from outside is escaped. */
export function noteBody(entry: TimelineEntry): string {
  const words = WORDS[entry.language];
  const edited = entry.edited ? ` (${words.edited})` : '';
  const head =
    `<p><strong>${words.kinds[entry.kind]} ${words.on} ${escape(entry.network)}</strong> ` +
    `${words.by} ${escape(entry.author)}${edited}</p>`;
  const link = isWebAddress(entry.url)
    ? `<p><a href="${escape(entry.url)}" rel="noopener noreferrer">${words.open}</a></p>`
    : '';
  const tail = `${link}<p><em>${escape(entry.reason)}</em></p>`;
  const room = MAX_BODY - head.length - tail.length - '<p></p>'.length;
  return `${head}<p>${fitted(entry.text, room, words.cut)}</p>${tail}`;
}

/** Escapes whole characters until the room is full, so that neither an escape nor a character is cut in two. */
function fitted(text: string, room: number, cut: string): string {
  const whole = escape(text);
  if (whole.length <= room) return whole;
  let kept = '';
  for (const character of text) {
    const next = escape(character);
    if (kept.length + next.length + cut.length > room) break;
    kept += next;
  }
  return kept + cut;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // Braces are HubSpot's personalisation tokens: {{contact.email}} would be filled in.
  '{': '&#123;',
  '}': '&#125;',
  '\n': '<br>',
};

// Controls, and the marks that turn the direction of writing: they could dress one text up as another.
const UNPRINTABLE =
  /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]/gu;

function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(UNPRINTABLE, (mark) => (mark === '\n' || mark === '\t' ? mark : ''))
    .replace(/[&<>"'{}\n]/g, (sign) => ESCAPES[sign] ?? '');
}

function isWebAddress(url: string | undefined): url is string {
  return url !== undefined && /^https?:\/\//i.test(url) && URL.parse(url) !== null;
}
