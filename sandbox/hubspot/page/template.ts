import { escapeHtml } from '../html.ts';
import { sanitise } from './sanitise.ts';

/** An app event's template: {{property}} and {{#formatDate property}}{{/formatDate}}, then a little Markdown. */
export function renderTemplate(
  template: string,
  properties: Readonly<Record<string, string>>,
): string {
  const filled = escapeHtml(template)
    .replace(/\{\{#formatDate (\w+)\}\}\{\{\/formatDate\}\}/g, (_, name: string) =>
      dateOf(properties[name]),
    )
    .replace(/\{\{\{?(\w+)\}?\}\}/g, (_, name: string) => plain(properties[name] ?? ''));
  return sanitise(
    filled
      .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, '<a href="$2">$1</a>')
      .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
      .replace(/\n/g, '<br>'),
  );
}

/** Markdown signs inside a value are text. */
const plain = (value: string): string =>
  escapeHtml(value).replace(/[[\]*()]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function dateOf(value: string | undefined): string {
  const at = new Date(/^\d+$/.test(value ?? '') ? Number(value) : (value ?? ''));
  return Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, 10);
}
