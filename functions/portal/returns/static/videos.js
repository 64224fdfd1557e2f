/* Sends a video in parts, which go on after a lost connection or a reload. Without this file a form
   sends it at once. */
(() => {
  'use strict';

  const { one, all, words: WORDS, filled, announce, post } = window.aftercare;
  const section = one('[data-videos]');
  if (!section) return;
  const [MB, MOST_MB, EDGE] = [1024 * 1024, 200, 64 * 1024];
  const [TRIES, FIRST_DELAY, LAST_DELAY, PART_TIMEOUT] = [8, 500, 15000, 5 * 60 * 1000];
  const TYPES = { mp4: 'video/mp4', m4v: 'video/mp4', mov: 'video/quicktime', qt: 'video/quicktime', webm: 'video/webm' };

  const typeOf = (file) => TYPES[file.name.split('.').pop().toLowerCase()]
    || Object.values(TYPES).find((type) => type === file.type.split(';')[0]);
  const mayBeVideo = (file) => typeOf(file) || /^$|^video|octet-stream$/.test(file.type);
  const isReadable = (file) => file.slice(0, 1).arrayBuffer().then(() => true, () => false);
  const pause = (delay) => new Promise((resolve) => { setTimeout(resolve, delay); });
  const online = () => new Promise((resolve) => {
    if (navigator.onLine) resolve();
    else window.addEventListener('online', resolve, { once: true });
  });

  /* What the server knows the file by: the same file goes on where it was, another begins anew. */
  async function markOf(file) {
    const edges = new Blob([file.slice(0, EDGE), file.slice(-EDGE)]);
    const digest = await crypto.subtle.digest('SHA-256', await edges.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  function put(url, part, onProgress) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('PUT', url);
      request.upload.onprogress = (event) => onProgress(event.loaded);
      request.timeout = PART_TIMEOUT;
      request.onload = () => (request.status < 300 ? resolve() : reject(new Error(WORDS.video_refused, { cause: request.status })));
      request.onerror = request.ontimeout = () => reject(new Error(WORDS.video_dropped));
      request.send(part);
    });
  }

  class VideoUploads {
    constructor(root) {
      Object.assign(this, { root, form: one('form', root), list: one('[data-video-uploads]'), jobs: new Set(), sent: new Set() });
      one('.pick', root).classList.add('live');
      this.picker = one('[data-video-file]', root);
      document.addEventListener('change', ({ target }) => {
        if (target.matches('[data-video-file]')) this.place(target);
        if (target.matches('[data-resume]')) this.place(target, { path: target.dataset.resume, id: target.dataset.id });
      });
      window.addEventListener('beforeunload', (event) => { if (this.sending()) event.preventDefault(); });
      new MutationObserver(() => this.follow()).observe(section, { childList: true, subtree: true });
    }

    place(input, slot = null) {
      const [file] = input.files;
      input.value = '';
      if (!file) return;
      const row = one('[data-video-upload]', this.root).content.firstElementChild.cloneNode(true);
      const job = { file, row, slot, state: 'new', mark: null };
      one('[data-name]', row).textContent = file.name;
      one('progress', row).setAttribute('aria-label', filled(WORDS.sending_file, { file: file.name }));
      one('[data-retry]', row).addEventListener('click', () => { row.focus(); this.send(job); });
      one('[data-dismiss]', row).addEventListener('click', () => this.remove(job));
      this.list.append(row);
      this.jobs.add(job);
      const fault = this.faultOf(file);
      if (!fault) { this.send(job); return; }
      one('[data-retry]', row).remove();
      this.show(job, 'failed', fault);
    }

    faultOf(file) {
      if (!file.size) return WORDS.empty;
      if (!mayBeVideo(file)) return WORDS.video_unknown_kind;
      return file.size > MOST_MB * MB ? filled(WORDS.video_too_large, { megabytes: Math.ceil(file.size / MB), most: MOST_MB }) : '';
    }

    ask(job, verb, facts) {
      return post({ action: `${job.slot.path}/${verb}` }, new URLSearchParams({ csrf: this.form.elements.csrf.value, ...facts }));
    }

    async send(job) {
      try {
        this.show(job, 'sending', filled(WORDS.video_sending, { percent: 0 }));
        job.mark ??= await markOf(job.file);
        job.slot ??= await this.open(job);
        this.follow();
        await this.sendParts(job);
        await this.ask(job, 'complete', {});
        this.sent.add(job.slot.id);
        this.show(job, 'sent', WORDS.video_sent);
        document.dispatchEvent(new Event('aftercare:sent'));
      } catch (error) {
        const words = error.cause === 'dropped' ? WORDS.video_dropped : error.message;
        this.show(job, 'failed', await isReadable(job.file) ? words : WORDS.video_changed);
      }
    }

    async open({ file }) {
      const body = { csrf: this.form.elements.csrf.value, content_type: typeOf(file) ?? 'video/mp4' };
      const { video_id: id, path } = await post(this.form, new URLSearchParams(body));
      return { id, path };
    }

    async sendParts(job) {
      const size = job.file.size;
      const { part_bytes: length, parts, missing } = await this.ask(job, 'upload', { size, mark: job.mark });
      let arrived = (parts - missing.length) * length;
      for (const number of missing) {
        const part = job.file.slice((number - 1) * length, number * length);
        await this.sendPart(job, number, part, (loaded) => this.progress(job, (arrived + loaded) / size));
        arrived += part.size;
      }
    }

    /* Tries again by itself for about a minute, and for as long as there is no connection at all. */
    async sendPart(job, number, part, onProgress) {
      for (let tries = 1, delay = FIRST_DELAY; ; tries += 1, delay = Math.min(delay * 2, LAST_DELAY)) {
        try {
          const { urls } = await this.ask(job, 'parts', { numbers: number });
          await put(urls[number], part, onProgress);
          return;
        } catch (error) {
          if (tries === TRIES || !await isReadable(job.file)) throw error;
          if (!navigator.onLine) this.show(job, 'sending', WORDS.video_waiting);
          await Promise.all([pause(delay), online()]);
        }
      }
    }

    progress(job, part) {
      const percent = Math.min(100, Math.floor(part * 100));
      one('progress', job.row).value = Math.min(1, part);
      one('[data-words]', job.row).textContent = filled(WORDS.video_sending, { percent });
    }

    show(job, state, words) {
      const failed = state === 'failed';
      Object.assign(job, { state });
      job.row.classList.toggle('failed', failed);
      one('[data-words]', job.row).textContent = words;
      one('progress', job.row).hidden = failed;
      one('.upload-actions', job.row).hidden = !failed;
      announce(`${job.file.name}. ${words}`);
    }

    remove(job) {
      this.jobs.delete(job);
      job.row.remove();
      this.follow();
      this.picker.focus();
    }

    sending() { return [...this.jobs].some(({ state }) => state === 'sending'); }

    /* A video appears once: as an upload row until it has arrived, and then as the server's tile. */
    follow() {
      all('[data-photo]', section).forEach((tile) => {
        const job = [...this.jobs].find(({ slot }) => slot?.id === tile.dataset.photo);
        const isHere = job?.state === 'sent';
        tile.hidden = Boolean(job) && !isHere;
        /* Nothing is left to send of what this page sent whole. */
        if (this.sent.has(tile.dataset.photo)) all('[data-again]', tile).forEach((part) => { part.hidden = true; });
        if (isHere) { this.jobs.delete(job); job.row.remove(); }
      });
    }
  }

  new VideoUploads(one('[data-video-uploader]'));
})();
