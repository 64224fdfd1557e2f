/* Improves the pages of messages: letters that are left, and answers that appear by themselves.
   All of it works without this file. */
(() => {
  'use strict';

  const { one, all, main, words: WORDS, filled, announce, notice } = window.aftercare;
  const [FIRST_DELAY, LAST_DELAY, SLOWER, REPLY_TIMEOUT] = [4000, 60000, 1.3, 10000];

  /* A character is what a person counts, not half of an emoji's code. */
  function count(field) {
    const hint = document.getElementById(`${field.id}-hint`);
    let isOver = false;
    field.addEventListener('input', () => {
      const left = Number(field.dataset.most) - [...field.value.trim()].length;
      hint.textContent = left < 0 ? filled(WORDS.over, { over: -left }) : filled(WORDS.left, { left });
      if (left < 0 && !isOver) announce(hint.textContent);
      isOver = left < 0;
    });
  }

  /* Asks more and more rarely, at once when something came, and not while nobody looks. */
  class Answers {
    constructor(list) {
      Object.assign(this, { list, delay: FIRST_DELAY, timer: 0, failures: 0, checking: false, on: true });
      document.addEventListener('visibilitychange', () => { if (!document.hidden) this.check(); });
      window.addEventListener('online', () => { notice(''); this.check(); });
      window.addEventListener('offline', () => notice(WORDS.offline));
      this.schedule();
    }

    schedule() {
      clearTimeout(this.timer);
      if (!this.on || document.hidden || !navigator.onLine) return;
      this.timer = setTimeout(() => this.check(), this.delay);
      this.delay = Math.min(this.delay * SLOWER, LAST_DELAY);
    }

    async check() {
      if (this.checking || !this.on) return;
      this.checking = true;
      try {
        await this.refresh();
        if (this.on) notice('');
        this.failures = 0;
      } catch {
        this.failures += 1;
        if (this.failures > 1) notice(WORDS.unreachable);
      }
      this.checking = false;
      this.schedule();
    }

    async refresh() {
      const url = `${main.dataset.since}${this.list.dataset.talk}?state=${one('[data-standing]').dataset.state}&mark=${this.list.dataset.mark}`;
      const reply = await fetch(url, { headers: { Accept: 'application/json' }, cache: 'no-store', signal: AbortSignal.timeout(REPLY_TIMEOUT) });
      if ([401, 403, 404].includes(reply.status)) {
        this.on = false;
        return notice(WORDS.session_over);
      }
      if (!reply.ok) throw new Error(`status ${reply.status}`);
      const { html } = await reply.json();
      if (html) this.show(new DOMParser().parseFromString(html, 'text/html'));
    }

    show(fresh) {
      const list = one('[data-sequence]', fresh);
      one('[data-standing]').replaceWith(one('[data-standing]', fresh));
      const isWhole = 'whole' in list.dataset;
      this.list.dataset.mark = list.dataset.mark;
      /* What changed is replaced, and nothing else: a screen reader says again what is put there. */
      if (isWhole) {
        const now = [...list.children];
        [...this.list.children].forEach((old, place) => {
          const next = now[place];
          if (next && next.isEqualNode(old)) next.remove();
          else if (next) old.replaceWith(next);
          else old.remove();
        });
      }
      if (isWhole || Number(list.dataset.sequence) > Number(this.list.dataset.talk)) {
        one('#latest')?.removeAttribute('id');
        this.list.append(...list.children);
        this.list.dataset.talk = list.dataset.sequence;
      }
      this.delay = FIRST_DELAY;
    }
  }

  all('[data-most]').forEach(count);
  all('[data-talk]').forEach((list) => new Answers(list));
})();
