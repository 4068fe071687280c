/* global document */
import { el, follow, load, object, recordPath, say, time, words } from './dom.js';

const search = el('input', {
  type: 'search',
  placeholder: words.search,
  'aria-label': words.search,
  oninput: () => void refresh(),
});
const count = el('p', { class: 'quiet', role: 'status' });
const body = el('tbody', {});
const head = [words.name, words.email, words.company, words.modified];
document
  .getElementById('main')
  .append(
    el(
      'section',
      { class: 'card sheet' },
      el('div', { class: 'headline' }, el('h1', {}, document.title), search),
      count,
      el(
        'table',
        {},
        el('thead', {}, el('tr', {}, ...head.map((label) => el('th', { scope: 'col' }, label)))),
        body,
      ),
    ),
  );
follow(refresh);

async function refresh() {
  const asked = search.value;
  const view = await load(`/lightning/o/${object}/data`, `&q=${encodeURIComponent(asked)}`);
  if (asked !== search.value) return;
  count.textContent =
    view.rows.length === 0
      ? words.noHits
      : say(words.shown, { shown: view.rows.length, total: view.total });
  body.replaceChildren(
    ...view.rows.map((row) =>
      el(
        'tr',
        { class: row.binned ? 'binned' : '' },
        el('th', { scope: 'row' }, el('a', { href: recordPath(object, row.id) }, row.name)),
        el('td', {}, row.email),
        el('td', {}, row.company),
        el('td', {}, time(row.modified)),
      ),
    ),
  );
}
