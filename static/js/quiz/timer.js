// Shows the time that is left by the server's clock. It decides nothing: the server keeps the deadline.
(() => {
  "use strict";

  const timer = document.querySelector("[data-deadline]");
  if (!timer) return;

  const shown = timer.querySelector("[data-time]");
  const button = timer.querySelector("[data-hide]");
  const aloud = document.querySelector("[data-time-aloud]");
  const words = timer.dataset;
  const WARNINGS = [
    [60, words.textOne],
    [300, words.textFive],
  ];
  const LONGEST_FLUSH = 8000;
  let deadline = Date.parse(words.deadline);
  let ahead = Date.parse(words.serverTime) - Date.now(); // how far the server's clock is ahead of ours
  let warned = Infinity;
  let over = false;

  const left = () => Math.max(0, Math.ceil((deadline - Date.now() - ahead) / 1000));

  const warn = (seconds) => {
    const [at, text] = WARNINGS.find(([limit]) => seconds <= limit) || [];
    if (!at || at >= warned) return;
    warned = at;
    aloud.textContent = text;
    timer.dataset.state = at === 60 ? "urgent" : "almost";
  };

  const finish = () => {
    if (over) return;
    over = true;
    const leave = () => location.assign(words.url);
    document.addEventListener("quiz:settled", leave, { once: true });
    setTimeout(leave, LONGEST_FLUSH);
    if (document.querySelector("form[data-autosave]")) document.dispatchEvent(new CustomEvent("quiz:flush"));
    else leave();
  };

  const tick = () => {
    const seconds = left();
    const minutes = Math.ceil(seconds / 60);
    shown.textContent = seconds > 60 ? words.textMinutes.replace("{n}", minutes) : words.textSeconds.replace("{n}", seconds);
    warn(seconds);
    if (seconds === 0) finish();
  };

  const hide = () => {
    shown.hidden = !shown.hidden;
    button.querySelector("[data-hide-text]").textContent = shown.hidden ? words.textShow : words.textHide;
  };

  document.addEventListener("quiz:clock", ({ detail }) => {
    ahead = Date.parse(detail.server_time) - Date.now();
    if (detail.deadline) deadline = Date.parse(detail.deadline);
  });
  timer.querySelector("[data-before]").hidden = false;
  button.hidden = false;
  button.addEventListener("click", hide);
  tick();
  setInterval(tick, 1000);
})();
