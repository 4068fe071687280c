/**
 * Characters that hide or reorder text: C0/C1 controls but tab and newline, zero-width spaces and joiners, byte order
 * mark, directional marks, overrides and isolates, line separators, tags. U+200D stays, since emoji are built with it.
 */
const HIDDEN =
  // eslint-disable-next-line no-control-regex -- these very characters are what is removed
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200C\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E0FFF}]/gu;

/**
 * Stranger's text, made harmless as plain text: nothing hidden, nothing reordered, no CRM merge tags, at most `max` code
 * points. Escaping for HTML is left to whoever builds HTML from it.
 */
export function cleanText(text: string, max: number): string {
  const visible = text
    .replace(/\r\n?/g, '\n')
    .toWellFormed()
    .replace(HIDDEN, '')
    // A CRM may fill {{ contact.email }} in when it renders or mails the text.
    .replace(/\{(?=[{%#])/g, '{ ')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const points = Array.from(visible);
  return points.length <= max ? visible : `${points.slice(0, max - 1).join('')}…`;
}

/** The text without what PostgreSQL cannot hold: NUL, and halves of characters. One such post must not hold up its neighbours. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '');
}

/** The same for every text of a flat record. */
export function storable<T extends object>(record: T): T {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return storableText(value);
    return Array.isArray(value) ? value.map(clean) : value;
  };
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, clean(value)])) as T;
}
