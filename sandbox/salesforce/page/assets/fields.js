import { el, recordPath, say, time, words } from './dom.js';

/** The editable details. What a person is typing is never overwritten by a refresh. */
export class Fields {
  place = el('div', {});
  #count = el('span', {});
  bar = el(
    'div',
    { class: 'savebar', hidden: true },
    this.#count,
    el('button', { onclick: () => this.#reset() }, words.cancel),
    el('button', { class: 'primary', onclick: () => void this.#submit() }, words.save),
  );
  #inputs = new Map();
  #shown = new Map();
  #layout = '';
  #save;

  constructor(save) {
    this.#save = save;
  }

  update(sections) {
    const layout = JSON.stringify(
      sections.map(({ fields }) => fields.map(({ name, options }) => [name, options])),
    );
    // A rebuilt field would lose the cursor of whoever is typing in it.
    if (layout !== this.#layout) {
      this.#layout = layout;
      this.#inputs.clear();
      this.#shown.clear();
      this.place.replaceChildren(...sections.map((section) => this.#section(section)));
    }
    for (const field of sections.flatMap(({ fields }) => fields)) {
      this.#shown.get(field.name).replaceChildren(...shownValue(field));
      const edited = this.#inputs.get(field.name);
      if (edited === undefined) continue;
      const stored = toInput(field.type, field.value);
      if (edited.input.value === edited.saved) edited.input.value = stored;
      edited.saved = stored;
    }
    this.#mark();
  }

  #section({ kind, fields }) {
    return el(
      'details',
      { open: kind !== 'system' },
      el('summary', {}, el('h3', {}, words[kind])),
      el('div', { class: 'fields' }, ...fields.map((field) => this.#row(field))),
    );
  }

  #row(field) {
    const shown = el('span', {});
    this.#shown.set(field.name, shown);
    if (!field.editable) {
      return el('div', { class: 'field' }, el('span', {}, field.label), shown);
    }
    const input = inputFor(field);
    input.addEventListener('input', () => this.#mark());
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !field.long) void this.#submit();
      if (event.key === 'Escape') this.#reset();
    });
    input.value = toInput(field.type, field.value);
    this.#inputs.set(field.name, { input, type: field.type, saved: input.value });
    const mark = field.required ? el('abbr', { 'aria-hidden': 'true' }, '*') : null;
    return el(
      'div',
      { class: 'field' },
      el('label', {}, el('span', {}, mark, field.label), input),
      shown,
    );
  }

  #changes() {
    return [...this.#inputs].filter(([, { input, saved }]) => input.value !== saved);
  }

  #mark() {
    const changed = this.#changes();
    for (const { input } of this.#inputs.values()) input.classList.remove('changed');
    for (const [, { input }] of changed) input.classList.add('changed');
    this.bar.hidden = changed.length === 0;
    this.#count.textContent = say(words.changed, { count: changed.length });
  }

  #reset() {
    for (const [, { input, saved }] of this.#changes()) input.value = saved;
    this.#mark();
  }

  async #submit() {
    const changed = this.#changes().map(([name, field]) => [name, field, field.input.value]);
    const values = Object.fromEntries(
      changed.map(([name, { type }, value]) => [name, fromInput(type, value)]),
    );
    if (changed.length === 0 || !(await this.#save(values))) return;
    for (const [, field, value] of changed) field.saved = value;
    this.#mark();
  }
}

const linkTo = (target) => el('a', { href: recordPath(target.object, target.id) }, target.name);

/** Beside an input only where a lookup leads; else the value itself. */
function shownValue({ type, value, target, editable }) {
  if (target !== null) return [linkTo(target)];
  if (editable) return [];
  if (type === 'datetime') return [time(value)];
  if (type === 'boolean') return [value === 'true' ? words.yes : words.no];
  return [value || '—'];
}

/** A point in time is stored in UTC and shown in the viewer's own zone. */
function toInput(type, stored) {
  if (type !== 'datetime' || stored === '') return stored;
  const at = new Date(stored.replace('+0000', 'Z'));
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const fromInput = (type, shown) =>
  type === 'datetime' && shown !== '' ? new Date(shown).toISOString() : shown;

function inputFor({ name, type, long, options, value, maxLength }) {
  if (long) return el('textarea', { name, rows: 3, maxlength: maxLength });
  if (type === 'boolean') {
    const choice = (one, label) => el('option', { value: one }, label);
    return el('select', { name }, choice('true', words.yes), choice('false', words.no));
  }
  if (type === 'picklist') {
    const known = value === '' || options.some((one) => one.value === value);
    const all = [
      { value: '', label: words.none },
      ...options,
      ...(known ? [] : [{ value, label: value }]),
    ];
    return el(
      'select',
      { name },
      ...all.map((one) => el('option', { value: one.value }, one.label)),
    );
  }
  const kind = { date: 'date', datetime: 'datetime-local' }[type] ?? 'text';
  const decimal = ['double', 'currency', 'percent', 'int'].includes(type);
  return el('input', { name, type: kind, inputmode: decimal ? 'decimal' : undefined });
}
