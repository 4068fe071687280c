/* global document, window */
import {
  el,
  empty,
  follow,
  initials,
  load,
  order,
  portalId,
  recordPath,
  say,
  time,
  words,
} from './crm.js';

const main = document.getElementById('main');
const search = el('input', {
  type: 'search',
  placeholder: words.search,
  'aria-label': words.search,
  oninput: () => void refresh(),
});
const count = el('span', { class: 'count', role: 'status' });
const table = el('div', { class: 'table' });
const create = el(
  'button',
  { class: 'primary', onclick: () => dialog.showModal() },
  words.newContact,
);
const dialog = creation();

main.append(
  el(
    'div',
    { class: 'sheet wide' },
    el('div', { class: 'headline' }, el('h1', {}, words.contacts), count, create),
    search,
    table,
  ),
  dialog,
);
follow(refresh);

let asked = 0;
async function refresh() {
  const mine = (asked += 1);
  const view = await load(`/contacts/${portalId}/data?q=${encodeURIComponent(search.value)}`);
  if (mine !== asked) return;
  count.textContent = say(words.shown, { shown: view.rows.length, total: view.total });
  if (view.rows.length > 0) table.replaceChildren(rows(view.rows));
  else if (view.total > 0) table.replaceChildren(empty(words.noHits, ''));
  else table.replaceChildren(empty(words.noContacts, words.noContactsHint));
}

function rows(list) {
  const heads = [words.name, words.email, words.company, words.lifecycle, words.modified];
  return el(
    'table',
    {},
    el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, head)))),
    el('tbody', {}, ...list.map(row)),
  );
}

function row(one) {
  const name = one.name || one.email || words.noName;
  return el(
    'tr',
    { class: one.archived ? 'archived' : '' },
    el(
      'td',
      {},
      el('span', { class: 'avatar small', 'aria-hidden': 'true' }, initials(one.name || one.email)),
      el('a', { href: recordPath(one.id) }, name),
      one.archived ? el('span', { class: 'tag' }, words.deleted) : null,
    ),
    el('td', {}, one.email),
    el('td', {}, one.company),
    el('td', {}, one.lifecyclestage),
    el('td', { class: 'when' }, time(one.updatedAt)),
  );
}

function creation() {
  const labels = { firstname: words.firstname, lastname: words.lastname, email: words.email };
  const inputs = Object.entries(labels).map(([name, label]) =>
    el('label', {}, label, el('input', { name, autocomplete: 'off' })),
  );
  const form = el(
    'form',
    { method: 'dialog', onsubmit: (event) => void save(event) },
    el('h2', {}, words.newContact),
    ...inputs,
    el(
      'div',
      { class: 'row' },
      el('button', { class: 'primary' }, words.save),
      el('button', { type: 'button', onclick: () => dialog.close() }, words.cancel),
    ),
  );
  return el('dialog', {}, form);
}

async function save(event) {
  event.preventDefault();
  const inputs = [...event.target.querySelectorAll('input')];
  const properties = Object.fromEntries(
    inputs.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]),
  );
  const made = await order('create', { properties });
  if (made !== undefined) window.location.href = recordPath(made.id);
}
