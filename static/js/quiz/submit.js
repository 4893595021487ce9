// Handing in: first everything that is kept on this device is sent, then the attempt is handed in, and what is missing
// is said. A page that says that the time is up does the same by itself.
(() => {
  "use strict";

  const { quiz } = document;
  const form = document.querySelector("form[data-hand-in]");
  const over = document.querySelector("[data-finished]");

  // The result is there: what is still kept was not sent in time, which is said, and then it goes.
  const clear = async () => {
    await quiz.kept.forgetOthers();
    const left = await quiz.kept.all();
    if (left.length) {
      over.querySelector("[data-which]").textContent = left.map(({ n }) => n).sort((a, b) => a - b).join(", ");
      over.hidden = false;
    }
    await quiz.kept.forgetAttempt();
  };

  if (over) clear();
  if (!form || !quiz.attempt) return;

  const PATIENCE = 15000;
  const LONGEST_SEND = 12000;
  const words = quiz.place.dataset;
  const button = form.querySelector("button");
  const box = document.querySelector("[data-not-handed-in]");
  let busy = false;

  const sendAll = () => Promise.race([
    quiz.all(),
    new Promise((resolve) => setTimeout(async () => resolve(await quiz.kept.all()), LONGEST_SEND)),
  ]);

  const names = (left) => [...new Set(left.map(({ n }) => n))].sort((a, b) => a - b).join(", ");

  const why = (left) => {
    const kinds = new Set(left.map(({ kind }) => kind));
    if (kinds.has("signed-out")) return words.textSignedOut;
    if (kinds.has("stale")) return words.textChoose;
    if (kinds.has("refused")) return left.find(({ reason }) => reason)?.reason || words.textRefused;
    return navigator.onLine ? words.textNoServer : words.textNoLine;
  };

  const tell = (left, reason) => {
    box.querySelector("[data-which]").textContent = left.length ? words.textMissing.replace("{n}", names(left)) : words.textAllSaved;
    box.querySelector("[data-why]").textContent = reason;
    const signedOut = reason === words.textSignedOut;
    const stale = left.find(({ kind }) => kind === "stale");
    const link = box.querySelector("[data-open]");
    box.querySelector("[data-sign-in]").hidden = !signedOut;
    box.querySelector("[data-hand-in-saved]").hidden = !left.length || signedOut;
    link.hidden = !stale;
    if (stale) link.href = stale.href;
    box.hidden = false;
    box.focus();
  };

  const post = () => fetch(form.action, {
    method: "POST",
    credentials: "same-origin",
    redirect: "manual",
    headers: { Accept: "application/json" },
    body: new URLSearchParams({ csrf_token: quiz.token().value }),
    signal: AbortSignal.timeout(PATIENCE),
  });

  // Sent again after a lost reply it leads to the same result, so trying twice is safe.
  const handIn = async () => {
    for (let round = 0; round < 3; round += 1) {
      try {
        const response = await post();
        if (response.type === "opaqueredirect" || response.status === 403) return location.assign(words.resultUrl);
        if (response.status === 401) return tell([], words.textSignedOut);
        if (response.status < 500 && response.status !== 429 && !(await quiz.renewed())) return tell([], words.textRefused);
      } catch (error) {
        if (error.kind === "signed-out") return tell([], words.textSignedOut);
      }
      await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** round * (0.75 + Math.random() / 2)));
    }
    return tell([], navigator.onLine ? words.textNoServer : words.textNoLine);
  };

  const start = async (anyway) => {
    if (busy) return;
    busy = true;
    box.hidden = true;
    button.setAttribute("aria-busy", "true");
    const left = anyway ? [] : await sendAll();
    if (left.length) tell(left, why(left));
    else await handIn();
    button.removeAttribute("aria-busy");
    busy = false;
  };

  const refreshed = async () => {
    let sent = false;
    document.addEventListener("quiz:stored", () => { sent = true; });
    document.addEventListener("quiz:sent", async () => {
      if (sent && !busy && !(await quiz.kept.all()).length) location.reload(); // the list shows what was saved before
    });
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    start(false);
  });
  box.querySelector("[data-try-again]").addEventListener("click", () => start(false));
  box.querySelector("[data-hand-in-saved]").addEventListener("click", () => start(true));
  if ("handInNow" in form.dataset) start(false);
  else refreshed();
})();
