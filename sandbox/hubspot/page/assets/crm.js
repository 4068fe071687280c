/* global document, fetch, EventSource, navigator, window, URLSearchParams, setTimeout, clearTimeout */
const setting = JSON.parse(document.getElementById('setting').textContent);

export const { words, lang, portalId, id } = setting;

/** Fills {places} in a text. */
export const say = (text, places) => text.replace(/\{(\w+)\}/g, (_, name) => String(places[name]));

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
const monthAndYear = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' });

/** In the viewer's own zone. */
export const time = (at) => el('time', { datetime: new Date(at).toISOString() }, moment.format(at));
export const timeText = (at) => moment.format(at);
export const month = (at) => monthAndYear.format(at);

export const keepLang = (path) => {
  const asked = new URLSearchParams(window.location.search).get('lang');
  return asked === null ? path : `${path}?lang=${asked}`;
};

export const recordPath = (recordId) => keepLang(`/contacts/${portalId}/record/0-1/${recordId}`);

export async function load(path) {
  const answer = await fetch(path);
  return answer.json();
}

/** Orders something from the control API; a refusal is shown and answers undefined. */
export async function order(action, body) {
  const answer = await fetch(`/_sandbox/portals/${portalId}/${action}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status === 204) return {};
  const result = await answer.json();
  if (answer.ok) return result;
  toast(result.errors?.[0]?.message ?? result.message, true);
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

/** Calls back at each change in the account, and once the connection is back. */
export function follow(refresh) {
  const place = document.getElementById('live');
  const stream = new EventSource(`/contacts/${portalId}/stream`);
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

export const initials = (name) =>
  name
    .split(/\s+/)
    .map((part) => [...part][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase() || '?';

export const empty = (title, hint) =>
  el('div', { class: 'empty' }, el('strong', {}, title), el('p', {}, hint));
