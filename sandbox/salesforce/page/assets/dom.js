/* global document, fetch, EventSource, navigator, setTimeout, clearTimeout */
const setting = JSON.parse(document.getElementById('setting').textContent);

export const { words, lang, org, object, id } = setting;

/** Fills {places} in a text. */
export const say = (text, places) => text.replace(/\{(\w+)\}/g, (_, name) => String(places[name]));

/** Children are elements or plain text: nothing that comes from a record is ever read as HTML. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// 'en' alone would mean American dates to a reader in London.
const locale = navigator.languages.find((one) => one.startsWith(lang)) ?? lang;
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

/** A stored moment in the viewer's own zone. */
export function time(stored) {
  const at = new Date(stored.replace('+0000', 'Z'));
  return Number.isNaN(at.getTime())
    ? el('span', {}, stored)
    : el('time', { datetime: at.toISOString() }, moment.format(at));
}

export const recordPath = (type, recordId) =>
  `/lightning/r/${type}/${recordId}/view?lang=${lang}&org=${org}`;
export const listPath = `/lightning/o/${object}/list?lang=${lang}&org=${org}`;

export async function load(path, more = '') {
  const answer = await fetch(`${path}?lang=${lang}&org=${org}${more}`);
  return answer.json();
}

/** Orders something from the control API; a refusal is shown and answers undefined. */
export async function order(action, body) {
  const answer = await fetch(`/_sandbox/orgs/${org}/${action}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status === 204) return {};
  const result = await answer.json();
  if (answer.ok) return result;
  toast(result.map(({ message }) => message).join(' '), true);
  return undefined;
}

let hiding;
export function toast(text, isError = false) {
  const place = document.getElementById('toast');
  place.textContent = text;
  place.className = isError ? 'shown error' : 'shown';
  clearTimeout(hiding);
  hiding = setTimeout(() => (place.className = ''), 5000);
}

/** Calls back at each change in the org, and once the connection is back. */
export function follow(refresh) {
  const place = document.getElementById('live');
  const stream = new EventSource(`/lightning/stream?org=${org}`);
  stream.onopen = () => {
    place.textContent = words.live;
    place.className = 'on';
    refresh();
  };
  stream.onmessage = refresh;
  stream.onerror = () => {
    place.textContent = words.offline;
    place.className = 'off';
  };
}
