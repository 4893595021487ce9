// Upgrades an ordering question: buttons move the lines, the selects stay the answer that is sent.
(() => {
  "use strict";

  const words = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  function upgrade(box) {
    const list = box.querySelector("ol");
    const parts = box.querySelector("template").content;
    const unsure = box.parentElement.querySelector('input[name$=".unsure"]');
    const status = parts.querySelector(".hint").cloneNode(true);
    const live = document.createElement("p");
    live.className = "vh";
    live.setAttribute("role", "status");
    const rows = () => [...list.children];
    const select = (row) => row.querySelector("select");
    const name = (row) => row.querySelector("label").textContent.trim();
    let answered = false;

    function number() {
      rows().forEach((row, at, all) => {
        row.querySelector(".on").textContent = at + 1;
        select(row).value = answered ? String(at + 1) : "";
        row.querySelectorAll("button").forEach((button) => {
          const end = Number(button.dataset.step) < 0 ? 0 : all.length - 1;
          if (at === end) button.setAttribute("aria-disabled", "true");
          else button.removeAttribute("aria-disabled");
        });
      });
      status.hidden = answered;
    }

    function answer(row, text) {
      answered = true;
      if (unsure) unsure.checked = false;
      number();
      live.textContent = text;
      // Saving listens for changes of the controls, whoever made them.
      select(row).dispatchEvent(new Event("change", { bubbles: true }));
    }

    function move(row, step) {
      const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
      if (!other) return;
      // The neighbour moves, not the row with the pressed button: so the focus stays where it is.
      if (step < 0) row.after(other);
      else row.before(other);
      const all = rows();
      answer(row, words(box.dataset.moved, { line: name(row), place: all.indexOf(row) + 1, count: all.length }));
    }

    function addButtons(row) {
      const buttons = parts.querySelector(".mv").cloneNode(true);
      buttons.querySelectorAll("button").forEach((button) => {
        const step = Number(button.dataset.step);
        button.setAttribute("aria-label", words(step < 0 ? box.dataset.up : box.dataset.down, { line: name(row) }));
        button.addEventListener("click", () => move(row, step));
      });
      select(row).hidden = true;
      row.append(buttons);
    }

    // A whole stored order is shown as it is; half an order is kept in the selects until the first move.
    function arrange() {
      const places = rows().map((row) => Number(select(row).value));
      answered = new Set(places.filter(Boolean)).size === places.length;
      if (answered) rows().sort((a, b) => select(a).value - select(b).value).forEach((row) => list.append(row));
      const kept = rows().map((row) => select(row).value);
      number();
      if (!answered) rows().forEach((row, at) => { select(row).value = kept[at]; });
    }

    function start() {
      rows().forEach(addButtons);
      arrange();
      list.after(status, live);
      status.querySelector("button").addEventListener("click", () => {
        answer(rows()[0], box.dataset.kept);
        list.querySelector("button").focus();
      });
      if (unsure) unsure.addEventListener("change", () => { if (unsure.checked) { answered = false; number(); } });
      document.addEventListener("quiz:shown", ({ target }) => target.contains(box) && arrange());
    }

    start();
  }

  document.querySelectorAll("[data-ordering]").forEach(upgrade);
})();
