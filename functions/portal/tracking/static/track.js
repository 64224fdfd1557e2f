/* Copies what to have ready for a carrier. Without this file the text is selected and copied by hand. */
(() => {
  'use strict';

  const { all, main, words: WORDS, announce } = window.aftercare;

  async function copy(button) {
    const text = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(text.value);
      button.lastElementChild.textContent = WORDS.copied;
      announce(WORDS.copied);
    } catch {
      text.focus();
      text.select();
    }
  }

  all('[data-copy]', main).forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', () => copy(button));
  });
})();
