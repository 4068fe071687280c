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
    for (const { name, value } of groups.flatMap(({ fields }) => fields)) {
      const field = this.#shown.get(name);
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
    this.#shown.set(field.name, { input, saved: undefined });
    input.value = field.value;
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
    const values = Object.fromEntries(
      this.#changes().map(([name, { input }]) => [name, input.value]),
    );
    if (Object.keys(values).length === 0 || !(await this.#save(values))) return;
    for (const [name, value] of Object.entries(values)) this.#shown.get(name).saved = value;
    this.#mark();
  }
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
  const kind = type === 'date' ? 'date' : 'text';
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
