// Saves an answer shortly after it changes: one request in flight per answer, the revision kept, and
// every failure said in words and tried again. The form works the same without this file.
(() => {
  "use strict";

  const form = document.querySelector("form[data-autosave]");
  if (!form || !window.fetch) return;

  const DEBOUNCE = 300;
  const LONGEST_PAUSE = 30000;
  const words = form.dataset;
  const token = form.querySelector("input[name=csrf_token]");
  const status = document.querySelector("[data-saved]");
  const statusText = status.querySelector("[data-saved-text]");
  const retry = status.querySelector("[data-retry]");
  let posting = false;

  const say = (text, state) => {
    statusText.textContent = text;
    status.dataset.state = state;
    retry.hidden = state !== "failed";
  };

  class Slot {
    constructor(box) {
      this.box = box;
      this.base = box.dataset.base;
      this.revision = box.querySelector("input[data-revision]");
      this.flag = box.querySelector("input[data-flag]");
      this.conflict = null;
      this.dirty = false;
      this.busy = false;
      this.stopped = false;
      this.failures = 0;
      this.timer = 0;
    }

    owns(name) {
      return name === this.base || name.startsWith(`${this.base}.`);
    }

    fields() {
      const found = {};
      for (const [name, value] of new FormData(form)) {
        if (!this.owns(name)) continue;
        const key = `answer${name.slice(this.base.length)}`;
        (found[key] ||= []).push(value);
      }
      return found;
    }

    certainty() {
      const chosen = this.box.querySelector("input[data-certainty]:checked");
      return chosen ? Number(chosen.value) : null;
    }

    changed() {
      if (this.stopped) return;
      this.dirty = true;
      this.later(DEBOUNCE);
    }

    later(milliseconds) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), milliseconds);
    }

    body() {
      return JSON.stringify({
        revision: Number(this.revision.value),
        fields: this.fields(),
        flagged: Boolean(this.flag && this.flag.checked),
        certainty: this.certainty(),
      });
    }

    async send() {
      clearTimeout(this.timer);
      if (!this.dirty || this.busy || this.stopped || posting) return;
      this.busy = true;
      this.dirty = false;
      say(words.textSaving, "saving");
      try {
        await this.answer(await this.request());
      } catch {
        this.failed();
      }
      this.busy = false;
      if (this.dirty && !this.failures) this.send();
      settled();
    }

    request() {
      return fetch(this.box.dataset.url, {
        method: "PUT",
        credentials: "same-origin",
        keepalive: true,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token.value },
        body: this.body(),
      });
    }

    async answer(response) {
      if (response.status >= 500 || response.status === 429) throw new Error("try again later");
      const reply = await response.json();
      if (reply.server_time) document.dispatchEvent(new CustomEvent("quiz:clock", { detail: reply }));
      if (response.ok) this.saved(reply);
      else if (response.status === 409) this.stale(reply);
      else this.refused(reply, response.status);
    }

    saved(reply) {
      this.failures = 0;
      this.revision.value = reply.revision;
      document.dispatchEvent(new CustomEvent("quiz:saved", { detail: { box: this.box, answered: reply.answered } }));
      if (!slots.some((slot) => slot.failures || slot.stopped)) say(reply.saved_text, "saved");
    }

    failed() {
      this.dirty = true;
      this.failures += 1;
      say(navigator.onLine ? words.textFailed : words.textOffline, navigator.onLine ? "failed" : "offline");
      const pause = Math.min(LONGEST_PAUSE, 1000 * 2 ** this.failures);
      this.later(pause * (0.75 + Math.random() / 2));
    }

    refused(reply, status) {
      this.stopped = true;
      this.dirty = status !== 403; // closed for good; anything else (signed out) is still worth a warning
      say(reply.reason || words.textRefused, "refused");
    }

    stale(reply) {
      this.stopped = true;
      this.dirty = true;
      say(words.textStale, "refused");
      this.conflict = form.querySelector("template[data-conflict]").content.firstElementChild.cloneNode(true);
      this.conflict.querySelector("[data-newer]").textContent = reply.answer_text;
      this.box.prepend(this.conflict);
      this.conflict.querySelector("[data-keep-mine]").onclick = () => this.keepMine(reply.revision);
      this.conflict.querySelector("[data-use-newer]").onclick = () => this.useNewer();
    }

    keepMine(revision) {
      this.conflict.remove();
      this.revision.value = revision;
      this.stopped = false;
      this.dirty = true;
      this.send();
    }

    useNewer() {
      this.dirty = false;
      location.reload();
    }
  }

  const slots = [...form.querySelectorAll("[data-slot]")].map((box) => new Slot(box));
  const waiting = () => slots.filter((slot) => slot.dirty || slot.busy);
  const sendAll = () => slots.forEach((slot) => slot.send());

  const settled = () => {
    if (!slots.some((slot) => slot.busy)) document.dispatchEvent(new CustomEvent("quiz:settled"));
  };

  const onChange = (event) => {
    const slot = slots.find((candidate) => candidate.box.contains(event.target));
    if (slot && event.target.name && (slot.owns(event.target.name) || event.target === slot.flag || "certainty" in event.target.dataset)) slot.changed();
  };

  form.addEventListener("input", onChange);
  form.addEventListener("change", onChange);
  form.addEventListener("submit", () => {
    posting = true; // the form itself carries every answer
  });
  retry.addEventListener("click", sendAll);
  window.addEventListener("online", sendAll);
  window.addEventListener("offline", () => {
    if (waiting().length) say(words.textOffline, "offline");
  });
  document.addEventListener("visibilitychange", sendAll);
  window.addEventListener("pagehide", sendAll);
  window.addEventListener("pageshow", (event) => {
    posting = false;
    if (event.persisted) location.reload(); // a page kept from before knows old revisions
  });
  window.addEventListener("beforeunload", (event) => {
    if (!posting && waiting().length) event.preventDefault();
  });
  document.addEventListener("quiz:flush", () => {
    sendAll();
    settled();
  });
})();
