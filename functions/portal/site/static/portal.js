/* Improves the pages: photo uploads without reloads, live status, no double submits.
   All pages work without this file. */
(() => {
  'use strict';

  const [MB, MAX_MB] = [1024 * 1024, 15];
  const TYPES = {
    jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp',
    heic: 'image/heic', heif: 'image/heif', avif: 'image/avif',
  };
  const MINUTE = 60 * 1000;
  const [FIRST_DELAY, LAST_DELAY, LIFETIME] = [400, 5000, 10 * MINUTE];
  const [REPLY_TIMEOUT, UPLOAD_TIMEOUT] = [10000, 5 * MINUTE];

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const main = one('main');
  /* The catalogue's texts that this file shows; the server includes them in the page. */
  const WORDS = JSON.parse(main.dataset.words ?? '{}');
  const filled = (text, facts) => text.replace(/{(\w+)}/g, (_, name) => facts[name]);

  const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
    month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZoneName: 'short',
  });

  /* Only the browser knows the customer's time zone. */
  function showLocalTimes(root) {
    all('time', root).forEach((time) => { time.textContent = clock.format(new Date(time.dateTime)); });
  }

  function announce(words) {
    const region = one('[data-announcer]');
    region.textContent = '';
    setTimeout(() => { region.textContent = words; }, 60);
  }

  function notice(words) {
    const bar = one('[data-notice]');
    if (bar.textContent !== words) bar.textContent = words;
    bar.hidden = !words;
  }

  function disableButtons(event) {
    setTimeout(() => all('button', event.target).forEach((button) => { button.disabled = true; button.ariaBusy = 'true'; }));
  }

  function enableButtons() {
    all('button[aria-busy]').forEach((button) => { button.disabled = false; button.ariaBusy = null; });
  }

  const shown = (region) => region.textContent.replace(/\s+/g, ' ')
    + all('[data-state]', region).map((part) => part.dataset.state).join();

  function inUse(region) {
    const active = document.activeElement;
    if (!region.contains(active)) return false;
    return !active.id || active.matches('input, select, textarea') || active.hasAttribute('aria-busy');
  }

  function swap(region, fresh) {
    const focused = region.contains(document.activeElement) ? document.activeElement.id : '';
    const previous = region.dataset.say;
    region.replaceWith(fresh);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    return fresh.dataset.say && fresh.dataset.say !== previous ? [fresh.dataset.say] : [];
  }

  function swapChanged(next) {
    const changed = all('[data-swap]').map((region) => {
      const fresh = one(`[data-swap="${region.dataset.swap}"]`, next);
      return fresh && shown(fresh) !== shown(region) && !inUse(region) ? [region, fresh] : null;
    }).filter(Boolean);
    const announcements = changed.flatMap(([region, fresh]) => swap(region, fresh));
    if (announcements.length) announce(announcements.join(' '));
    return changed.length > 0;
  }

  class Live {
    constructor(url, uploads) {
      Object.assign(this, { url, uploads, timer: 0, failures: 0, checking: false, on: 'live' in main.dataset });
      document.addEventListener('visibilitychange', () => this.resume());
      window.addEventListener('online', () => { notice(''); this.resume(); });
      window.addEventListener('offline', () => notice(WORDS.offline));
      this.resume();
    }

    start() { this.on = true; this.resume(); }

    resume() {
      clearTimeout(this.timer);
      this.delay = FIRST_DELAY;
      this.deadline = Date.now() + LIFETIME;
      this.schedule();
    }

    schedule() {
      if (!this.on || document.hidden || !navigator.onLine) return;
      if (Date.now() > this.deadline) return notice(WORDS.stopped);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.check(), this.delay);
      this.delay = Math.min(this.delay * 1.2, LAST_DELAY);
    }

    async check() {
      if (this.checking) return;
      this.checking = true;
      try {
        await this.refresh();
        this.failures = 0;
      } catch {
        this.failures += 1;
        if (this.failures > 1) notice(WORDS.unreachable);
      }
      this.checking = false;
      this.schedule();
    }

    async refresh() {
      const reply = await fetch(this.url, { cache: 'no-store', signal: AbortSignal.timeout(REPLY_TIMEOUT) });
      if (new URL(reply.url).pathname !== this.url || [401, 403, 404].includes(reply.status)) {
        this.on = false;
        return notice(WORDS.signed_out);
      }
      if (!reply.ok) throw new Error(`status ${reply.status}`);
      const next = new DOMParser().parseFromString(await reply.text(), 'text/html');
      showLocalTimes(next);
      notice('');
      if (one('main', next).dataset.view !== main.dataset.view) return window.location.assign(this.url);
      if (swapChanged(next)) this.delay = FIRST_DELAY;
      this.uploads?.follow(next);
      this.on = 'live' in one('main', next).dataset || Boolean(this.uploads?.awaiting());
    }
  }

  const typeOf = (file) => Object.values(TYPES).find((type) => type === file.type)
    || TYPES[file.name.split('.').pop().toLowerCase()];

  function problemWith(file) {
    if (!typeOf(file)) return WORDS.unknown_kind;
    if (file.size > MAX_MB * MB) return filled(WORDS.too_large, { megabytes: Math.ceil(file.size / MB), most: MAX_MB });
    if (file.size === 0) return WORDS.empty;
    return '';
  }

  async function openSlot(form, file) {
    const body = new URLSearchParams({ csrf: form.elements.csrf.value, content_type: typeOf(file) });
    const reply = await fetch(form.action, {
      method: 'POST', body, headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(REPLY_TIMEOUT),
    }).catch(() => { throw new Error(WORDS.dropped); });
    const answer = await reply.json().catch(() => ({}));
    if (!reply.ok || !answer.upload) throw new Error((answer.detail || answer.title || WORDS.refused).replaceAll('\'', '’'));
    return answer;
  }

  function put({ url, fields }, file, onProgress) {
    const body = new FormData();
    Object.entries(fields).forEach(([name, value]) => body.append(name, value));
    body.append('file', file);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', url);
      request.upload.onprogress = (event) => onProgress(event.loaded / event.total);
      request.timeout = UPLOAD_TIMEOUT;
      request.onload = () => (request.status < 300 ? resolve() : reject(new Error(WORDS.refused, { cause: request.status })));
      request.onerror = request.ontimeout = () => reject(new Error(WORDS.dropped));
      request.send(body);
    });
  }

  class Uploads {
    constructor(root) {
      Object.assign(this, { root, form: one('form', root), list: one('[data-uploads]'), queue: Promise.resolve(), jobs: new Set() });
      root.append(one('[data-picker]', root).content.cloneNode(true));
      this.form.hidden = true;
      const picker = one('[data-files]', root);
      picker.addEventListener('change', () => { this.add(picker.files); picker.value = ''; });
      this.acceptDrops(one('.drop', root));
      window.addEventListener('beforeunload', (event) => { if (this.sending()) event.preventDefault(); });
    }

    acceptDrops(zone) {
      const mark = (over) => (event) => { event.preventDefault(); zone.classList.toggle('over', over); };
      document.addEventListener('dragover', mark(true));
      document.addEventListener('dragleave', mark(false));
      document.addEventListener('drop', (event) => { mark(false)(event); this.add(event.dataTransfer.files); });
    }

    add(files) { if (!this.root.hidden) [...files].forEach((file) => this.place(file)); }

    place(file) {
      const row = one('[data-upload]', this.root).content.firstElementChild.cloneNode(true);
      const job = { file, row, state: 'queued', slot: null };
      one('[data-name]', row).textContent = file.name;
      one('progress', row).setAttribute('aria-label', filled(WORDS.sending_file, { file: file.name }));
      one('[data-retry]', row).addEventListener('click', () => { row.focus(); this.enqueue(job); });
      one('[data-dismiss]', row).addEventListener('click', () => this.remove(job));
      this.list.append(row);
      this.jobs.add(job);
      const problem = problemWith(file);
      if (!problem) return this.enqueue(job);
      one('[data-retry]', row).remove();
      return this.show(job, 'failed', problem);
    }

    enqueue(job) {
      this.show(job, 'queued', WORDS.queued);
      this.queue = this.queue.then(() => this.send(job));
    }

    async send(job) {
      try {
        this.show(job, 'sending', WORDS.sending);
        job.slot ??= await openSlot(this.form, job.file);
        await put(job.slot.upload, job.file, (part) => { one('progress', job.row).value = part; });
        this.show(job, 'sent', WORDS.sent);
        live.start();
      } catch (error) {
        if (error.cause < 500) job.slot = null;
        this.show(job, 'failed', error.message);
      }
    }

    show(job, state, words) {
      const failed = state === 'failed';
      job.state = state;
      job.row.classList.toggle('failed', failed);
      one('[data-words]', job.row).textContent = words;
      one('progress', job.row).hidden = failed;
      one('.upload-actions', job.row).hidden = !failed;
      if (state !== 'queued') announce(filled(WORDS.announced, { file: job.file.name, state: words }));
    }

    remove(job) {
      job.state = 'removed';
      job.row.remove();
      one('[data-files]', this.root).focus();
    }

    sending() { return [...this.jobs].some(({ state }) => state === 'queued' || state === 'sending'); }

    awaiting() { return [...this.jobs].some(({ state }) => state === 'sent'); }

    /* A photo appears once: as an upload row until it has arrived, and then as the server's tile. */
    follow(next) {
      this.root.hidden = one('[data-uploader]', next)?.hidden ?? true;
      this.jobs.forEach((job) => {
        const tile = job.slot && one(`[data-photo="${job.slot.photo_id}"]`);
        if (!tile) return;
        tile.hidden = job.state !== 'sent';
        if (job.state === 'sent') { this.jobs.delete(job); job.row.remove(); }
      });
    }
  }

  document.documentElement.classList.add('js');
  showLocalTimes(document);
  document.addEventListener('submit', disableButtons);
  window.addEventListener('pageshow', enableButtons);
  const uploader = one('[data-uploader]');
  const live = main.dataset.refresh && new Live(main.dataset.refresh, uploader && new Uploads(uploader));
})();
