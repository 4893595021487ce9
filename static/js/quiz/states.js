// Says in words how saving stands: kept on this device, saved, or not saved with the reason and what to do. What is
// read aloud waits until things are quiet, so that typing is not talked over.
(() => {
  "use strict";

  const { quiz } = document;
  const line = document.querySelector("[data-saved]");
  if (!quiz.attempt || !line) return;

  const QUIET = 1500;
  const words = quiz.place.dataset;
  const text = line.querySelector("[data-saved-text]");
  const aloud = line.querySelector("[data-aloud]");
  const retry = line.querySelector("[data-retry]");
  const signIn = line.querySelector("[data-sign-in]");
  const open = line.querySelector("[data-open]");
  const note = document.querySelector("[data-note]");
  const pending = new Set();
  const troubles = new Map();
  let saved = "";
  let told = text.textContent;
  let timer = 0;

  const kept = () => (quiz.kept.lasting ? words.textKept : words.textOnPage);
  const found = (kind) => [...troubles.values()].find((trouble) => trouble.kind === kind);

  // Worst first. Each is [state, words, the trouble itself].
  const standing = () => {
    const refused = found("refused");
    if (refused) return ["refused", refused.reason ? `${words.textNotSaved} ${refused.reason}` : words.textRefused, refused];
    const stale = found("stale");
    if (stale) return ["stale", words.textStale.replace("{n}", stale.n), stale];
    if (found("signed-out")) return ["signed-out", quiz.kept.lasting ? words.textSignedOut : words.textSignedOutOnPage];
    if (pending.size && !navigator.onLine) return ["offline", quiz.kept.lasting ? words.textOffline : words.textOfflineOnPage];
    if (found("failed")) return ["failed", quiz.kept.lasting ? words.textFailed : words.textFailedOnPage];
    if (pending.size) return ["waiting", kept()];
    return saved ? ["saved", saved] : null;
  };

  const sayAloud = (said) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (said !== told) aloud.textContent = said;
      told = said;
      timer = setTimeout(() => { aloud.textContent = ""; }, 2 * QUIET); // the line itself is there to be read
    }, QUIET);
  };

  const show = () => {
    const stands = standing();
    if (!stands) return;
    const [state, said, trouble] = stands;
    line.hidden = false;
    line.dataset.state = state;
    if (text.textContent !== said) text.textContent = said;
    retry.hidden = !["failed", "offline"].includes(state);
    signIn.hidden = state !== "signed-out";
    open.hidden = state !== "stale" || Boolean(document.querySelector("[data-use-newer]"));
    if (!open.hidden) open.href = trouble.href;
    sayAloud(said);
  };

  const on = (name, change) => document.addEventListener(`quiz:${name}`, ({ detail }) => {
    change(detail);
    show();
  });

  on("kept", ({ id }) => pending.add(id) && troubles.get(id)?.kind === "refused" && troubles.delete(id));
  on("stored", ({ id, reply, left }) => {
    if (!left) pending.delete(id);
    troubles.delete(id);
    saved = reply.saved_text;
  });
  on("sent", ({ id }) => {
    pending.delete(id);
    troubles.delete(id);
  });
  on("trouble", (trouble) => {
    troubles.set(trouble.id, trouble);
    if (trouble.kind === "refused") pending.delete(trouble.id);
  });
  on("told", ({ what }) => {
    note.hidden = false;
    note.textContent = { restored: words.textRestored, newer: words.textNewer, follows: words.textFollows }[what];
  });
  on("lost-store", () => {});
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  retry.addEventListener("click", () => quiz.all());

  const begin = async () => {
    await quiz.kept.forgetOthers();
    await quiz.unparked;
    for (const { id } of await quiz.kept.all()) pending.add(id);
    await quiz.restoring;
    show();
    quiz.all();
  };
  begin();
})();
