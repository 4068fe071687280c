import { el, say, words } from './crm.js';

/** The editable left column. What a person is typing is never overwritten by a refresh. */
export class Fields {
  place = el('div', { class: 'groups' });
  #count = el('span', {});
  bar = el(
    'div',
    { class: 'savebar', hidden: true },
    this.#count,
    el('button', { class: 'primary', onclick: () => void this.#submit() }, words.save),
    el('button', { onclick: () => this.#reset() }, words.cancel),
  );
  #shown = new Map();
  #layout = '';
  #save;

  constructor(save) {
    this.#save = save;
  }

  update(groups) {
    const layout = JSON.stringify(
      groups.map(({ label, fields }) => [
        label,
        fields.map(({ name, options }) => [name, options]),
      ]),
    );
    if (layout !== this.#layout) {
      this.#layout = layout;
      this.#shown.clear();
      this.place.replaceChildren(...groups.map((group) => this.#group(group)));
    }
    for (const { name, type, value: stored } of groups.flatMap(({ fields }) => fields)) {
      const field = this.#shown.get(name);
      const value = toInput(type, stored);
      if (field.saved !== undefined && field.saved !== value) flash(field.input);
      if (field.input.value === field.saved) field.input.value = value;
      field.saved = value;
    }
    this.#mark();
  }

  #group({ kind, label, fields }) {
    const title = kind === 'about' ? words.about : kind === 'more' ? words.more : label;
    const heading = el('summary', {}, el('h2', {}, title));
    const open = kind !== 'more';
    return el(
      'details',
      { class: 'card', open },
      heading,
      ...fields.map((field) => this.#row(field)),
    );
  }

  #row(field) {
    const input = inputFor(field);
    input.addEventListener('input', () => this.#mark());
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && field.fieldType !== 'textarea') void this.#submit();
      if (event.key === 'Escape') this.#reset();
    });
    this.#shown.set(field.name, { input, type: field.type, saved: undefined });
    input.value = toInput(field.type, field.value);
    return el('label', { class: 'field' }, el('span', {}, field.label), input);
  }

  #changes() {
    return [...this.#shown].filter(
      ([, { input, saved }]) => saved !== undefined && input.value !== saved,
    );
  }

  #mark() {
    const changed = this.#changes();
    for (const { input } of this.#shown.values()) input.classList.remove('changed');
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

/** A point in time is stored in UTC and shown in the viewer's own zone. */
function toInput(type, stored) {
  if (type !== 'datetime' || stored === '') return stored;
  const at = new Date(/^\d+$/.test(stored) ? Number(stored) : stored);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function fromInput(type, shown) {
  return type === 'datetime' && shown !== '' ? new Date(shown).toISOString() : shown;
}

function inputFor({ name, type, fieldType, options, readOnly, value }) {
  const common = { name, disabled: readOnly };
  if (fieldType === 'textarea') return el('textarea', { ...common, rows: 3 });
  if (type === 'bool') {
    const choices = ['', 'true', 'false'].map((one) =>
      el('option', { value: one }, one || words.none),
    );
    return el('select', common, ...choices);
  }
  if (type === 'enumeration' && fieldType !== 'checkbox' && options.length > 0) {
    const known = options.some((one) => one.value === value) || value === '';
    const all = [
      { value: '', label: words.none },
      ...options,
      ...(known ? [] : [{ value, label: value }]),
    ];
    return el('select', common, ...all.map((one) => el('option', { value: one.value }, one.label)));
  }
  const kind = { date: 'date', datetime: 'datetime-local' }[type] ?? 'text';
  return el('input', {
    ...common,
    type: kind,
    inputmode: type === 'number' ? 'decimal' : undefined,
    placeholder: '—',
  });
}

function flash(input) {
  input.classList.remove('fresh');
  // Reading a size makes the browser see the class leave, so that the animation starts anew.
  void input.offsetWidth;
  input.classList.add('fresh');
}
