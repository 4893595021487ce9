// The list of all questions: open where there is room for it, and true while all questions stand on one page.
(() => {
  "use strict";

  const list = document.querySelector("[data-navigator]");
  if (!list) return;

  list.querySelector("details").open = window.matchMedia("(min-width: 62rem)").matches;

  document.addEventListener("quiz:saved", ({ detail }) => {
    const link = detail.box.id && list.querySelector(`a[href="#${detail.box.id}"]`);
    if (!link) return;
    link.classList.toggle("done", detail.answered);
    link.classList.toggle("todo", !detail.answered);
    link.querySelector("[data-state]").textContent = `, ${detail.answered ? list.dataset.answered : list.dataset.todo}`;
  });
})();
