/* Single keys, drafts that outlive a reload, the customer's sentence as it will read, local times.
   Everything works without this file. */
(() => {
  'use strict';

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const remembered = (store, name, value) => { // a browser may forbid to store
    try {
      if (value === undefined) return store.getItem(name);
      return value === null ? store.removeItem(name) : store.setItem(name, value);
    } catch { return null; }
  };

  function localTimes() {
    const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
    all('time[data-local]').forEach((time) => {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.getTime())) time.textContent = format.format(at);
    });
  }

  /* A form is sent once; Back brings its buttons back. */
  function disableButtons(event) {
    if (event.target.method === 'dialog') return;
    setTimeout(() => all('button', event.target).forEach((button) => { button.disabled = !event.defaultPrevented; }));
  }

  /* Drafts: kept in this tab until the form is answered with another page. */
  const fields = (form) => all('textarea, select, input:not([type="hidden"])', form);

  function keep(form) {
    const typed = fields(form).filter((field) => !/radio|checkbox/.test(field.type) || field.checked)
      .filter((field) => field.value).map((field) => [field.name, field.value]);
    remembered(sessionStorage, form.dataset.draft, typed.length ? JSON.stringify(typed) : null);
  }

  function restore(form) {
    const typed = new Map(JSON.parse(remembered(sessionStorage, form.dataset.draft) ?? '[]'));
    const server = fields(form).some((field) => (/radio|checkbox/.test(field.type) ? field.defaultChecked : field.tagName !== 'SELECT' && field.defaultValue));
    if (!typed.size || server) return;
    fields(form).forEach((field) => {
      if (!typed.has(field.name)) return;
      if (/radio|checkbox/.test(field.type)) field.checked = field.value === typed.get(field.name);
      else if (field.tagName === 'SELECT' || !field.value) field.value = typed.get(field.name); // typed before this ran: newer
    });
    form.closest('details')?.setAttribute('open', '');
  }

  function drafts() {
    const settled = new URLSearchParams(location.search).has('done');
    const id = location.pathname.split('/').pop();
    if (settled) ['decide', 'ask', 'answer', 'inside'].forEach((kind) => remembered(sessionStorage, `${kind}-${id}`, null));
    all('[data-draft]').forEach((form) => {
      restore(form);
      form.addEventListener('input', () => keep(form));
      if (form.dataset.draft.startsWith('note-')) form.addEventListener('submit', () => remembered(sessionStorage, form.dataset.draft, null));
    });
  }

  /* The decision */
  const sentences = JSON.parse(one('[data-sentences]')?.textContent ?? '{}');

  function preview(line) {
    const box = one('[data-preview]', line);
    if (!box) return;
    const sentence = sentences[one('[data-code]', line).value];
    box.hidden = !sentence;
    one('[data-preview-code]', line).textContent = sentence ?? '';
    one('[data-preview-words]', line).textContent = one('[data-words]', line).value;
  }

  function fit(line) {
    const code = one('[data-code]', line);
    const choice = one('input:checked', line)?.value;
    if (!choice) return;
    const fits = code.selectedOptions[0]?.dataset.accepts === choice;
    if (!fits) code.value = choice === 'yes' ? 'as_asked' : '';
  }

  function decisions() {
    all('[data-line]').forEach((line) => {
      preview(line);
      line.addEventListener('input', (event) => { if (event.target.type === 'radio') fit(line); preview(line); });
    });
    all('[data-without-js]').forEach((button) => { button.hidden = true; });
  }

  function decide(line, yes) {
    const choice = line && one(yes ? '[data-yes]' : '[data-no]', line);
    if (!choice) return;
    choice.click();
    (yes ? choice : one('[data-code]', line)).focus();
  }

  /* Keys */
  const places = () => all('[data-row], [data-line]');
  let last = null; // where somebody was before they left a field
  document.addEventListener('focusin', (event) => { last = event.target; });
  const current = () => places().findIndex((place) => place.contains(last));
  const line = () => all('[data-line]').find((each) => each.contains(last)) ?? one('[data-line]');

  function move(step) {
    const every = places();
    if (!every.length) return;
    const now = current();
    const next = every[Math.min(Math.max(now < 0 && step < 0 ? 0 : now + step, 0), every.length - 1)];
    (next.matches('a') ? next : one('input:not([type="hidden"]), a', next) ?? next).focus();
    next.scrollIntoView({ block: 'nearest' });
  }

  function press(key) {
    const target = one(`[data-key="${key}"]`);
    if (!target) return false;
    if (target.tagName === 'SUMMARY') { target.parentElement.open = true; one('input:not([type="hidden"])', target.parentElement).focus(); } else target.click();
    return true;
  }

  const focus = (element) => { element?.focus(); return Boolean(element); };
  const open = () => document.activeElement.matches('[data-row]') && (document.activeElement.click(), true);
  const actions = {
    j: () => (move(1), true),
    k: () => (move(-1), true),
    o: open,
    a: () => (decide(line(), true), true),
    d: () => (decide(line(), false), true),
    w: () => focus((line() && one('[data-words]', line())) ?? one('[data-answer]')),
    m: () => focus(one('[data-note]')),
    t: () => focus(one('[data-macro]')),
    '/': () => { const field = one('[data-search]'); field?.select(); return focus(field); },
    '?': () => { one('[data-keys]').showModal(); return true; },
  };

  const isOn = () => remembered(localStorage, 'keys') !== 'off';

  function onKey(event) {
    if (event.isComposing) return;
    const typing = event.target.matches('input:not([type="radio"], [type="checkbox"]), textarea, select');
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      const button = event.target.form && event.target.form.id !== 'decision' ? one('button', event.target.form) : one('[data-decide]');
      if (button) { event.preventDefault(); button.click(); }
      return;
    }
    if (event.key === 'Escape' && typing) { event.target.blur(); return; }
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !isOn() || one('dialog[open]')) return;
    if (Object.hasOwn(actions, event.key) ? actions[event.key]() : /^[a-z]$/.test(event.key) && press(event.key)) event.preventDefault();
  }

  function keys() {
    const help = one('[data-help]');
    const box = one('[data-keys-on]');
    const show = () => document.documentElement.classList.toggle('keys', isOn());
    if (help) { help.hidden = false; help.addEventListener('click', actions['?']); }
    if (box) { box.checked = isOn(); box.addEventListener('change', () => { remembered(localStorage, 'keys', box.checked ? null : 'off'); show(); }); }
    show();
    document.addEventListener('keydown', onKey);
    document.addEventListener('submit', disableButtons);
    window.addEventListener('pageshow', () => all('button:disabled').forEach((button) => { button.disabled = false; }));
  }

  localTimes();
  drafts();
  decisions();
  keys();
})();
