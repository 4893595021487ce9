// The questions on the page: what changes is kept on the device and then sent, what is kept comes back into the
// controls, a newer answer from elsewhere is shown, and the form goes on when everything on it is saved.
(() => {
  "use strict";

  const { quiz } = document;
  const form = document.querySelector("form[data-autosave]");
  if (!form || !quiz.attempt) return;

  const DEBOUNCE = 300;
  const LONG_WAIT = 12000; // a little longer than one request may take
  let leaving = false; // waits for what is not saved, and goes then
  let going = false; // the next page has been asked for

  // The form that is on its way holds an older answer: the learner stays on the page, and presses again.
  const stay = () => {
    going = false;
    window.stop();
    document.dispatchEvent(new CustomEvent("page:stays"));
  };

  class Slot {
    constructor(box) {
      const { base, url } = box.dataset;
      const n = Number(url.split("/").pop());
      Object.assign(this, { box, base, url, n, id: `${quiz.attempt}/${n}`, timer: 0, record: null });
      this.href = location.pathname + (box.id ? `#${box.id}` : "");
      this.revision = box.querySelector("input[data-revision]");
      this.flag = box.querySelector("input[data-flag]");
      this.keeping = Promise.resolve();
      this.own = ""; // the key of the newest answer given here that is not acknowledged
      this.refused = ""; // the key of an answer that the server will never take
      this.said = ""; // what was kept last: a second event for the same answer keeps nothing
    }

    owns(name) {
      return name === this.base || name.startsWith(`${this.base}.`);
    }

    controls() {
      return [...form.elements].filter((each) => each.name && this.owns(each.name) && !each.disabled && each.type !== "submit");
    }

    content() {
      const fields = {};
      for (const [name, value] of new FormData(form)) {
        if (this.owns(name)) (fields[`answer${name.slice(this.base.length)}`] ||= []).push(value);
      }
      const sure = this.box.querySelector("input[data-certainty]:checked");
      return { fields, flagged: Boolean(this.flag?.checked), certainty: sure ? Number(sure.value) : null };
    }

    // Puts an answer into the controls, as it stood when it was given.
    show({ fields, flagged, certainty }) {
      const left = new Map(Object.entries(fields).map(([name, values]) => [name, [...values]]));
      for (const control of this.controls()) {
        const values = left.get(`answer${control.name.slice(this.base.length)}`) || [];
        if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
        else control.value = values.shift() ?? "";
      }
      if (this.flag && typeof flagged === "boolean") this.flag.checked = flagged;
      for (const each of this.box.querySelectorAll("input[data-certainty]")) {
        if (certainty !== undefined) each.checked = Number(each.value) === certainty;
      }
      this.said = JSON.stringify(this.content());
      this.box.dispatchEvent(new CustomEvent("quiz:shown", { bubbles: true }));
    }

    changed() {
      if (JSON.stringify(this.content()) === this.said) return;
      if (going) stay();
      this.keep();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), DEBOUNCE);
    }

    keep() {
      const content = this.content();
      this.said = JSON.stringify(content);
      this.own = "new";
      const keeping = quiz.keep(this, content, Number(this.revision.value)).then((record) => {
        this.record = record;
        if (this.keeping === keeping) this.own = record.queue.at(-1).key;
      });
      this.keeping = keeping;
      return keeping;
    }

    async send() {
      clearTimeout(this.timer);
      this.timer = 0;
      await this.keeping;
      const { own } = this;
      const left = await quiz.drain(this);
      if (!left && this.own === own && own !== "new") this.own = ""; // all that was kept is saved, whoever sent it
      if (left?.kind === "refused") this.refused = own;
      return left;
    }

    waits() {
      return Boolean(this.timer || (this.own && this.own !== this.refused));
    }

    leave() {
      if (this.timer && this.record) quiz.leave(this.record);
    }

    // Something of this question was saved, by this page or by another one of the same person.
    stored({ entry, reply, left, elsewhere }) {
      const newer = reply.newer && !left ? reply.newer : null;
      if (entry.key === this.own) this.own = "";
      if (!this.own && (newer || elsewhere)) this.follow(newer || { ...entry, revision: reply.revision }, newer);
      if (!newer && Number(this.revision.value) < reply.revision) this.revision.value = reply.revision;
      this.conflict?.remove();
      document.dispatchEvent(new CustomEvent("quiz:saved", { detail: { box: this.box, answered: reply.answered } }));
    }

    follow(answer, otherDevice) {
      if (Number(this.revision.value) > answer.revision) return;
      this.put(answer, otherDevice ? "newer" : "follows");
      this.revision.value = answer.revision;
    }

    // Shows an answer that was not given on this page, and says so when it is another one than stood here.
    put(answer, what) {
      const before = JSON.stringify(this.content());
      this.show(answer);
      if (JSON.stringify(this.content()) !== before) quiz.say("told", { what });
    }

    stale(reply) {
      if (this.conflict?.isConnected) return;
      this.conflict = form.querySelector("template[data-conflict]").content.firstElementChild.cloneNode(true);
      this.box.prepend(this.conflict);
      this.conflict.querySelector("[data-newer]").textContent = reply.answer_text;
      this.conflict.querySelector("[data-keep-mine]").onclick = () => this.choose(reply.revision);
      this.conflict.querySelector("[data-use-newer]").onclick = () => this.choose(null);
    }

    async choose(revision) {
      await this.keeping;
      await quiz.drop(this.id);
      if (revision === null) return location.reload();
      this.conflict.remove();
      this.revision.value = revision;
      await this.keep();
      return this.send();
    }

    // After a reload: the newest answer that is kept here stands in the controls again, and is sent.
    restore(record) {
      this.record = record;
      this.own = record.queue.at(-1).key;
      this.put(record.queue.at(-1), "restored");
    }
  }

  const slots = [...form.querySelectorAll("[data-slot]")].map((box) => new Slot(box));
  const slotOf = (id) => slots.find((slot) => slot.id === id);

  const onChange = ({ target }) => {
    const slot = slots.find((each) => each.box.contains(target));
    if (slot && target.name && (slot.owns(target.name) || target === slot.flag || "certainty" in target.dataset)) slot.changed();
  };

  // Saves what stands on the page, and what is changed meanwhile, and waits for the acknowledgement; says whether all
  // of it is saved.
  const waiting = () => slots.filter((slot) => slot.waits());
  const flush = async () => {
    const end = performance.now() + LONG_WAIT; // the clock of a device may jump
    while (waiting().length) {
      const all = Promise.all(waiting().map((slot) => slot.send()));
      const tooLong = new Promise((resolve) => setTimeout(resolve, end - performance.now(), ["late"]));
      const left = (await Promise.race([all, tooLong])).filter((each) => each && each.kind !== "refused");
      if (left.length || performance.now() >= end) return false;
    }
    return true;
  };

  const goOn = async (event) => {
    going = !waiting().length;
    if (going) return;
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    const { submitter } = event;
    submitter?.setAttribute("aria-busy", "true");
    const saved = await flush();
    submitter?.removeAttribute("aria-busy");
    leaving = false;
    if (saved) setTimeout(() => form.requestSubmit(submitter)); // not while this very event is still under way
    else document.querySelector("[data-saved]").scrollIntoView({ block: "nearest" });
  };

  form.addEventListener("input", onChange);
  form.addEventListener("change", onChange);
  form.addEventListener("submit", goOn);
  document.addEventListener("quiz:stored", ({ detail }) => slotOf(detail.id)?.stored(detail));
  document.addEventListener("quiz:trouble", ({ detail }) => detail.kind === "stale" && slotOf(detail.id)?.stale(detail.reply));
  document.addEventListener("quiz:kept", ({ detail }) => {
    const slot = detail.elsewhere && slotOf(detail.id);
    if (slot && !slot.own && !slot.timer) slot.put(detail.entry, "follows");
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && slots.forEach((slot) => slot.leave()));
  window.addEventListener("pagehide", () => slots.forEach((slot) => slot.leave()));
  window.addEventListener("pageshow", (event) => {
    going = false;
    if (event.persisted) location.reload(); // a page kept from before knows old revisions
  });
  window.addEventListener("beforeunload", (event) => {
    if (!quiz.kept.lasting && waiting().length) event.preventDefault();
  });
  document.addEventListener("quiz:flush", () => flush().then(() => quiz.say("settled")));

  const known = quiz.acknowledged();
  for (const slot of slots) {
    if (Number(slot.revision.value) < known[slot.n]?.revision) {
      slot.show(known[slot.n]);
      slot.revision.value = known[slot.n].revision;
    }
  }

  quiz.restoring = quiz.unparked.then(quiz.kept.all).then((records) => {
    for (const record of records) slotOf(record.id)?.restore(record);
  });
})();
