// Says how many characters are left in a text, and how many are too many; the hint says the limit without it.
(() => {
  "use strict";

  const PAUSE = 600; // a count at every key would talk all the time

  for (const box of document.querySelectorAll("[data-count]")) {
    const text = box.querySelector("textarea");
    const line = box.querySelector("[data-count-words]");
    const limit = Number(box.dataset.limit);
    let timer = 0;

    const say = () => {
      const left = limit - [...text.value].length;
      const words = left < 0 ? "over" : "left";
      const number = Math.abs(left);
      line.textContent = number === 1 ? box.dataset[`${words}One`] : box.dataset[words].replace("{n}", number);
      line.hidden = false;
    };

    text.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(say, PAUSE);
    });
    document.addEventListener("quiz:shown", ({ target }) => target.contains(box) && say());
    say();
  }
})();
