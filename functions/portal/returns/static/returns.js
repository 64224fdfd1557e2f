/* Improves the pages of a return: search in an order, nothing typed is lost, photos without reloads,
   live status. All of them work without this file. */
(() => {
  'use strict';

  const { one, all, main, words: WORDS, filled, announce, notice } = window.aftercare;
  const [MB, MOST_MB, LONGEST_SIDE, QUALITY] = [1024 * 1024, 15, 2560, 0.9];
  /* What the server takes; a file whose name and type say nothing is for the server to judge. */
  const TYPES = {
    jpg: 'image/jpeg', jpeg: 'image/jpeg', jpe: 'image/jpeg', jfif: 'image/jpeg', png: 'image/png', webp: 'image/webp',
    heic: 'image/heic', heif: 'image/heif', hif: 'image/heif', avif: 'image/avif',
  };
  const MINUTE = 60 * 1000;
  const [FIRST_DELAY, LAST_DELAY, LIFETIME, PAUSE] = [400, 5000, 10 * MINUTE, 1000];
  const [REPLY_TIMEOUT, UPLOAD_TIMEOUT] = [10000, 5 * MINUTE];

  async function post(form, body) {
    const reply = await fetch(form.action, {
      method: 'POST', body, headers: { Accept: 'application/json' }, keepalive: true, signal: AbortSignal.timeout(REPLY_TIMEOUT),
    }).catch(() => { throw new Error(WORDS.dropped, { cause: 'dropped' }); });
    const answer = await reply.json().catch(() => ({}));
    if (!reply.ok) throw new Error((answer.detail || answer.title || WORDS.refused).replaceAll('\'', '’'), { cause: reply.status });
    return answer;
  }

  window.aftercare.post = post; // videos are sent by a script of their own

  /* A long order. */
  const plain = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

  function search(field) {
    const rows = all('[data-item]');
    field.addEventListener('input', () => {
      const sought = plain(field.value).split(/\s+/);
      rows.forEach((row) => { row.hidden = !sought.every((part) => plain(row.textContent).includes(part)); });
      all('[data-group]').forEach((group) => { group.hidden = !all('[data-item]:not([hidden])', group).length; });
      one('[data-found]').textContent = filled(WORDS.found, { count: rows.filter((row) => !row.hidden).length });
    });
  }

  /* What is chosen and typed is saved before the button is pressed: a phone may close, a session may end. */
  class Autosave {
    constructor(form) {
      Object.assign(this, { form, line: one('[data-saved]', form), timer: 0, saved: form.dataset.autosave ? '' : this.content(form), queue: Promise.resolve() });
      form.addEventListener('input', () => this.soon());
      form.addEventListener('submit', () => { this.saved = null; });
      document.addEventListener('visibilitychange', () => { if (document.hidden) this.now(); });
      window.addEventListener('pagehide', () => this.now());
      if (!this.saved) this.now();
    }

    content(form = this.form) { return new URLSearchParams(new FormData(form)).toString(); }

    soon() { clearTimeout(this.timer); this.timer = setTimeout(() => this.now(), PAUSE); }

    now() { clearTimeout(this.timer); this.queue = this.queue.then(() => this.save()); }

    async save() {
      const content = this.content();
      if (this.saved === null || content === this.saved) return;
      try {
        const { ticket } = await post(this.form, new URLSearchParams(`${content}&autosave=1`));
        if (this.saved !== null) this.saved = content;
        if (ticket) this.line.textContent = filled(WORDS.saved, { ticket });
      } catch (error) {
        this.line.textContent = error.cause === 403 ? WORDS.kept : error.message;
      }
    }
  }

  const shown = (region) => region.textContent.replace(/\s+/g, ' ')
    + all('[data-state]', region).map((part) => part.dataset.photo + part.dataset.state).join();

  function inUse(region) {
    const active = document.activeElement;
    if (!region.contains(active)) return false;
    return !active.id || active.matches('input, select, textarea') || active.hasAttribute('aria-busy');
  }

  function swap(region, fresh) {
    const active = region.contains(document.activeElement) ? document.activeElement : null;
    const places = [active?.id, active?.closest('[data-photo]')?.id].filter(Boolean);
    const previous = region.dataset.say;
    region.replaceWith(fresh);
    places.map((id) => document.getElementById(id)).find((place) => place && !place.disabled)?.focus({ preventScroll: true });
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
      document.addEventListener('aftercare:sent', () => this.start());
      window.addEventListener('online', () => { notice(''); this.resume(); });
      window.addEventListener('offline', () => notice(WORDS.offline));
      document.addEventListener('submit', (event) => { if (event.target.matches('[data-quiet]')) this.send(event); });
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
      notice('');
      if (one('main', next).dataset.view !== main.dataset.view) return window.location.assign(this.url);
      if (swapChanged(next)) this.delay = FIRST_DELAY;
      this.uploads.forEach((each) => each.follow(next));
      this.on = 'live' in one('main', next).dataset || this.uploads.some((each) => each.awaiting());
    }

    /* A photo is moved or taken away without leaving the page: others may be on their way. */
    async send(event) {
      event.preventDefault();
      try {
        const { said } = await post(event.target, new URLSearchParams(new FormData(event.target, event.submitter)));
        await this.refresh();
        announce(said);
      } catch (error) {
        notice(error.message);
      }
    }
  }

  const typeOf = (file) => Object.values(TYPES).find((type) => type === file.type)
    || TYPES[file.name.split('.').pop().toLowerCase()];
  const mayBePhoto = (file) => typeOf(file) || /^$|^image|octet-stream$/.test(file.type);

  /* A photo with more pixels than anybody looks at is slow to send, and may be too large for the
     server. What this browser cannot draw is sent as it is. */
  async function scaled(file) {
    const whole = await createImageBitmap(file);
    const part = Math.min(1, LONGEST_SIDE / Math.max(whole.width, whole.height));
    if (part === 1 && typeOf(file) && file.size <= MOST_MB * MB) return file;
    const size = { width: Math.round(whole.width * part), height: Math.round(whole.height * part) };
    const small = await createImageBitmap(whole, { resizeWidth: size.width, resizeHeight: size.height, resizeQuality: 'high' });
    whole.close();
    const canvas = Object.assign(document.createElement('canvas'), size);
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, size.width, size.height);
    pen.drawImage(small, 0, 0);
    small.close();
    return await new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', QUALITY); }) ?? file;
  }

  /* A phone may change a file after it was picked; the browser then reads nothing of it any more. */
  const isReadable = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false);

  async function prepared(file) {
    if (!await isReadable(file)) throw new Error(WORDS.changed);
    const photo = await scaled(file).catch(() => file);
    if (photo.size > MOST_MB * MB) throw new Error(filled(WORDS.too_large, { megabytes: Math.ceil(photo.size / MB), most: MOST_MB }));
    return { photo, type: photo === file ? typeOf(file) ?? 'image/jpeg' : photo.type };
  }

  function put({ url, fields }, photo, onProgress) {
    const body = new FormData();
    Object.entries(fields).forEach(([name, value]) => body.append(name, value));
    body.append('file', photo);
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

  /* Photos of all kinds leave one after the other. */
  let line = Promise.resolve();

  class Uploads {
    constructor(root) {
      Object.assign(this, { root, form: one('form', root), list: one('[data-uploads]', root), jobs: new Set() });
      one('.pick', root).classList.add('live');
      this.picker = one('[data-files]', root);
      this.picker.addEventListener('change', () => { this.add(this.picker.files); this.picker.value = ''; });
      this.acceptDrops(one('.drop', root));
      window.addEventListener('beforeunload', (event) => { if (this.sending()) event.preventDefault(); });
    }

    acceptDrops(zone) {
      /* What is dropped beside all of them is for the first. */
      const isMine = ({ target }) => (target.closest('[data-uploader]') ?? one('[data-uploader]:not([hidden])')) === this.root;
      const mark = (over) => (event) => { event.preventDefault(); zone.classList.toggle('over', over && isMine(event)); };
      document.addEventListener('dragover', mark(true));
      document.addEventListener('dragleave', mark(false));
      document.addEventListener('drop', (event) => { mark(false)(event); if (isMine(event)) this.add(event.dataTransfer.files); });
    }

    add(files) { if (!this.root.hidden) [...files].forEach((file) => this.place(file)); }

    place(file) {
      const row = one('[data-upload]', this.root).content.firstElementChild.cloneNode(true);
      const job = { file, row, state: 'queued', ready: null, slot: null };
      one('[data-name]', row).textContent = file.name;
      one('progress', row).setAttribute('aria-label', filled(WORDS.sending_file, { file: file.name }));
      one('[data-retry]', row).addEventListener('click', () => this.retry(job));
      one('[data-dismiss]', row).addEventListener('click', () => this.remove(job));
      this.list.append(row);
      this.jobs.add(job);
      if (file.size && mayBePhoto(file)) return this.enqueue(job);
      one('[data-retry]', row).remove();
      return this.show(job, 'failed', file.size ? WORDS.unknown_kind : WORDS.empty);
    }

    enqueue(job) {
      this.show(job, 'queued', WORDS.queued);
      line = line.then(() => this.send(job));
    }

    async send(job) {
      try {
        this.show(job, 'sending', WORDS.sending);
        job.ready ??= await prepared(job.file);
        job.slot ??= await post(this.form, new URLSearchParams([...new FormData(this.form), ['content_type', job.ready.type]]));
        await put(job.slot.upload, job.ready.photo, (part) => { one('progress', job.row).value = part; });
        this.show(job, 'sent', WORDS.sent);
        live.start();
      } catch (error) {
        if (error.cause < 500) job.slot = null;
        job.changed = !await isReadable(job.ready?.photo ?? job.file);
        this.show(job, 'failed', job.changed ? WORDS.changed : error.message);
      }
    }

    retry(job) {
      job.row.focus();
      if (!job.changed) return this.enqueue(job);
      this.remove(job);
      return this.picker.click();
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
      this.picker.focus();
    }

    sending() { return [...this.jobs].some(({ state }) => state === 'queued' || state === 'sending'); }

    awaiting() { return [...this.jobs].some(({ state }) => state === 'sent'); }

    /* A photo appears once: as an upload row until it has arrived, and then as the server's tile. */
    follow(next) {
      this.root.hidden = one(`[data-uploader="${this.root.dataset.uploader}"]`, next)?.hidden ?? true;
      this.jobs.forEach((job) => {
        const tile = job.slot && one(`[data-photo="${job.slot.photo_id}"]`);
        if (!tile) return;
        tile.hidden = job.state !== 'sent';
        if (job.state === 'sent') { this.jobs.delete(job); job.row.remove(); }
      });
    }
  }

  all('[data-search]').forEach(search);
  all('form[data-autosave]').forEach((form) => new Autosave(form));
  const uploads = all('[data-uploader]').map((root) => new Uploads(root));
  const live = main.dataset.refresh && new Live(main.dataset.refresh, uploads);
})();
