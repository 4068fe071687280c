/* global document, window */
import {
  el,
  follow,
  id,
  listPath,
  load,
  object,
  order,
  recordPath,
  time,
  toast,
  words,
} from './dom.js';
import { Fields } from './fields.js';

const main = document.getElementById('main');
const head = el('section', { class: 'card head' });
const notice = el('div', { class: 'notice', role: 'status', hidden: true });
const feed = el('div', {});
const lists = el('div', {});
const dialog = el('dialog', {});
const fields = new Fields(async (values) => {
  const done = await order('edit', { type: object, id, values });
  if (done !== undefined) toast(words.saved);
  return done !== undefined;
});
const titled = (title, ...content) =>
  el('section', { class: 'card', 'aria-label': title }, el('h2', {}, title), ...content);
main.append(
  head,
  notice,
  el(
    'div',
    { class: 'columns' },
    el('div', {}, titled(words.details, fields.place), titled(words.related, lists)),
    titled(words.activity, el('p', { class: 'quiet' }, words.activityHint), feed),
  ),
  fields.bar,
  dialog,
);
follow(refresh);

let shown = '';
async function refresh() {
  const view = await load(`/lightning/r/${object}/${id}/data`);
  const back = el('a', { href: listPath }, `‹ ${words.back}`);
  if (view.state === 'gone') {
    main.replaceChildren(
      el('section', { class: 'card' }, back, el('h1', {}, words.gone), el('p', {}, words.goneHint)),
    );
    return;
  }
  document.title = view.name;
  fields.update(view.sections);
  fields.place.inert = view.state === 'binned';
  const next = JSON.stringify([
    view.name,
    view.state,
    view.highlights,
    view.activity,
    view.related,
    view.convertedContactId,
  ]);
  if (next === shown) return;
  shown = next;
  showHead(view, back);
  showNotice(view);
  feed.replaceChildren(
    ...(view.activity.length === 0 ? [el('p', {}, words.noActivity)] : view.activity.map(entry)),
  );
  lists.replaceChildren(
    ...(view.related.length === 0 ? [el('p', {}, words.noRelated)] : view.related.map(relatedList)),
  );
}

function showHead(view, back) {
  const line = view.highlights.map(({ label, value, target }) =>
    el(
      'div',
      {},
      el('span', { class: 'quiet' }, label),
      el('span', {}, target === null ? value : target.name),
    ),
  );
  head.replaceChildren(
    el(
      'div',
      { class: 'headline' },
      el('div', {}, back, el('p', { class: 'quiet' }, view.objectLabel), el('h1', {}, view.name)),
      actions(view),
    ),
    el('div', { class: 'highlights' }, ...line),
  );
}

function showNotice(view) {
  const target = view.masterId ?? view.convertedContactId;
  const type = view.masterId === null ? 'Contact' : object;
  notice.hidden = view.state === 'live' && target === null;
  const text =
    view.masterId !== null
      ? words.merged
      : view.convertedContactId !== null
        ? words.converted
        : words.inBin;
  notice.replaceChildren(
    text,
    ' ',
    target === null ? '' : el('a', { href: recordPath(type, target) }, words.open),
  );
}

function actions(view) {
  const button = (label, run, kind = '') => el('button', { class: kind, onclick: run }, label);
  if (view.state === 'binned') {
    return button(
      words.undelete,
      async () => {
        if ((await order('undelete', { id })) !== undefined) toast(words.undeleted);
      },
      'primary',
    );
  }
  const convert = () =>
    ask([words.convert, words.convertAsk], () => order('convert', { leadId: id }));
  return el(
    'div',
    { class: 'actions', role: 'group', 'aria-label': words.actions },
    object === 'Lead' && view.convertedContactId === null ? button(words.convert, convert) : null,
    button(words.merge, askMerge),
    button(words.delete, () =>
      ask([words.delete, words.deleteAsk], () => order('delete', { type: object, id })),
    ),
  );
}

const entry = ({ title, text, at, state }) =>
  el(
    'article',
    {},
    el(
      'header',
      {},
      el('strong', {}, title),
      ' ',
      el('span', { class: 'quiet' }, state),
      ' ',
      time(at),
    ),
    el('p', { class: 'text' }, text),
  );

function relatedList({ label, object: type, count, columns, rows }) {
  const line = ({ id: rowId, name, cells }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, el('a', { href: recordPath(type, rowId) }, name)),
      ...cells.map((cell) => el('td', { class: 'text' }, cell)),
    );
  const heads = [words.name, ...columns].map((one) => el('th', { scope: 'col' }, one));
  return el(
    'section',
    { class: 'related', 'aria-label': label },
    el('h3', {}, `${label} (${count})`),
    rows.length === 0
      ? null
      : el(
          'table',
          {},
          el('thead', {}, el('tr', {}, ...heads)),
          el('tbody', {}, ...rows.map(line)),
        ),
  );
}

function ask([title, text], run, ...inputs) {
  const form = el(
    'form',
    {
      method: 'dialog',
      onsubmit: async (event) => {
        event.preventDefault();
        if ((await run()) !== undefined) dialog.close();
      },
    },
    el('h2', {}, title),
    el('p', {}, text),
    ...inputs,
    el(
      'div',
      { class: 'actions' },
      el('button', { type: 'button', onclick: () => dialog.close() }, words.cancel),
      el('button', { class: 'primary' }, title),
    ),
  );
  dialog.replaceChildren(form);
  dialog.showModal();
}

function askMerge() {
  const other = el('input', { required: true });
  const run = () => order('merge', { type: object, masterId: id, losers: [other.value.trim()] });
  ask(
    [words.merge, words.mergeAsk],
    run,
    el('label', { class: 'field' }, el('span', {}, words.mergeId), other),
  );
}

window.addEventListener('pageshow', (event) => {
  if (event.persisted) void refresh();
});
