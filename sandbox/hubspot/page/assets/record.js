/* global document, window */
import {
  el,
  empty,
  follow,
  id,
  initials,
  keepLang,
  lang,
  load,
  month,
  order,
  portalId,
  recordPath,
  say,
  time,
  timeText,
  toast,
  words,
} from './crm.js';
import { Fields } from './fields.js';

const main = document.getElementById('main');
const head = el('section', { class: 'card head' });
const notice = el('div', { class: 'notice', role: 'status', hidden: true });
const feed = el('div', { class: 'feed' });
const details = el('dl', {});
const fields = new Fields(async (properties) => {
  const done = await order('edit', { id, properties });
  if (done !== undefined) toast(words.saved);
  return done !== undefined;
});
const dialog = el('dialog', {});
const addNote = el('button', { onclick: askNote }, words.addNote);
const back = el('a', { class: 'back', href: keepLang(`/contacts/${portalId}`) }, `‹ ${words.back}`);
const columns = el(
  'div',
  { class: 'columns' },
  el('div', { class: 'left' }, back, head, fields.place, fields.bar),
  el(
    'section',
    { class: 'centre', 'aria-label': words.activity },
    notice,
    el('div', { class: 'headline' }, el('h2', {}, words.activity), addNote),
    feed,
  ),
  el(
    'aside',
    { class: 'right' },
    el('section', { class: 'card' }, el('h2', {}, words.details), details),
  ),
);
main.append(columns, dialog);
follow(refresh);

let feedShown = '';
async function refresh() {
  const view = await load(`/contacts/${portalId}/record/0-1/${id}/data?lang=${lang}`);
  if (view.state === 'gone') {
    main.replaceChildren(el('div', { class: 'sheet' }, back, empty(words.gone, words.goneHint)));
    return;
  }
  if (view.id !== id) {
    window.location.replace(recordPath(view.id));
    return;
  }
  const name = view.name || view.email || words.noName;
  document.title = name;
  showHead(view, name);
  notice.hidden = view.state !== 'archived';
  notice.textContent = view.archivedAt
    ? say(words.deletedOn, { when: timeText(view.archivedAt) })
    : '';
  addNote.hidden = view.state === 'archived';
  fields.place.inert = view.state === 'archived';
  fields.update(view.groups);
  showDetails(view);
  const next = JSON.stringify(view.timeline);
  if (next !== feedShown) showFeed(view.timeline);
  feedShown = next;
}

let headShown = '';
function showHead(view, name) {
  const next = JSON.stringify([name, view.jobtitle, view.company, view.email, view.state]);
  if (next === headShown) return;
  headShown = next;
  const line = [view.jobtitle, view.company].filter(Boolean).join(' · ');
  head.replaceChildren(
    el('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(view.name || view.email)),
    el(
      'div',
      {},
      el('h1', {}, name),
      el('p', {}, line),
      el('p', { class: 'quiet' }, view.email === name ? '' : view.email),
    ),
    view.state === 'archived'
      ? el('button', { class: 'primary', onclick: restore }, words.restore)
      : actions(),
  );
}

function actions() {
  const item = (label, run, danger) =>
    el('button', { class: danger ? 'danger' : '', onclick: run }, label);
  return el(
    'details',
    { class: 'menu' },
    el('summary', {}, words.actions),
    el(
      'div',
      {},
      item(words.merge, askMerge),
      item(words.delete, () => ask(words.delete, words.deleteAsk, () => order('delete', { id }))),
      item(
        words.privacy,
        () => ask(words.privacy, words.privacyAsk, () => order('privacy-delete', { id })),
        true,
      ),
    ),
  );
}

async function restore() {
  if ((await order('restore', { id })) !== undefined) toast(words.restored);
}

function showDetails(view) {
  const rows = [
    [words.recordId, view.id],
    [words.created, time(view.createdAt)],
    [words.modified, time(view.updatedAt)],
    ...(view.mergedIds ? [[words.mergedIds, view.mergedIds.replaceAll(';', ', ')]] : []),
  ];
  details.replaceChildren(
    ...rows.flatMap(([term, value]) => [el('dt', {}, term), el('dd', {}, value)]),
  );
}

function showFeed(entries) {
  if (entries.length === 0) {
    feed.replaceChildren(empty(words.noActivity, words.noActivityHint));
    return;
  }
  let current = '';
  feed.replaceChildren(
    ...entries.flatMap((entry) => {
      const title = month(entry.at);
      const isNew = title !== current;
      current = title;
      return [...(isNew ? [el('h3', {}, title)] : []), card(entry)];
    }),
  );
}

function card({ kind, html, at, by }) {
  // The emulator has reduced the HTML to harmless elements; the page's policy forbids inline scripts besides.
  const body = el('div', { class: 'body' });
  body.innerHTML = html;
  const who = { app: say(words.app, { who: by.name }), person: words.person, import: words.import }[
    by.kind
  ];
  return el(
    'article',
    { class: `card entry ${kind}` },
    el(
      'header',
      {},
      el('strong', {}, kind === 'note' ? words.note : words.appEvent),
      el('span', { class: 'quiet' }, say(words.by, { who })),
      time(at),
    ),
    body,
  );
}

function ask(title, text, run, ...inputs) {
  document.querySelector('.menu')?.removeAttribute('open');
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
    text === '' ? null : el('p', {}, text),
    ...inputs,
    el(
      'div',
      { class: 'row' },
      el('button', { class: 'primary' }, title),
      el('button', { type: 'button', onclick: () => dialog.close() }, words.cancel),
    ),
  );
  dialog.replaceChildren(form);
  dialog.showModal();
}

function askMerge() {
  const other = el('input', { required: true, inputmode: 'numeric' });
  const run = () => order('merge', { primaryId: id, otherId: other.value.trim() });
  ask(words.merge, words.mergeAsk, run, el('label', {}, words.mergeId, other));
}

function askNote() {
  const text = el('textarea', { rows: 4, required: true });
  const paragraph = () => el('p', {}, text.value).outerHTML;
  ask(
    words.addNote,
    '',
    () => order('note', { id, html: paragraph() }),
    el('label', {}, words.noteText, text),
  );
}
