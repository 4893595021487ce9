// A kept page says how old it is, and offers the newest one as soon as there is a connection again.
const MONTH = 30 * 24 * 60 * 60 * 1000;
const page = document.documentElement;
const said = document.querySelector("[data-copied][data-slow]");
const back = document.querySelector("[data-back]");
const old = document.querySelector("p[data-old]");

if (said && page.dataset.kept) {
  const kept = new Date(Number(page.dataset.kept));
  const day = kept.toLocaleDateString(page.lang, { day: "numeric", month: "long", year: "numeric" });
  said.textContent = (navigator.onLine ? said.dataset.slow : said.dataset.copied).replace("{day}", day);
  old.hidden = Date.now() - kept < MONTH;
}

if (back) {
  window.addEventListener("online", () => { back.hidden = false; });
  window.addEventListener("offline", () => { back.hidden = true; });
}
