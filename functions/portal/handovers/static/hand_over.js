/* Says that a code's time is over, also offline; without this file the page says until when. */
(() => {
  'use strict';

  const shown = document.querySelector('[data-left]');
  if (!shown) return;
  /* By how long the code is still good, and not until when: many a phone's clock is wrong. */
  const until = Date.now() + Number(shown.dataset.left) * 1000;

  function look() {
    const left = until - Date.now();
    if (left > 0) {
      setTimeout(look, Math.min(left + 50, 30000));
      return;
    }
    shown.hidden = true;
    document.querySelector('[data-while]').hidden = true;
    document.querySelector('[data-after]').hidden = false;
    document.querySelector('.hand-over button').classList.add('primary');
  }

  look();
  document.addEventListener('visibilitychange', look);
})();
