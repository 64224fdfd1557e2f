/* A mark is set exactly where a finger, a mouse or the arrow keys point. Without this file the form asks
   for one of nine areas. */
(() => {
  'use strict';

  const { one, all, words: WORDS, filled, announce } = window.aftercare;
  const [SCALE, STEP, STRIDE] = [10000, 100, 1000];
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const within = (at) => Math.min(SCALE, Math.max(0, Math.round(at)));

  class Crosshair {
    constructor(form) {
      const areas = one('.areas', form);
      this.names = all('label', areas).map((label) => label.textContent.trim());
      this.at = [SCALE / 2, SCALE / 2];
      this.inputs = ['x', 'y'].map((name) => Object.assign(document.createElement('input'), { type: 'hidden', name }));
      this.text = one('[name="text"]', form);
      areas.before(one('[data-aim]', form).content.cloneNode(true));
      this.aim = one('.aim', form);
      Object.assign(areas, { disabled: true, hidden: true });
      this.aim.id = areas.id;
      areas.removeAttribute('id');
      form.append(...this.inputs);
      this.aim.addEventListener('click', (event) => this.point(event));
      this.aim.addEventListener('keydown', (event) => this.press(event));
    }

    point({ clientX, clientY }) {
      const { left, top, width, height } = this.aim.getBoundingClientRect();
      this.move((SCALE * (clientX - left)) / width, (SCALE * (clientY - top)) / height);
      this.set();
    }

    press(event) {
      const { key, shiftKey } = event;
      if (key === 'Enter' || key === ' ') this.set();
      else if (MOVES[key]) {
        this.move(...this.at.map((at, axis) => at + MOVES[key][axis] * (shiftKey ? STRIDE : STEP)));
        announce(filled(WORDS.aimed, { area: this.area(), across: Math.round(this.at[0] / 100), down: Math.round(this.at[1] / 100) }));
      } else return;
      event.preventDefault();
    }

    move(x, y) {
      this.at = [within(x), within(y)];
      const cross = one('svg svg', this.aim);
      ['x', 'y'].forEach((name, axis) => cross.setAttribute(name, `${this.at[axis] / 100}%`));
      if (this.inputs[0].value) this.keep();
    }

    keep() { this.inputs.forEach((input, axis) => { input.value = this.at[axis]; }); }

    set() {
      this.keep();
      this.aim.classList.add('set');
      this.text.focus();
      announce(filled(WORDS.placed, { area: this.area() }));
    }

    area() {
      const [column, row] = this.at.map((at) => Math.min(2, Math.floor((at * 3) / SCALE)));
      return this.names[row * 3 + column];
    }
  }

  all('[data-marking]').forEach((form) => new Crosshair(form));
})();
