/* Improves every page: no double submits, and the tools of the other
   scripts. All pages work without this file. */
(() => {
  'use strict';

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const main = one('main');
  /* The catalogue's texts that scripts show; the server includes them in the page. */
  const words = JSON.parse(main.dataset.words ?? '{}');
  const filled = (text, facts) => text.replace(/{(\w+)}/g, (_, name) => facts[name]);

  function announce(text) {
    const region = one('[data-announcer]');
    region.textContent = '';
    setTimeout(() => { region.textContent = text; }, 60);
  }

  function notice(text) {
    const bar = one('[data-notice]');
    if (bar.textContent !== text) bar.textContent = text;
    bar.hidden = !text;
  }

  function disableButtons(event) {
    setTimeout(() => {
      if (event.defaultPrevented) return; // another script sends it
      all('button', event.target).forEach((button) => { button.disabled = true; button.ariaBusy = 'true'; });
    });
  }

  function enableButtons() {
    all('button[aria-busy]').forEach((button) => { button.disabled = false; button.ariaBusy = null; });
  }

  document.documentElement.classList.add('js');
  document.addEventListener('submit', disableButtons);
  window.addEventListener('pageshow', enableButtons);
  window.aftercare = { one, all, main, words, filled, announce, notice };
})();
