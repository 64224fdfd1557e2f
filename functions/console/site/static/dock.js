/* Scans and presses at the dock are answered in the page, in their order, so that a scanner may go on
   while one is on its way. Everything works without this file: each is a form. */
(() => {
  'use strict';

  const one = (selector, root = document) => root.querySelector(selector);
  const field = () => one('[data-scan]');
  const announce = (text) => { const line = one('[data-announcer]'); line.textContent = ''; setTimeout(() => { line.textContent = text; }, 50); };
  const result = () => one('[data-result] span')?.textContent ?? '';

  function remembered(value) { // a browser may forbid to store
    try {
      return value === undefined ? localStorage.getItem('place') : localStorage.setItem('place', value);
    } catch { return null; }
  }

  function ready() {
    const place = one('[data-place]');
    if (place && !place.value) place.value = remembered() ?? '';
    place?.addEventListener('change', () => remembered(place.value));
  }

  function keepFocus(before) {
    if (!before) return;
    const same = before.name === 'do' ? `button[name="do"][value="${CSS.escape(before.value)}"]` : before.id && `#${CSS.escape(before.id)}`;
    (same && one(`[data-dock] ${same}`) || field())?.focus();
  }

  let last = Promise.resolve();

  async function sent(action, button, text) {
    const form = one('[data-counting]');
    const body = new URLSearchParams(new FormData(form));
    if (field()) body.set('scan', text);
    if (button.name) body.set(button.name, button.value);
    const answer = await fetch(action, { method: 'POST', body, headers: { Accept: 'text/html' } });
    if (answer.redirected) { location.assign(answer.url); return; }
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const now = one('[data-dock]', page);
    if (!now) { location.reload(); return; }
    const focused = document.activeElement === field() || button.name !== 'do' ? field() : button;
    const typed = field()?.value ?? '';
    one('[data-dock]').replaceWith(now);
    if (typed && field()) field().value = typed;
    ready();
    keepFocus(focused);
    if (!typed) field()?.select();
    announce(result());
  }

  document.addEventListener('submit', (event) => {
    const button = event.submitter;
    if (!event.target.matches('[data-counting]') || !button?.formAction.endsWith('/count')) return;
    event.preventDefault();
    const text = button.name === 'do' ? '' : field()?.value ?? '';
    if (text) field().value = '';
    last = last.then(() => sent(button.formAction, button, text)).catch(() => {
      if (field()) field().value = text;
      announce('No connection. Nothing was counted; press Enter again.');
    });
  });

  /* What the field showed before is the last scan: the next one takes its place. The next may have
     begun before this file ran: a scanner waits for nothing. */
  function replaceLastScan() {
    const scan = field();
    if (!scan?.defaultValue) return;
    if (scan.value === scan.defaultValue) scan.select();
    else scan.value = scan.value.replace(scan.defaultValue, '');
  }

  ready();
  replaceLastScan();
  if (result()) announce(result());
})();
